"""Whose credits and grades another key would change, and how."""

from collections.abc import Iterator
from dataclasses import dataclass

from klausur.base.credits import Credits
from klausur.report.results import ResultRow, Results, Status


@dataclass(frozen=True, slots=True)
class Moved:
    """The credits of one question, by the key that counts and by the other; None while they are open."""

    question: str
    old: Credits | None
    new: Credits | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of one booklet: its questions that change, its total and its grade, before and after."""

    booklet: int | None
    registration: str
    name: str
    questions: tuple[Moved, ...]
    total: tuple[Credits | None, Credits | None]
    grade: tuple[str, str]
    status: tuple[Status, Status]


def effects(before: Results, after: Results) -> tuple[Effect, ...]:
    """What differs in two tables of the same papers, in their order."""
    return tuple(_effects(before, after))


def _effects(before: Results, after: Results) -> Iterator[Effect]:
    known = {_place(row): row for row in before.rows}
    for row in after.rows:
        old = known[_place(row)]
        moved = tuple(
            Moved(number, was, is_)
            for number, was, is_ in zip(after.questions, old.questions, row.questions, strict=True)
            if was != is_
        )
        if moved or (old.total, old.grade, old.status) != (row.total, row.grade, row.status):
            yield Effect(
                row.booklet,
                row.registration,
                row.name,
                moved,
                (old.total, row.total),
                (old.grade, row.grade),
                (old.status, row.status),
            )


def _place(row: ResultRow) -> tuple[int | None, str]:
    return row.booklet, row.registration
