"""Every form in which a list may come. lists/old.xls was written once by xlwt 1.3, as Excel 97 does."""

import io
import tracemalloc
import zipfile
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from klausur.roster.candidates import ListTerms, read
from klausur.roster.delimited import TableError
from klausur.roster.model import Candidate
from klausur.roster.sheets import MAX_COLUMNS, MAX_LINE, MAX_PARTS, MAX_UNPACKED, as_text, check_size
from klausur.roster.tables import table

OLD = (Path(__file__).parent / "lists/old.xls").read_bytes()

NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
)


def shown(text: str, more: str = "") -> str:
    return f"<table:table-cell{more}><text:p>{text}</text:p></table:table-cell>"


def number(value: str, text: str) -> str:
    return shown(text, f' office:value-type="float" office:value="{value}"')


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


def sheet(name: str, *rows: str, style: str = "seen") -> str:
    return f'<table:table table:name="{name}" table:style-name="{style}">{"".join(rows)}</table:table>'


def ods(*sheets: str, manifest: str = "", head: str = "") -> bytes:
    styles = (
        '<style:style style:name="gone" style:family="table">'
        '<style:table-properties table:display="false"/></style:style>'
    )
    content = f"{head}<office:document-content {NAMES}>{styles}{''.join(sheets)}</office:document-content>"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
        parts.writestr("content.xml", content)
    return file.getvalue()


HEADER = row(shown("Matrikelnummer"), shown("Name"), shown("Raum"))


def put(tmp_path: Path, data: bytes, name: str = "list.xls") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def test_an_old_workbook_shows_its_zeros_and_shares(tmp_path: Path) -> None:
    found = read(put(tmp_path, OLD), ListTerms(minutes=90))
    assert [(d.code, d.place.line) for d in found.diagnostics] == [
        ("roster-left-out", 9),
        ("roster-zeros", 6),
    ]
    assert found.diagnostics[0].place.file.endswith("list.xls, sheet Anmeldungen")
    assert found.candidates == (
        Candidate("03712345", "Jürgen Muster", "HS 1"),
        Candidate("00000042", "Ada Example", "101", extra_minutes=23),
        Candidate("3701234", "Alan Example", "HS 1", extra_minutes=30),
    )
    assert [(u.heading, u.column) for u in found.columns][-2:] == [
        ("Zeitzuschlag", "extra minutes"),
        ("Anmeldedatum", None),
    ]


def test_an_open_document_counts_repeated_rows_and_columns_once_where_they_are_empty(tmp_path: Path) -> None:
    data = ods(
        sheet("Old", HEADER, row(shown("1"), shown("Old Example")), style="gone"),
        sheet(
            "Liste",
            row(more=' table:number-rows-repeated="2"'),
            HEADER,
            row(number("12345", "00012345"), shown("Ada <text:s/> Example"), number("101", "101,00")),
            row(number("3712345", "3,71E+006"), shown("Jürgen Muster", ' table:number-columns-repeated="2"')),
            row('<table:table-cell table:number-columns-repeated="16384"/>'),
            row(more=' table:number-rows-repeated="1048570"'),
        ),
    )
    found = read(put(tmp_path, data, "list.ods"))
    assert found.candidates == (
        Candidate("00012345", "Ada Example", "101"),
        Candidate("3712345", "Jürgen Muster", "Jürgen Muster"),
    )
    assert table(data).rows[1].line == 4


def times(what: str, many: int) -> str:
    return f' table:number-{what}-repeated="{many}"'


def test_what_an_open_document_repeats_is_held_to_a_list_s_size() -> None:
    wide = row(shown("a", times("columns", 90)), shown("b", times("columns", 90)))
    (only,) = table(ods(sheet("L", wide))).rows
    assert only.cells == ("a",) * 90 + ("b",) * (MAX_COLUMNS - 90)
    full = row(*[shown("a")] * (MAX_COLUMNS + 1))
    assert len(table(ods(sheet("L", full))).rows[0].cells) == MAX_COLUMNS
    long = sheet("L", row(shown("a"), more=times("rows", 3)), row(shown("b")), row(shown("c")))
    assert [(r.line, r.cells[0]) for r in table(ods(long)).rows] == [
        *((1, "a"), (2, "a"), (3, "a"), (4, "b"), (5, "c"))
    ]
    below = sheet(
        "L", row(shown("a")), row(more=times("rows", MAX_LINE - 2)), row(shown("b"), more=times("rows", 9))
    )
    assert [(r.line, r.cells[0]) for r in table(ods(below)).rows] == [(1, "a"), (MAX_LINE, "b")]


