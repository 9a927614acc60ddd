"""The first sheet of ``results.xlsx``: a row per Booklet; its sums, percentage and grade are formulas."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from klausur.exam.model import BonusFor, RoundAt, RoundKind
from klausur.report.columns import Column, Form, Heading, shown
from klausur.report.key_sheet import grade_of
from klausur.report.results import ResultRow, Status
from klausur.report.text import heading_said, is_formula, worded
from klausur.report.workbook_cells import (
    DIGITS,
    FIRST,
    HOW,
    KEY_FIRST,
    PERCENT_DIGITS,
    WORTH,
    Book,
    formula,
    whole,
)

_LEAST, _WIDEST = 5, 40
"""Characters that a column is wide, at least and at most."""


def write_table(book: Book, sheet: Worksheet) -> None:
    """Write the sheet of results."""
    for column in shown(book.results, Form.WORKBOOK):
        headings = column.headings(book.results)
        for at, heading in zip(book.columns[column.name], headings, strict=True):
            sheet.write_string(0, at, heading_said(heading, book.say), book.formats["head"])
            sheet.set_column(at, at, _width(book, column, heading))
        if column.name in FORMULAS:
            _write_formulas(book, sheet, column)
        else:
            _write_values(book, sheet, column, headings)
    _write_worth(book, sheet)
    sheet.freeze_panes(FIRST, book.columns["questions"].start)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)


def _write_worth(book: Book, sheet: Worksheet) -> None:
    """Write what each question and problem is worth, and how it counts."""
    columns, results, faint = book.columns, book.results, book.formats["faint"]
    (label,) = columns["name"]
    sheet.write_string(WORTH, label, book.say["credits"], faint)
    sheet.write_string(HOW, label, book.say["how"], faint)
    for at, asked in zip(columns["questions"], results.asked, strict=True):
        sheet.write_number(WORTH, at, float(asked.credits), faint)
        sheet.write_string(HOW, at, book.told(asked), faint)
    for at, problem in zip(columns["problems"], results.problems, strict=True):
        text = f"={whole(book, [problem], book.span(problem))}"
        formula(sheet, (WORTH, at), text, book.worth(problem), faint)
    formula(sheet, (WORTH, columns["total"][0]), f"={book.of}", results.of, faint)


def _write_values(book: Book, sheet: Worksheet, column: Column, headings: Sequence[Heading]) -> None:
    """Write what rows have in a column, or in those that it is."""
    places = book.columns[column.name]
    for line, row in enumerate(book.results.rows, start=FIRST):
        for at, heading, value in zip(places, headings, column.values(row, book.results), strict=True):
            if isinstance(value, int | Fraction):
                sheet.write_number(line, at, float(value))
            elif value is None and heading.nothing:
                sheet.write_string(line, at, book.say["struck"], book.formats["faint"])
            elif text := worded(column, value, "", book.say):
                sheet.write_string(line, at, text, book.formats[_looks(column, row, text)])


def _write_formulas(book: Book, sheet: Worksheet, column: Column) -> None:
    """Write a column's formulas, with what they give."""
    places, looks = book.columns[column.name], book.formats[_LOOKS.get(column.name, "plain")]
    for line, row in enumerate(book.results.rows, start=FIRST):
        texts = FORMULAS[column.name](book, line, row)
        for at, text, gives in zip(places, texts, column.values(row, book.results), strict=True):
            formula(sheet, (line, at), text, gives if isinstance(gives, Fraction | str) else None, looks)


def _looks(column: Column, row: ResultRow, text: str) -> str:
    """The format of a text."""
    if column.name == "status" and row.status is Status.OPEN:
        return "open"
    return "quoted" if column.foreign and is_formula(text) else "plain"


def _width(book: Book, column: Column, heading: Heading) -> int:
    """Characters that a column is wide."""
    longest = max(len(heading_said(heading, book.say)), _LEAST)
    if column.fitted:
        texts = (
            worded(column, value, "", book.say)
            for row in book.results.rows
            for value in column.values(row, book.results)
        )
        longest = max((longest, *map(len, texts)))
    return min(longest + 2, _WIDEST)


