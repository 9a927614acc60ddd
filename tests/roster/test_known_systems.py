"""Lists of known systems, as their exports look, down to what stands above and below them."""

from dataclasses import replace
from pathlib import Path

import pytest

from klausur.roster.candidates import ListTerms, Roster, read
from klausur.roster.columns import columns, system_of
from klausur.roster.known_headings import LEFT_OUT, SYSTEMS, TAKES_PART, Column
from klausur.roster.left_out import rows_named
from klausur.roster.model import Candidate

ADA = Candidate("00012345", "Ada Example")
JUERGEN = Candidate("03712345", "Jürgen Muster")

LISTS = {
    "HIS QIS": (
        "Optik\nstartHISsheet\nmtknr;sortname;nachname;vorname;pversuch;pstatus;bewertung\n"
        "00012345;EXAMPLE ADA;Example;Ada;1;AN;\n03712345;MUSTER JUERGEN;Muster;Jürgen;2;AN;\n"
        "03799999;WEG WERNER;Weg;Werner;1;RT;\nendHISsheet\nerzeugt von;QIS\n"
    ),
    "HISinOne": (
        "1234 - Optik\n\nEXAM_CHECK_TOKEN,abc\n\nstartHISsheet\n"
        "Examplan.id,PrüfungsNr.,Titel,Nachname,Vorname,Matrikelnummer,Leistung,Status,Semester,Jahr,Vermerk\n"
        "7,1234,Optik,Example,Ada,00012345,,AN,20252,2025,\n"
        "8,1234,Optik,Muster,Jürgen,03712345,,AN,20252,2025,\nendHISsheet\n"
    ),
    "Moodle": (
        "Identifier,Full name,ID number,Email address,Status,Grade,Maximum grade,Last modified (grade)\n"
        "Participant 1,Ada Example,00012345,a@example.org,No submission,,100,-\n"
        "Participant 2,Jürgen Muster,03712345,j@example.org,Submitted for grading,,100,-\n"
    ),
    "Canvas": (
        "Student,ID,SIS User ID,SIS Login ID,Section,Exam (991)\n,,,,,Manual Posting\n"
        "    Points Possible,,,,,100\n"
        'Ada Example,11,00012345,ada,S1,\nJürgen Muster,12,03712345,jm,S1,\n"Student, Test",13,,abc,S1,\n'
    ),
    "CAMPUSonline": (
        "STUDY_PROGRAMME;REGISTRATION_NUMBER;FAMILY_NAME_OF_STUDENT;FIRST_NAME_OF_STUDENT;GRADE;Start_Time;"
        "TERMIN_ORT;EMAIL_ADDRESS\nInformatik;00012345;Example;Ada;;10:00;;a@example.org\n"
        "Informatik;03712345;Muster;Jürgen;;10:00;;j@example.org\n"
    ),
    "FlexNow": "MatrNr;StudFach;PO;APNr;Name;Note;Punkte\n00012345;I;1;2;Ada Example;;\n"
    "03712345;I;1;2;Jürgen Muster;;\n",
}


def roster(tmp_path: Path, text: str, **words: tuple[str, ...]) -> Roster:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    return read(path, ListTerms(words, minutes=90))


def codes(found: Roster) -> list[tuple[str, int]]:
    return [(d.code, d.place.line) for d in found.diagnostics]


@pytest.mark.parametrize("system", [system.name for system in SYSTEMS])
def test_a_list_of_each_system_is_read_as_it_comes(tmp_path: Path, system: str) -> None:
    found = roster(tmp_path, LISTS[system])
    assert tuple(replace(each, mail="") for each in found.candidates) == (ADA, JUERGEN)
    if "@" in LISTS[system]:
        assert found.candidates[0].mail == "a@example.org"
    assert found.system == system
    assert {d.code for d in found.diagnostics} <= {"roster-left-out"}


def test_every_heading_of_a_system_names_what_the_table_says() -> None:
    for system in SYSTEMS:
        for heading, column in system.headings.items():
            assert columns([system.marks[0], heading])[1] is column, heading
        assert system_of(system.marks[:1]) is system


def test_no_status_means_both() -> None:
    assert not {word.casefold() for word in TAKES_PART} & {word.casefold() for word in LEFT_OUT}


def test_what_each_column_was_used_for_is_told(tmp_path: Path) -> None:
    found = roster(tmp_path, LISTS["Canvas"])
    assert [(use.heading, use.column) for use in found.columns] == [
        ("Student", Column.NAME),
        ("ID", None),
        ("SIS User ID", Column.REGISTRATION),
        ("SIS Login ID", None),
        ("Section", None),
        ("Exam (991)", None),
    ]


def test_rows_below_the_table_and_people_who_withdrew_are_left_out_and_named(tmp_path: Path) -> None:
    found = roster(tmp_path, LISTS["HIS QIS"])
    assert codes(found) == [("roster-left-out", 7), ("roster-left-out", 6)]
    assert "rows 7, 8 left out" in found.diagnostics[0].message
    assert "'RT': row 6" in found.diagnostics[1].message


