"""Doctor: what ails this installation, or an exam's folder, and the command that mends each.

It looks and changes nothing: neither are records opened, which would bring them up to date, nor is anything
computed anew, which `klausur verify` does. What ails a site stands in `klausur.site.doctor`.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from re import match
from shlex import quote

from django.db import DatabaseError

from klausur.actions.upgrade import applied, looked_at
from klausur.base.diagnostics import Severity
from klausur.base.errors import KlausurError, RefusedError, ToolError
from klausur.exam import trust
from klausur.exam.evidence import confined
from klausur.paper.code import KEY_BYTES
from klausur.store import scan_copies, server, unsafe_folders, upgrade
from klausur.store.connections import connection, entered
from klausur.store.folder import Records

AILMENTS: dict[str, Severity] = {
    "package-missing": Severity.ERROR,
    "pandoc-broken": Severity.ERROR,
    "disk-full": Severity.WARNING,
    "settings-wrong": Severity.ERROR,
    "never-served": Severity.ERROR,
    "programs-see-files": Severity.WARNING,
    "exam-unreadable": Severity.ERROR,
    "folder-unsafe": Severity.ERROR,
    "records-open": Severity.WARNING,
    "key-lost": Severity.ERROR,
    "key-open": Severity.WARNING,
    "records-damaged": Severity.ERROR,
    "records-older": Severity.WARNING,
    "records-newer": Severity.ERROR,
    "server-unnamed": Severity.ERROR,
    "server-silent": Severity.ERROR,
    "schema-gone": Severity.ERROR,
    "scan-lost": Severity.ERROR,
    "files-silent": Severity.ERROR,
    "programs-untrusted": Severity.WARNING,
    "under-git": Severity.WARNING,
}
"""What is looked for here, and how bad it is: an error stops work, a warning is unsafe or will stop it."""

LITTLE = 1 << 30
"""Bytes that should be free on a disk: a pile of scans has as much."""

OTHERS = 0o077
"""The rights of all but the owner."""


@dataclass(frozen=True, slots=True)
class Ailment:
    """Something that is missing, misconfigured or unsafe.

    Attributes:
        name: one of `AILMENTS`, or of `klausur.site.doctor.AILMENTS`.
        severity: how bad it is.
        where: file, folder or part.
        what: is the matter, in words.
        mend: the command that mends it, or what to do.
    """

    name: str
    severity: Severity
    where: str
    what: str
    mend: str


def found(name: str, where: object, what: str, mend: str) -> Ailment:
    """Something of this module's table."""
    return Ailment(name, AILMENTS[name], str(where), what, mend)


def installation(place: Path) -> Iterator[Ailment]:
    """What ails Klausur itself on this machine, and the disk that a folder is on."""
    for package in _missing():
        yield found("package-missing", package, "is not installed", f"pip install {quote(package)}")
    yield from _pandoc()
    free = shutil.disk_usage(place).free
    if free < LITTLE:
        yield found(
            "disk-full",
            place,
            f"has {free >> 20} MiB left, and a pile of scans needs more",
            "make room; for exams that are over: klausur tidy DIR --link SCANS, klausur archive DIR -o FILE",
        )


def before_start(root: Path, wrong: KlausurError | None) -> Iterator[Ailment]:
    """What keeps the site of a home from being looked at: its settings, if they are ``wrong``."""
    if wrong is None:
        yield found("never-served", root, "was never served", f"klausur serve {quote(str(root))}")
    else:
        yield found("settings-wrong", root, str(wrong), wrong.remedy)


def exam(folder: Path) -> Iterator[Ailment]:
    """What ails an exam's folder."""
    toml = folder / "exam.toml"
    try:
        toml.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        yield found("exam-unreadable", toml, str(error), f"klausur check {quote(str(folder))}")
    records = Records(folder)
    if records.named.is_file():
        yield from _on_server(records)
    else:
        yield from _in_file(records)
    if records.there:
        yield from _kept(records)
    yield from _programs(folder)


def open_to_others(path: Path, name: str, why: str) -> Iterator[Ailment]:
    """A file or folder that others on this machine can read, and should not; ``name`` of the table."""
    if os.name == "posix" and path.exists() and path.stat().st_mode & OTHERS:
        yield found(name, path, why, f"chmod go= {quote(str(path))}")


def _missing() -> Iterator[str]:
    """The packages that Klausur works with and that are not here."""
    try:
        wanted = requires("klausur") or ()
    except PackageNotFoundError:  # a checkout that was never installed
        return
    for each in wanted:
        name = match(r"[\w.-]+", each)
        if name is None or "extra ==" in each:
            continue
        try:
            version(name[0])
        except PackageNotFoundError:
            yield name[0]


def _pandoc() -> Iterator[Ailment]:
    import pypandoc  # noqa: PLC0415 - it looks for its program

    try:
        pypandoc.get_pandoc_version()
    except OSError as error:
        yield found(
            "pandoc-broken",
            "pandoc",
            f"does not start: {error}",
            "pip install --force-reinstall pypandoc_binary",
        )


