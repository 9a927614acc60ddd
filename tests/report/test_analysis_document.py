"""The report of statistics: in every language, with what an exam may have and without."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from tests.typeset.conftest import exam, folder  # noqa: F401 - fixtures

from klausur.base import words
from klausur.exam.model import Exam
from klausur.exam.source.grading import GERMAN
from klausur.report.analysis_document import CorrectorLine, Reported, compile_report, letters
from klausur.report.item_analysis import Asked, analyse

MADE = datetime(2026, 3, 1, 12, tzinfo=UTC)


def reported(people: int = 40) -> Reported:
    draw = np.random.default_rng(2)
    asked = [Asked(f"q{n}", f"1.{n}", 2.0, ("a", "b"), frozenset("a")) for n in range(1, 7)]
    earned = draw.integers(0, 5, (people, 6)) / 2
    earned[: people // 2, 0] = 0  # all who sat in room 1
    crossed = [[frozenset("a") if earned[p, q] else frozenset("b") for q in range(6)] for p in range(people)]
    rooms = ["1" if p < people // 2 else "2" for p in range(people)]
    found = analyse(asked, earned, crossed=crossed, groups={"room": rooms})
    percent = [Fraction(str(total)) * 100 / 12 for total in earned.sum(axis=1)]
    return Reported(
        found,
        GERMAN,
        percent,
        Fraction(100),
        [("1.0", 3), ("5.0", people - 3)],
        people,
        3,
        [CorrectorLine("1.1", "A", 20, 1.25, 0.5, -0.75, drifted=True)],
        ["2.1"],
        4,
    )


def text(pdf: bytes) -> str:
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def test_it_says_what_was_found(exam: Exam, tmp_path: Path) -> None:  # noqa: F811
    said = text(compile_report(exam, tmp_path, reported(), MADE))
    assert "3 (8\N{NO-BREAK SPACE}%)" in said
    assert "Room 1" in said
    assert "\N{MINUS SIGN}0.75" in said
    assert "struck: 2.1" in said


@pytest.mark.parametrize("language", words.languages())
def test_each_language_has_it(exam: Exam, tmp_path: Path, language: str) -> None:  # noqa: F811
    spoken = replace(exam, language=language, region="")
    said = text(compile_report(spoken, tmp_path, reported(), MADE))
    assert "1.1" in said
    assert ("0,75" in said) == (language not in {"en", "he", "ar"})


def test_without_grades_groups_and_correctors(exam: Exam, tmp_path: Path) -> None:  # noqa: F811
    bare = reported()
    bare = replace(
        bare,
        analysis=replace(bare.analysis, differences=()),
        grades=(),
        passed=None,
        correctors=(),
        key=replace(GERMAN, thresholds=()),
    )
    said = text(compile_report(exam, tmp_path, bare, MADE))
    assert "Passed" not in said
    assert "Correctors" not in said


def test_correctors_are_letters() -> None:
    people = [f"person {n:02}" for n in range(30)]
    found = letters(people)
    assert (found["person 00"], found["person 25"], found["person 26"]) == ("A", "Z", "AA")