@pytest.mark.parametrize(
    "footer",
    [
        "Summe: 2",
        "--- Ende der Liste ---",
        "Anzahl Teilnehmer;2",
        "Stand;01.02.2026",
        ";Seite 1 von 1",
        "Seite;1;von 3",
        "Unterschrift: ______;",
    ],
)
def test_footers_are_left_out(tmp_path: Path, footer: str) -> None:
    found = roster(
        tmp_path, f"Matrikelnummer;Name\n00012345;Ada Example\n03712345;Jürgen Muster\n\n{footer}\n"
    )
    assert codes(found) == [("roster-left-out", 5)]
    assert found.candidates == (ADA, JUERGEN)


def test_so_many_rows_are_named_and_the_others_counted() -> None:
    assert rows_named([3]) == "row 3"
    assert rows_named(range(1, 21)).endswith("19, 20")
    assert rows_named(range(1, 23)).endswith("19, 20 and 2 more")


@pytest.mark.parametrize("last", [";Nora Nonumber", ";Page", "none;Total Eclipse", "Stand;01.02.2026;HS 1;2"])
def test_a_last_row_that_may_be_a_person_is_an_error(tmp_path: Path, last: str) -> None:
    found = roster(tmp_path, f"Matrikelnummer;Name;Raum;Platz\n00012345;Ada Example;HS 1;1\n{last}\n")
    assert codes(found) == [("roster-number", 3)]


STATUS = "Matrikel;Name;Status\n00012345;Ada Example;angemeldet\n03712345;Jürgen Muster;{}\n"


def test_a_status_that_is_not_known_is_asked_about_and_can_be_named(tmp_path: Path) -> None:
    asked = roster(tmp_path, STATUS.format("Warteliste"))
    assert codes(asked) == [("roster-status", 3)]
    assert 'registered = ["Warteliste"]' in asked.diagnostics[0].hint
    there = roster(tmp_path, STATUS.format("Warteliste"), registered=("warteliste",))
    assert (codes(there), there.candidates) == ([], (ADA, JUERGEN))
    gone = roster(tmp_path, STATUS.format("Warteliste"), left_out=("Warteliste",))
    assert (codes(gone), gone.candidates) == ([("roster-left-out", 3)], (ADA,))
    nothing = roster(tmp_path, STATUS.format(""))
    assert nothing.candidates == (ADA, JUERGEN)
    assert nothing.says == {"registration", "name"}, "a status is no part of a candidate"


@pytest.mark.parametrize(
    ("heading", "cell", "looks"),
    [
        ("Prüfungsraum", "HS 1", "room = "),
        ("TERMIN_ORT", "HS 1", "room = "),
        ("Sitzplatzwunsch", "A1", "seat = "),
        ("Nachteilsausgleich", "ja", "extra_minutes = "),
        ("NTA", "ja", "extra_minutes = "),
        ("Exam accommodations", "x", "extra_percent = "),
        ("Besonderes", "25 %", "extra_minutes = "),
        ("Zulassung", "ja", "status = "),
    ],
)
def test_a_column_that_looks_as_if_it_mattered_is_asked_about(
    tmp_path: Path, heading: str, cell: str, looks: str
) -> None:
    text = f"Matrikel;Name;{heading}\n00012345;Ada Example;{cell}\n03712345;Jürgen Muster;\n"
    asked = roster(tmp_path, text)
    assert codes(asked) == [("roster-unclear", 1)]
    assert heading in asked.diagnostics[0].message
    assert ("looks like extra time" in asked.diagnostics[0].message) == ("extra_" in looks)
    assert looks in asked.diagnostics[0].hint
    assert codes(roster(tmp_path, text.replace(cell, ""))) == []
    assert codes(roster(tmp_path, text.replace("Muster;", "Muster"))) == [("roster-unclear", 1)]
    ignored = roster(tmp_path, text, ignore=(heading,))
    assert (codes(ignored), ignored.columns[2].column) == ([], None)


def test_addresses_are_read_and_what_is_none_is_told(tmp_path: Path) -> None:
    found = roster(
        tmp_path,
        "Matrikel;Name;E-Mail;Mail\n00012345;Ada Example;a@example.org;x\n"
        "00012346;Bo;bo at home;y\n00012347;Cy;-;\n",
    )
    assert [each.mail for each in found.candidates] == ["a@example.org", "", ""]
    assert codes(found) == [("roster-mail", 3)]
    assert "mail" in found.says


def test_a_column_that_looks_like_mail_is_told_as_not_used(tmp_path: Path) -> None:
    found = roster(tmp_path, "Matrikel;Name;Uni-Mail-Adr.\n00012345;Ada Example;a@example.org\n")
    assert (codes(found), found.columns[2].column) == ([], None)


