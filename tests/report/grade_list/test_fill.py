"""Lists as offices and platforms hand them out: what comes into them, and what is told."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from klausur.base.errors import KlausurError, UsageError
from klausur.report.grade_list.fill import FilledList, Unfilled, fill
from klausur.report.grade_list.headings import ListKind
from klausur.report.grade_list.request import FillRequest, Wanted
from klausur.report.grade_list.written import decimal, equal, written
from klausur.roster.columns import Named
from klausur.roster.delimited import TableError

from .graded import graded
from .test_workbook_list import other, values, workbook

PEOPLE = (
    ("00012345", "Ada Example", "9.5"),
    ("03712345", "Jürgen Muster", "8"),
    ("03712346", "Bo Open", None),
    ("03712347", "Cy Nowhere", "3"),
)
"""1.0, 1.3, no result yet, and 5.0, without a row in the lists below."""

NONE: Named = MappingProxyType({})


def filled(
    text: str,
    *columns: tuple[str, Wanted | None],
    people: Sequence[tuple[str, str, str | None]] = PEOPLE,
    language: str = "en",
    encoding: str = "utf-8",
    by_name: bool = False,
    replace: bool = False,
) -> FilledList:
    request = FillRequest(Path("list.csv"), columns=columns, by_name=by_name, replace=replace)
    return fill(text.encode(encoding), graded(people, language), NONE, request)


HIS_QIS = (
    "Prüfung 4711;;;;\r\n"
    "startHISsheet;;;;endHISsheet\r\n"
    "mtknr;sortname;bewertung;pstatus;EXAM_CHECK_TOKEN\r\n"
    '12345;"Example,Ada";;AN;x9 +/=\r\n'
    '3712345;"Muster,Jürgen";;AN;"y;8"\r\n'
    "3712346;Open,Bo;;AN;z\r\n"
    "endHISsheet;;;;\r\n"
    "3712347;below the list;;;\r\n"
)


def test_a_his_list() -> None:
    found = filled(HIS_QIS, encoding="cp1252", language="de")
    assert found.kind is ListKind.HIS
    expected = HIS_QIS.replace('Ada";;', 'Ada";1,0;').replace('Jürgen";;', 'Jürgen";1,3;')
    assert found.data.decode("cp1252") == expected
    assert [(r.line, r.registration, r.why) for r in found.unfilled] == [(6, "03712346", Unfilled.NO_RESULT)]
    assert found.unfilled[0].says == "open: 1.1 no-credit-crossed"
    assert [row.registration for row in found.lacking] == ["03712347"]
    hundreds = filled(HIS_QIS, ("bewertung", Wanted.HUNDREDTHS), encoding="cp1252")
    assert b'Ada";100;AN' in hundreds.data
    assert b'rgen";130;AN' in hundreds.data


CAMPUS_ONLINE = (
    '"REGISTRATION_NUMBER";"FAMILY_NAME_OF_STUDENT";"FIRST_NAME_OF_STUDENT";"GRADE";"REMARK"\n'
    '"03712345";"Muster";"Jürgen";"";""\n'
    '"00012345";"Example";"Ada";"";"x"\n'
)


def test_a_list_of_campus_online() -> None:
    found = filled(CAMPUS_ONLINE)
    assert found.kind is ListKind.CAMPUS_ONLINE
    expected = CAMPUS_ONLINE.replace('Jürgen";""', 'Jürgen";"1,3"').replace('Ada";""', 'Ada";"1,0"')
    assert found.data.decode() == expected


MOODLE = (
    "\ufeffIdentifier,Full name,ID number,Status,Grade,Maximum grade,Last modified (grade),Comments\r\n"
    'Participant 11,Ada Example,00012345,"Submitted, late",,10.00,-,\r\n'
    "Participant 12,Jürgen Muster,03712345,,8.00,10.00,-,good\r\n"
)


def test_a_worksheet_of_moodle_takes_credits() -> None:
    found = filled(MOODLE)
    assert found.kind is ListKind.MOODLE
    assert found.data.decode() == MOODLE.replace('late",,', 'late",9.5,')
    assert (found.already, found.notes) == (1, ())
    (note,) = filled(MOODLE.replace(",10.00,", ",100.00,")).notes
    assert note.startswith("line 2 says that 100.00 credits can be reached, the exam has 10")


MOODLE_DE = (
    "ID,Vollständiger Name,Bewertung,Bestwertung,Zuletzt geändert (Bewertung)\n"
    'Teilnehmer/in11,Ada Example,"9,00",10,-\nTeilnehmer/in12,Jürgen Muster,,10,-\n'
    "Teilnehmer/in13,Jürgen Ander,,10,-\n"
)


def test_without_numbers_people_are_found_by_their_names() -> None:
    with pytest.raises(KlausurError, match="registration numbers") as caught:
        filled(MOODLE_DE)
    assert "--by-name" in caught.value.remedy
    found = filled(MOODLE_DE, by_name=True, replace=True)
    assert found.data.decode() == MOODLE_DE.replace('"9,00"', '"9,5"').replace("Muster,,", "Muster,8,")
    assert [(row.line, row.why) for row in found.unfilled] == [(4, Unfilled.UNKNOWN)]
    twins = (("1", "Ada Example", "9"), ("2", "Example, Ada", "3"))
    (row, *_) = filled(MOODLE_DE, by_name=True, people=twins).unfilled
    assert (row.line, row.why) == (2, Unfilled.SEVERAL)


CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Homework (4711),Final exam (4712),Final Score\n"
    "    Points Possible,,,,,20,10,(read only)\n"
    '"Example, Ada",1,00012345,ada,S1,17,,85.5\n'
    '"Muster, Jürgen",2,03712345,jm,S1,,EX,\n'
    '"Student, Test",3,,x,S1,,,\n'
)


def test_a_gradebook_of_canvas() -> None:
    with pytest.raises(KlausurError, match="several columns") as caught:
        filled(CANVAS)
    assert "--column HEADING" in caught.value.remedy
    found = filled(CANVAS, ("Final exam", None))
    assert found.kind is ListKind.CANVAS
    assert found.data.decode() == CANVAS.replace("S1,17,,85.5", "S1,17,9.5,85.5")
    assert [(r.line, r.why) for r in found.unfilled] == [(4, Unfilled.HOLDS_OTHER), (5, Unfilled.UNKNOWN)]
    assert found.unfilled[0].says == "Final exam (4712) holds EX, the result is 8: --replace writes over it"
    assert found.notes == ()
    assert len(filled(CANVAS, ("Homework", None)).notes) == 1


FLEX_NOW = 'MatrNr;StudFach;PO;Note;Punkte\r\n="00012345";Inf;2021;;\r\n\'03712345;Inf;2021\r\n'


def test_grades_and_credits_of_one_list() -> None:
    found = filled(FLEX_NOW, ("Note", None), ("Punkte", None), language="de")
    assert found.data.decode() == FLEX_NOW.replace("2021;;", "2021;1,0;9,5").replace(
        "'03712345;Inf;2021", "'03712345;Inf;2021;1,3;8"
    )
    # the grade alone, if nothing is said
    assert [target.heading for target in filled(FLEX_NOW).targets] == ["Note"]


LIST = "Matrikelnummer;Name;Note\n"


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("00012345;Zoe Other;\n", Unfilled.OTHER_NAME),
        ("00012345;Ada Example;2,0\n", Unfilled.HOLDS_OTHER),
        ("99;Nobody;\n", Unfilled.UNKNOWN),
        (";Nobody;\n", Unfilled.UNKNOWN),
        ("00012345;Ada;\n12345;Ada;\n", Unfilled.SEVERAL),
        ("03712346;Bo;\n", Unfilled.NO_RESULT),
    ],
)
def test_what_is_not_certain_is_not_written(rows: str, why: Unfilled) -> None:
    found = filled(LIST + rows)
    assert {row.why for row in found.unfilled} == {why}
    assert found.cells == ()
    assert found.data.decode() == LIST + rows


def test_a_number_without_zeros_that_may_be_two_is_nobody_s() -> None:
    people = (("0012", "Ada Example", "9"), ("012", "Ada Other", "5"))
    (row,) = filled(f"{LIST}12;Ada;\n", people=people).unfilled
    assert row.why is Unfilled.UNKNOWN
    assert filled(f"{LIST}012;Ada;\n", people=people).cells[0].new == "4.0"


@pytest.mark.parametrize(
    ("text", "columns", "message"),
    [
        ("Matrikelnummer;Name\n1;x\n", (), "no column is known"),
        (LIST, (("Mark", None),), "no column has the heading 'Mark'"),
        (LIST, (("Name", None),), "nobody knows what column 'Name' wants"),
        ("Name;Note\nx;\n", (), "registration numbers"),
        ("Matrikelnummer;Note;Grade\n1;;\n", (), "several columns may want the results: 'Note', 'Grade'"),
    ],
)
def test_what_is_lacking_is_said(
    text: str, columns: tuple[tuple[str, Wanted | None], ...], message: str
) -> None:
    with pytest.raises(KlausurError, match=message) as caught:
        filled(text, *columns)
    assert caught.value.remedy


def test_an_unknown_column_is_a_mistake_of_who_calls() -> None:
    with pytest.raises(UsageError):
        filled(LIST, ("Mark", Wanted.GRADE))


@given(
    st.lists(
        st.tuples(st.sampled_from(["00012345", "03712345", "03712346", "5", ""]), st.text("aü ", max_size=3)),
        max_size=6,
    ),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", '"']),
)
@settings(max_examples=60)
def test_rows_are_filled_or_told_and_nothing_else_changes(
    rows: list[tuple[str, str]], end: str, quote: str
) -> None:
    lines = ["Matrikelnummer;Bemerkung;Note", *(f"{number};{quote}{text}{quote};" for number, text in rows)]
    found = filled(end.join(lines))
    after = found.data.decode().split(end)
    told = {cell.line for cell in found.cells} | {row.line for row in found.unfilled}
    blank = {n for n, (number, text) in enumerate(rows, start=2) if not number and not text.strip()}
    assert told == set(range(2, len(rows) + 2)) - blank
    for n, (old, new) in enumerate(zip(lines, after, strict=True), start=1):
        (cell,) = [c.new for c in found.cells if c.line == n] or [""]
        assert new == old + cell


def his_in_one(file: Workbook, sheet: Worksheet) -> None:
    text = file.add_format({"num_format": "@"})
    sheet.write("A1", "4711 - Optics")
    sheet.write_row("A3", ["EXAM_CHECK_TOKEN", "x9+/="])
    sheet.write("A5", "startHISsheet")
    sheet.write_row("A6", ["Nachname", "Vorname", "Matrikelnummer", "Leistung", "Status"])
    sheet.write_row("A7", ["Muster", "Jürgen", "03712345", None, "AN"])
    sheet.write("D7", None, text)
    sheet.write_row("A8", ["Example", "Ada", 12345, None, "AN"])
    sheet.write("A9", "endHISsheet")
    sheet.write_row("A10", ["Open", "Bo", "03712346", None])


def test_a_workbook_of_his_in_one() -> None:
    data = workbook(other, his_in_one)
    found = fill(data, graded(PEOPLE, "de"), NONE, FillRequest(Path("list.xlsx")))
    assert (found.kind, found.sheet) == (ListKind.HIS, "Sheet2")
    assert [(cell.line, cell.new) for cell in found.cells] == [(7, "1,3"), (8, "1,0")]
    assert found.unfilled == ()
    expected = {**values(data), ("Sheet2", "D7"): "1,3", ("Sheet2", "D8"): 1}
    assert values(found.data) == expected


def test_a_formula_in_a_grade_cell_is_left() -> None:
    def sheet_of(_: Workbook, sheet: Worksheet) -> None:
        sheet.write_row("A1", ["Matrikelnummer", "Note"])
        sheet.write("A2", "00012345")
        sheet.write_formula("B2", "=1+1", None, 2)

    data = workbook(sheet_of)
    found = fill(data, graded(PEOPLE), NONE, FillRequest(Path("list.xlsx"), replace=True))
    assert [(row.line, row.why) for row in found.unfilled] == [(2, Unfilled.LOCKED)]
    assert found.cells == ()


def test_numbers_are_written_exactly() -> None:
    assert decimal(Fraction(10, 3)) == "3.33333"
    assert decimal(Fraction(20, 3)) == "6.66667"
    assert decimal(Fraction(3, 8)) == "0.375"
    assert written(Wanted.PERCENT, "1.0", Fraction(3), Fraction(24), comma=True) == "12,5"
    assert written(Wanted.GRADE, "sehr gut", Fraction(3), Fraction(3), comma=True) == "sehr gut"
    with pytest.raises(KlausurError, match="no hundredths"):
        written(Wanted.HUNDREDTHS, "gut", Fraction(3), Fraction(3), comma=True)
    assert equal("1,30", "1.3")
    assert not equal("1,3", "gut")


def test_a_web_page_that_is_called_a_workbook_is_told() -> None:
    with pytest.raises(TableError, match="is a web page"):
        filled("<html><table><tr><td>Matrikelnummer<td>Name<td>Note</tr></table></html>")
