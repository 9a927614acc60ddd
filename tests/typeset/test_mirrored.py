"""Exams in Hebrew and Arabic: what begins on the left elsewhere begins on the right."""

from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from klausur.base.geometry import PAPERS, Box
from klausur.exam.model import Exam
from klausur.paper.fields import FieldKind
from klausur.paper.labels import KNOWN
from klausur.paper.run import plan
from klausur.roster.made_up import made_up
from klausur.typeset.attendance import compile_lists
from klausur.typeset.page_frame import MARGIN
from klausur.typeset.papers import Form, compile_paper
from klausur.typeset.stickers import compile_stickers
from klausur.typeset.stickers import places as label_places

from .seen import KEY


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


def signatures(exam: Exam, out: Path) -> dict[str, Box]:
    """Where candidates sign on the attendance list."""
    lists = compile_lists(exam, plan(7, made_up(5, 2), 0), KEY, out)
    return {f.id: f.box for page in lists.pages for f in page.fields if f.kind is FieldKind.SIGNATURE}


def test_lists_lie_as_in_a_mirror_and_people_sign_on_the_left(exam: Exam, tmp_path: Path) -> None:
    usual = signatures(exam, tmp_path / "usual.pdf")
    mirrored = signatures(replace(exam, language="ar"), tmp_path / "mirrored.pdf")
    assert usual.keys() == mirrored.keys()
    for name, box in usual.items():
        there = mirrored[name]
        assert there.x == pytest.approx(PAPERS[exam.paper].w - box.right, abs=0.01)
        assert (there.y, there.w, there.h) == pytest.approx((box.y, box.w, box.h))


def test_a_stickers_code_is_on_the_side_on_which_its_words_begin(exam: Exam, tmp_path: Path) -> None:
    run, labels = plan(7, made_up(3, 2), 0, stickers=True), KNOWN["L7160"]
    for language, mirrored in (("en", False), ("he", True)):
        out = tmp_path / f"{language}.pdf"
        compile_stickers(replace(exam, language=language), run, KEY, labels, out)
        page = pdfium.PdfDocument(out)[0]
        drawn = page.render(scale=4, grayscale=True).to_numpy()
        (first, *_) = [labels.box(p.position) for p in label_places(run.stickers, labels)]
        left, top, right, low = (
            round(mm * 4 * 72 / 25.4) for mm in (first.x, first.y, first.right, first.bottom)
        )
        dark = drawn[top:low, left:right] < 128
        half = dark.shape[1] // 2
        before, behind = dark[:, :half].sum(), dark[:, half:].sum()
        assert max(before, behind) > 2 * min(before, behind)
        assert bool(behind > before) is mirrored
