"""Papers in the words of the table; another language is one more column."""

import csv
import io
from datetime import date
from fractions import Fraction
from importlib import resources
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from klausur.base import words
from klausur.exam.model import ROW_SCHEMES, SchemeKind
from klausur.exam.source import exam_toml, parse
from klausur.typeset import wording
from klausur.typeset.papers import Form, compile_paper


@pytest.mark.parametrize(
    ("language", "worth", "said"),
    [
        ("en", Fraction(1), "1 credit"),
        ("en", Fraction(1, 2), "0.5 credits"),
        ("en", Fraction(0), "0 credits"),
        ("de", Fraction(1), "1 Punkt"),
        ("de", Fraction(5, 2), "2,5 Punkte"),
        ("de", Fraction(-1, 4), "−0,25 Punkte"),
        ("fr", Fraction(3, 2), "1,5 point"),
        ("it", Fraction(2), "2 punti"),
        ("pl", Fraction(1), "1 punkt"),
        ("pl", Fraction(3), "3 punkty"),
        ("pl", Fraction(5), "5 punktów"),
        ("pl", Fraction(22), "22 punkty"),
        ("pl", Fraction(5, 2), "2,5 punktu"),
    ],
)
def test_credits_in_words(language: str, worth: Fraction, said: str) -> None:
    assert wording.credits_in_words(worth, language) == said


def test_dates_are_written_as_the_table_says() -> None:
    day = date(2031, 2, 7)
    assert (wording.day(day, "en"), wording.day(day, "de")) == (
        "Friday, 7 February 2031",
        "Freitag, 7. Februar 2031",
    )
    assert (wording.short_day(day, "en"), wording.short_day(day, "de")) == ("7 Feb 2031", "07.02.2031")


def test_every_scheme_is_told_on_the_cover_and_beside_its_question() -> None:
    for language in words.languages():
        known = {row.name for row in words.rows(language)}
        assert {f"own.{kind}" for kind in SchemeKind} <= known
        of_exams = set(SchemeKind) - ROW_SCHEMES - {SchemeKind.WEIGHTS}  # the others stand in headings alone
        assert {f"schemes.{kind}" for kind in of_exams} <= known


def with_czech() -> str:
    """The table with one more column, whose texts are made of the English ones, and one more plural form."""
    text = (resources.files("klausur.base") / "words.csv").read_text(encoding="utf-8")
    head, *rows = csv.reader(io.StringIO(text))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*head, "cs"])
    for key, english, *rest in rows:
        said = english if key.endswith("-pattern") or not english else f"Cs {english}"
        writer.writerow([key, english, *rest, "Cs {n} few pages" if key == "pages(n):few" else said])
    return out.getvalue()


def test_another_language_is_one_more_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_table", lambda: words.parse(with_czech()))
    monkeypatch.setattr(exam_toml, "LANGUAGES", words.languages())
    (tmp_path / "problems").mkdir()
    (tmp_path / "exam.toml").write_text(
        'title = "Optics"\ndate = 2031-02-07\nstart = "10:00"\nminutes = 5\nlanguage = "cs"\n'
    )
    (tmp_path / "problems" / "1.md").write_text(
        "# L\n\n## Q {#q credits=0.5}\n\nWhich?\n\n- [x] a\n- [ ] b\n"
    )
    parsed = parse(tmp_path)
    assert parsed.exam is not None
    assert not parsed.diagnostics
    with pdfium.PdfDocument(compile_paper(parsed.exam, Form.EXAM).pdf) as document:
        cover = " ".join(document[0].get_textpage().get_text_range().split())
    for part in ("Cs Registration number", "pátek, 7 února 2031", "Cs 4 few pages", "Cs 0,5 credits"):
        assert part in cover


def test_an_unknown_language_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    (tmp_path / "exam.toml").write_text(
        'title = "Optics"\ndate = 2031-02-07\nstart = "10:00"\nminutes = 5\nlanguage = "xx"\n'
    )
    found = [d for d in parse(tmp_path).diagnostics if d.code == "attribute-value"]
    assert [d.place.line for d in found] == [5]
    assert all(f'"{language}"' in found[0].hint for language in words.languages())


def test_plural_forms_repeat() -> None:
    forms = wording.plurals("pl")
    assert (forms[1], forms[22], forms[112], forms[125]) == ("one", "few", "many", "many")


@pytest.mark.parametrize(("language", "mirrored"), [("en", False), ("pl", False), ("he", True), ("ar", True)])
def test_what_is_written_from_right_to_left(language: str, *, mirrored: bool) -> None:
    assert wording.from_right_to_left(language) is mirrored
