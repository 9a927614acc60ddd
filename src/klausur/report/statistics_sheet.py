"""The third sheet of ``results.xlsx``: mean, median and distribution of questions, problems, the total."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, lcm

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from klausur.base.credits import Credits
from klausur.report.workbook_cells import DIGITS, LINE, WORTH, Book, decimals, formula, lines, on_paper, width

_HEADINGS = (
    "", "credits", "decided", "mean", "median", "lowest", "highest", "mean-share", "none", "25", "50", "75",
    "below-all", "all",
)  # fmt: skip
"""Their names among the words of the statistics; a number is a share in percent."""

_LEAST = 8.5
"""Characters that a column is wide at least."""

_PARTS = (Credits(0), Credits(1, 4), Credits(1, 2), Credits(3, 4))
"""Upper ends of the parts of the distribution, as shares of the credits; then less than all, and all."""


@dataclass(frozen=True, slots=True)
class _Line:
    """What statistics are about: its name, the column of the results, and what stands there."""

    name: str
    column: int
    worth: Credits
    values: "_Values"


def write_statistics(book: Book, sheet: Worksheet) -> None:
    """Write the sheet of statistics: over all that is decided, and the total over final Booklets."""
    for at, heading in enumerate(_HEADINGS):
        looks = book.formats["head-number" if at else "head"]
        sheet.write_string(0, at, _said(book, heading), looks)
    widths = [max(_LEAST, width(_said(book, heading).split())) for heading in _HEADINGS[1:]]
    for at, wide in enumerate(widths, start=1):
        sheet.set_column(at, at, wide)
    about_all = [*_lines(book)]
    figures = zip(*(about.values.figures() or (None,) * 4 for about in about_all), strict=True)
    credits, *others = map(decimals, ([about.worth for about in about_all], *figures))
    looks_ = [book.formats[f"plain {n}"] for n in (credits, 0, *others)]
    looks_[2] = book.formats["mean"]
    for line, about in enumerate(about_all, start=1):
        sheet.write_string(line, 0, about.name, book.formats["name"])
        _write_line(book, sheet, line, about, looks_)
    names = max(_LEAST, width(about.name for about in about_all))
    sheet.set_column(0, 0, names)
    head = LINE * max(lines(_said(book, h), wide) for h, wide in zip(_HEADINGS[1:], widths, strict=True))
    sheet.set_row(0, head)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    on_paper(book, sheet, names + sum(widths), head + LINE * len(about_all))


def _said(book: Book, heading: str) -> str:
    if heading.isdigit():
        return book.say["statistics.to"].replace("{n}", heading)
    return book.say["credits" if heading == "credits" else f"statistics.{heading}"] if heading else ""


def _lines(book: Book) -> Iterator[_Line]:
    results, columns = book.results, book.columns
    rows = results.rows
    for n, column in enumerate(results.asked):
        values = _known([row.questions[n] for row in rows])
        yield _Line(column.number, columns["questions"][n], column.credits, values)
    for n, problem in enumerate(results.problems):
        values = _known([row.problems[n] for row in rows])
        yield _Line(
            book.say["columns.problem"].replace("{n}", str(problem)),
            columns["problems"][n],
            book.worth(problem),
            values,
        )
    yield _Line(book.say["columns.total"], columns["total"][0], results.of, _known(results.totals))


@dataclass(frozen=True, slots=True)
class _Values:
    """Credits in rising order, as whole multiples of one part: of 1,000 booklets each is compared six times.

    ``parts`` holds how many parts each is, ``of`` how many parts make one credit.
    """

    parts: list[int]
    of: int

    def up_to(self, credits: Credits) -> int:
        """How many are at most so much."""
        return bisect_right(self.parts, floor(credits * self.of))

    def below(self, credits: Credits) -> int:
        """How many are less."""
        return bisect_left(self.parts, ceil(credits * self.of))

    def figures(self) -> tuple[Credits, Credits, Credits, Credits] | None:
        """Mean, median, lowest and highest; None of none."""
        if not self.parts:
            return None
        parts, many = self.parts, len(self.parts)
        middle = Fraction(parts[(many - 1) // 2] + parts[many // 2], 2)
        return (
            Fraction(sum(parts), many * self.of),
            middle / self.of,
            Fraction(parts[0], self.of),
            Fraction(parts[-1], self.of),
        )


def _known(values: Iterable[Credits | None]) -> _Values:
    known = [value for value in values if value is not None]
    of = lcm(*{value.denominator for value in known})
    return _Values(sorted(value.numerator * (of // value.denominator) for value in known), of)


def _write_line(book: Book, sheet: Worksheet, line: int, about: _Line, looks: Sequence[Format]) -> None:
    """Write a line; ``looks`` are the formats of its credits, of how many are known, and of its figures."""
    values, worth, there = about.values, about.worth, book.down(about.column)
    mean, median, lowest, highest = values.figures() or (None, None, None, None)
    credits, decided, average = (xl_rowcol_to_cell(line, at, col_abs=True) for at in (1, 2, 3))
    formula(sheet, (line, 1), f"={book.table}!{xl_rowcol_to_cell(WORTH, about.column)}", worth, looks[0])
    formula(sheet, (line, 2), f"=COUNT({there})", Credits(len(values.parts)), looks[1])
    figures = (
        ("AVERAGE", mean),
        ("MEDIAN", median),
        ("MIN", lowest),
        ("MAX", highest),
    )
    for at, (function, gives) in enumerate(figures, start=3):
        formula(sheet, (line, at), f'=IF({decided}=0,"",{function}({there}))', gives, looks[at - 1])
    share = mean / worth if mean is not None and worth else None
    text = f'=IF(OR({decided}=0,{credits}=0),"",{average}/{credits})'
    formula(sheet, (line, 7), text, share, book.formats["share"])
    for at, (text, gives) in enumerate(_distribution(there, credits, about), start=8):
        formula(sheet, (line, at), f'=IF({credits}=0,"",{text})', gives if worth else None, looks[1])


def _distribution(there: str, credits: str, about: _Line) -> Iterator[tuple[str, Credits]]:
    """For each part a formula of how many lie in it, and how many do."""

    def many(sign: str, share: Credits) -> str:
        at = f"ROUND({credits}*{float(share)},{DIGITS})"
        return f'COUNTIF({there},"{sign}"&{at})'

    below, before = 0, ""
    for share in _PARTS:
        up_to = about.values.up_to(share * about.worth)
        yield f"{many('<=', share)}{before}", Credits(up_to - below)
        below, before = up_to, f"-{many('<=', share)}"
    less = about.values.below(about.worth)
    yield f"{many('<', Credits(1))}{before}", Credits(less - below)
    yield many(">=", Credits(1)), Credits(len(about.values.parts) - less)
