"""Which paper a row of the list asks for."""

from pathlib import Path

import pytest

from klausur.roster import candidates
from klausur.roster.candidates import ListTerms, Roster
from klausur.roster.paper_wanted import PaperWanted, PrintSize

TWO = ListTerms(languages=("en", "de", "en+de"))


def read(folder: Path, cell: str, heading: str = "Print", terms: ListTerms = TWO) -> Roster:
    path = folder / "list.csv"
    path.write_text(f"Registration number,Name,{heading}\n0371,Ada Example,{cell}\n", encoding="utf-8")
    return candidates.read(path, terms)


@pytest.mark.parametrize("cell", ["16 pt", "16pt", "Large print", "groß", "ja", "X"])
def test_large_print_in_many_words(tmp_path: Path, cell: str) -> None:
    assert read(tmp_path, cell).papers == {"0371": PaperWanted(PrintSize.LARGE)}


def test_a3_is_printed_as_usual_and_enlarged(tmp_path: Path) -> None:
    assert read(tmp_path, "DIN A3", "Großdruck").papers == {"0371": PaperWanted(PrintSize.A3)}


@pytest.mark.parametrize("cell", ["", "no", "normal"])
def test_nobody_else_is_told(tmp_path: Path, cell: str) -> None:
    found = read(tmp_path, cell)
    assert (found.papers, found.diagnostics) == ({}, ())


def test_another_size_is_asked_about(tmp_path: Path) -> None:
    found = read(tmp_path, "18 pt")
    (wrong,) = found.diagnostics
    assert (wrong.code, wrong.place.line) == ("roster-paper", 2)
    assert wrong.message == "0371 has '18 pt' as print"
    assert not found.candidates


@pytest.mark.parametrize(
    ("cell", "language"),
    [("de", "de"), ("Deutsch", "de"), ("german", "de"), ("de + en", "en+de"), ("both", "en+de")],
)
def test_a_language_by_code_or_name(tmp_path: Path, cell: str, language: str) -> None:
    assert read(tmp_path, cell, "Sprache").papers == {"0371": PaperWanted(language=language)}


def test_two_languages_without_a_paper_in_both_are_a_choice(tmp_path: Path) -> None:
    found = read(tmp_path, "Deutsch", "Sprache", ListTerms(languages=("en", "de")))
    assert found.papers == {"0371": PaperWanted(language="de")}


def test_a_language_that_the_exam_has_not(tmp_path: Path) -> None:
    (wrong,) = read(tmp_path, "Suomi", "Language").diagnostics
    assert wrong.code == "roster-paper"
    assert wrong.hint == "the exam has papers in en, de, en+de: write one of these"


def test_where_there_is_one_language_the_column_is_about_something_else(tmp_path: Path) -> None:
    found = read(tmp_path, "Suomi", "Language", ListTerms())
    assert (found.papers, found.diagnostics) == ({}, ())
