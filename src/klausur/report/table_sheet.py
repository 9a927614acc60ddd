"""The first sheet of ``results.xlsx``: a row per Booklet; its sums, percentage and grade are formulas."""

from xlsxwriter.utility import xl_range, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from klausur.exam.model import RoundAt, RoundKind, Strike
from klausur.report.book import (
    DIGITS,
    FIRST,
    HOW,
    OF,
    PERCENT_DIGITS,
    REACHABLE,
    STEP,
    WORTH,
    Book,
    counting,
    formula,
    how,
    percent,
)
from klausur.report.key_sheet import grade_of
from klausur.report.results import Row, Status
from klausur.report.text import STRUCK, is_formula

_WIDEST = 40


def write_table(book: Book, sheet: Worksheet) -> None:
    """Write the sheet of results."""
    columns, results, faint = book.columns, book.results, book.formats["faint"]
    problems = [f"problem {number}" for number in results.problems]
    headings = ["booklet", "registration", "name", *results.questions, *problems]
    headings += ["total", "percent", "grade", "status", "open"]
    headings += [*(["variant"] if results.variants else []), *(["standing"] if results.standings else [])]
    for at, heading in enumerate(headings):
        sheet.write_string(0, at, heading, book.formats["head"])
    sheet.write_string(WORTH, 2, "credits", faint)
    sheet.write_string(HOW, 2, "how it counts", faint)
    for at, column in enumerate(results.asked, start=columns.questions):
        sheet.write_number(WORTH, at, float(column.credits), faint)
        sheet.write_string(HOW, at, how(column), faint)
    for at, problem in enumerate(results.problems, start=columns.problems):
        formula(sheet, (WORTH, at), f"={counting(*book.span(problem))}", book.worth(problem), faint)
    formula(sheet, (WORTH, columns.total), f"={OF}", results.of, faint)
    for line, row in enumerate(results.rows, start=FIRST):
        _write_values(book, sheet, line, row)
        _write_formulas(book, sheet, line, row)
    _lay_out(book, sheet, headings)


def _write_values(book: Book, sheet: Worksheet, line: int, row: Row) -> None:
    columns = book.columns
    if row.booklet is not None:
        sheet.write_number(line, 0, row.booklet)
    for at, text in ((1, row.registration), (2, row.name)):
        sheet.write_string(line, at, text, book.formats["quoted" if is_formula(text) else "plain"])
    for at, (column, credits) in enumerate(
        zip(book.results.asked, row.questions, strict=True), start=columns.questions
    ):
        if column.struck is Strike.DROPPED:
            sheet.write_string(line, at, STRUCK, book.formats["faint"])
        elif credits is not None:
            sheet.write_number(line, at, float(credits))
    looks = book.formats["open" if row.status is Status.OPEN else "plain"]
    sheet.write_string(line, columns.status, str(row.status), looks)
    sheet.write_string(line, columns.open, "; ".join(row.open))
    if row.variant is not None:
        sheet.write_number(line, columns.variant, row.variant)
    if row.standing:
        looks = book.formats["quoted" if is_formula(row.standing) else "plain"]
        sheet.write_string(line, columns.standing, row.standing, looks)


def _write_formulas(book: Book, sheet: Worksheet, line: int, row: Row) -> None:
    columns = book.columns
    status, total, share = (
        xl_rowcol_to_cell(line, at, col_abs=True) for at in (columns.status, columns.total, columns.percent)
    )
    nothing = f'{status}="{Status.MISSING}"'
    if row.status is Status.UNGRADED and not any(c is not None for c in (*row.questions, *row.problems)):
        # No booklet either; a problem whose questions are all dropped must not look as if there were one.
        every = xl_range(line, columns.questions, line, columns.problems - 1)
        nothing = f"COUNT({every})=0"
    for at, (problem, credits) in enumerate(zip(book.results.problems, row.problems, strict=True)):
        first, last = book.span(problem)
        parts = f"{xl_rowcol_to_cell(line, first)}:{xl_rowcol_to_cell(line, last)}"
        text = f'=IF(OR({nothing},COUNTBLANK({parts})>0),"",SUM({parts}))'
        formula(sheet, (line, columns.problems + at), text, credits)
    sums = xl_range(line, columns.problems, line, columns.total - 1)
    text = f'=IF({status}="{Status.FINAL}",{_rounded(book, f"ROUND(SUM({sums}),{DIGITS})")},"")'
    formula(sheet, (line, columns.total), text, row.total, book.formats["sum"])
    text = f'=IF({total}="","",ROUND({total}/{OF}*100,{PERCENT_DIGITS}))'
    gives = None if row.total is None else percent(book.results, row.total)
    formula(sheet, (line, columns.percent), text, gives, book.formats["percent"])
    reached = share if book.results.key.percent else total
    text = f'=IF({total}="","",{grade_of(book.results.key, reached)})'
    formula(sheet, (line, columns.grade), text, row.grade, book.formats["sum"])


def _rounded(book: Book, sum_: str) -> str:
    """The formula of the total: rounded as the exam says, and not above what can be reached."""
    rule = book.results.rounding
    if rule is None or rule.at is not RoundAt.TOTAL:
        return sum_
    steps = f"ROUND({sum_}/{STEP},{DIGITS})"
    whole = {
        RoundKind.HALF_UP: f"INT({steps}+0.5)",
        RoundKind.UP: f"-INT(-{steps})",
        RoundKind.DOWN: f"INT({steps})",
    }[rule.kind]
    return f"ROUND(MIN({whole}*{STEP},MAX({REACHABLE},INT({steps})*{STEP})),{DIGITS})"


def _lay_out(book: Book, sheet: Worksheet, headings: list[str]) -> None:
    columns, rows = book.columns, book.results.rows
    longest = {
        1: max((len(row.registration) for row in rows), default=0),
        2: max((len(row.name) for row in rows), default=0),
        columns.open: max((len("; ".join(row.open)) for row in rows), default=0),
    }
    if book.results.standings:
        longest[columns.standing] = max(len(row.standing) for row in rows)
    for at, heading in enumerate(headings):
        sheet.set_column(at, at, min(max(len(heading), longest.get(at, 0), 5) + 2, _WIDEST))
    sheet.freeze_panes(FIRST, 3)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
