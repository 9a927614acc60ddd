"""Merge: two copies of one exam are never joined. It is found what they share, and which to go on with."""

from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import NoReturn

from klausur.base.errors import RefusedError
from klausur.store import audit, printings
from klausur.store.folder import opened

_REMEDY = "docs/guide/keeping.md says how to work together without copies"


@dataclass(frozen=True, slots=True)
class _Side:
    folder: Path
    exam_number: int | None
    events: tuple[tuple[int, str], ...]


def merge(one: Path, other: Path) -> NoReturn:
    """Refuse, and say why.

    Two people may have settled one question in two ways, or given one booklet to two candidates: no program
    knows which holds, and each copy's audit trail is whole without the other's.

    Raises:
        NotFoundError: a folder has no records.
        RefusedError: always.
    """
    a, b = _side(one), _side(other)
    if a.exam_number != b.exam_number or None in {a.exam_number, b.exam_number}:
        raise RefusedError(f"{one} and {other} are two exams", "grade each by itself")
    both = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(a.events, b.events, strict=False))))
    if both == len(a.events) == len(b.events):
        raise RefusedError(
            f"{one} and {other} hold the same records", "go on with one of them; delete the other"
        )
    for longer, shorter in ((a, b), (b, a)):
        if both == len(shorter.events):
            raise RefusedError(
                f"{shorter.folder} is an older copy of {longer.folder}: all its {both} events are there",
                f"go on with {longer.folder}; nothing of the other one is missing",
            )
    raise RefusedError(
        f"{one} and {other} are copies of one exam that both went on after event {both}: "
        f"{len(a.events) - both} events here and {len(b.events) - both} there are not joined by guess",
        f"choose one, look at the other one's events with 'klausur log', and do them again; {_REMEDY}",
    )


def _side(folder: Path) -> _Side:
    with opened(folder):
        number = printings.papers().edition.exam_number if printings.begun() else None
        return _Side(folder, number, tuple((event.number, event.digest) for event in audit.events()))
