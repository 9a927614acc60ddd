"""Upgrade: an exam's records brought to the form that this Klausur knows, before they are next opened.

It happens in one transaction (`klausur.store.upgrade`): who is killed meanwhile leaves what was there before.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from klausur.base.errors import NotFoundError, RefusedError, ToolError
from klausur.store import server, upgrade
from klausur.store.connections import connection, entered
from klausur.store.folder import Records, opened

_APPLIED = "SELECT name FROM django_migrations WHERE app = 'store'"


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What was, or would be, done to the records of a folder: the names of the changes, in their order."""

    folder: Path
    changes: tuple[str, ...]
    done: bool


def upgrade_exam(folder: Path, *, dry_run: bool = False) -> Upgraded:
    """Bring an exam's records up to date, or say what that would do.

    Raises:
        NotFoundError: the folder has no records.
        RefusedError: a newer Klausur wrote them.
        ToolError: they cannot be read.
    """
    records = Records(folder)
    if not records.there:
        raise NotFoundError(f"{folder} has no records: nothing was printed yet", "run 'klausur print' first")
    there = applied(records)
    newer = sorted(there - upgrade.names())
    if newer:
        raise RefusedError(
            f"{folder} was written by a newer Klausur ({newer[-1]})",
            "upgrade Klausur: pip install --upgrade klausur",
        )
    changes = tuple(sorted(upgrade.names() - there))
    if changes and not dry_run:
        with opened(folder):
            pass
    return Upgraded(folder, changes, bool(changes) and not dry_run)


def applied(records: Records) -> frozenset[str]:
    """The names of the changes that records have, which are looked at and not opened.

    Raises:
        ToolError: the file is damaged, or no server is named.
        DatabaseError: the server does not answer, or does not have them.
    """
    if records.named.is_file():
        with entered(server.database(records.named)), connection().cursor() as cursor:
            cursor.execute(_APPLIED)
            return frozenset(name for (name,) in cursor.fetchall())
    try:
        with closing(looked_at(records.database)) as link:
            return frozenset(name for (name,) in link.execute(_APPLIED))
    except sqlite3.DatabaseError as error:
        raise ToolError(
            f"{records.database} cannot be used: {error}",
            "restore it from a backup: what it holds is damaged",
        ) from error


def looked_at(file: Path) -> sqlite3.Connection:
    """A SQLite file, to be read alone."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
