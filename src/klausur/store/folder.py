"""The records' place in an exam folder: ``.klausur/`` with the database, the key and the kept scans.

    .klausur/
        .gitignore       everything here stays out of version control
        db.sqlite3       all rows
        key              32 random bytes that sign the page codes, for the owner's eyes only (mode 0600)
        scans/<sha256>   a copy of every scanned file
        unplaced/        the images that a person must look at
        watched.json     files of a scan station that need not be opened again; may be lost

Opening a folder points Django at its database and brings it up to date. One folder is open at a time.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from klausur.base.errors import NotFoundError, RefusedError, ToolError
from klausur.paper.code import KEY_BYTES
from klausur.store.settings import NOWHERE

NAME = ".klausur"


@dataclass(frozen=True, slots=True)
class Records:
    """The places of one exam folder's records."""

    exam: Path

    @property
    def root(self) -> Path:
        """The folder of the records."""
        return self.exam / NAME

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.root / "db.sqlite3"

    @property
    def scans(self) -> Path:
        """Copies of all scanned files, named by their SHA-256."""
        return self.root / "scans"

    @property
    def unplaced(self) -> Path:
        """Images that a person must look at."""
        return self.root / "unplaced"

    @property
    def key_file(self) -> Path:
        """The key of the page codes."""
        return self.root / "key"


@contextmanager
def opened(exam: Path, *, create: bool = False) -> Iterator[Records]:
    """Open the records of an exam folder, and close them again.

    Args:
        exam: the exam folder.
        create: make the records if there are none yet.

    Raises:
        NotFoundError: there is no such folder, or it has no records and ``create`` is not set.
        RefusedError: a newer Klausur wrote the records.
        ToolError: the records are damaged or cannot be written.
    """
    records = Records(exam)
    if not exam.is_dir():
        raise NotFoundError(f"{exam} is no folder", "name the exam's folder, or go there")
    if not create and not records.database.is_file():
        raise NotFoundError(f"{exam} has no records: nothing was printed yet", "run 'klausur print' first")
    if connection.settings_dict["NAME"] != NOWHERE:
        raise RuntimeError(f"{connection.settings_dict['NAME']} is still open")
    _make(records)
    connection.settings_dict["NAME"] = str(records.database)
    try:
        _bring_up_to_date(records)
        yield records
    finally:
        connection.close()
        connection.settings_dict["NAME"] = NOWHERE


@contextmanager
def writing(*, keep: bool = True) -> Iterator[None]:
    """One transaction: all of its rows are written, or none.

    Args:
        keep: take everything back at the end if not set: what would be recorded, and nothing is.

    Raises:
        ToolError: the database cannot be written (locked by another Klausur, disk full, read-only).
    """
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(not keep)
    except OperationalError as error:
        raise ToolError(
            f"{connection.settings_dict['NAME']} cannot be written: {error}",
            "look for another Klausur at work here, and at the free space and rights of the folder",
        ) from error


def key(records: Records, *, create: bool = False, seed: bytes | None = None) -> bytes:
    """The key of the page codes.

    Args:
        records: the open records.
        create: make the key if there is none; only before anything was printed with another one.
        seed: the new key itself, for a trial that can be repeated; random if None.

    Raises:
        ToolError: the key is lost or damaged.
    """
    path = records.key_file
    if create and not path.exists():
        fresh = secrets.token_bytes(KEY_BYTES) if seed is None else seed
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        part.write_bytes(fresh)
        part.replace(path)  # whoever is killed before this leaves no half key behind
    try:
        found = path.read_bytes()
    except FileNotFoundError:
        found = b""
    if len(found) != KEY_BYTES:
        raise ToolError(
            f"{path} is lost or damaged: without it no printed page can be recognised",
            "restore it from a backup",
        )
    return found


def _make(records: Records) -> None:
    try:
        for folder in (records.root, records.scans, records.unplaced):
            folder.mkdir(mode=0o700, exist_ok=True)
        ignore = records.root / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="ascii")
    except OSError as error:
        raise ToolError(
            f"{records.root} cannot be written: {error.strerror}", "look at the rights of the exam folder"
        ) from error


def _bring_up_to_date(records: Records) -> None:
    try:
        executor = MigrationExecutor(connection)
        known = set(executor.loader.disk_migrations)
        newer = sorted(
            name for app, name in set(executor.loader.applied_migrations) - known if app == "store"
        )
        if newer:
            raise RefusedError(
                f"{records.database} was written by a newer Klausur ({newer[-1]})",
                "upgrade Klausur: pip install --upgrade klausur",
            )
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0, interactive=False)
    except (DatabaseError, sqlite3.DatabaseError) as error:
        raise ToolError(
            f"{records.database} cannot be used: {error}",
            "restore it from a backup, or look at the rights and free space of the folder",
        ) from error
