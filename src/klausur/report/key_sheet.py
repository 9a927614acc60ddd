"""The second sheet of ``results.xlsx``: the grade key that grades are looked up in; how many got which."""

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from klausur.base.credits import Credits
from klausur.exam.model import GradeKey, RoundAt
from klausur.report.results import names, summarise
from klausur.report.workbook_cells import (
    DIGITS,
    KEY_FIRST,
    PERCENT_DIGITS,
    WORTH,
    Book,
    compared,
    formula,
    how,
    whole,
)

_LABELS = ("key.unit", "credits", "key.most", "key.rounded")


_HEADINGS = ("columns.grade", "key.from", "credits", "key.results", "key.share")


def grade_of(key: GradeKey, sheet: str, reached: str) -> str:
    """The formula of a grade: how many thresholds lie above what was reached leads to its line of the key."""
    last = KEY_FIRST + len(key.thresholds)
    grades = f"{sheet}!$A${KEY_FIRST + 1}:$A${last + 1}"
    if not key.thresholds:
        return f"{sheet}!$A${KEY_FIRST + 1}"
    return f"INDEX({grades},SUMPRODUCT(--({sheet}!$B${KEY_FIRST + 1}:$B${last}>{reached}))+1)"


def write_key(book: Book, sheet: Worksheet, file: Workbook) -> None:
    """Write the sheet of the grade key, with a chart of the grades."""
    results, formats, say = book.results, book.formats, book.say
    key, rule = results.key, results.rounding
    for line, label in enumerate(_LABELS):
        sheet.write_string(line, 0, say[label], formats["faint"])
    sheet.write_string(0, 1, say["key.percent" if key.percent else "key.credits"])
    formula(sheet, (1, 1), f"={whole(book, results.problems, book.columns['questions'])}", results.of)
    formula(sheet, (2, 1), f"=B2+{_bonus(book)}", results.reachable)
    if rule is None:
        sheet.write_string(3, 1, say["key.not-rounded"])
    else:
        sheet.write_number(3, 1, float(rule.step))
        what = say["key.the-total" if rule.at is RoundAt.TOTAL else "key.each-question"]
        sheet.write_string(3, 2, f"{say[f'key.{rule.kind}']}, {what}")
    for at, heading in enumerate(_HEADINGS):
        sheet.write_string(KEY_FIRST - 1, at, say[heading], formats["head"])
    _write_grades(book, sheet)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 4, 12)
    end = KEY_FIRST + len(names(key)) - 1
    chart = file.add_chart({"type": "column"})
    chart.add_series(
        {
            "categories": [say["sheets.key"], KEY_FIRST, 0, end, 0],
            "values": [say["sheets.key"], KEY_FIRST, 3, end, 3],
            "gap": 40,
            "fill": {"color": "#123C7B"},
        }
    )
    chart.set_legend({"none": True})
    chart.set_title({"name": say["key.grades"], "name_font": {"size": 12}})
    sheet.insert_chart(0, 6, chart)


def _bonus(book: Book) -> str:
    """The credits of bonus questions, as a formula."""
    parts = [f"{book.table}!{xl_rowcol_to_cell(WORTH, at)}" for at in _bonus_columns(book)]
    return "+".join(parts) or "0"


def _bonus_columns(book: Book) -> list[int]:
    asked = zip(book.columns["questions"], book.results.asked, strict=True)
    return [at for at, column in asked if how(column).startswith("bonus")]


def _write_grades(book: Book, sheet: Worksheet) -> None:
    results, formats = book.results, book.formats
    key, counted = results.key, summarise(results)
    thresholds: tuple[tuple[str, Credits | None], ...] = (*key.thresholds, (key.fail, None))
    for line, (name, at) in enumerate(thresholds, start=KEY_FIRST):
        sheet.write_string(line, 0, name, formats["sum"])
        if at is not None:
            sheet.write_number(line, 1, compared(at, PERCENT_DIGITS if key.percent else DIGITS))
            gives = at * results.of / 100 if key.percent else at
            formula(sheet, (line, 2), f"=B{line + 1}*B$2/100" if key.percent else f"=B{line + 1}", gives)
        many = Credits(dict(counted.grades)[name])
        cell = xl_rowcol_to_cell(line, 0)
        formula(sheet, (line, 3), f"=SUMPRODUCT(--({book.down('grade')}={cell}))", many)
        share = many / counted.final if counted.final else None
        whole = f"COUNT({book.down('total')})"
        formula(sheet, (line, 4), f'=IF({whole}=0,"",D{line + 1}/{whole})', share, formats["share"])