def _problems(book: Book, line: int, row: ResultRow) -> Iterator[str]:
    """Sums of the questions, where all of them are known."""
    nothing = f'{_cell(book, "status", line)}="{book.say["statuses.missing"]}"'
    if row.status is Status.UNGRADED and not any(c is not None for c in (*row.questions, *row.problems)):
        # No booklet either; a problem whose questions are all dropped must not look as if there were one.
        questions = book.columns["questions"]
        nothing = f"COUNT({xl_range(line, questions[0], line, questions[-1])})=0"
    for problem in book.results.problems:
        columns = book.span(problem)
        parts = f"{xl_rowcol_to_cell(line, columns[0])}:{xl_rowcol_to_cell(line, columns[-1])}"
        count = book.best(problem)
        sum_ = "+".join(f"LARGE({parts},{n})" for n in range(1, count + 1)) if count else f"SUM({parts})"
        yield f'=IF(OR({nothing},COUNTBLANK({parts})>0),"",{sum_})'


def _total(book: Book, line: int, _: ResultRow) -> tuple[str]:
    problems = book.columns["problems"]
    known = f'{_cell(book, "status", line)}="{book.say["statuses.final"]}"'
    earned = f"SUM({xl_range(line, problems[0], line, problems[-1])})"
    brought = f"+{_cell(book, 'homework', line)}" if book.results.homework else ""
    whole = _rounded(book, f"ROUND({earned}{brought},{DIGITS})", f"{book.reachable}{brought}")
    if book.results.bonus_for is BonusFor.PASSED:
        how_, cells = _questions(book, HOW), _questions(book, line)
        base = _rounded(
            book, f'ROUND({earned}-SUMIF({how_},"{book.say["hows.bonus"]}*",{cells}),{DIGITS})', book.of
        )
        whole = f"IF({_passed(book, line, base)},{whole},{base})"
    return (f'=IF({known},{whole},"")',)


def _passed(book: Book, line: int, credits: str) -> str:
    """The formula of whether so many credits of a row pass."""
    key = book.results.key
    if not key.thresholds:
        return "FALSE"
    result = f"ROUND({credits}/({_worth(book, line)})*100,{PERCENT_DIGITS})" if key.percent else credits
    return f"{result}>={book.key}!$B${KEY_FIRST + len(key.passing)}"


def _questions(book: Book, line: int) -> str:
    """A row's cells of questions."""
    columns = book.columns["questions"]
    return str(xl_range_abs(line, columns[0], line, columns[-1]))


def _worth(book: Book, line: int) -> str:
    """The formula of what a percentage is of: without questions that are struck in this row alone."""
    if not book.results.better:
        return book.of
    how_, worth, cells = (_questions(book, row) for row in (HOW, WORTH, line))
    return f'{book.of}-SUMIFS({worth},{how_},"{book.say["hows.better"]}",{cells},"{book.say["struck"]}")'


def _of(book: Book, line: int, _: ResultRow) -> tuple[str]:
    """What the percentage is of."""
    return (f'=IF({_cell(book, "total", line)}="","",{_worth(book, line)})',)


def _percent(book: Book, line: int, _: ResultRow) -> tuple[str]:
    total = _cell(book, "total", line)
    of = _cell(book, "of", line) if book.results.better else book.of
    return (f'=IF({total}="","",ROUND({total}/{of}*100,{PERCENT_DIGITS}))',)


def _grade(book: Book, line: int, _: ResultRow) -> tuple[str]:
    key = book.results.key
    reached = _cell(book, "percent" if key.percent else "total", line)
    return (f'=IF({_cell(book, "total", line)}="","",{grade_of(key, book.key, reached)})',)


def _cell(book: Book, column: str, line: int) -> str:
    """A row's cell in a column, as formulas of that row have it."""
    return str(xl_rowcol_to_cell(line, book.columns[column][0], col_abs=True))


FORMULAS: Mapping[str, Callable[[Book, int, ResultRow], Iterable[str]]] = MappingProxyType(
    {"problems": _problems, "total": _total, "of": _of, "percent": _percent, "grade": _grade}
)
"""The columns that are formulas, by name: for a row one in each cell. What they give is its value."""

_LOOKS = {"total": "sum", "percent": "percent", "grade": "sum"}
"""Their formats."""


def _rounded(book: Book, sum_: str, most: str) -> str:
    """The formula of a total: rounded as the exam says, and not above what can be reached."""
    rule = book.results.rounding
    if rule is None or rule.at is not RoundAt.TOTAL:
        return sum_
    steps = f"ROUND({sum_}/{book.step},{DIGITS})"
    whole = {
        RoundKind.HALF_UP: f"INT({steps}+0.5)",
        RoundKind.UP: f"-INT(-{steps})",
        RoundKind.DOWN: f"INT({steps})",
    }[rule.kind]
    return f"ROUND(MIN({whole}*{book.step},MAX({most},INT({steps})*{book.step})),{DIGITS})"