def _in_file(records: Records) -> Iterator[Ailment]:
    try:
        unsafe_folders.refuse(records.exam)
    except RefusedError as error:
        yield found("folder-unsafe", records.exam, str(error), error.remedy)
    if records.database.is_file():
        yield from _file(records)


def _file(records: Records) -> Iterator[Ailment]:
    shown = quote(str(records.exam))
    lost = "klausur restore ARCHIVE -o DIR; and keep this folder until that is done"
    try:
        with closing(looked_at(records.database)) as link:
            (said,) = link.execute("PRAGMA quick_check(1)").fetchone()
        there = applied(records)
    except (sqlite3.DatabaseError, ToolError) as error:
        yield found("records-damaged", records.database, f"cannot be read: {error}", lost)
        return
    if said != "ok":
        yield found("records-damaged", records.database, f"is damaged: {said}", lost)
    yield from _form(there, records.database, shown)


def _form(there: frozenset[str], where: object, shown: str) -> Iterator[Ailment]:
    known = upgrade.names()
    newer = sorted(there - known)
    if newer:
        yield found(
            "records-newer",
            where,
            f"were written by a newer Klausur ({newer[-1]})",
            "pip install --upgrade klausur",
        )
    elif known - there:
        yield found(
            "records-older",
            where,
            f"have the form of an older Klausur, and lack {len(known - there)} of its changes",
            f"klausur upgrade {shown}",
        )


def _on_server(records: Records) -> Iterator[Ailment]:
    if server.address() is None:
        yield found(
            "server-unnamed",
            records.named,
            "names a schema of a PostgreSQL server, and no server is named",
            f"export {server.VARIABLE}=postgresql://user@host/database",
        )
        return
    try:
        database = server.database(records.named)
        with entered(database), connection().cursor() as cursor:
            cursor.execute("SELECT to_regnamespace(%s) IS NOT NULL", [database.schema])
            if not cursor.fetchone()[0]:
                yield found(
                    "schema-gone",
                    records.named,
                    f"names {database.schema}, which the server does not have",
                    f"see that {server.VARIABLE} names the right server, or klausur restore ARCHIVE -o DIR",
                )
                return
        there = applied(records)
    except (DatabaseError, KlausurError) as error:
        yield found(
            "server-silent", server.VARIABLE, str(error).strip(), "see that the server runs and lets you in"
        )
        return
    yield from _form(there, records.named, quote(str(records.exam)))


def _kept(records: Records) -> Iterator[Ailment]:
    """What lies beside the rows: the key, the copies of scans, and who can read them."""
    key, root = records.key_file, records.root
    if not key.is_file() or key.stat().st_size != KEY_BYTES:
        yield found(
            "key-lost",
            key,
            "is lost or damaged: without it no printed page can be recognised",
            "put it back from a backup",
        )
    yield from open_to_others(key, "key-open", "who has the key can print pages that pass for yours")
    yield from open_to_others(root, "records-open", "all accounts of this machine can look into the records")
    if (records.exam / ".git").exists() and not (root / ".gitignore").is_file():
        yield found(
            "under-git",
            root,
            "would get into version control",
            f"echo '*' > {quote(str(root / '.gitignore'))}",
        )
    if records.database.is_file():
        yield from _scans(records)


def _scans(records: Records) -> Iterator[Ailment]:
    try:
        with closing(looked_at(records.database)) as link:
            rows = link.execute("SELECT sha256, name FROM store_scannedfile").fetchall()
    except sqlite3.DatabaseError:
        return  # told above
    try:
        there = scan_copies.there(records)
    except KlausurError as error:
        yield found("files-silent", scan_copies.named(records), str(error), error.remedy)
        return
    lost = [name for sha256, name in rows if sha256 not in there]
    if lost:
        yield found(
            "scan-lost",
            records.scans,
            f"lacks the copy of {lost[0]}" + (f" and of {len(lost) - 1} more" if lost[1:] else ""),
            f"put it back from a backup, then klausur verify {quote(str(records.exam))} --scans",
        )


def _programs(folder: Path) -> Iterator[Ailment]:
    programs = trust.programs(folder)
    if not programs or trust.is_shipped(folder):
        return
    if not trust.is_trusted(folder):
        yield found(
            "programs-untrusted",
            folder,
            f"holds {len(programs)} programs that nobody has trusted, and none of them runs",
            f"klausur trust {quote(str(folder))}",
        )
    done = confined.done_here()
    if not {"files", "network"} <= done:
        yield found(
            "programs-see-files",
            folder,
            "its programs run with your files or the network, which this system does not take away",
            "trust the programs of people you know alone; on Linux let user namespaces be made: "
            "sysctl kernel.unprivileged_userns_clone=1",
        )
