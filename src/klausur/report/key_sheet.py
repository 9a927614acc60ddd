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
    LINE,
    PERCENT_DIGITS,
    WORTH,
    Book,
    compared,
    decimals,
    formula,
    how,
    on_paper,
    whole,
    width,
)

_FEW = 10
"""So many people or fewer are counted one by one at the side of the chart."""

_CHART = 80
"""Characters that the chart and the white before it are wide."""

_HAIR = {"color": "#C8CDD4", "width": 0.5}

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
        sheet.write_string(line, 0, say[label], formats["label"])
    step = Credits(1) if rule is None else rule.step
    looks = formats[f"plain {decimals([results.of, results.reachable, step])}"]
    sheet.write_string(0, 1, say["key.percent" if key.percent else "key.credits"], formats["value"])
    formula(sheet, (1, 1), f"={whole(book, results.problems, book.columns['questions'])}", results.of, looks)
    formula(sheet, (2, 1), f"=B2+{_bonus(book)}", results.reachable, looks)
    if rule is None:
        sheet.write_string(3, 1, say["key.not-rounded"], formats["value"])
    else:
        sheet.write_number(3, 1, float(rule.step), looks)
        what = say["key.the-total" if rule.at is RoundAt.TOTAL else "key.each-question"]
        sheet.write_string(3, 2, f"{say[f'key.{rule.kind}']}, {what}", formats["note"])
    for at, heading in enumerate(_HEADINGS):
        sheet.write_string(KEY_FIRST - 1, at, say[heading], formats["head-number" if at else "head"])
    _write_grades(book, sheet)
    labels = width([say[label] for label in _LABELS])
    values = max(12, width([say["key.not-rounded"], say["key.percent"], say["key.credits"]]))
    sheet.set_column(0, 0, labels)
    sheet.set_column(1, 1, values)
    sheet.set_column(2, 4, 12)
    sheet.freeze_panes(KEY_FIRST, 1)
    sheet.repeat_rows(KEY_FIRST - 1)
    on_paper(book, sheet, labels + values + 3 * 12 + _CHART, LINE * (KEY_FIRST + len(names(key))))
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
    most = max((many for _, many in summarise(results).grades), default=0)
    steps = {"major_unit": 1} if most <= _FEW else {}
    lines = {"visible": True, "line": _HAIR}
    chart.set_y_axis({"min": 0, "num_format": "0", "major_gridlines": lines} | steps)
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
    in_credits = [at * results.of / 100 if key.percent else at for _, at in key.thresholds]
    from_, looks = (formats[f"plain {decimals(v)}"] for v in ([at for _, at in key.thresholds], in_credits))
    for line, (name, at) in enumerate(thresholds, start=KEY_FIRST):
        sheet.write_string(line, 0, name, formats["name"])
        if at is not None:
            sheet.write_number(line, 1, compared(at, PERCENT_DIGITS if key.percent else DIGITS), from_)
            text = f"=B{line + 1}*B$2/100" if key.percent else f"=B{line + 1}"
            formula(sheet, (line, 2), text, in_credits[line - KEY_FIRST], looks)
        many = Credits(dict(counted.grades)[name])
        cell = xl_rowcol_to_cell(line, 0)
        formula(sheet, (line, 3), f"=SUMPRODUCT(--({book.down('grade')}={cell}))", many, formats["plain 0"])
        share = many / counted.final if counted.final else None
        whole = f"COUNT({book.down('total')})"
        formula(sheet, (line, 4), f'=IF({whole}=0,"",D{line + 1}/{whole})', share, formats["share"])
