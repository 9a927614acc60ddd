"""The columns of the results, in one table: what CSV, workbook, JSON and terminal show, and in which order.

A new column is a row here, and one in docs/guide/grading.md. How values are written stands in the modules of
the forms; which columns of the workbook are formulas, in `klausur.report.table_sheet`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Flag, auto

from klausur.base.credits import Credits
from klausur.exam.model import Strike
from klausur.report.open_points import OpenPoint
from klausur.report.results import ResultRow, Results
from klausur.report.said import said

Value = int | str | Credits | tuple[OpenPoint, ...] | None
"""What stands in a cell: a number, a text, what is open; None where nothing is known."""


class Form(Flag):
    """What results are shown in."""

    CSV = auto()
    WORKBOOK = auto()
    JSON = auto()
    TERMINAL = auto()


ALL = Form.CSV | Form.WORKBOOK | Form.JSON | Form.TERMINAL


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above cells, on a terminal in short, and what in a cell whose value is None."""

    text: str
    short: str
    nothing: str = ""


@dataclass(frozen=True, slots=True)
class One:
    """A column with a value in each row of a table."""

    value: Callable[[ResultRow, Results], Value]


@dataclass(frozen=True, slots=True)
class Several:
    """Columns beside one another, each with its heading: those of all questions, for instance."""

    values: Callable[[ResultRow], tuple[Value, ...]]
    headings: Callable[[Results], tuple[Heading, ...]]


@dataclass(frozen=True, slots=True)
class Column:
    """A row of the table of columns.

    Attributes:
        name: in JSON, and its heading where it is one.
        holds: what stands in it.
        forms: where it is shown.
        used: whether people need it in this table; programs find it in all.
        foreign: whether others wrote what it holds, so that a spreadsheet might run it.
        fitted: whether the workbook makes it as wide as what stands in it.
    """

    name: str
    holds: One | Several
    forms: Form = ALL
    used: Callable[[Results], bool] = lambda _: True
    foreign: bool = False
    fitted: bool = False

    def headings(self, results: Results) -> tuple[Heading, ...]:
        """What stands above it."""
        return (
            (Heading(self.name, self.name),) if isinstance(self.holds, One) else self.holds.headings(results)
        )

    def values(self, row: ResultRow, results: Results) -> tuple[Value, ...]:
        """What stands in a row, below each heading."""
        return (self.holds.value(row, results),) if isinstance(self.holds, One) else self.holds.values(row)


STRUCK = "struck"
"""What stands for the credits of a question that was dropped."""


def _credits(row: ResultRow) -> tuple[Value, ...]:
    """The credits of the questions; `STRUCK` where a question does not count for this row alone."""
    if not any(row.dropped):
        return row.questions
    return tuple(STRUCK if gone else c for c, gone in zip(row.questions, row.dropped, strict=True))


def _questions(results: Results) -> tuple[Heading, ...]:
    return tuple(
        Heading(asked.number, asked.number, STRUCK if asked.struck is Strike.DROPPED else "")
        for asked in results.asked
    )


def _problems(results: Results) -> tuple[Heading, ...]:
    return tuple(Heading(f"problem {number}", f"P{number}") for number in results.problems)


def _percent(row: ResultRow, results: Results) -> Value:
    """The total's share of the credits that percentages are of; None of none."""
    del results
    return row.total * 100 / row.worth if row.total is not None and row.worth else None


COLUMNS = (
    Column("booklet", One(lambda row, _: row.booklet)),
    Column("registration", One(lambda row, _: row.registration), foreign=True, fitted=True),
    Column("name", One(lambda row, _: row.name), foreign=True, fitted=True),
    # No terminal has room for the questions.
    Column("questions", Several(_credits, _questions), ALL & ~Form.TERMINAL),
    Column("problems", Several(lambda row: row.problems, _problems)),
    Column("homework", One(lambda row, _: row.homework), used=lambda results: results.homework),
    Column("total", One(lambda row, _: row.total)),
    Column(
        "of",
        One(lambda row, _: row.worth if row.total is not None else None),
        used=lambda results: results.better,
    ),
    Column("percent", One(_percent), Form.WORKBOOK),
    Column("grade", One(lambda row, _: row.grade), foreign=True),
    Column("status", One(lambda row, _: row.status)),
    Column("open", One(lambda row, _: row.open), fitted=True),
    Column("variant", One(lambda row, _: row.variant), used=lambda results: results.variants),
    Column(
        "standing",
        One(lambda row, _: row.standing),
        used=lambda results: results.standings,
        foreign=True,
        fitted=True,
    ),
)
"""The table of columns."""


def shown(results: Results, form: Form) -> tuple[Column, ...]:
    """The columns that people see in a form."""
    return tuple(column for column in COLUMNS if form in column.forms and column.used(results))


def records(results: Results) -> Iterator[dict[str, object]]:
    """The rows for programs, by the names of the columns; a list where a column is several.

    What is open is said in the exam's language, and in ``open_points`` by names and numbers.
    """
    columns = tuple(column for column in COLUMNS if Form.JSON in column.forms)
    say = said(results.language)
    for row in results.rows:
        plain: dict[str, object] = {
            column.name: column.holds.value(row, results)
            if isinstance(column.holds, One)
            else column.holds.values(row)
            for column in columns
        }
        yield plain | {"open": [point.said(say) for point in row.open], "open_points": row.open}
