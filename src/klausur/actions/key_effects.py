"""Whose credits and grades another key would change, how, and who gains or loses by it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from klausur.base.credits import Credits
from klausur.report.results import ResultRow, Results, Status
from klausur.score.curve import reached


class Way(StrEnum):
    """What another key is to a candidate."""

    GAINS = "gains"
    LOSES = "loses"
    EVEN = "even"
    """Credits change, but neither the grade nor what it follows from."""
    OPEN = "open"
    """There is no grade, before or after."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The credits of one question, by the key that counts and by the other; None while they are open.

    ``struck`` says by which of both it does not count.
    """

    question: str
    old: Credits | None
    new: Credits | None
    struck: tuple[bool, bool] = (False, False)


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of one booklet: its questions that change, its total and its grade, before and after.

    ``worth`` is what its percentage is of.
    """

    booklet: int | None
    registration: str
    name: str
    questions: tuple[Moved, ...]
    total: tuple[Credits | None, Credits | None]
    worth: tuple[Credits, Credits]
    grade: tuple[str, str]
    status: tuple[Status, Status]
    way: Way


def effects(before: Results, after: Results) -> tuple[Effect, ...]:
    """What differs in two tables of the same papers, in their order."""
    return tuple(_effects(before, after))


def _effects(before: Results, after: Results) -> Iterator[Effect]:
    known = {_place(row): row for row in before.rows}
    for row in after.rows:
        old = known[_place(row)]
        moved = tuple(_moved(before, after, old, row))
        result = (old.total, old.worth if before.key.percent else None, old.grade, old.status)
        if moved or result != (
            row.total,
            row.worth if after.key.percent else None,
            row.grade,
            row.status,
        ):
            yield Effect(
                row.booklet,
                row.registration,
                row.name,
                moved,
                (old.total, row.total),
                (old.worth, row.worth),
                (old.grade, row.grade),
                (old.status, row.status),
                _way(before, after, old, row),
            )


def _moved(before: Results, after: Results, old: ResultRow, new: ResultRow) -> Iterator[Moved]:
    was, is_ = _struck(before, old), _struck(after, new)
    for n, number in enumerate(after.questions):
        if (old.questions[n], was[n]) != (new.questions[n], is_[n]):
            yield Moved(number, old.questions[n], new.questions[n], (was[n], is_[n]))


def _struck(results: Results, row: ResultRow) -> tuple[bool, ...]:
    """Which questions do not count for a booklet."""
    gone = row.dropped or (False,) * len(results.asked)
    return tuple(here or column.dropped for column, here in zip(results.asked, gone, strict=True))


def _way(before: Results, after: Results, old: ResultRow, new: ResultRow) -> Way:
    """By the grade; of equal grades, or of keys with other grades, by the result that it follows from."""
    if old.total is None or new.total is None:
        return Way.OPEN
    if before.grades == after.grades and old.grade != new.grade:
        better = after.grades.index(new.grade) < before.grades.index(old.grade)
        return Way.GAINS if better else Way.LOSES
    was, is_ = (
        reached(after.key, total, of) for total, of in ((old.total, old.worth), (new.total, new.worth))
    )
    return Way.EVEN if was == is_ else Way.GAINS if is_ > was else Way.LOSES


def _place(row: ResultRow) -> tuple[int | None, str]:
    return row.booklet, row.registration
