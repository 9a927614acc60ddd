"""An exam's records in another database, row by row and key by key: SQLite to PostgreSQL and back.

Whoever copies has a database that was just made and is empty. What comes out is equal: keys, times, State
rows and the audit trail, and no key is given out again that was given out before.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import AutoField, BigAutoField, QuerySet

from klausur.base.errors import RefusedError
from klausur.store import connections, sqlite, upgrade
from klausur.store.connections import Database, connection, entered
from klausur.store.snapshot import snapshot

_AT_ONCE = 2000
"""Rows that are fetched and written in one portion."""


def to_file(file: Path) -> None:
    """Copy the open exam's records, as they are at one moment, into a SQLite file that is not there yet."""
    here = connections.database()
    if not here.schema:
        with connection().cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(file)])
        return
    there = sqlite.database(file)
    with entered(there):
        upgrade.bring_up_to_date(str(file))
    copy(here, there)


def from_file(file: Path) -> None:
    """Copy the records in a SQLite file, which is brought up to date, into those of the open exam.

    Raises:
        RefusedError: there are records already.
    """
    there = sqlite.database(file)
    with entered(there):
        upgrade.bring_up_to_date(str(file))
    copy(there, connections.database())


def copy(source: Database, target: Database) -> None:
    """Copy all rows of one database, as they are at one moment, into another one with the same empty tables.

    Raises:
        RefusedError: the other one has rows, or both are on one server, which has one connection for both.
    """
    if source.alias == target.alias:
        raise RefusedError(
            "records are not copied within one server", "archive the exam, and restore it from the archive"
        )
    with entered(source), snapshot(), entered(target):
        connections.point()
        with transaction.atomic(using=target.alias, durable=True):
            _copy(source, target)


def _copy(source: Database, target: Database) -> None:
    for model in _models():
        if QuerySet(model).exists():
            raise RefusedError(f"{target.shown} has records already", "name a new folder")
    for model in _models():
        for rows in _portions(source, model):
            QuerySet(model).bulk_create(rows)
        with entered(source):
            last = _last_key(source, model)
        if last is not None:
            _go_on_after(target, model, last)


def _models() -> Iterator[type[Any]]:
    yield from apps.get_app_config("store").get_models()


def _portions(source: Database, model: type[Any]) -> Iterator[list[Any]]:
    """The rows of a table in portions; between them another exam may be open here."""
    last: object = None
    while True:
        with entered(source):
            rows: QuerySet[Any, Any] = QuerySet(model).order_by("pk")
            found = list((rows if last is None else rows.filter(pk__gt=last))[:_AT_ONCE])
        if not found:
            return
        last = found[-1].pk
        yield found


def _last_key(database: Database, model: type[Any]) -> int | None:
    """The highest key that was ever given out, even if its row is gone; None where keys are not given out."""
    if not isinstance(model._meta.pk, AutoField | BigAutoField):  # noqa: SLF001 - Django documents it
        return None
    ask = (
        "SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, 'id')::regclass)"
        if database.schema
        else "SELECT seq FROM sqlite_sequence WHERE name = %s"
    )
    with connection().cursor() as cursor:
        cursor.execute(ask, [model._meta.db_table])  # noqa: SLF001 - the same
        found = cursor.fetchone()
    return found[0] or None if found is not None else None


def _go_on_after(database: Database, model: type[Any], last: int) -> None:
    """Make the next key be a higher one."""
    table = model._meta.db_table  # noqa: SLF001 - Django documents it
    with connection().cursor() as cursor:
        if database.schema:
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, last])
            return
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
        cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])
