"""The first sheet of ``results.xlsx``: a row per Booklet; its sums, percentage and grade are formulas."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from xlsxwriter.format import Format
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
    LINE,
    PERCENT_DIGITS,
    WORTH,
    Book,
    formula,
    lines,
    on_paper,
    whole,
    width,
)

_LEAST, _WIDEST = "0.0", 30
"""What every column has room for, and how many characters it is wide at most."""

_IN_ROTATION = 6.5
"""Points that a letter is long which is set from below upwards."""

_DIGITS = frozenset({"booklet", "questions", "problems", "homework", "total", "of", "percent", "variant"})
"""The columns of numbers."""

_HEADS = {"grade": "head-centre"}
"""The formats of other headings than usual."""


def write_table(book: Book, sheet: Worksheet) -> None:
    """Write the sheet of results."""
    widths: list[float] = []
    for column in shown(book.results, Form.WORKBOOK):
        headings = column.headings(book.results)
        looks = "head-number" if column.name in _DIGITS else _HEADS.get(column.name, "head")
        for at, heading in zip(book.columns[column.name], headings, strict=True):
            sheet.write_string(0, at, heading_said(heading, book.say), book.formats[looks])
            widths.append(_width(book, column, heading))
            sheet.set_column(at, at, widths[-1])
        if column.name in FORMULAS:
            _write_formulas(book, sheet, column)
        else:
            _write_values(book, sheet, column, headings)
    _write_worth(book, sheet)
    first = book.columns["questions"].start
    sheet.freeze_panes(FIRST, first)
    sheet.repeat_rows(0)
    sheet.repeat_columns(0, first - 1)
    high = sum(_heights(book, sheet, widths))
    on_paper(book, sheet, sum(widths), high, repeated=sum(widths[:first]))


def _heights(book: Book, sheet: Worksheet, widths: Sequence[float]) -> Iterator[float]:
    """Make each row as high as what stands in it; how high, in points."""
    columns = shown(book.results, Form.WORKBOOK)
    headings = [heading_said(h, book.say) for column in columns for h in column.headings(book.results)]
    told = max((len(book.told(asked)) for asked in book.results.asked), default=1)
    head = LINE * max(map(lines, headings, widths))
    yield from (head, LINE, max(LINE, _IN_ROTATION * told + 4))
    sheet.set_row(0, head)
    sheet.set_row(HOW, max(LINE, _IN_ROTATION * told + 4))
    wrapped = [column for column in columns if column.fitted]
    for line, row in enumerate(book.results.rows, start=FIRST):
        texts = (
            (c, worded(c, value, "", book.say)) for c in wrapped for value in c.values(row, book.results)
        )
        most = max((lines(text, widths[book.columns[c.name][0]]) for c, text in texts), default=1)
        if most > 1:
            sheet.set_row(line, LINE * most)
        yield LINE * most


def _write_worth(book: Book, sheet: Worksheet) -> None:
    """Write what each question and problem is worth, and how it counts."""
    columns, results, label = book.columns, book.results, book.formats["label"]
    (at_name,), (at_total,) = columns["name"], columns["total"]
    sheet.write_string(WORTH, at_name, book.say["credits"], label)
    sheet.write_string(HOW, at_name, book.say["how"], label)
    for at, asked in zip(columns["questions"], results.asked, strict=True):
        sheet.write_number(WORTH, at, float(asked.credits), _numbers(book, "worth", at))
        sheet.write_string(HOW, at, book.told(asked), book.formats["how"])
    for at, problem in zip(columns["problems"], results.problems, strict=True):
        text = f"={whole(book, [problem], book.span(problem))}"
        formula(sheet, (WORTH, at), text, book.worth(problem), _numbers(book, "worth", at))
    formula(sheet, (WORTH, at_total), f"={book.of}", results.of, _numbers(book, "worth", at_total))


def _numbers(book: Book, looks: str, at: int) -> Format:
    """The format of the numbers in a column, with as many decimals as the finest of them has."""
    return book.formats[f"{looks} {book.decimals.get(at, 0)}"]


def _write_values(book: Book, sheet: Worksheet, column: Column, headings: Sequence[Heading]) -> None:
    """Write what rows have in a column, or in those that it is."""
    places = book.columns[column.name]
    for line, row in enumerate(book.results.rows, start=FIRST):
        for at, heading, value in zip(places, headings, column.values(row, book.results), strict=True):
            if isinstance(value, int | Fraction):
                sheet.write_number(line, at, float(value), _numbers(book, "plain", at))
            elif value is None and heading.nothing:
                sheet.write_string(line, at, book.say["struck"], book.formats["struck"])
            elif text := worded(column, value, "", book.say):
                sheet.write_string(line, at, text, book.formats[_looks(column, row, text)])


def _write_formulas(book: Book, sheet: Worksheet, column: Column) -> None:
    """Write a column's formulas, with what they give."""
    places, looks = book.columns[column.name], _LOOKS.get(column.name, "plain")
    formats = [book.formats.get(looks) or _numbers(book, looks, at) for at in places]
    for line, row in enumerate(book.results.rows, start=FIRST):
        texts = FORMULAS[column.name](book, line, row)
        values = column.values(row, book.results)
        for at, text, value, format_ in zip(places, texts, values, formats, strict=True):
            formula(sheet, (line, at), text, value if isinstance(value, Fraction | str) else None, format_)


def _looks(column: Column, row: ResultRow, text: str) -> str:
    """The format of a text."""
    if column.name == "status" and row.status is Status.OPEN:
        return "open"
    if column.name == "questions":
        return "struck"
    return "quoted" if column.foreign and is_formula(text) else "text"


def _width(book: Book, column: Column, heading: Heading) -> float:
    """Characters that a column is wide."""
    said = heading_said(heading, book.say)
    told = [_LEAST, *([said] if column.name == "problems" else said.split())]
    if column.fitted or column.name in ("grade", "status"):
        told += [
            worded(column, value, "", book.say)
            for row in book.results.rows
            for value in column.values(row, book.results)
        ]
    if column.name == "questions":
        if any(asked.number == heading.text and asked.struck for asked in book.results.asked):
            told.append(book.say["struck"])
        return max(4.5, max(map(len, told)) + 1)
    return min(width(told) + (column.name not in _DIGITS), _WIDEST)


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

_LOOKS = {"total": "sum", "percent": "percent", "grade": "grade"}
"""Their formats; those that are none have one for each number of decimals."""


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
