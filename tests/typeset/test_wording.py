"""Papers in the words of the table; another language is one more column."""

import csv
import io
from datetime import date, datetime, time
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


@pytest.mark.parametrize(
    ("locale", "day", "short", "span", "worth"),
    [
        ("en_US", "Thursday, March 5, 2026", "Mar 5, 2026", "1:30–2:45 pm", "0.5 credits"),
        ("en_GB", "Thursday, 5 March 2026", "5 Mar 2026", "13:30 – 14:45", "0.5 credits"),
        ("de_AT", "Donnerstag, 5. März 2026", "05.03.2026", "13:30 – 14:45", "0,5 Punkte"),
        ("de_CH", "Donnerstag, 5. März 2026", "05.03.2026", "13:30 – 14:45", "0.5 Punkte"),
        ("en", "Thursday, 5 March 2026", "5 Mar 2026", "13:30 – 14:45", "0.5 credits"),
    ],
)
def test_dates_times_and_numbers_are_written_as_in_the_region(
    locale: str, day: str, short: str, span: str, worth: str
) -> None:
    start, end = datetime(2026, 3, 5, 13, 30), datetime(2026, 3, 5, 14, 45)  # noqa: DTZ001 - of no zone
    assert wording.day(start.date(), locale) == day
    assert wording.short_day(start.date(), locale) == short
    assert wording.span(start, end, locale).replace("\u00a0", " ") == span
    assert wording.credits_in_words(Fraction(1, 2), locale) == worth


def test_hours_that_are_counted_twice_say_which_half_of_the_day_they_are_of() -> None:
    times = [time(0, 5), time(11, 30), time(12, 0), time(13, 0)]
    shown = [wording.clock(at, "en_US").replace("\u00a0", " ") for at in times]
    assert shown == ["12:05 am", "11:30 am", "12:00 pm", "1:00 pm"]
    before, after = datetime(2026, 3, 5, 11, 30), datetime(2026, 3, 5, 13, 0)  # noqa: DTZ001 - of no zone
    assert wording.span(before, after, "en_US").replace("\u00a0", " ") == "11:30 am – 1:00 pm"


@pytest.mark.parametrize(
    ("said", "region"),
    [
        ('paper = "letter"', "US"),
        ('paper = "letter"\nregion = "GB"', "GB"),
        ('paper = "letter"\nregion = "ATLANTIS"', "US"),
        ('paper = "letter"\nlanguage = "de"', ""),
        ('language = "de"\nregion = "CH"', "CH"),
        ('language = "de"\nregion = "US"', ""),
        ('paper = "a4"', ""),
    ],
)
def test_letter_paper_in_english_is_of_the_united_states_unless_another_region_is_named(
    tmp_path: Path, said: str, region: str
) -> None:
    head = f'title = "T"\ndate = 2026-03-05\nstart = "13:30"\nminutes = 75\n{said}\n'
    (tmp_path / "exam.toml").write_text(head, encoding="utf-8")
    (tmp_path / "problems").mkdir()
    (tmp_path / "problems" / "1.md").write_text("# A\n\n## B {#b}\n\n- [x] c\n- [ ] d\n", encoding="utf-8")
    parsed = parse(tmp_path)
    assert parsed.exam is not None
    assert parsed.exam.region == region
    wrong = [d.place.line for d in parsed.diagnostics if d.code == "attribute-value"]
    assert bool(wrong) == ("ATLANTIS" in said or ('"de"' in said and '"US"' in said))
    if region == "US":
        with pdfium.PdfDocument(compile_paper(parsed.exam, Form.EXAM).pdf) as document:
            cover = " ".join(document[0].get_textpage().get_text_range().split())
        assert "Thursday, March 5, 2026" in cover
        assert "1:30–2:45 pm (75 minutes)" in cover.replace("\u00a0", " ")


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