def test_of_an_open_document_s_sheets_one_at_a_time_is_kept_in_memory() -> None:
    def most(sheets: int) -> int:
        data = ods(*[sheet(f"Old {n}", *[row(shown("x"))] * 300) for n in range(sheets)])
        tracemalloc.start()
        try:
            assert len(table(data).rows) == 300
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    most(1)
    assert most(20) < 2 * most(1)


def test_an_open_document_that_unpacks_to_too_much_is_refused_before_it_is() -> None:
    with pytest.raises(TableError, match="unpacks to more than"):
        table(ods(sheet("L", HEADER), " " * (MAX_UNPACKED + 1)))


@pytest.mark.parametrize("many", [MAX_PARTS, MAX_PARTS + 1])
def test_a_workbook_has_only_so_many_parts(many: int) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        for n in range(many - 1):
            parts.writestr(f"{n}", "")
        parts.writestr("content.xml", "")
    with nullcontext() if many == MAX_PARTS else pytest.raises(TableError, match="unpacks to more"):
        check_size(file.getvalue(), "content.xml", "is no workbook")


@pytest.mark.parametrize(("most", "refused"), [(5, True), (6, False)])
def test_a_workbook_unpacks_to_so_much_at_most(
    monkeypatch: pytest.MonkeyPatch, most: int, *, refused: bool
) -> None:
    monkeypatch.setattr("klausur.roster.sheets.MAX_UNPACKED", most)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("content.xml", "1234")
        parts.writestr("more", "56")
    with pytest.raises(TableError, match="unpacks to more") if refused else nullcontext():
        check_size(file.getvalue(), "content.xml", "is no workbook")


def test_numbers_that_floats_cannot_tell_apart_are_not_taken_for_whole_ones() -> None:
    assert as_text(1e15 - 1) == "999999999999999"
    assert as_text(1e15) != "1000000000000000"
    assert [as_text(value, "000") for value in (0, 0.0, 7, -7, 7.5)] == ["000", "000", "007", "-7", "7.5"]


@pytest.mark.parametrize(
    ("value", "text", "said"),
    [
        ("12345", "00012345", "00012345"),
        ("12345", "12345", "12345"),
        ("12345", "12.345", "12345"),
        ("12345", "0012", "12345"),
        ("0", "000", "000"),
        ("101.5", "102", "101.5"),
    ],
)
def test_a_number_has_all_its_digits_and_the_zeros_that_it_shows(value: str, text: str, said: str) -> None:
    assert table(ods(sheet("L", row(number(value, text), shown("x"))))).rows[0].cells[0] == said


def test_a_sheet_whose_style_says_something_else_is_seen() -> None:
    style = '<style:style style:name="plain"><style:table-properties/></style:style>'
    other = '<style:style style:name="other"/>'
    for name in ("plain", "other", "nowhere"):
        assert table(ods(style, other, sheet("L", HEADER, style=name))).rows


PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset={charset}>
<style>td {{ mso-number-format: "\\@" }}</style><title>Matrikelnummer</title></head><body>
<table><tr><td>Pr&uuml;fung Optik</table>
<table border=1><tr><th colspan=2>Teilnehmer<th>Ort</tr>
<tr><td>Matrikel-Nr.</td><td>Nachname<br>Familienname</td><td>Vorname</td></tr>
<tr><td x:num="12345">00012345</td><td>Müller &amp; S&ouml;hne</td>
<td>Jürgen<table><tr><td>!</table></td></tr>
<tr><td x:num="3712345">3,71E+06<td>Example<td>Ada
</table></body></html>"""


@pytest.mark.parametrize("charset", ["utf-8", "cp1252", "utf-16"])
def test_a_web_page_saved_as_a_workbook(tmp_path: Path, charset: str) -> None:
    terms = ListTerms({"name": ("Vorname", "Nachname Familienname")})
    found = read(put(tmp_path, PAGE.format(charset=charset).encode(charset)), terms)
    assert [d.code for d in found.diagnostics] == ["roster-zeros"]
    assert found.candidates == (
        Candidate("00012345", "Jürgen! Müller & Söhne"),
        Candidate("3712345", "Ada Example"),
    )


@pytest.mark.parametrize(
    ("rows", "cells"),
    [
        ("<tr><td>a<br>b</td><td>c<p>d</p></td></tr>", [("a b", "c d")]),
        ("<br><tr><td>a</td></tr>", [("a",)]),
        ("<tr><td>a</td><table><tr><td>x</td></tr></table><td>b</td></tr>", [("a", "b")]),
        ("<tr><td>a<table><tr><td>x</td></tr></table>y</td><td>b</td></tr>", [("axy", "b")]),
        ("<td>a</td>after<td>b</td>", [("a", "b")]),
        ("<tr><td colspan=2>a</td><td>b</td></tr>", [("a", "", "b")]),
        ("<tr><td colspan=9999>a</td><td>b</td></tr>", [("a",)]),
        ("<tr><td colspan=0>a</td><td>b</td></tr>", [("a", "b")]),
        ("<tr><td rowspan=2>a<td>b<td>c<tr><td>d<td>e<tr><td>f", [("a", "b", "c"), ("a", "d", "e"), ("f",)]),
        ("<tr><td>a<td rowspan=9 colspan=2>b<tr><td>c<tr>", [("a", "b"), ("c", "b")]),
        ("<tr><td>a<script>x</script></td></tr>", [("a",)]),
        ("<tr><td>a<td>b<tr><td>c<td>d", [("a", "b"), ("c", "d")]),  # as HTML allows it
    ],
)
def test_cells_of_a_web_page(rows: str, cells: list[tuple[str, ...]]) -> None:
    found = table(f"<table>{rows}</table>".encode())
    assert [row.cells for row in found.rows] == cells
    assert found.rows[0].line == 1


def test_a_cell_of_a_web_page_is_no_wider_than_a_list_may_be() -> None:
    (only,) = table(b"<table><tr><td>a<td colspan=98>b<td>c<td>d</table>").rows
    assert only.cells == ("a", "b", *[""] * 97, "c")


def locked(words: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + words.encode("utf-16-le")


BOMB = "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)
)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (locked("EncryptedPackage"), "password"),
        (locked("Workbook"), "damaged"),
        (OLD[:2000], "damaged"),
        (OLD.replace(b"\x42\x00\x02\x00", b"\x2f\x00\x02\x00", 1), "password"),  # the record of a key
        (OLD.replace(b"\x09\x08\x10\x00", b"\x09\x07\x10\x00", 1), "damaged"),  # no record of a beginning
        (ods(sheet("L", HEADER), manifest="<encryption-data/>"), "password"),
        (ods(sheet("L")), "empty"),
        (ods(sheet("L", "<wrong>")), "damaged"),
        (ods(sheet("L", row(shown("&a11;"))), head=BOMB + "]>"), "damaged"),
        (b"<html><body>Please log in</body></html>", "without a table"),
        (b"<table></table>", "without a table|empty"),
        (b'<?xml version="1.0"?><Workbook/>', "form that is not read"),
        (b"%PDF-1.7", "form that is not read"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(content: bytes, why: str) -> None:
    with pytest.raises(TableError, match=why):
        table(content)


@settings(max_examples=100)
@given(
    cut=st.integers(100, len(OLD)),
    dirt=st.lists(st.tuples(st.integers(8, len(OLD) - 1), st.integers(0, 255)), max_size=5),
)
def test_damaged_old_workbooks_give_a_table_or_a_reason(cut: int, dirt: list[tuple[int, int]]) -> None:
    changed = bytearray(OLD)
    for at, byte in dirt:
        changed[at] = byte
    with suppress(TableError):
        assert table(bytes(changed[:cut])).rows


@settings(max_examples=100)
@example(text="<![0")
@given(text=st.text(st.sampled_from("<>/=tdrhable \"'&;!-[]ä0"), max_size=80))
def test_no_web_page_raises_anything_else(text: str) -> None:
    with suppress(TableError):
        assert table(f"<html><table><tr><td>{text}".encode()).rows


@settings(max_examples=100)
@given(cut=st.integers(60, 700), put_in=st.sampled_from(["", "<", "&x;", "9" * 30, '"', "-1"]))
def test_no_open_document_raises_anything_else(cut: int, put_in: str) -> None:
    content = sheet("L", HEADER, row(shown("1", ' table:number-columns-repeated="2"'), number("2", "2")))
    with suppress(TableError):
        assert table(ods(content[:cut] + put_in + content[cut:])).rows
