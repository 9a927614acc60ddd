"""An exam's records in a SQLite file: how it is opened, and what its errors mean."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.db import DatabaseError, OperationalError

from klausur.base.errors import ToolError
from klausur.store import connections
from klausur.store.connections import Database, connection

BUSY = 20
"""Seconds that a writer waits for another one; longer than any transaction here."""

TO_DISK = getattr(os, "fdatasync", os.fsync)
"""Waits until what was written to an open file would outlast a power cut."""

_NAMED: dict[Path, int] = {}
"""When each folder whose files' names were written to the disk had last changed, in ns."""


def database(file: Path) -> Database:
    """The database in a file, which need not be there yet."""
    place = str(file.resolve())
    return Database(
        alias=f"file {place}",
        settings={
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": place,
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # Writers take the lock when they begin, so that what a transaction has looked up still holds
                # when it writes; readers go on beside them (WAL).
                "transaction_mode": "IMMEDIATE",
                "timeout": BUSY,
                "init_command": ("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"),
            },
        },
        schema="",
        shown=str(file),
    )


@contextmanager
def impatient() -> Iterator[None]:
    """Be told at once where another one writes."""
    with connection().cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=0")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout={1000 * BUSY}")


def is_busy(error: DatabaseError) -> bool:
    """Whether another one writes."""
    return str(getattr(error.__cause__, "sqlite_errorname", "")).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


@contextmanager
def unsynchronised() -> Iterator[None]:
    """Have a transaction not wait for the disk: `to_disk` has its rows there, and all that came before.

    Raises:
        RuntimeError: one is open already.
    """
    if connection().in_atomic_block:
        raise RuntimeError("a transaction is open already")
    with connection().cursor() as cursor:
        cursor.execute("PRAGMA synchronous=NORMAL")
        try:
            yield
        finally:
            cursor.execute("PRAGMA synchronous=FULL")


def to_disk(file: Path) -> None:
    """Wait until all that was committed to a file would outlast a power cut.

    It is in the file's log; where that is gone, whoever was the last to close it has had the file written. No
    lock is on the log, so it may be opened by other means than SQLite's.

    Raises:
        OSError: the disk did not take it.
    """
    try:
        log = os.open(f"{file}-wal", os.O_RDWR)
    except FileNotFoundError:
        return
    try:
        TO_DISK(log)
    finally:
        os.close(log)
    if os.name == "posix":  # elsewhere a folder cannot be opened
        _names_to_disk(file.parent)


def _names_to_disk(folder: Path) -> None:
    """The same for the names of a folder's files, a new log's among them, if some have come or gone."""
    changed = folder.stat().st_mtime_ns
    if _NAMED.get(folder) == changed:
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
    _NAMED[folder] = changed


def forget_deleted() -> None:
    """Have no row that was deleted be found in the open exam's file or its log any more.

    The file is written anew. Where somebody else is at it just then, that is left to the next time; a server
    sees to its own.
    """
    if connections.database().schema:
        return
    with suppress(OperationalError), connection().cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def unusable(file: Path, error: DatabaseError | sqlite3.DatabaseError) -> ToolError:
    """What a person is told of an error, by SQLite's own name for it: only damage asks for a backup."""
    name = str(getattr(error.__cause__ or error, "sqlite_errorname", ""))
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return ToolError(
            f"{file} cannot be opened for writing: {error}",
            "look at the rights of the folder and of the files in it; nothing of what is recorded is lost",
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return ToolError(
            f"{file} is held by another program: {error}", "look for another Klausur at work here; try again"
        )
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        return ToolError(f"{file} cannot be used: {error}", "look at the disk and its free space")
    return ToolError(f"{file} cannot be used: {error}", "restore it from a backup: what it holds is damaged")
