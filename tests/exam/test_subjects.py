"""Exams of six subjects, as authors write them: nothing is found in any, and their papers agree."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from klausur.exam.evidence.run import run
from klausur.exam.model import Exam
from klausur.exam.source import parse
from klausur.typeset.papers import Form, compile_paper

SUBJECTS = Path(__file__).parent / "subjects"
CREDITS = {"chemie": 34, "mathematik": 43, "medizin": 40, "programming": 37, "recht": 30, "statistics": 36}


@pytest.fixture(scope="module")
def written() -> Callable[[str], Exam]:
    found: dict[str, Exam] = {}

    def read(name: str) -> Exam:
        if name not in found:
            parsed = parse(SUBJECTS / name)
            assert parsed.diagnostics == ()
            assert parsed.exam is not None
            found[name] = parsed.exam
        return found[name]

    return read


def test_all_of_them_are_here() -> None:
    assert {folder.name for folder in SUBJECTS.iterdir()} == set(CREDITS)


@pytest.mark.parametrize("name", CREDITS)
def test_nothing_is_wrong_with_its_source(name: str, written: Callable[[str], Exam]) -> None:
    assert written(name).credits == CREDITS[name]


@pytest.mark.nightly
@pytest.mark.parametrize("size", ["a4", "letter"])
@pytest.mark.parametrize("name", CREDITS)
def test_its_papers_agree_in_both_sizes(name: str, size: str, written: Callable[[str], Exam]) -> None:
    exam = replace(written(name), paper=size)
    papers = {form: compile_paper(exam, form) for form in Form}
    assert [found for paper in papers.values() for found in paper.diagnostics] == []
    boxes = {
        form: {f.id: (p.number, round(f.box.x, 1), round(f.box.y, 1)) for p in paper.pages for f in p.fields}
        for form, paper in papers.items()
    }
    assert boxes[Form.EXAM] == boxes[Form.BLACKENED] == boxes[Form.SOLUTION]


@pytest.mark.nightly
@pytest.mark.parametrize("name", ["programming", "statistics"])
def test_its_key_is_proved(name: str, written: Callable[[str], Exam]) -> None:
    proof = run(written(name))
    assert proof.diagnostics == ()
    assert proof.counts["proved"] >= 3
