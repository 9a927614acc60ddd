"""What the sheets of ``results.xlsx`` share: names, where rows and columns stand, cells with formulas.

Rows and columns count from 0, as XlsxWriter's do.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from klausur.base.credits import Credits
from klausur.exam.model import Strike
from klausur.report.columns import Form, shown
from klausur.report.results import QuestionColumn, Results
from klausur.report.said import said

DIGITS, PERCENT_DIGITS = 9, 6
"""Digits behind the point of credits and percentages that are compared: what differs at all differs by more.
Those of percentages are fewer, since they are computed from credits that are rounded already."""

WORTH, HOW, FIRST = 1, 2, 3
"""Rows of the results: what each question is worth, how it counts, and the first booklet."""

COUNTING = ("counts", str(Strike.FULL), str(Strike.BETTER))
"""What stands in the row `HOW` under questions whose credits percentages are of."""

KEY_FIRST = 7
"""The row of the best grade on the sheet of the grade key."""

_FORMATS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "plain": {},
        "head": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#E8EDF3"},
        "faint": {"font_color": "#606060", "italic": True},
        "sum": {"bold": True},
        "percent": {"num_format": "0.0"},
        "mean": {"num_format": "0.00"},
        "share": {"num_format": "0 %"},
        "quoted": {"quote_prefix": True},
        "open": {"bg_color": "#FFF2CC"},
    }
)


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook that is being written.

    Attributes:
        results: its table.
        columns: where each column of the table of columns stands, or those stand that it is, by its name.
        last: the row of the last result.
        formats: by name.
        say: what it says, in the exam's language.
    """

    results: Results
    columns: Mapping[str, range]
    last: int
    formats: Mapping[str, Format]
    say: Mapping[str, str]

    @property
    def table(self) -> str:
        """The sheet of results, as formulas refer to it."""
        return f"'{self.say['sheets.results']}'"

    @property
    def key(self) -> str:
        """The sheet of the grade key, as formulas refer to it."""
        return f"'{self.say['sheets.key']}'"

    @property
    def of(self) -> str:
        """The cell with the credits that percentages are of."""
        return f"{self.key}!$B$2"

    @property
    def reachable(self) -> str:
        """The cell with the most credits that can be reached."""
        return f"{self.key}!$B$3"

    @property
    def step(self) -> str:
        """The cell with the step of rounding."""
        return f"{self.key}!$B$4"

    def told(self, column: QuestionColumn) -> str:
        """How a question counts, in the words of the workbook."""
        word = how(column)
        if column.best is not None and column.struck is not Strike.DROPPED:
            return self.say["hows.best"].replace("{n}", str(column.best))
        return ", ".join(self.say[f"hows.{part}"] for part in word.split(", "))

    def down(self, column: int | str) -> str:
        """All results of a column, by its place or its name, as any sheet refers to them."""
        column = self.columns[column][0] if isinstance(column, str) else column
        return f"{self.table}!{_range(FIRST, column, self.last, column)}"

    def span(self, problem: int) -> range:
        """The columns of a problem's questions."""
        columns = zip(self.columns["questions"], self.results.asked, strict=True)
        at = [n for n, asked in columns if asked.problem == problem]
        return range(at[0], at[-1] + 1)

    def worth(self, problem: int) -> Credits:
        """The credits of a problem that percentages are of."""
        asked = self.results.asked
        whole = sum((c.credits for c in asked if c.problem == problem and how(c) in COUNTING), Credits(0))
        return whole + self.best(problem) * next(c.credits for c in asked if c.problem == problem)

    def best(self, problem: int) -> int:
        """How many of a problem's questions count, where only the best of them do; else 0."""
        asked = [c for c in self.results.asked if c.problem == problem and c.best is not None]
        there = sum(c.struck is not Strike.DROPPED for c in asked)
        return min(there, asked[0].best or 0) if asked else 0


def book(results: Results, file: Workbook) -> Book:
    """A workbook for a table, with nothing written yet."""
    columns: dict[str, range] = {}
    at = 0
    for column in shown(results, Form.WORKBOOK):
        columns[column.name] = range(at, at := at + len(column.headings(results)))
    formats = {name: file.add_format(dict(looks)) for name, looks in _FORMATS.items()}
    return Book(results, columns, FIRST + max(len(results.rows), 1) - 1, formats, said(results.language))


def how(column: QuestionColumn) -> str:
    """How a question counts: ``counts``, ``bonus``, ``dropped``, ``full``, ``better``, ``bonus, full`` …."""
    if column.struck is Strike.DROPPED:
        return str(Strike.DROPPED)
    if column.best is not None:
        return f"best {column.best}"
    parts = ["bonus"] * column.bonus + [str(column.struck)] * (column.struck is not None)
    return ", ".join(parts) or COUNTING[0]


def whole(book_: Book, problems: Iterable[int], columns: range) -> str:
    """What problems are worth, as a formula: the questions of ``columns``, or the best of a problem."""
    parts = [counting(book_, columns)]
    for problem in problems:
        if count := book_.best(problem):
            first = xl_rowcol_to_cell(WORTH, book_.span(problem)[0], row_abs=True, col_abs=True)
            parts.append(f"{count}*{book_.table}!{first}")
    return "+".join(parts)


def counting(book_: Book, columns: range) -> str:
    """The credits of the questions in these columns that percentages are of, as a formula for any sheet."""
    how_, worth = (f"{book_.table}!{_range(row, columns[0], row, columns[-1])}" for row in (HOW, WORTH))
    return "+".join(f'SUMIF({how_},"{book_.say[f"hows.{word}"]}",{worth})' for word in COUNTING)


def _range(top: int, left: int, bottom: int, right: int) -> str:
    """A range with both its corners, even if they are one cell: some programs refuse SUMIF of a cell."""
    return ":".join(
        xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)
        for row, column in ((top, left), (bottom, right))
    )


def compared(value: Fraction, digits: int) -> float:
    """A number that formulas compare with others: rounded, so that what is equal compares equal."""
    return float(round(value, digits))


def formula(
    sheet: Worksheet,
    cell: tuple[int, int],
    text: str,
    gives: Fraction | str | None,
    looks: Format | None = None,
) -> None:
    """Write a formula and what it gives; None is an empty text."""
    value = float(gives) if isinstance(gives, Fraction) else gives or ""
    sheet.write_formula(*cell, text, looks, value)
