"""One table of columns: a row more is a column more, wherever results are shown."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from tests.report.test_results import ADA, EXAM, JUERGEN, outcome

from klausur.report import columns
from klausur.report.columns import COLUMNS, Column, Form, One, records, shown
from klausur.report.results import tabulate
from klausur.report.table_sheet import FORMULAS
from klausur.report.text import header, lines, to_csv
from klausur.report.workbook import write_xlsx
from klausur.report.workbook_cells import FIRST


def test_no_two_columns_have_a_name_and_only_columns_have_formulas() -> None:
    names = [column.name for column in COLUMNS]
    assert len(names) == len(set(names))
    assert set(FORMULAS) <= set(names)


def test_a_row_in_the_table_is_a_column_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    added = Column("edition", One(lambda row, _: row.of.edition))
    monkeypatch.setattr(columns, "COLUMNS", (*COLUMNS[:1], added, *COLUMNS[1:]))
    results = tabulate(EXAM, [outcome(1, ADA, "1", "1", "1"), outcome(2, JUERGEN, "1", None, "1")])
    for form in (Form.CSV, Form.TERMINAL):
        assert header(results, form)[:3] == ("booklet", "edition", "registration")
        assert [line[1] for line in lines(results, form)] == ["1", "1"]
    assert [line[1] for line in csv.reader(io.StringIO(to_csv(results), newline=""))] == ["edition", "1", "1"]
    assert [list(record)[:3] for record in records(results)] == [["booklet", "edition", "registration"]] * 2
    write_xlsx(results, tmp_path / "results.xlsx", EXAM.date)
    sheet = openpyxl.load_workbook(tmp_path / "results.xlsx", data_only=True)["Results"]
    headings = [cell.value for cell in sheet[1]]
    assert headings == [h.text for c in shown(results, Form.WORKBOOK) for h in c.headings(results)]
    found = dict(zip(headings, (cell.value for cell in sheet[FIRST + 1]), strict=True))
    assert (found["edition"], found["4.1"], found["problem 4"], found["total"]) == (1, 1, 2, 3)


def test_programs_find_every_column_in_every_table() -> None:
    (record,) = records(tabulate(EXAM, [outcome(1, ADA, "1", "1", "1")]))
    assert (record["variant"], record["standing"]) == (None, "")
    assert record["questions"] == (1, 1, 1)
    names = [column.name for column in COLUMNS if column.name != "percent"]
    assert list(record) == [*names, "open_points"]
