"""Copies of exam folders, with their records: on a server, a copied folder needs a schema of its own."""

import json
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from tests.migrated import PLACEHOLDER, dumped

from klausur.store import audit, server
from klausur.store.folder import Records, writing


@contextmanager
def by_hand() -> Iterator[None]:
    """`writing` for tests that append rows themselves: an event says so, as every action does."""
    with writing():
        yield
        audit.append("by-hand", "Ada Example", {})


def copy_exam(source: Path, target: Path, **options: Any) -> Path:  # noqa: ANN401 - those of copytree
    """Copy an exam folder as ``shutil.copytree`` does, and its records wherever they are."""
    shutil.copytree(source, target, **options)
    named = Records(target).named
    address = server.address()
    if named.is_file() and address is not None:
        old = tomllib.loads(named.read_text())["schema"]
        new = f"exam_{Path(target).stat().st_ino:x}_{named.stat().st_ino:x}"
        _clone(address, old, new, named)
        named.write_text(f'schema = "{new}"\n')
    return target


def _clone(address: str, old: str, new: str, named: Path) -> None:
    with psycopg.connect(address) as link:
        (text,) = _one(link, "SELECT obj_description(to_regnamespace(%s), 'pg_namespace')", old)
        said = json.loads(text)
        structure = _known(address, old, said["klausur"])
        link.execute(f'DROP SCHEMA IF EXISTS "{new}" CASCADE')
        link.execute(structure.replace(PLACEHOLDER, new))
        tables = link.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [old]).fetchall()
        for (table,) in tables:
            at, of = sql.Identifier(new, table), sql.Identifier(old, table)
            link.execute(sql.SQL("INSERT INTO {} SELECT * FROM {}").format(at, of))
        columns = link.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = %s AND is_identity = 'YES'",
            [old],
        ).fetchall()
        for table, column in columns:
            ask = "SELECT pg_get_serial_sequence(%s, %s)"
            (last,) = _one(
                link, f"SELECT pg_sequence_last_value(({ask})::regclass)", f"{old}.{table}", column
            )
            if last is not None:
                link.execute(f"SELECT setval(({ask}), %s)", [f"{new}.{table}", column, last])
        said |= {"folder": str(named.resolve()), "inode": named.stat().st_ino}
        link.execute(
            sql.SQL("COMMENT ON SCHEMA {} IS {}").format(sql.Identifier(new), sql.Literal(json.dumps(said)))
        )


_structures: dict[int, str] = {}


def _known(address: str, schema: str, mark: int) -> str:
    if mark not in _structures:
        _structures[mark] = dumped(address, schema, "--schema-only")
    return _structures[mark]


def _one(link: "psycopg.Connection[Any]", query: str, *values: object) -> tuple[Any, ...]:
    found = link.execute(query, values).fetchone()
    assert found is not None
    return tuple(found)