@pytest.mark.parametrize(
    ("heading", "cell", "minutes"),
    [
        ("Zeitzuschlag", "25 %", 23),
        ("Zeitzuschlag", "33,3%", 30),
        ("Zeitzuschlag", "200 %", 180),
        ("Zeitzuschlag", "30", 30),
        ("Zeitverlängerung (%)", "25", 23),
        ("Extra time in percent", "50", 45),
        ("Zuschlag in Prozent", "50", 45),
        ("Zeitzuschlag (min)", "15", 15),
        ("Zeitzuschlag in %", "15 min", 15),
    ],
)
def test_extra_time_in_minutes_and_in_percent(tmp_path: Path, heading: str, cell: str, minutes: int) -> None:
    found = roster(tmp_path, f"Matrikel;Name;{heading}\n00012345;Ada Example;{cell}\n")
    assert [c.extra_minutes for c in found.candidates] == [minutes]
    assert found.says == {"registration", "name", "extra_minutes"}


def test_minutes_and_percent_that_differ_are_a_finding(tmp_path: Path) -> None:
    head = "Matrikel;Name;Zeitzuschlag;Zeitzuschlag (%)\n00012345;Ada Example;"
    assert codes(roster(tmp_path, f"{head}20;25\n")) == [("roster-minutes", 2)]
    assert roster(tmp_path, f"{head}23;25\n").candidates[0].extra_minutes == 23


@pytest.mark.parametrize("cell", ['="00012345"', '"=""00012345"""', "'00012345"])
def test_numbers_marked_as_text_are_numbers(tmp_path: Path, cell: str) -> None:
    assert roster(tmp_path, f"Matrikel,Name\n{cell},Ada Example\n").candidates == (ADA,)


def test_an_apostrophe_of_a_name_stays(tmp_path: Path) -> None:
    assert roster(tmp_path, "Matrikel,Name\n1,'t Hooft\n").candidates[0].name == "'t Hooft"


def warned(tmp_path: Path, numbers: tuple[str, ...], digits: int = 0) -> list[str]:
    path = tmp_path / "numbers.csv"
    path.write_text("Matrikel,Name\n" + "".join(f"{n},Ada Example\n" for n in numbers))
    found = read(path, ListTerms(digits=digits))
    assert len(found.candidates) == len(numbers)
    return [d.message for d in found.diagnostics]


def test_numbers_of_other_lengths_are_warned_of_with_their_rows(tmp_path: Path) -> None:
    (some,) = warned(tmp_path, ("00012345", "12346", "03712345", "3712346"))
    assert "2 of 4" in some
    assert "12346, 3712346 (rows 3, 5)" in some
    (short,) = warned(tmp_path, ("3712345", "3712346"), digits=8)
    assert "shorter than the 8 boxes" in short
    (long,) = warned(tmp_path, ("037123456", "03712346"), digits=8)
    assert "037123456 (row 2)" in long
    (alike,) = warned(tmp_path, ("007", "07"))
    assert "rows 2, 3" in alike
    assert warned(tmp_path, ("s0123456", "42/1"), digits=8) == []
    assert warned(tmp_path, ("03712345", "03712346"), digits=8) == []


def test_all_that_is_wrong_in_a_row_is_told(tmp_path: Path) -> None:
    found = roster(tmp_path, "Matrikel;Name;Zeitzuschlag;Parkplatz\n3.7E6;;half;x\n;Ada Example;;x\n")
    assert codes(found) == [
        ("roster-unclear", 1),
        ("roster-number", 2),
        ("roster-syntax", 2),
        ("roster-minutes", 2),
        ("roster-number", 3),
    ]


def test_a_french_list_is_read_with_its_own_headings(tmp_path: Path) -> None:
    found = roster(
        tmp_path,
        "N° étudiant;Nom;Prénom;Tiers temps;Salle;N° de place;Statut;Courriel;Note\n"
        "21901234;LE GOFF;Yann;1/3;Amphi A;12;inscrite;y@example.org;\n"
        "21901235;PETIT;Élodie;;Amphi A;14;désinscrite;;\n",
    )
    assert found.candidates == (
        Candidate("21901234", "Yann LE GOFF", "Amphi A", "12", 30, mail="y@example.org"),
    )
    assert codes(found) == [("roster-left-out", 3)]


@pytest.mark.parametrize("heading", ["Prenom", "PRÉNOM", "prénom "])
def test_accents_of_headings_do_not_count(heading: str) -> None:
    assert columns((heading,)) == (Column.FIRST,)


def test_a_row_above_the_points_of_another_list_is_no_remark_of_canvas(tmp_path: Path) -> None:
    found = roster(tmp_path, "Student,SIS User ID,Exam\n,,3\nAda Example,00012345,\n")
    assert ("roster-number", 2) in codes(found)
