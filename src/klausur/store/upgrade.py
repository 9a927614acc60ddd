"""Bringing an exam's database to the form that this Klausur knows, and telling cheaply that it has it."""

import pkgutil
from functools import cache
from zlib import crc32

from django.db import transaction
from django.db.migrations.executor import MigrationExecutor

from klausur.base.errors import RefusedError
from klausur.store import migrations
from klausur.store.connections import connection


@cache
def names() -> frozenset[str]:
    """The names of all migrations of this Klausur."""
    return frozenset(module.name for module in pkgutil.iter_modules(migrations.__path__))


@cache
def mark() -> int:
    """A number that stands for all migrations of this Klausur, from 1 to 2**31 - 1.

    A database that carries it needs none of them: looking for it costs one small query, and asking Django
    for a plan some milliseconds.
    """
    return crc32("\n".join(sorted(names())).encode()) % (2**31 - 1) + 1


def bring_up_to_date(shown: str) -> None:
    """Apply the migrations that the open exam's database lacks; the caller keeps others from doing the same.

    All of them in one transaction: Django notes some of them as applied after the transaction of their own,
    and who is killed between the two would leave tables that are there already.

    Args:
        shown: what to call the database.

    Raises:
        RefusedError: a newer Klausur wrote it.
    """
    here = connection()
    executor = MigrationExecutor(here)
    ahead = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
    newer = sorted(name for app, name in ahead if app == "store")
    if newer:
        raise RefusedError(
            f"{shown} was written by a newer Klausur ({newer[-1]})",
            "upgrade Klausur: pip install --upgrade klausur",
        )
    last = executor.loader.graph.leaf_nodes("store")  # a site has tables of its own elsewhere
    if executor.migration_plan(last):
        # SQLite cannot leave foreign keys unchecked, as altering tables needs it, from inside a transaction.
        with here.constraint_checks_disabled(), transaction.atomic(using=here.alias):
            executor.migrate(last)
