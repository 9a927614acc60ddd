from dataclasses import replace
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.roster.candidates import MAX_CELL, ListTerms, Roster, read
from klausur.roster.delimited import MAX_BYTES
from klausur.roster.made_up import made_up, write
from klausur.roster.model import Candidate


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("roster")


def roster(folder: Path, text: str | bytes) -> Roster:
    path = folder / "candidates.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path)


def findings(found: Roster) -> list[tuple[str, int]]:
    return [(d.code, d.place.line) for d in found.diagnostics]


def test_a_plain_list(folder: Path) -> None:
    found = roster(
        folder,
        "Registration number,Name,Room,Seat\n00012345,Ada Example,Hall 1,A1\n03712345,Jürgen Muster,,\n",
    )
    assert found.candidates == (
        Candidate("00012345", "Ada Example", "Hall 1", "A1"),
        Candidate("03712345", "Jürgen Muster"),
    )
    assert found.diagnostics == ()
    assert found.says == {"registration", "name", "room", "seat"}


def test_a_list_tells_what_it_has_columns_for(folder: Path) -> None:
    found = roster(folder, "Vorname,Nachname,Matrikel,Zeitzuschlag,E-Mail\nAda,Example,0371,30,-\n")
    assert found.says == {"registration", "name", "extra_minutes", "mail"}


def test_german_headings_in_another_order_with_columns_of_no_interest(folder: Path) -> None:
    found = roster(
        folder,
        'Sitzplatz;E-Mail;NACHNAME;"Vorname";Studiengang;matrikel-nr;Hörsaal\n'
        "B7;-;Muster;Jürgen;Informatik;0042;MW 0001\n",
    )
    assert found.candidates == (Candidate("0042", "Jürgen Muster", "MW 0001", "B7"),)
    assert found.diagnostics == ()


def test_beside_a_first_name_the_column_name_is_the_family_name(folder: Path) -> None:
    found = roster(folder, "Name;Vorname;Matrikel\nMuster;Jürgen;1\nExample;;2\n")
    assert [c.name for c in found.candidates] == ["Jürgen Muster", "Example"]


def test_a_full_name_beats_its_parts(folder: Path) -> None:
    found = roster(
        folder, "Name,First name,Last name,Student ID\nDr. Ada Example,Ada,Example,1\n,Alan,Test,2\n"
    )
    assert [c.name for c in found.candidates] == ["Dr. Ada Example", "Alan Test"]


def test_short_rows_and_trailing_delimiters_are_fine(folder: Path) -> None:
    found = roster(folder, "Student ID,Name,Room,Seat\n1,Ada Example\n2,Alan Example,R,S,,,\n")
    assert found.diagnostics == ()
    assert [c.room for c in found.candidates] == ["", "R"]


def test_every_finding_is_reported_in_one_run_and_the_good_rows_stay(folder: Path) -> None:
    found = roster(
        folder,
        "Matrikelnummer,Name,Raum\n"
        "0001,Ada Example,1\n"
        ",Nobody Example,1\n"
        "3.71E+06,Float Example,1\n"
        "0001,Ada Twin,2\n"
        "0002,,1\n"
        "\n"
        "0003,Example, Unquoted,1\n"
        "0004,Last Example,\n"
        f"{'1' * 21},Long Number,1\n"
        f"0005,{'x' * 201},1\n"
        "none,No Digit,1\n",
    )
    assert findings(found) == [
        ("roster-number", 3),
        ("roster-number", 4),
        ("roster-duplicate", 5),
        ("roster-syntax", 6),
        ("roster-syntax", 8),
        ("roster-number", 10),
        ("roster-syntax", 11),
        ("roster-number", 12),
    ]
    assert [c.registration for c in found.candidates] == ["0001", "0004"]
    assert "line 2" in found.diagnostics[2].message
    assert all(d.hint for d in found.diagnostics)


def test_numbers_that_differ_in_case_alone_are_one_person(folder: Path) -> None:
    found = roster(folder, "Student ID,Name\ns100,Ada Example\nS100,Ada Example\n")
    assert findings(found) == [("roster-duplicate", 3)]


