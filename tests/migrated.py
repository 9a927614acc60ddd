"""Empty records: the migrations make them once in each process; from then on they are put down as they were.

All migrations together take half a second, and most of that is Django, which makes every model anew for each
step. Records that are there already are brought up to date as ever.
"""

import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from tests.cluster import programs

from klausur.store import server, upgrade
from klausur.store.connections import connection, database

PLACEHOLDER = "THE_SCHEMA"
"""Stands for a schema's name in what `dumped` returns."""

_empty: dict[str, str] = {}
"""Statements that make empty records, by Django's name of the kind of database."""


@contextmanager
def once() -> Iterator[None]:
    """Run the migrations for the first empty records alone."""
    migrate = upgrade.bring_up_to_date
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(upgrade, "bring_up_to_date", lambda shown: _bring_up_to_date(shown, migrate))
        yield


def dumped(address: str, schema: str, *options: str) -> str:
    """The statements that make a schema's tables, with the `PLACEHOLDER` for its name."""
    program = str(programs() / "pg_dump")
    command = [program, "--no-owner", "--schema", schema, *options, address]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = [line for line in text.splitlines() if not line.startswith(("\\", "COMMENT ON SCHEMA"))]
    return re.sub(rf"\b{schema}\b", PLACEHOLDER, "\n".join(lines))


def _bring_up_to_date(shown: str, migrate: Callable[[str], None]) -> None:
    here = connection()
    if here.introspection.table_names():
        migrate(shown)
    elif here.vendor not in _empty:
        migrate(shown)
        _empty[here.vendor] = _statements(here)
    else:
        _put(here, _empty[here.vendor])


def _statements(here: BaseDatabaseWrapper) -> str:
    if here.vendor == "sqlite":
        return "\n".join(here.connection.iterdump())
    text = dumped(server.address() or "", database().schema, "--inserts")
    return text.replace(f"CREATE SCHEMA {PLACEHOLDER};", "")


def _put(here: BaseDatabaseWrapper, statements: str) -> None:
    if here.vendor == "sqlite":
        here.connection.executescript(statements)
        return
    # On a connection of its own: what was dumped sets options for the rest of one.
    with psycopg.connect(server.address() or "") as link:
        link.execute(statements.replace(PLACEHOLDER, database().schema).encode())
