"""A verb killed at every one of its write points: what is found then, and what another try comes to."""

import hashlib
import pickle
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.actions.kill_looks import dump, outcome, wrong
from tests.actions.kill_points import Work, apart, counted
from tests.exams import copy_exam

from klausur.base.errors import KlausurError


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that is done to an exam folder.

    Attributes:
        name: what it is called in figures.
        work: does it.
        prepare: is done before, in peace.
        see: what people see in the end, which must be the same after a kill and another try.
        once: it is one transaction: killed anywhere, all of it is recorded or nothing.
        same: all rows are the same after a kill and another try, not only what people see.
    """

    name: str
    work: Work
    prepare: Work | None = None
    see: Callable[[Path], str] = outcome
    once: bool = True
    same: bool = False


@dataclass(frozen=True, slots=True)
class Killed:
    """What came of a verb that was killed at each of its write points.

    ``points`` is how many there are; ``apart`` how many different folders the kills left, each of which was
    gone on with; ``refused`` how often the second try was refused, with what people were told.
    """

    verb: str
    points: int
    apart: int
    refused: dict[str, int]
    found: tuple[str, ...]


def enumerated(verb: Verb, prepared: Path, room: Path, *, each: bool = True) -> Killed:
    """Kill a verb at every write point, look, and do it again.

    A kill that leaves the same rows and files as an earlier one is not gone on with: it would come to the
    same.

    Args:
        verb: what is done.
        prepared: the exam folder that is copied for each trial.
        room: a folder for the copies, made and removed here.
        each: verify after each kill; otherwise where no earlier one has left the same rows and files.
    """
    name = prepared.name  # an exam is called by its folder
    start = _copied(prepared, room / "start" / name)
    if verb.prepare is not None:
        apart(partial(verb.prepare, start))
    before: _Seen = apart(partial(_seen, start, verb))
    peace = _copied(start, room / "peace" / name)
    points = apart(partial(counted, peace, verb.work, None))
    after: _Seen = apart(partial(_seen, peace, verb))
    known: set[bytes] = set()
    refused: dict[str, int] = {}
    found = [f"undisturbed: {line}" for line in after.wrong]
    for last in range(1, points + 1):
        place = _copied(start, room / "trial" / name)
        if apart(partial(counted, place, verb.work, last)) is not None:
            found.append(f"{last} of {points}: it was not killed")
            continue
        trial: _Trial = apart(partial(_tried, place, verb, (before, after), known, each=each))
        if trial.mark not in known:
            known.add(trial.mark)
            if trial.refused:
                refused[trial.refused] = refused.get(trial.refused, 0) + 1
        found += [f"{last} of {points}: {line}" for line in trial.found]
    shutil.rmtree(room)
    return Killed(verb.name, points, len(known), refused, tuple(found))


@dataclass(frozen=True, slots=True)
class _Seen:
    """A folder as it is: what is wrong, all rows, and what people see."""

    wrong: tuple[str, ...]
    rows: dict[str, Any]
    outcome: str


@dataclass(frozen=True, slots=True)
class _Trial:
    """What came of one kill; ``mark`` stands for all rows and files that it left."""

    found: tuple[str, ...]
    refused: str
    mark: bytes


def _tried(place: Path, verb: Verb, ends: tuple[_Seen, _Seen], known: set[bytes], *, each: bool) -> _Trial:
    """Look at a folder in which a verb was killed, and do it again there unless one like it is known."""
    before, after = ends
    found = [f"killed: {line}" for line in wrong(place)] if each else []  # it does what a scan has put off
    rows = dump(place)
    mark = hashlib.sha256(pickle.dumps((rows, _files(place)))).digest()
    if verb.once and rows not in (before.rows, after.rows):
        found.append(f"killed: a part of it is recorded: {_differing(rows, before.rows, after.rows)}")
    if not each and mark not in known:
        found += [f"killed: {line}" for line in wrong(place)]
    if mark in known:
        return _Trial(tuple(found), "", mark)
    refused = _again(place, verb.work)
    end = _seen(place, verb, done=True)
    found += [f"again: {line}" for line in end.wrong]
    if end.outcome != after.outcome:
        found.append(f"again: it came to something else: {_parting(end.outcome, after.outcome)}")
    if verb.same and end.rows != after.rows:
        found.append("again: other rows")
    return _Trial(tuple(found), refused, mark)


def _parting(one: str, other: str) -> str:
    """Where two texts part."""
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    return f"…{one[max(0, at - 60) : at + 60]}… and not …{other[max(0, at - 60) : at + 60]}…"


def _differing(rows: dict[str, Any], *ends: dict[str, Any]) -> list[str]:
    """The tables in which a folder is neither like the one before nor like the one after."""
    return [table for table in rows if all(rows[table] != end.get(table) for end in ends)]


def _copied(source: Path, target: Path) -> Path:
    shutil.rmtree(target.parent, ignore_errors=True)
    target.parent.mkdir(parents=True)
    return copy_exam(source, target)


def _seen(folder: Path, verb: Verb, *, done: bool = False) -> _Seen:
    return _Seen(tuple(wrong(folder, done=done)), dump(folder), verb.see(folder))


def _files(folder: Path) -> list[tuple[str, bytes]]:
    """All files but those of the database."""
    return [
        (str(path.relative_to(folder)), path.read_bytes() if path.is_file() else b"/")
        for path in sorted(folder.rglob("*"))
        if not path.name.startswith(("db.sqlite3", "records.toml"))
    ]


def _again(folder: Path, work: Work) -> str:
    """Do it again; what a person was told if it was refused."""
    try:
        work(folder)
    except KlausurError as error:
        return f"{error} ({error.remedy})"
    return ""
