"""Exams in Hebrew and Arabic: what begins on the left elsewhere begins on the right."""

from dataclasses import replace

import pytest

from klausur.base.geometry import PAPERS, Box
from klausur.exam.model import Exam
from klausur.paper.fields import FieldKind
from klausur.typeset.page_frame import MARGIN
from klausur.typeset.papers import Form, compile_paper


def places(exam: Exam) -> dict[str, tuple[FieldKind, Box]]:
    """Kind and place of each Field of a question, and of the cover's row of digits."""
    made = compile_paper(exam, Form.EXAM)
    assert not made.diagnostics
    return {f.id: (f.kind, f.box) for page in made.pages for f in page.fields}


@pytest.mark.parametrize("language", ["he", "ar"])
def test_every_box_lies_as_in_a_mirror(exam: Exam, language: str) -> None:
    usual, mirrored = places(exam), places(replace(exam, language=language))
    assert usual.keys() == mirrored.keys()
    right = PAPERS[exam.paper].w - MARGIN["right"]
    kinds = set()
    for name, (kind, box) in usual.items():
        there = mirrored[name][1]
        if kind is FieldKind.CREDIT_BOX:
            assert box.right < MARGIN["left"]
            assert there.x > PAPERS[exam.paper].w - MARGIN["left"]
        elif kind is FieldKind.CHOICE_BOX:
            assert box.x - MARGIN["left"] == pytest.approx(
                right - MARGIN["left"] + MARGIN["right"] - there.right
            )
        elif kind is FieldKind.PAGE_CODE:
            assert there == box
        kinds.add(kind)
    assert {FieldKind.CREDIT_BOX, FieldKind.CHOICE_BOX, FieldKind.PAGE_CODE} <= kinds
