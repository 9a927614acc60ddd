"""What the sheets of ``results.xlsx`` share: names, where rows and columns stand, cells with formulas.

Rows and columns count from 0, as XlsxWriter's do.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from textwrap import wrap
from types import MappingProxyType
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from klausur.base.credits import Credits
from klausur.base.geometry import PAPERS
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

_HEAD = {"bold": True, "bottom": 1, "text_wrap": True, "bg_color": "#E8EDF3"}
_FAINT = {"font_color": "#606060", "italic": True}
_RIGHT = {"align": "right"}
_TEXT = {"align": "left", "indent": 1, "text_wrap": True}
"""Texts begin a little further in, so that they stand clear of the numbers at their left."""

_DECIMALS: tuple[Mapping[str, str], ...] = ({}, {"num_format": "0.0##"}, {"num_format": "0.00"})
"""How credits look of which the finest have so many decimals: their decimal signs stand below one another."""

_FORMATS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "head": {**_HEAD, **_TEXT},
        "head-number": {**_HEAD, **_RIGHT},
        "head-centre": {**_HEAD, "align": "center"},
        "text": _TEXT,
        "quoted": {**_TEXT, "quote_prefix": True},
        "open": {**_TEXT, "bg_color": "#FFF2CC"},
        "name": {**_TEXT, "bold": True},
        "grade": {"bold": True, "align": "center"},
        "struck": {**_FAINT, **_RIGHT},
        "label": {**_FAINT, **_TEXT},
        "value": _RIGHT,
        "note": {"align": "left", "indent": 1},
        "how": {**_FAINT, **_RIGHT, "rotation": 90},
        "percent": {"num_format": "0.0"},
        "mean": {"num_format": "0.00"},
        "share": {"num_format": "0 %"},
        **{f"plain {n}": looks for n, looks in enumerate(_DECIMALS)},
        **{f"sum {n}": {**looks, "bold": True} for n, looks in enumerate(_DECIMALS)},
        **{f"worth {n}": {**looks, **_FAINT} for n, looks in enumerate(_DECIMALS)},
    }
)

_PAPERS = {"letter": 1, "a4": 9}
"""The numbers by which spreadsheets know the sizes of paper."""

_CHARACTER = 1.15
"""How many characters a letter in bold is wide, about: columns are as wide as so many digits."""

LINE = 15
"""The height of a line in a cell, in points."""

_CHARACTER_MM, _POINT_MM = 1.95, 25.4 / 72
_MARGINS = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.6}
"""In inches."""

_SMALL = 0.5
"""Print is not made smaller than that, of the 11 points that spreadsheets have, if pages can be added."""


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook that is being written.

    Attributes:
        results: its table.
        columns: where each column of the table of columns stands, or those stand that it is, by its name.
        last: the row of the last result.
        decimals: how many the credits of a column have, by its place.
        formats: by name.
        say: what it says, in the exam's language.
    """

    results: Results
    columns: Mapping[str, range]
    last: int
    decimals: Mapping[int, int]
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
    fine: dict[int, int] = {}
    at = 0
    for column in shown(results, Form.WORKBOOK):
        columns[column.name] = range(at, at := at + len(column.headings(results)))
        values = zip(*(column.values(row, results) for row in results.rows), strict=True)
        fine |= zip(columns[column.name], map(decimals, values), strict=False)
    for at, asked in zip(columns["questions"], results.asked, strict=True):
        fine[at] = max(fine.get(at, 0), decimals([asked.credits]))
    formats = {name: file.add_format({"valign": "top", **looks}) for name, looks in _FORMATS.items()}
    last = FIRST + max(len(results.rows), 1) - 1
    return Book(results, columns, last, fine, formats, said(results.language))


def decimals(values: Iterable[object]) -> int:
    """How many decimals credits are shown with, two at most; other values have none."""
    of = {value.denominator for value in values if isinstance(value, Fraction)}
    return 0 if of <= {1} else 1 if all(10 % each == 0 for each in of) else 2


def width(words: Iterable[str]) -> float:
    """How wide a column must be for these words, of which none is broken."""
    return max(map(len, words), default=0) * _CHARACTER + 1


def lines(text: str, wide: float) -> int:
    """How many lines a text takes in a cell so wide: letters are a little narrower than digits."""
    room = max(int(wide * _CHARACTER), 1)
    return 1 if len(text) <= room else len(wrap(text, room))


def on_paper(book_: Book, sheet: Worksheet, wide: float, high: float, *, repeated: float = 0) -> None:
    """Let a sheet be printed on the exam's paper, with its name and the numbers of its pages.

    It fits on one page, or if that were too small in print, on pages that are as wide as it; only where that
    were too small as well, on several side by side.

    Args:
        book_: the workbook.
        sheet: one of its sheets.
        wide: in characters.
        high: in points.
        repeated: how much of its width stands on each page, in characters.
    """
    paper = PAPERS[book_.results.paper]
    across, down = ((_MARGINS[a] + _MARGINS[b]) * 25.4 for a, b in (("left", "right"), ("top", "bottom")))
    w, h = wide * _CHARACTER_MM, high * _POINT_MM
    upright = min((paper.w - across) / w, (paper.h - down) / h)
    lying = min((paper.h - across) / w, (paper.w - down) / h)
    if upright > min(lying, 1) and upright >= _SMALL:
        sheet.set_portrait()
    else:
        sheet.set_landscape()
    room = (paper.h - across) / _CHARACTER_MM / _SMALL
    beside = 1 if wide <= room else ceil((wide - repeated) / (room - repeated))
    sheet.fit_to_pages(beside, 1 if max(upright, lying) >= _SMALL else 0)
    sheet.set_paper(_PAPERS[book_.results.paper])
    sheet.set_margins(**_MARGINS)
    sheet.set_footer("&L&A&R&P/&N", {"margin": 0.3})


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
