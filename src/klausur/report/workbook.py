"""``results.xlsx``: the results table with live formulas, the grade key that they use, and statistics.

Credits of questions are values; all else are formulas that people can read and change, with what they give
beside them for programs that compute none. Spreadsheets compute with floating point numbers, so all that is
compared is rounded first (`klausur.report.workbook_cells.DIGITS`); then formulas give what the exact
arithmetic gives. docs/guide/grading.md describes the sheets, each is written in a module of its own.
"""

from datetime import date, datetime
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from klausur.base.guard import refuse_if_locked
from klausur.report.key_sheet import write_key
from klausur.report.results import Results
from klausur.report.statistics_sheet import write_statistics
from klausur.report.table_sheet import write_table
from klausur.report.workbook_cells import book


class _Sheet(Worksheet):  # type: ignore[misc] # XlsxWriter has no types
    """A sheet whose formulas name no function that is newer than the file format.

    XlsxWriter searches every formula for each of the 29 newer ones, to mark them: a quarter of the time.
    """

    def _prepare_formula(self, formula: str, _expand: bool = False) -> str:  # noqa: FBT001, FBT002 - as there
        return formula.removeprefix("=")


def write_xlsx(results: Results, path: Path, day: date, *, records: str = "") -> None:
    """Write ``results.xlsx``: the new one whole or, if the program is killed, the old one.

    Args:
        results: the table.
        path: where to.
        day: what the file says of when it was made; the same table then makes the same file.
        records: what its properties say of the records that the table follows from.
    """
    refuse_if_locked("writing results")
    part = path.with_name(f"{path.name}.part")
    with Workbook(str(part)) as file:
        made_on = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - of no zone
        file.set_properties({"created": made_on, "comments": records})
        made = book(results, file)
        table, key, statistics = (
            file.add_worksheet(made.say[f"sheets.{name}"], _Sheet)
            for name in ("results", "key", "statistics")
        )
        write_table(made, table)
        write_key(made, key, file)
        write_statistics(made, statistics)
    part.replace(path)
