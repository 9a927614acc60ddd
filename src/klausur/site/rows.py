"""The site's own rows as a SQLite file of one moment, and such a file's rows on a PostgreSQL server.

Sessions stay out: after a restore people log in again. So a site also moves from one kind of database to the
other.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model, QuerySet

from klausur.base.errors import RefusedError
from klausur.site.models import Person
from klausur.site.router import EXAM
from klausur.store import sqlite

_FILE = "rows"
"""What Django calls the file while it is open here."""

_MADE_ANEW = frozenset({"sessions", "contenttypes", "auth"})
"""Apps whose rows are of a running site alone, or made by Django itself."""


def to_file(file: Path) -> None:
    """Copy the rows, as they are at one moment, into a file that is not there yet."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(file)) as there:
            connection.connection.backup(there)
            with there:
                there.execute("DELETE FROM django_session")
        return
    with _opened(file) as there:
        with there.schema_editor() as editor:
            for model in _models():
                editor.create_model(model)
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            recorder = MigrationRecorder(there)
            recorder.ensure_schema()
            for app, name in MigrationRecorder(connection).applied_migrations():
                if app != EXAM:
                    recorder.record_applied(app, name)
            with transaction.atomic(using=_FILE):
                _copy(DEFAULT_DB_ALIAS, _FILE)


def from_file(file: Path) -> None:
    """Copy the rows in a file, which is up to date, to the database of the site, which has none yet.

    Raises:
        RefusedError: it has people already.
    """
    if Person.objects.exists():
        raise RefusedError(
            "the site's database on the server has people already", "name an empty database in klausur.toml"
        )
    with _opened(file), transaction.atomic():
        _copy(_FILE, DEFAULT_DB_ALIAS)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(_models())):
                cursor.execute(statement)


@contextmanager
def _opened(file: Path) -> Iterator[BaseDatabaseWrapper]:
    # A new dictionary instead of a new entry: Django walks through it in other threads.
    before = connections.settings
    there = connections.configure_settings({DEFAULT_DB_ALIAS: {}, _FILE: sqlite.database(file).settings})
    connections.settings = {**before, _FILE: there[_FILE]}
    try:
        yield connections[_FILE]
    finally:
        connections[_FILE].close()
        del connections[_FILE]
        connections.settings = before


def _models() -> Iterator[type[Model]]:
    """Those whose tables are the site's."""
    for model in apps.get_models():
        if model._meta.app_label != EXAM and model._meta.managed and not model._meta.proxy:  # noqa: SLF001 - Django documents it
            yield model


def _copy(source: str, target: str) -> None:
    """All rows as they are, whose foreign keys the databases look at in the end."""
    for model in _models():
        if model._meta.app_label in _MADE_ANEW:  # noqa: SLF001 - the same
            continue
        rows: QuerySet[Any, Any] = QuerySet(model, using=source)
        for row in rows.order_by("pk").iterator(chunk_size=1000):
            # Raw: what Django would fill in, such as when a row was made, stays as it was.
            row.save_base(raw=True, using=target, force_insert=True)