def test_leading_zeros_tell_candidates_apart(folder: Path) -> None:
    found = roster(folder, "Student ID,Name\n007,Ada Example\n07,Alan Example\n7,Alex Example\n")
    assert [c.registration for c in found.candidates] == ["007", "07", "7"]


@pytest.mark.parametrize("number", ["03712345", "7", "s0123456", "2024/0815", "12-345-678"])
def test_numbers_of_many_universities_are_accepted(folder: Path, number: str) -> None:
    found = roster(folder, f"Student ID,Name\n{number},Ada Example\n")
    assert [c.registration for c in found.candidates] == [number]


@pytest.mark.parametrize("number", ["37.0", "0371 2345", "-5", "=1+1", "1//2", "١٢٣", "12/", "#N/A"])
def test_malformed_numbers_are_reported(folder: Path, number: str) -> None:
    assert findings(roster(folder, f"Student ID,Name\n{number},Ada Example\n")) == [("roster-number", 2)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Name,Room\nAda,1\n", [("roster-column", 1)]),
        ("Matrikel,Vorname\n1,Ada\n", [("roster-column", 1)]),
        ("\nA,B\n1,2\n", [("roster-column", 2)] * 2),
        ("Matrikel,Student ID,Name\n1,1,Ada\n", [("roster-column", 1)]),
        ("Matrikel,Name\n", [("roster-syntax", 0)]),
        ("", [("roster-syntax", 0)]),
    ],
)
def test_lists_without_what_is_needed(folder: Path, text: str, expected: list[tuple[str, int]]) -> None:
    found = roster(folder, text)
    assert findings(found) == expected
    assert found.candidates == ()


def test_what_is_no_file_is_a_finding(folder: Path) -> None:
    for path in (folder, folder / "nowhere.csv", Path("/dev/zero")):
        found = read(path)
        assert findings(found) == [("roster-syntax", 0)], path


def test_a_file_that_is_too_large_is_not_read(folder: Path) -> None:
    found = roster(folder, b"x" * (MAX_BYTES + 1))
    assert findings(found) == [("roster-syntax", 0)]
    assert "5,000,000 bytes" in found.diagnostics[0].message


@pytest.mark.parametrize(("number", "who"), [("03712345", "'03712345' has"), ("", "somebody has")])
def test_a_cell_that_cannot_be_printed_is_told_with_whose_it_is(folder: Path, number: str, who: str) -> None:
    found = roster(folder, f"Registration number,Name\n{number},Mo\u202eri\n".encode())
    (told,) = (d.message for d in found.diagnostics if "RIGHT-TO-LEFT OVERRIDE" in d.message)
    assert told.startswith(who)


def test_extra_minutes_and_notes(folder: Path) -> None:
    found = roster(
        folder,
        "Matrikel;Name;Zeitzuschlag;Bemerkung\n"
        "01;A;30;\n02;B;;\n03;C;+15 min;eigener Raum\n04;D;20,0 Minuten;\n05;E;-;x\n06;F;0;\n",
    )
    assert found.diagnostics == ()
    assert [c.extra_minutes for c in found.candidates] == [30, 0, 15, 20, 0, 0]
    assert [c.note for c in found.candidates] == ["", "", "eigener Raum", "", "x", ""]


def test_nobody_has_more_than_a_day_more(folder: Path) -> None:
    found = roster(folder, "Matrikel,Name,Extra time\n01,Ada Example,1440\n")
    assert ([c.extra_minutes for c in found.candidates], found.diagnostics) == ([1440], ())


@pytest.mark.parametrize("minutes", ["25 %", "half", "-10", "1441", "1.5", "1e2"])
def test_other_extra_minutes_are_a_finding(folder: Path, minutes: str) -> None:
    found = roster(folder, f"Matrikel,Name,Extra time\n01,Ada Example,{minutes}\n02,Alan Example,5\n")
    assert findings(found) == [("roster-minutes", 2)]
    assert [c.registration for c in found.candidates] == ["02"]


