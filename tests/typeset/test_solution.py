"""The sample solution: right choices crossed, solution and rubric in the answer space, all marked as such."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pypdfium2 as pdfium

from klausur.base.geometry import Box
from klausur.exam.content import Content
from klausur.exam.model import Exam, QuestionKind, Ruling, Space
from klausur.paper.fields import FieldKind
from klausur.typeset.papers import Form, Paper, compile_paper

SCALE = 200 / 25.4


def test_right_choices_are_crossed_and_no_others(exam: Exam, papers: Mapping[Form, Paper]) -> None:
    right = {f"{q.id}/choice/{c.id}" for q in exam.questions for c in q.choices if c.right}
    paper = papers[Form.SOLUTION]
    inked = set()
    with pdfium.PdfDocument(paper.pdf) as document:
        for page in paper.pages:
            image = np.array(document[page.number - 1].render(scale=200 / 72, grayscale=True).to_pil())
            for field in page.fields:
                if field.kind in {FieldKind.CHOICE_BOX, FieldKind.CREDIT_BOX}:
                    inner = field.box.grown(-0.6)
                    part = image[
                        int(inner.y * SCALE) : int(inner.bottom * SCALE),
                        int(inner.x * SCALE) : int(inner.right * SCALE),
                    ]
                    if (part < 128).mean() > 0.1:
                        inked.add(field.id)
    assert inked == right


def said_in(paper: Paper, field_id: str) -> str:
    """The text within a Field."""
    for page in paper.pages:
        for field in page.fields:
            if field.id == field_id:
                return said_at(paper, page.number, field.box)
    raise AssertionError(field_id)


def said_at(paper: Paper, number: int, box: Box) -> str:
    """The text within a box of a page."""
    with pdfium.PdfDocument(paper.pdf) as document:
        page = document[number - 1]
        high, point = page.get_height(), 72 / 25.4
        found = page.get_textpage().get_text_bounded(
            box.x * point, high - box.bottom * point, box.right * point, high - box.y * point
        )
    return " ".join(found.split())


def test_solution_and_rubric_stand_in_the_answer_space(papers: Mapping[Form, Paper]) -> None:
    inside = said_in(papers[Form.SOLUTION], "text-1-4/answer")
    for part in (
        "four are quokkabiases",
        "RUBRIC",
        "+1 the matrix is",
        "the biases at most 1",
        "+0.5 each: four biases",
        "−0.5 from 1 three biases",
        "only the best one counts",
        "0 only the shape",
        "−1 the number of classes is wrong",
        "Note: the product need not be worked out",
    ):
        assert part in inside
    assert said_in(papers[Form.EXAM], "text-1-4/answer") == ""


def test_a_short_solution_stands_in_its_box(papers: Mapping[Form, Paper]) -> None:
    assert said_in(papers[Form.SOLUTION], "short-1-5/answer").endswith("At 𝑥 = 0.")


def test_every_page_says_that_it_is_the_solution(papers: Mapping[Form, Paper]) -> None:
    with pdfium.PdfDocument(papers[Form.SOLUTION].pdf) as document:
        for number in range(len(document)):
            assert "Sample solution" in " ".join(document[number].get_textpage().get_text_range().split())
    with pdfium.PdfDocument(papers[Form.EXAM].pdf) as document:
        assert "Sample solution" not in document[1].get_textpage().get_text_range()


def test_print_shrinks_until_the_solution_fits(
    exam: Exam, of_questions: Callable[..., Exam], typst: Callable[..., Content]
) -> None:
    question = next(q for q in exam.questions if q.kind is QuestionKind.TEXT)
    long = replace(
        question, solution=typst("word and word " * 75 + "endmark", 26), space=Space(40, Ruling.BLANK)
    )
    paper = compile_paper(of_questions(long), Form.SOLUTION)
    assert not paper.diagnostics
    assert "endmark" in said_in(paper, f"{question.id}/answer")


def test_a_solution_that_never_fits_is_reported(
    exam: Exam, of_questions: Callable[..., Exam], typst: Callable[..., Content]
) -> None:
    question = next(q for q in exam.questions if q.kind is QuestionKind.TEXT)
    long = replace(question, solution=typst("word and word " * 400, 26))
    asked = of_questions(long)
    found = compile_paper(asked, Form.SOLUTION).diagnostics
    assert [(d.code, d.place.line) for d in found] == [("solution-overflow", 26)]
    assert not compile_paper(asked, Form.EXAM).diagnostics


def test_wide_formulas_stay_in_their_column(
    exam: Exam, of_questions: Callable[..., Exam], typst: Callable[..., Content]
) -> None:
    question = next(q for q in exam.questions if q.kind is QuestionKind.TEXT)
    wide = typst("$ " + " + ".join(f'"щ"_{n}^2' for n in range(30)) + " $", 26)
    after = replace(
        question, id="after", space=Space(112, Ruling.BLANK)
    )  # or the space would grow, to hold both
    paper = compile_paper(of_questions(replace(question, solution=wide), after), Form.SOLUTION)
    area = next(f.box for p in paper.pages for f in p.fields if f.id == f"{question.id}/answer")
    with pdfium.PdfDocument(paper.pdf) as document:
        page = document[1]
        high, point = page.get_height(), 72 / 25.4
        text = page.get_textpage()
        boxes = [text.get_charbox(n) for n in range(text.count_chars()) if text.get_text_range(n, 1) == "щ"]
    inside = [b for b in boxes if high - b[3] > area.y * point]
    assert len(inside) == 30
    rubric = area.x + area.w * 0.54
    assert all(b[0] >= area.x * point and b[2] <= rubric * point for b in inside)
