"""The sample solution as a document of its own: its head says so, no ruling behind print, rubrics in line."""

from collections.abc import Callable, Mapping
from ctypes import c_double
from dataclasses import replace

import pypdfium2 as pdfium
import pytest
from pypdfium2 import raw

from klausur.exam.model import Exam, QuestionKind, Ruling, Space
from klausur.paper.fields import Field, FieldKind
from klausur.typeset.papers import Form, Paper, compile_paper

MM = 25.4 / 72


def area(paper: Paper, question: str) -> tuple[int, Field]:
    return next(
        (page.number, f)
        for page in paper.pages
        for f in page.fields
        if f.question == question and f.kind is FieldKind.ANSWER_AREA
    )


def test_the_running_head_says_so_and_nothing_lies_behind_the_text(papers: Mapping[Form, Paper]) -> None:
    with pdfium.PdfDocument(papers[Form.SOLUTION].pdf) as document:
        for page in document:
            high = page.get_height()
            head = page.get_textpage().get_text_bounded(0, high - 15 / MM, page.get_width(), high)
            assert "An Exam about Networks – Sample solution" in head
            large = [
                thing.extract()
                for thing in page.get_objects(max_depth=1, textpage=page.get_textpage())
                if isinstance(thing, pdfium.PdfTextObj) and thing.get_font_size() > 30
            ]
            assert large == []


@pytest.mark.parametrize("ruling", [Ruling.LINED, Ruling.GRID])
def test_a_space_is_ruled_for_candidates_alone(
    exam: Exam, of_questions: Callable[..., Exam], ruling: Ruling
) -> None:
    question = next(q for q in exam.questions if q.kind is QuestionKind.TEXT)
    asked = of_questions(replace(question, space=Space(60, ruling)))
    lines = {}
    for form in (Form.EXAM, Form.SOLUTION):
        paper = compile_paper(asked, form)
        number, field = area(paper, question.id)
        with pdfium.PdfDocument(paper.pdf) as document:
            page = document[number - 1]
            high, box = page.get_height() * MM, field.box.grown(0.5)
            inside = [
                thing
                for thing in page.get_objects(max_depth=1)
                for left, bottom, right, top in [(MM * at for at in thing.get_bounds())]
                if thing.type == raw.FPDF_PAGEOBJ_PATH
                and box.x < left < right < box.right
                and box.y < high - top < high - bottom < box.bottom
            ]
            lines[form] = max(raw.FPDFPath_CountSegments(thing.raw) // 2 for thing in inside)
    assert lines[Form.EXAM] > 9
    assert lines[Form.SOLUTION] <= 3, "a ruling is one path, and no box has so many sides"


def test_nested_items_are_indented_by_level_and_their_credits_stand_in_one_column(
    papers: Mapping[Form, Paper],
) -> None:
    paper = papers[Form.SOLUTION]
    number, field = area(paper, "text-1-6")
    with pdfium.PdfDocument(paper.pdf) as document:
        page = document[number - 1]
        high = page.get_height()
        text = page.get_textpage()
        said = [
            text.get_text_range(n, 1) or " " for n in range(text.count_chars())
        ]  # a letter of maths is two

        def spot(words: str) -> tuple[float, float]:
            for at in range(len(said)):
                x, y = c_double(), c_double()
                assert raw.FPDFText_GetCharOrigin(text.raw, at, x, y)
                base = (high - y.value) * MM
                if field.box.y < base < field.box.bottom and "".join(said[at : at + len(words)]) == words:
                    return x.value * MM, base
            raise AssertionError(words)

        outer, group, inner = spot("the matrix is"), spot("the biases at most"), spot("says that both are")
        assert outer[0] == pytest.approx(group[0], abs=0.3)
        assert inner[0] == pytest.approx(outer[0] + 3, abs=0.3)
        ends: dict[str, float] = {}
        for n in range(text.count_chars()):
            left, _, right, _ = text.get_charbox(n)
            x, y = c_double(), c_double()
            raw.FPDFText_GetCharOrigin(text.raw, n, x, y)
            base = (high - y.value) * MM
            for name, (begins, line) in {"outer": outer, "inner": inner}.items():
                if abs(base - line) < 0.2 and field.box.w / 2 + field.box.x < left * MM < begins - 0.5:
                    ends[name] = max(ends.get(name, 0), right * MM)
        assert ends["outer"] == pytest.approx(ends["inner"], abs=0.15)
