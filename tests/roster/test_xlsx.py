import io
import re
import warnings
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from klausur.roster import xlsx
from klausur.roster.candidates import ListTerms, read
from klausur.roster.delimited import ListRow, TableError
from klausur.roster.model import Candidate

HEADER = ("Matrikelnummer", "Name", "Raum", "Platz")


def book(*sheets: tuple[str, Sequence[Sequence[object]]]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    return made


def data(made: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def list_of(tmp_path: Path, made: openpyxl.Workbook) -> Path:
    path = tmp_path / "list.xlsx"
    made.save(path)
    return path


def active(made: openpyxl.Workbook) -> Worksheet:
    return made.worksheets[0]


def test_a_plain_list(tmp_path: Path) -> None:
    made = book(
        ("Anmeldungen", [HEADER, ("03712345", "Jürgen  Muster", "HS 1", "A1"), ("0042", "Ada Example")])
    )
    found = read(list_of(tmp_path, made))
    assert found.diagnostics == ()
    assert found.candidates == (
        Candidate("03712345", "Jürgen Muster", "HS 1", "A1"),
        Candidate("0042", "Ada Example"),
    )


def test_numbers_keep_their_digits_and_show_their_zeros() -> None:
    made = book(("L", [HEADER, (3701234.0, "Ada", 101, 7.0), (12345, "Alan", 1.5, True)]))
    cell = active(made)["A3"]
    cell.number_format = "00000000"
    rows = xlsx.table(data(made)).rows
    assert [row.cells for row in rows[1:]] == [
        ("3701234", "Ada", "101", "7"),
        ("00012345", "Alan", "1.5", "TRUE"),
    ]


@pytest.mark.parametrize("number", [date(2024, 1, 5), 1e17, 37.5, "#N/A", True])
def test_what_a_spreadsheet_made_of_a_number_is_no_number(tmp_path: Path, number: object) -> None:
    found = read(list_of(tmp_path, book(("L", [HEADER, (number, "Ada Example")]))))
    assert [(d.code, d.place.line) for d in found.diagnostics] == [("roster-number", 2)]


def test_a_formula_that_was_never_computed_is_missing(tmp_path: Path) -> None:
    found = read(list_of(tmp_path, book(("L", [HEADER, ("=1000+1", "Ada Example"), ("7", "Alan Example")]))))
    assert [(d.code, d.place.line) for d in found.diagnostics] == [("roster-number", 2)]
    assert "formula" in found.diagnostics[0].hint


def test_a_formula_counts_as_what_it_gave() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as made:  # it writes values beside formulas, as spreadsheet programs do
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_formula(1, 0, "=1000+1", None, 1001)
        sheet.write_formula(1, 1, '="Ada"&" Example"', None, "Ada Example")
    assert xlsx.table(file.getvalue()).rows[1].cells == ("1001", "Ada Example")


def test_titles_above_the_table_empty_rows_and_columns_are_passed_over(tmp_path: Path) -> None:
    made = book(
        (
            "L",
            [
                ("Prüfungsanmeldungen Optik", None, None),
                (),
                (None, "Stand", date(2026, 2, 1)),
                (None, "Matrikel-Nr.", "Vorname", "Nachname"),
                (),
                (None, "0042", "Ada", "Example", None, None),
                (None, None, "", " "),
                (None, "0043", None, "Example", None),
            ],
        )
    )
    active(made).merge_cells("A1:D1")
    active(made).column_dimensions["Z"].width = 3
    found = read(list_of(tmp_path, made))
    assert found.diagnostics == ()
    assert [(c.registration, c.name) for c in found.candidates] == [
        ("0042", "Ada Example"),
        ("0043", "Example"),
    ]


def test_the_first_visible_sheet_with_the_columns_is_read(tmp_path: Path) -> None:
    made = book(
        ("Notes", [("Please register", "until Monday")]),
        ("Old", [HEADER, ("1", "Old Example")]),
        ("Registered", [HEADER, ("2", "New Example"), ("", "Without Number")]),
        ("Other", [HEADER, ("3", "Other Example")]),
    )
    made["Old"].sheet_state = "hidden"
    found = read(list_of(tmp_path, made))
    assert [c.name for c in found.candidates] == ["New Example"]
    assert [(d.place.file.rpartition("/")[2], d.place.line) for d in found.diagnostics] == [
        ("list.xlsx, sheet Registered", 3)
    ]


def test_headings_of_the_exam_are_found(tmp_path: Path) -> None:
    rows = [("Kennung", "Titel", "Vorname", "Zuname", "Zuschlag"), (4711, "Dr.", "Ada", "Example", "30 min")]
    named = {
        "registration": ("Kennung",),
        "name": ("Titel", "Vorname", "Zuname"),
        "extra_minutes": ("ZUSCHLAG",),
    }
    found = read(list_of(tmp_path, book(("L", rows))), ListTerms(named))
    assert found.diagnostics == ()
    assert found.candidates == (Candidate("4711", "Dr. Ada Example", extra_minutes=30),)


def test_without_the_columns_the_finding_names_the_sheet(tmp_path: Path) -> None:
    found = read(list_of(tmp_path, book(("Leer", []), ("Mensa", [("Essen", "Preis"), ("Suppe", 3)]))))
    assert {(d.code, d.place.line) for d in found.diagnostics} == {("roster-column", 1)}
    assert found.diagnostics[0].place.file.endswith("sheet Mensa")


def test_an_empty_workbook_is_refused() -> None:
    with pytest.raises(TableError, match="empty"):
        xlsx.table(data(book(("L", []))))


def zipped(name: str, size: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", "<Types/>")
        with parts.open(name, "w") as part:
            for _ in range(size // 1_000_000):
                part.write(bytes(1_000_000))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (zipped("xl/worksheets/sheet1.xml", 60_000_000), "unpacks to more than 50,000,000"),
        (zipped("xl/workbook.xml", 1_000_000), "damaged"),
        (b"PK\x03\x04" + bytes(100), "damaged"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(content: bytes, why: str) -> None:
    for read_it in (xlsx.table, xlsx.sheets):
        with pytest.raises(TableError, match=why):
            read_it(content)


def test_a_zip_of_other_things_is_no_workbook() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(TableError, match="no XLSX"):
        xlsx.table(file.getvalue())


def test_cells_far_away_cost_nothing() -> None:
    made = book(("L", [HEADER, ("1", "Ada Example")]))
    active(made)["XFD1048576"] = "lost"
    assert xlsx.table(data(made)).rows[1:] == (ListRow(2, ("1", "Ada Example")),)


WHOLE = data(book(("L", [HEADER, *((f"{n:04d}", f"Candidate {n}", "HS 1", f"A{n}") for n in range(30))])))


@settings(max_examples=150)
@given(
    cut=st.integers(100, len(WHOLE)),
    dirt=st.lists(st.tuples(st.integers(4, len(WHOLE) - 1), st.integers(0, 255)), max_size=5),
)
def test_damaged_workbooks_give_findings_only(tmp_path: Path, cut: int, dirt: list[tuple[int, int]]) -> None:
    changed = bytearray(WHOLE)
    for at, byte in dirt:
        changed[at] = byte
    path = tmp_path / "list.xlsx"
    path.write_bytes(bytes(changed[:cut]))
    found = read(path)
    assert found.candidates or found.diagnostics


PARTS = {
    info.filename: zipfile.ZipFile(io.BytesIO(WHOLE)).read(info)
    for info in zipfile.ZipFile(io.BytesIO(WHOLE)).infolist()
}


@settings(max_examples=200)
@given(
    name=st.sampled_from(sorted(PARTS)),
    at=st.floats(0, 1),
    put=st.sampled_from([b"", b"<", b"&lol;", b"9" * 400, b'"', b"-1", b"\x00", b"NaN", b"rId9", b"</c>"]),
    over=st.integers(0, 12),
)
def test_damaged_parts_give_a_table_or_a_reason(name: str, at: float, put: bytes, over: int) -> None:
    part = PARTS[name]
    start = int(at * len(part))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        for other, content in PARTS.items():
            changed = content[:start] + put + content[start + over :] if other == name else content
            parts.writestr(other, changed)
    with suppress(TableError):
        assert xlsx.table(file.getvalue()).rows


def changed(workbook: bytes, name: str, old: str, new: str) -> bytes:
    """The workbook with another text in one of its parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts, zipfile.ZipFile(file, "w") as made:
        for part in parts.namelist():
            text = parts.read(part).decode()
            assert part != name or re.search(old, text)
            made.writestr(part, re.sub(old, new, text) if part == name else text)
    return file.getvalue()


def test_neither_wrong_dimensions_nor_a_library_s_warnings_matter() -> None:
    plain = data(book(("L", [HEADER, ("0371", "Ada", "HS 1", "A1")])))
    small = changed(plain, "xl/worksheets/sheet1.xml", '<dimension ref="A1:D2" ?/>', '<dimension ref="A1"/>')
    unstyled = changed(plain, "xl/styles.xml", "<cellStyles.*?</cellStyles>", "")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for one in (small, unstyled):
            assert xlsx.table(one).rows == xlsx.table(plain).rows
            assert xlsx.sheets(one) == xlsx.sheets(plain)


def test_what_is_wrong_with_a_workbook_is_told_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = data(book(("L", [HEADER, ("0371", "Ada", "HS 1", "A1")])))
    monkeypatch.setattr("klausur.roster.sheets.MAX_ROWS", 1)
    for read_it in (xlsx.table, xlsx.sheets):
        with pytest.raises(TableError, match="more than 1 rows"):
            read_it(plain)
    monkeypatch.setattr("klausur.roster.sheets.MAX_ROWS", 2)
    assert len(xlsx.table(plain).rows) == len(xlsx.sheets(plain)[0].rows) == 2