def test_a_german_grade_column_is_no_note(folder: Path) -> None:
    (person,) = roster(folder, "Matrikel;Name;Note\n01;Ada Example;1,3\n").candidates
    assert person.note == ""


@pytest.mark.parametrize("hidden", ["\x07", "\u202e", "\u2066", "\ufffd", "\x85\x90"])
def test_what_cannot_be_seen_is_a_finding_with_its_row(folder: Path, hidden: str) -> None:
    found = roster(folder, f"Matrikel,Name\n01,Ada Example\n02,Al{hidden}an Example\n03,Ada\u200dX\n")
    assert findings(found) == [("roster-syntax", 3)]
    assert [c.registration for c in found.candidates] == ["01", "03"]


def test_lost_zeros_are_a_warning_that_names_some(folder: Path) -> None:
    found = roster(folder, "Matrikel,Name\n3701234,A\n42,B\n3709999,C\n815,D\n")
    assert findings(found) == [("roster-zeros", 3)]
    assert "2 of 4 registration numbers are shorter than 7 digits: 42, 815 (rows 3, 5)" in (
        found.diagnostics[0].message
    )
    assert len(found.candidates) == 4


@pytest.mark.parametrize(
    "numbers",
    [("0042", "037"), ("0042", "03", "371"), ("371", "372"), ("s42", "371"), ("42/1", "371"), ("7",)],
)
def test_numbers_that_lost_no_zeros(folder: Path, numbers: tuple[str, ...]) -> None:
    found = roster(folder, "Matrikel,Name\n" + "".join(f"{n},Ada Example\n" for n in numbers))
    assert found.diagnostics == ()


def named(folder: Path, text: str, **headings: tuple[str, ...]) -> Roster:
    path = folder / "named.csv"
    path.write_text(text, encoding="utf-8")
    return read(path, ListTerms(headings))


def test_headings_of_the_exam_beat_known_ones(folder: Path) -> None:
    text = "Student ID,Key,Name,Vorname,Alias,Hall\n1,01,A,B,Ada Example,H\n2,02,C,D,Alan Example,\n"
    found = named(folder, text, registration=("key",), name=("Alias",))
    assert found.diagnostics == ()
    assert found.candidates == (Candidate("01", "Ada Example", "H"), Candidate("02", "Alan Example"))


def test_a_name_in_parts_is_put_together_in_the_order_of_the_exam(folder: Path) -> None:
    found = named(
        folder,
        "Nachname;Titel;Vorname;Nr\nM;;J;01\n",
        name=("Titel", "Vorname", "Nachname"),
        registration=("Nr",),
    )
    assert found.candidates == (Candidate("01", "J M"),)


@pytest.mark.parametrize("header", ["Matrikel,Name", "Matrikel,Name,Ort,ORT"])
def test_a_heading_of_the_exam_that_is_not_there_once_is_a_finding(folder: Path, header: str) -> None:
    found = named(folder, f"{header}\n1,Ada\n", room=("Ort",))
    assert findings(found) == [("roster-column", 1)]
    assert "'Ort'" in found.diagnostics[0].message
    assert "exam.toml" in found.diagnostics[0].hint


@given(data=st.binary(max_size=400))
def test_no_bytes_raise(folder: Path, data: bytes) -> None:
    for content in (data, b"Matrikel;Name\n" + data, "Matrikel;Name\n".encode("utf-16") + data):
        found = roster(folder, content)
        assert found.candidates or found.diagnostics


@given(text=st.text(st.sampled_from('ab01,;\t|"\r\n\\ =-äß'), max_size=120))
def test_no_text_raises(folder: Path, text: str) -> None:
    found = roster(folder, f"Name;Matrikel\n{text}")
    assert found.candidates or found.diagnostics


@given(
    cut=st.integers(0, 1500),
    dirt=st.lists(st.tuples(st.integers(0, 1500), st.integers(0, 255)), max_size=4),
)
def test_damaged_lists_give_findings_only(folder: Path, cut: int, dirt: list[tuple[int, int]]) -> None:
    whole = folder / "whole.csv"
    write(made_up(30, 1), whole)
    data = bytearray(whole.read_bytes()[:cut])
    for at, byte in dirt:
        data.insert(at, byte)
    found = roster(folder, bytes(data))
    assert found.candidates or found.diagnostics


