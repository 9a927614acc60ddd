"""The records' place in an exam folder: ``.klausur/`` with the database, the key and the kept scans.

    .klausur/
        .gitignore       everything here stays out of version control
        db.sqlite3       all rows; or
        records.toml     which schema of a PostgreSQL server has them
        key              32 random bytes that sign the page codes, for the owner's eyes only (mode 0600)
        scans/<sha256>   a copy of every scanned file; or
        objects.toml     which folder of an object store has the copies: klausur.store.scan_copies
        unplaced/        the images that a person must look at
        watched.json     files of a scan station that need not be opened again; may be lost

What a folder has decides where its records are; where it has none yet, the environment variable
KLAUSUR_DATABASE does. Folders can be opened by many threads at once, and several by one thread.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from django.db import DatabaseError, OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from klausur.base import guard
from klausur.base.alone import alone
from klausur.base.errors import NotFoundError, ToolError
from klausur.paper.code import KEY_BYTES
from klausur.store import connections, jobs, lock, server, sqlite, unsafe_folders, unsealed_rows, upgrade
from klausur.store.connections import Database

NAME = ".klausur"

_WITHIN: ContextVar[tuple[Path, Database] | None] = ContextVar("klausur_within", default=None)
"""The folder that was opened last around what runs here, and its database."""


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
    def named(self) -> Path:
        """The file that names the schema on a server, where the rows are on one."""
        return self.root / server.FILE

    @property
    def there(self) -> bool:
        """Whether there are records."""
        return self.database.is_file() or self.named.is_file()

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
    """Open the records of an exam folder, and close them again; until then, queries here go to them.

    Args:
        exam: the exam folder.
        create: make the records if there are none yet.

    Raises:
        NotFoundError: there is no such folder, or it has no records and ``create`` is not set.
        RefusedError: a newer Klausur wrote the records, the folder is on a drive where SQLite is unsafe, or
            it is a copy of one whose records are on a server.
        ToolError: the records are damaged or cannot be written.
        RuntimeError: a transaction of `writing` is open: opening may take long.
    """
    records = Records(exam)
    guard.refuse_if_locked(f"opening {exam}")
    within = _WITHIN.get()
    if within is not None and within[0] == exam and connections.is_open(within[1]):
        yield records  # it was looked at when it was opened around this
        return
    try:
        _look(records, create=create)
    except OSError as error:
        raise ToolError(
            f"{error.filename or exam} cannot be used: {error.strerror}",
            "look at the rights of the exam folder",
        ) from error
    with _on_server(records) if _is_on_server(records) else _in_file(records):
        token = _WITHIN.set((exam, connections.database()))
        try:
            yield records
        finally:
            _WITHIN.reset(token)


@contextmanager
def writing(*, keep: bool = True, outlasts: bool = True, together: bool = False) -> Iterator[None]:
    """One transaction that holds the lock of the open exam's records: all of its rows are written, or none.

    Whoever else wants to write waits, in other processes too, so what is looked up inside still holds when
    it is written. Nothing slow belongs inside: see `klausur.base.guard`. Whoever appends rows says so at the
    end with an event of the audit trail, which seals them: `klausur.store.audit.append`.

    Args:
        keep: take everything back at the end if not set: what would be recorded, and nothing is.
        outlasts: wait until it would outlast a power cut; leases need not, which then cost no disk's time.
        together: wait for no statement on a server whose answer nobody asks for, as
            `klausur.store.compiled.together` has it: for what many people do at once.

    Raises:
        ToolError: the database cannot be written (locked by another Klausur, disk full, read-only).
        LapsedError, DoneAlreadyError: what is worked at here is another worker's job now, or done
            (`klausur.store.jobs`).
        RuntimeError: this thread is inside one already, or rows were appended and no event says so.
    """
    here = connections.database()
    guard.refuse_if_locked("writing()")
    try:
        connections.point()
        with lock.taken(here, outlasts=outlasts, together=together):
            jobs.fence()
            with unsealed_rows.collecting():
                yield
            transaction.set_rollback(not keep, using=here.alias)
    except OperationalError as error:
        raise ToolError(
            f"{here.shown} cannot be written: {error}",
            "look for another Klausur at work here, and at free space and rights",
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
        guard.refuse_if_locked("making a key")
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


def _look(records: Records, *, create: bool) -> None:
    """See that there is a folder, and records or leave to make them, and make the folders in it."""
    exam = records.exam
    if not exam.is_dir():
        raise NotFoundError(f"{exam} is no folder", "name the exam's folder, or go there")
    if not records.there:
        if not create:
            raise NotFoundError(
                f"{exam} has no records: nothing was printed yet", "run 'klausur print' first"
            )
        if server.address() is None:
            unsafe_folders.refuse(exam)
    for folder in (records.root, records.scans, records.unplaced):
        if not folder.is_dir():
            folder.mkdir(mode=0o700, exist_ok=True)
    ignore = records.root / ".gitignore"
    if not ignore.exists() or not ignore.stat().st_size:  # who is killed while it is written leaves it empty
        ignore.write_text("*\n", encoding="ascii")


def _is_on_server(records: Records) -> bool:
    return records.named.is_file() or (server.address() is not None and not records.database.is_file())


@contextmanager
def _on_server(records: Records) -> Iterator[BaseDatabaseWrapper]:
    if not records.named.is_file():
        with alone(records.root):
            if not records.named.is_file():  # another process may have made it while this one waited
                server.create(records.named)
    database = server.database(records.named)
    with connections.entered(database) as connection:
        try:
            server.verify(database, records.named)
        except DatabaseError as error:
            raise server.unusable(database, error) from error
        yield connection


@contextmanager
def _in_file(records: Records) -> Iterator[BaseDatabaseWrapper]:
    unsafe_folders.refuse(records.root)
    database = sqlite.database(records.database)
    with connections.entered(database) as connection:
        try:
            if not _has_mark(connection, records):
                with alone(records.root), connection.cursor() as cursor:
                    cursor.execute("PRAGMA user_version")
                    if cursor.fetchone() != (upgrade.mark(),):  # another process may have done it meanwhile
                        upgrade.bring_up_to_date(str(records.database))
                        cursor.execute(f"PRAGMA user_version = {upgrade.mark()}")
        except (DatabaseError, sqlite3.DatabaseError) as error:
            raise sqlite.unusable(records.database, error) from error
        yield connection


def _has_mark(connection: BaseDatabaseWrapper, records: Records) -> bool:
    """Whether the file is known to be up to date. One that another process just makes may not even open."""
    if not records.database.is_file():
        return False
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA user_version")
            return bool(cursor.fetchone() == (upgrade.mark(),))
    except OperationalError:
        connection.close()
        return False
