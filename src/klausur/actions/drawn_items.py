"""Figures of questions that not everybody was asked, as each variant drew others from a bank.

For the whole exam such a problem is one item: what people earned in it is comparable, as its questions are
worth the same. Each of its questions has figures of its own, over those alone who were asked it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from klausur.exam.every_question import is_drawn
from klausur.exam.model import Exam, Problem
from klausur.report.item_analysis import Asked, Item, Table, analyse
from klausur.report.results import ResultRow, Results


@dataclass(frozen=True, slots=True)
class DrawnProblem:
    """A problem of which not everybody was asked the same, and the columns of its questions that count."""

    problem: Problem
    columns: tuple[int, ...]

    def earned(self, row: ResultRow) -> float:
        """What somebody earned in it."""
        return sum(float(row.questions[n] or 0) for n in self.columns)

    def asked(self, results: Results, rows: Sequence[ResultRow]) -> Asked:
        """It as one item: worth what one of these people could earn in it."""
        counts = max((sum(row.questions[n] is not None for n in self.columns) for row in rows), default=0)
        worth = float(results.asked[self.columns[0]].credits) * counts
        return Asked(self.problem.id, f"P{self.problem.number}", worth)


def drawn_problems(exam: Exam, rows: Sequence[ResultRow], counted: Sequence[int]) -> tuple[DrawnProblem, ...]:
    """The problems of which these people were asked unlike questions.

    Args:
        exam: with every question of its variants, in the order of the table's columns.
        rows: people whose results count.
        counted: the columns that count.
    """
    found, first = [], 0
    for problem in exam.problems:
        columns = [n for n in range(first, first + len(problem.questions)) if n in counted]
        first += len(problem.questions)
        if is_drawn(problem) and any(row.questions[n] is None for row in rows for n in columns):
            found.append(DrawnProblem(problem, tuple(columns)))
    return tuple(found)


def item(
    question: Asked,
    column: int,
    rows: Sequence[ResultRow],
    beside: Table,
    crossed: Sequence[frozenset[str] | None],
    most: Sequence[float],
) -> Item | None:
    """The figures of a question over those who were asked it; None if nobody was.

    Args:
        question: it.
        column: its column.
        rows: all people who count.
        beside: what they earned in all other items, (people, items), with the rest of its own problem.
        crossed: for each of them the letters that they crossed.
        most: what each of these items is worth.
    """
    here = [at for at, row in enumerate(rows) if row.questions[column] is not None]
    if not here:
        return None
    own = np.array([[float(rows[at].questions[column] or 0)] for at in here], np.float64)
    earned = np.hstack([own, beside[here]])
    others = [Asked("", "", worth) for worth in most]
    given = [[crossed[at], *([None] * len(others))] for at in here]
    return replace(analyse([question, *others], earned, crossed=given).items[0], people=len(here))
