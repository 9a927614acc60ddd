"""What an exam folder holds, and what is wrong with it, for trials that were killed."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.models import DateTimeField, Field, QuerySet
from tests.cast import EXAMINER

from klausur.actions import grade, up_to_date
from klausur.actions.candidates import listing
from klausur.actions.log import log
from klausur.actions.print_folder import place_of
from klausur.actions.verify import verify
from klausur.actions.waiting import waiting
from klausur.base.errors import NotFoundError
from klausur.state.facts import Papers
from klausur.store import audit, looks, printings
from klausur.store.folder import Records, opened

FOLLOWS_TIME = {"digest", "before", "rows", "gone", "files", "layout_digest"}
"""Columns that hold digests of times and of files that hold times."""


def dump(folder: Path) -> dict[str, Any]:
    """All rows by table, without times and what follows from them; of an incomplete file, its tables."""
    made = _tables(Records(folder).database)
    if made is not None and not any("store_auditevent" in table for table in made):
        return {"tables": made}
    if not _finished(folder):
        return {"tables": made}
    found: dict[str, Any] = {}
    with opened(folder):
        for model in apps.get_app_config("store").get_models():
            meta = model._meta  # noqa: SLF001 - Django documents it
            names = [f.attname for f in meta.concrete_fields if not _follows_time(f)]
            rows: QuerySet[Any, Any] = QuerySet(model).order_by("pk").values_list(*names)
            found[meta.db_table] = [[_plain(value) for value in row] for row in rows]
    return found


def _tables(file: Path) -> list[str] | None:
    """The tables and columns in a SQLite file, looked at without bringing it up to date."""
    if not file.is_file():
        return None
    with closing(sqlite3.connect(file)) as base:
        return [str(row) for row in base.execute("SELECT name, sql FROM sqlite_master ORDER BY name")]


def _follows_time(column: "Field[Any, Any]") -> bool:
    return isinstance(column, DateTimeField) or column.name in FOLLOWS_TIME


def _plain(value: object) -> object:
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    return value if isinstance(value, str | int | float | None) else repr(value)


def outcome(folder: Path) -> str:
    """What people see: the table of results, what waits, and the list of candidates."""
    if not _finished(folder):
        return ""
    with opened(folder) as records:
        frame = up_to_date.look(records)
        results = grade.computed(folder, frame)
        read = looks.answers()
    people = [
        (p.enrolled.candidate, p.enrolled.standing, p.booklets, p.booklet) for p in listing(folder).people
    ]
    return repr((results.results, results.source_changed, read, waiting(folder), people)).replace(
        str(folder), "FOLDER"
    )


def served(folder: Path) -> str:
    """Who has how many booklets and which grade: what is the same whatever numbers a killed printing took."""
    if not _finished(folder):
        return ""
    with opened(folder) as records:
        rows = grade.computed(folder, up_to_date.look(records)).results.rows
    people = [(p.enrolled.candidate.registration, len(p.booklets)) for p in listing(folder).people]
    return repr(
        (people, sorted((row.registration, row.total, row.grade) for row in rows if row.registration))
    )


def wrong(folder: Path, *, done: bool = False) -> Iterator[str]:
    """What is wrong with a folder; ``done``: nobody was killed since, so that nothing is left lying about."""
    records = Records(folder)
    ignore = records.root / ".gitignore"
    secret = records.there or records.key_file.exists()
    if secret and not (ignore.is_file() and ignore.read_text() == "*\n"):
        yield "the records do not stay out of version control"
    if _finished(folder):
        found = verify(folder, actor=EXAMINER)
        yield from found.state
        yield from found.trail
        yield from log(folder, verify=True).wrong or ()
        with opened(folder):
            papers = printings.papers()
        yield from _printed(records, papers, done=done)
    if done:
        yield from (f"{path.relative_to(folder)} is left" for path in _left(folder))


def _printed(records: Records, papers: Papers, *, done: bool) -> Iterator[str]:
    named = [b.candidate.registration for b in papers.booklets if b.candidate is not None]
    if done and len(named) != len(set(named)):
        yield f"somebody has two booklets: {named}"
    for printing in papers.finished:
        try:
            place = place_of(records.exam, printing)
        except NotFoundError:
            place = records.root / "printing" / str(printing.number)
            if done and printing.files:
                yield f"printing {printing.number} was not put in place"
        for name, digest in printing.files:
            path = place / name
            if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
                yield f"{path} is not as it was printed"
    readme = records.exam / "print/README.txt"
    if done and papers.finished and papers.finished[0].files:
        text = readme.read_text("utf-8") if readme.is_file() else ""
        yield from (
            f"{readme} lacks printing {p.number}" for p in papers.finished if f"-{p.number}" not in text
        )
        if not (records.exam / "printed.toml").is_file():
            yield "printed.toml is not there"


def _left(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        name = path.name
        if (
            name.endswith((".part", ".new"))
            or name.startswith("archive-")
            or (name.startswith(".") and name not in {".klausur", ".gitignore"})
            or path.parent in {folder / ".klausur/printing", folder / ".klausur/archiving"}
        ):
            yield path


def _finished(folder: Path) -> bool:
    """Whether there are records, and something was printed by them."""
    if not Records(folder).there:
        return False
    with opened(folder):
        return printings.begun()


def head(folder: Path) -> str:
    """The newest event."""
    with opened(folder):
        return str(audit.head())
