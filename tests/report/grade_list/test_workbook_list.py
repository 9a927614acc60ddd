"""Workbooks: other values in some cells, and every other byte of every part as it was."""

import io
import re
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from klausur.report.grade_list.workbook_list import WorkbookList, located, readings
from klausur.roster.delimited import TableError

Fill = Callable[[Workbook, Worksheet], None]


def workbook(*fills: Fill) -> bytes:
    """A workbook with a sheet for each of these, which fill it."""
    made = io.BytesIO()
    with Workbook(made, {"in_memory": True}) as file:
        for fill in fills:
            fill(file, file.add_worksheet())
    # XlsxWriter has every workbook computed anew when it is opened
    return replaced(made.getvalue(), b' fullCalcOnLoad="1"', b"")


def replaced(data: bytes, old: bytes, new: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(made, "w") as after:
        for info in before.infolist():
            after.writestr(info, before.read(info).replace(old, new))
    return made.getvalue()


def office(file: Workbook, sheet: Worksheet) -> None:
    """What offices hand out: a title, styles, a picture-like chart, a list to choose from, a merged head."""
    text, bold = file.add_format({"num_format": "@"}), file.add_format({"bold": True, "num_format": "0.0"})
    sheet.merge_range("A1:D1", "Prüfung & <Liste>")
    sheet.write_row("A3", ["Matrikelnummer", "Name", "Note", "Vermerk"], bold)
    sheet.write_row("A4", ["0371", "Ada Example", "", "x"])
    sheet.write("C4", None, text)
    sheet.write_row("A6", ["0372", "Bo Muster"])
    sheet.write_row("A7", ["0373", "Cy Third", 2.3])
    sheet.write_formula("A9", "=AVERAGE(C4:C7)", None, 2.3)
    sheet.data_validation("C4:C7", {"validate": "list", "source": ["1,0", "1,3"]})
    sheet.conditional_format("C4:C7", {"type": "cell", "criteria": ">", "value": 4, "format": bold})
    chart = file.add_chart({"type": "column"})
    chart.add_series({"values": "=Sheet1!$C$4:$C$7"})
    sheet.insert_chart("F3", chart)
    sheet.set_column("C:C", 12, bold)
    sheet.protect("secret")


def other(_: Workbook, sheet: Worksheet) -> None:
    sheet.write_row("A1", ["nothing", "of", "interest", 1.5])


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        return {name: found.read(name) for name in found.namelist()}


def values(data: bytes) -> dict[tuple[str, str], object]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
    }


def styles(data: bytes) -> dict[tuple[str, str], tuple[object, object]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {
        (sheet.title, cell.coordinate): (cell.number_format, cell.font.b)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
    }


def test_only_the_cells_change() -> None:
    data = workbook(office, other)
    one = next(readings(data))
    # rows that hold anything: 1, 3, 4, 6, 7, 9
    filled = one.filled({(2, 2): "1,3", (3, 2): "1,7", (4, 2): "sehr <gut>"})
    before, after = parts(data), parts(filled)
    assert list(before) == list(after)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {one.part, "xl/workbook.xml"}
    assert b'fullCalcOnLoad="1"' in after["xl/workbook.xml"]
    was, is_ = values(data), values(filled)
    new = {("Sheet1", "C4"): "1,3", ("Sheet1", "C6"): 1.7, ("Sheet1", "C7"): "sehr <gut>"}
    assert is_ == {**was, **new}
    # C6 was not there: it has its column's style
    expected = {**styles(data), ("Sheet1", "C6"): ("0.0", True)}
    assert styles(filled) == expected
    # and in the XML of the sheet, all but the cells
    cells = re.compile(rb'<c r="C[467]".*?(?:</c>|/>)')
    assert cells.sub(b"", before[one.part]) == cells.sub(b"", after[one.part])


def test_a_workbook_without_formulas_keeps_all_its_other_parts() -> None:
    data = workbook(other)
    one = next(readings(data))
    before, after = parts(data), parts(one.filled({(0, 3): "2"}))
    assert {name for name in before if before[name] != after[name]} == {one.part}


def test_a_formula_is_no_cell_to_write() -> None:
    one = next(readings(workbook(office)))
    assert one.locked(5, 0) == "a formula stands there"
    assert not one.locked(2, 2)


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 5), st.integers(0, 5)),
        st.sampled_from([3, 0.5, "x", "<&>", "  "]),
        min_size=1,
    ),
    st.data(),
)
@settings(max_examples=40)
def test_any_cells_of_any_sheet(cells: dict[tuple[int, int], object], data: st.DataObject) -> None:
    def fill(_: Workbook, sheet: Worksheet) -> None:
        for row in range(6):
            sheet.write(row, 7, "key")
        for (row, column), value in cells.items():
            sheet.write(row, column, value)

    plain = workbook(fill, other)
    one = next(readings(plain))
    texts = data.draw(
        st.dictionaries(
            st.tuples(st.integers(0, 5), st.integers(0, 9)), st.sampled_from(["1.3", "gut", "2"]), min_size=1
        )
    )
    was = {place: value for place, value in values(plain).items() if value is not None}
    is_ = {place: value for place, value in values(one.filled(texts)).items() if value is not None}
    new = {
        ("Sheet1", f"{get_column_letter(column + 1)}{row + 1}"): text if text == "gut" else float(text)
        for (row, column), text in texts.items()
    }
    assert is_ == {**was, **new}


SHEET = (
    '<?xml version="1.0" encoding="UTF-8"?><x:worksheet xmlns:x="m">'
    '<x:cols><x:col min="2" max="3" style="7"/></x:cols><x:sheetData>'
    '<x:row><x:c t="s" note="a>b"><x:v>0</x:v></x:c><x:c/></x:row>'
    '<x:row r="4" s="5" customFormat="1"><x:c r="D4"><x:f>A1</x:f></x:c></x:row></x:sheetData></x:worksheet>'
)


def test_cells_without_references_and_with_prefixes_are_located() -> None:
    xml = located(SHEET.encode())
    first, second = xml.rows[1], xml.rows[4]
    assert [SHEET[c.start : c.end] for c in first.cells.values()] == [
        '<x:c t="s" note="a>b"><x:v>0</x:v></x:c>',
        "<x:c/>",
    ]
    assert (first.prefix, xml.style(first, 2), xml.style(first, 5), xml.style(second, 2)) == (
        "x:",
        "7",
        "",
        "5",
    )
    assert second.cells[3].formula
    assert SHEET[second.end :].startswith("</x:row>")
    list_ = WorkbookList(b"", "S", (), "", xml, frozenset())
    assert list_.delimiter == ""


@pytest.mark.parametrize("sheet", ["<a>", '<?xml version="1.0" encoding="UTF-16"?><a/>'])
def test_another_xml_is_refused(sheet: str) -> None:
    with pytest.raises(TableError):
        located(sheet.encode())


def test_an_old_or_damaged_workbook_is_refused() -> None:
    with pytest.raises(TableError, match="old form"):
        list(readings(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)))
    with pytest.raises(TableError, match="damaged"):
        list(readings(b"PK\x03\x04" + bytes(600)))
