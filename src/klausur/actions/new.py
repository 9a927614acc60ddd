"""Begin an exam: a folder with a small exam that checks and prints, or with an old one for another day."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from klausur.base.errors import RefusedError
from klausur.exam import from_old, scaffold, source
from klausur.exam.scaffold import StarterKind
from klausur.roster import made_up
from klausur.roster.model import Candidate

LIST = "example-list.csv"
"""A list to try with. It is not called as a list of candidates is, so that nobody prints for it unasked."""

PEOPLE = 12


@dataclass(frozen=True, slots=True)
class Begun:
    """The files that were written, and for when.

    ``made_up`` is the list of made-up candidates, if one was written; ``seen`` are the questions, by number
    and title, that were asked in the old exam.
    """

    folder: Path
    files: tuple[Path, ...]
    date: date
    made_up: Path | None = None
    seen: tuple[str, ...] = ()


def new(
    folder: Path,
    *,
    kind: StarterKind = StarterKind.MIXED,
    language: str = "en",
    today: date | None = None,
) -> Begun:
    """Write a small exam, dated in the future, with a list, rooms, evidence and a checklist for the day.

    Raises:
        UsageError: there is a file of that name, or no such exam in this language.
        RefusedError: the folder holds something already.
        KlausurError: the folder cannot be written.
    """
    day = scaffold.some_day(today or date.today())  # noqa: DTZ011 - the day where the author is
    written = scaffold.put(folder, scaffold.files(day, kind=kind, language=language))
    people = folder / LIST
    made_up.write([_unseated(person) for person in made_up.made_up(PEOPLE, 1)], people)
    return Begun(folder, (*written, people), day, made_up=people)


def new_from(folder: Path, old: Path, *, resit: bool = False, today: date | None = None) -> Begun:
    """Write an old exam's source for another day; dates, numbers, list and records stay behind.

    With ``resit`` it is noted which questions candidates have seen, and `check` names those that still stand.

    Raises:
        NotFoundError: there is no old exam.
        RefusedError: the folder holds something already, or a resit's old exam cannot be read.
        UsageError: there is a file of that name.
        KlausurError: the folder cannot be written.
    """
    day = scaffold.some_day(today or date.today())  # noqa: DTZ011 - the same
    files = from_old.files(old, day)
    parsed = source.parse(old) if resit else None
    if parsed is not None and parsed.exam is None:
        raise RefusedError(
            f"what {old} asked cannot be read", f"mend it first: klausur check {old}; or leave --resit out"
        )
    asked = None if parsed is None else parsed.exam
    if asked is not None:
        files[from_old.SEEN] = from_old.seen(asked)
    written = scaffold.put(folder, files)
    named = () if asked is None else tuple(f"{q.number} {q.title}".strip() for q in asked.questions)
    return Begun(folder, written, day, seen=named)


def _unseated(person: Candidate) -> Candidate:
    """Rooms and seats come from rooms.toml."""
    return replace(person, room="", seat="")