cells = st.text(
    st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"]) | st.sampled_from(',;|"\t'), max_size=30
).map(lambda text: " ".join(text.split()).lstrip("=' "))  # by = and ' spreadsheets mark text as text
candidates = st.lists(
    st.builds(Candidate, st.from_regex(r"[0-9]{1,10}", fullmatch=True), cells.filter(bool), cells, cells),
    min_size=1,
    max_size=6,
    unique_by=lambda c: c.registration,
)


@given(written=candidates)
def test_what_is_written_is_read_back(folder: Path, written: list[Candidate]) -> None:
    path = folder / "written.csv"
    write(written, path)
    found = read(path)
    assert {d.code for d in found.diagnostics} <= {"roster-zeros"}
    assert found.candidates == tuple(
        replace(
            c, name=normalize("NFC", c.name), room=normalize("NFC", c.room), seat=normalize("NFC", c.seat)
        )
        for c in written
    )


def test_a_row_with_a_finding_can_still_be_looked_at_unless_it_holds_nobody(folder: Path) -> None:
    head = "Registration number,Name,Extra time\n"
    found = roster(folder, f"{head}0371,Ada Example,soon\n0372,Ben Example,30\n0373,,10\n0372,Ben Twice,\n")
    assert [c.registration for c in found.candidates] == ["0372"]
    assert [(c.registration, c.name, c.extra_minutes) for c in found.refused] == [("0371", "Ada Example", 0)]
    assert [code for code, _ in findings(found)] == ["roster-minutes", "roster-syntax", "roster-duplicate"]


@pytest.mark.parametrize("many", [MAX_CELL, MAX_CELL + 1])
def test_a_cell_may_be_so_long(folder: Path, many: int) -> None:
    found = roster(folder, f"Registration number,Name,Room\n0371,Ada Example,{'x' * many}\n")
    assert bool(found.candidates) == (many == MAX_CELL)
    assert bool(found.diagnostics) == (many > MAX_CELL)


def test_a_list_without_numbers_or_without_names_is_none(folder: Path) -> None:
    for text in ("Registration number,Room\n0371,A\n", "Name,Room\nAda Example,A\n", "First,Room\nAda,A\n"):
        assert roster(folder, text).candidates == ()
        assert roster(folder, text).diagnostics


@pytest.mark.parametrize(
    ("last", "left_out"),
    [
        ("Summe,46", True),
        ("Total: ,46", True),
        ("Summe,46,bitte prüfen", False),
        ("Stand,46", False),
        ("Sum Li,0371234", False),
        ('"Sum, Li",371', False),
        ("ENDHISSHEET", True),
        ("Ada Example,0999,ENDHISSHEET", False),
    ],
)
def test_who_stands_in_the_last_row_is_left_out_only_if_it_is_nobody(
    folder: Path, last: str, *, left_out: bool
) -> None:
    found = roster(folder, f"Name,Registration number,Room\nBen Example,0555,A\n{last}\n")
    assert len(found.candidates) == (1 if left_out else 2)
    assert ("roster-left-out" in {d.code for d in found.diagnostics}) == left_out


NAMED = [(2, "1, 12 (rows"), (3, "1, 12, 123 (rows"), (4, "1, 12, 123 … (rows")]


@pytest.mark.parametrize(("many", "named"), NAMED)
def test_numbers_of_another_length_are_named_three_of_them(folder: Path, many: int, named: str) -> None:
    path = folder / "lengths.csv"
    short = "".join(f"{'1234'[:n]},Ada Example {n}\n" for n in range(1, many + 1))
    whole = "".join(f"{12345670 + n},Ben Example {n}\n" for n in range(9))
    path.write_text(f"Registration number,Name\n{short}{whole}", encoding="utf-8")
    (found,) = read(path, ListTerms(digits=8)).diagnostics
    assert named in found.message
