"""Questions without titles, and problems whose questions stand in columns."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from klausur.exam.source import parse

TOML = """\
title = "Short"
date = 2026-02-10
start = "09:30"
minutes = 20

[grades]
unit = "percent"
fail = "5"

[grades.thresholds]
"1" = 50
"""
CHOICE = "## {#one credits=1 .fixed}\n\nHow much?\n\n- [x] 1\n- [ ] 2\n"
TEXT = "## {#two credits=2}\n\nWhy?\n\n::: solution\nSo.\n:::\n\n::: rubric\n- [+2] so\n:::\n"


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[str], Path]:
    def write(problem: str) -> Path:
        (tmp_path / "problems").mkdir()
        (tmp_path / "exam.toml").write_text(TOML)
        (tmp_path / "problems/1-short.md").write_text(problem)
        return tmp_path

    return write


def test_a_heading_may_have_attributes_and_no_title(folder: Callable[[str], Path]) -> None:
    parsed = parse(folder(f"# Short\n\n{CHOICE}\n{TEXT}"))
    assert not parsed.diagnostics
    assert parsed.exam is not None
    one, two = parsed.exam.questions
    assert (one.id, one.title, one.credits, one.fixed) == ("one", "", Fraction(1), True)
    assert (two.id, two.title, two.credits) == ("two", "", Fraction(2))


def test_a_problem_says_in_how_many_columns_its_questions_stand(folder: Callable[[str], Path]) -> None:
    parsed = parse(folder(f"# Short {{columns=3}}\n\n{CHOICE}"))
    assert not parsed.diagnostics
    assert parsed.exam is not None
    assert parsed.exam.problems[0].columns == 3


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (f"# Short {{columns=4}}\n\n{CHOICE}", "columns is 1, 2 or 3"),
        (f"# Short {{columns=2}}\n\n{CHOICE}\n{TEXT}", "question 1.2 has no list of choices"),
    ],
)
def test_what_cannot_stand_in_columns_is_told(folder: Callable[[str], Path], problem: str, said: str) -> None:
    parsed = parse(folder(problem))
    (found,) = parsed.diagnostics
    assert found.code == "attribute-value"
    assert said in f"{found.message} {found.hint}"
    assert found.place.line == 1
    assert parsed.exam is not None
    assert parsed.exam.problems[0].columns == 1
