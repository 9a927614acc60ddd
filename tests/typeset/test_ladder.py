"""Credit boxes: one axis in the margin, clear of punch holes, or rows under a heading; wholes in bold."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pypdfium2 as pdfium
import pytest
from tests.typeset.conftest import text, text_question

from klausur.base.geometry import Box
from klausur.exam.model import Exam, Question
from klausur.paper.fields import MARK_BOX as SIDE
from klausur.paper.fields import MARK_WINDOW, Field, FieldKind
from klausur.typeset.papers import Form, Paper, compile_paper

MM = 25.4 / 72
PUNCHED = 15.0
"""From the left edge, in mm: here holes end, 6 mm wide, 12 mm from the edge."""
AXIS = 23.4
TEXT = 30.0
LADDERS: Mapping[str, tuple[str, str, float]] = {
    "whole": ("2", "1", 40.0),
    "halves": ("4", "1/2", 60.0),
    "quarters": ("3", "1/4", 100.0),
    "tight": ("3", "1/2", 10.0),
    "scale": ("10", "1", 15.0),
    "many": ("20", "1/2", 40.0),
    "fine": ("10", "1/4", 40.0),
    "long": ("30", "1/2", 120.0),
}
"""What questions give, in which steps, and the height of their spaces."""


def asked(n: int, name: str) -> Question:
    worth, step, height = LADDERS[name]
    question = text_question(f"1.{n}", Fraction(worth), Fraction(step), height)
    return replace(question, id=name, content=text("Why?"), solution=None, rubric=None)


@pytest.fixture(scope="module", params=["a4", "letter"])
def paper(request: pytest.FixtureRequest, of_questions: Callable[..., Exam]) -> Paper:
    questions = [asked(n, name) for n, name in enumerate(LADDERS, start=1)]
    made = compile_paper(of_questions(*questions, paper=request.param), Form.EXAM)
    assert [d for d in made.diagnostics if d.code != "page-half-empty"] == []
    return made


def boxes(paper: Paper, question: str) -> list[tuple[int, Field]]:
    found = [(page.number, f) for page in paper.pages for f in page.fields if f.question == question]
    return sorted(
        (at for at in found if at[1].kind is FieldKind.CREDIT_BOX), key=lambda at: at[1].credits or 0
    )


def labels(paper: Paper, page: int) -> list[tuple[str, Box, str]]:
    """Small print of a page: words, where they stand in mm, and in which font."""
    with pdfium.PdfDocument(paper.pdf) as document:
        height = document[page - 1].get_height()
        found = []
        sheet = document[page - 1]
        for thing in sheet.get_objects(max_depth=3, textpage=sheet.get_textpage()):
            if isinstance(thing, pdfium.PdfTextObj) and thing.get_font_size() < 8.5:
                left, bottom, right, top = thing.get_bounds()
                box = Box(left * MM, (height - top) * MM, (right - left) * MM, (top - bottom) * MM)
                found.append((thing.extract(), box, thing.get_font().get_base_name()))
        return found


def test_all_columns_stand_on_one_axis_right_of_punch_holes(paper: Paper) -> None:
    for name in ("whole", "halves", "quarters"):
        found = [field.box for _, field in boxes(paper, name)]
        assert {box.x for box in found} == {AXIS}
        assert all(two.y - one.y == pytest.approx(8.2, abs=0.01) for one, two in pairwise(found))
    for page in paper.pages:
        assert all(f.box.x >= PUNCHED for f in page.fields if f.kind is FieldKind.CREDIT_BOX)


def test_labels_end_on_one_line_and_lie_right_of_punch_holes(paper: Paper) -> None:
    page = boxes(paper, "quarters")[0][0]
    in_margin = [box for _, box, _ in labels(paper, page) if 16 < box.y < 270 and box.right < AXIS]
    assert len(in_margin) >= len(boxes(paper, "quarters"))
    assert all(box.x >= PUNCHED - 0.1 for box in in_margin)
    assert all(box.right == pytest.approx(AXIS - 2, abs=0.25) for box in in_margin)


def test_whole_credits_are_bold_and_fractions_are_not(paper: Paper) -> None:
    page = boxes(paper, "halves")[0][0]
    fonts = {words: font for words, box, font in labels(paper, page) if box.right < AXIS and box.y > 16}
    assert "Bold" in fonts["1"]
    assert "Bold" not in fonts["1.5"]


def test_where_a_column_would_be_much_higher_boxes_stand_in_rows_under_the_heading(paper: Paper) -> None:
    for name, rows, across in (("tight", 1, 7), ("scale", 1, 11), ("many", 3, 20), ("fine", 3, 20)):
        found = [field.box for _, field in boxes(paper, name)]
        assert {box.x for box in found} == {round(TEXT + n * 8.2, 3) for n in range(across)}
        assert len({box.y for box in found}) == rows


def test_in_rows_credits_run_as_one_reads(paper: Paper) -> None:
    found = [field for _, field in boxes(paper, "many")]
    assert [f.credits for f in found] == [Fraction(n, 2) for n in range(41)]
    in_order = sorted(found, key=lambda f: (f.box.y, f.box.x))
    assert in_order == found
    assert in_order[20].box.x == TEXT  # ten credits begin a row


def test_each_row_says_its_tens_and_each_column_what_is_added(paper: Paper) -> None:
    found = boxes(paper, "many")
    page, first = found[0]
    words = labels(paper, page)
    above = [
        said for said, box, _ in words if first.box.y - 5 < box.bottom <= first.box.y - 1.8 and box.x > 28
    ]
    assert "".join(above).replace(" ", "").startswith("00.511.522.5")
    for at, tens in ((0, "0"), (20, "10"), (40, "20")):
        y = found[at][1].box.y
        assert tens in [said for said, box, _ in words if y < box.y < y + SIDE and box.right < 28.5]


def test_no_window_of_a_box_sees_another(paper: Paper) -> None:
    for page in paper.pages:
        seen = [f.box.grown((MARK_WINDOW - SIDE) / 2) for f in page.fields if f.kind is FieldKind.CREDIT_BOX]
        assert not any(one.overlaps(two) for n, one in enumerate(seen) for two in seen[n + 1 :])


def test_a_long_column_stays_beside_a_question_that_is_as_high(paper: Paper) -> None:
    assert len({field.box.y for _, field in boxes(paper, "long")}) == 4  # 61 boxes: no page is as high
    assert len({field.box.y for _, field in boxes(paper, "quarters")}) == 13
