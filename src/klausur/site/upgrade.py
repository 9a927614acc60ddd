"""Bringing the site's own database to the form that this Klausur knows; exams': `klausur.store.upgrade`.

All that is lacking is done in one transaction, so that whoever is killed meanwhile leaves what was there, and
the next start does it. What a newer Klausur wrote is refused by the name of what is not known here.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.core.management.sql import emit_post_migrate_signal
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from klausur.base.alone import alone
from klausur.base.errors import RefusedError
from klausur.site.router import EXAM
from klausur.store import server

_NAME = "the site's own tables"
"""Of which the lock is taken on a server."""


def lacking() -> tuple[str, ...]:
    """What the database lacks, as ``site.0001_site``; the open connection is asked."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(_last(executor))
    return tuple(f"{migration.app_label}.{migration.name}" for migration, _ in plan)


def newer() -> tuple[str, ...]:
    """What a newer Klausur has done to the database and this one does not know."""
    loader = MigrationExecutor(connection).loader
    here = {config.label for config in apps.get_app_configs()} - {EXAM}
    ahead = set(loader.applied_migrations) - set(loader.disk_migrations)
    return tuple(sorted(f"{app}.{name}" for app, name in ahead if app in here))


def bring_up_to_date() -> bool:
    """Do what is lacking; whether anything was.

    Raises:
        RefusedError: a newer Klausur wrote the database.
    """
    with _alone():
        ahead = newer()
        if ahead:
            raise RefusedError(
                f"the site's database was written by a newer Klausur ({ahead[-1]})",
                "upgrade Klausur: pip install --upgrade klausur",
            )
        executor = MigrationExecutor(connection)
        if not executor.migration_plan(_last(executor)):
            return False
        # SQLite cannot leave foreign keys unchecked, as altering tables needs it, from inside a transaction.
        with connection.constraint_checks_disabled(), transaction.atomic():
            executor.migrate(_last(executor))
        emit_post_migrate_signal(0, interactive=False, db=DEFAULT_DB_ALIAS)
        return True


def _last(executor: MigrationExecutor) -> list[tuple[str, str]]:
    return [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] != EXAM]


@contextmanager
def _alone() -> Iterator[None]:
    """Wait until nobody else does the same, here or, where the database is on a server, elsewhere."""
    if connection.vendor == "sqlite":
        with alone(settings.KLAUSUR_HOME.root):
            yield
        return
    with connection.cursor() as cursor:
        # Held by the connection and not by a transaction: some steps have transactions of their own.
        cursor.execute("SELECT pg_advisory_lock(%s)", [server.lock_key(_NAME)])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [server.lock_key(_NAME)])
