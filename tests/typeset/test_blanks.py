"""Blanks within a text: alike on all papers, shown on the blackened one, answered in the solution alone."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pypdfium2 as pdfium
import pytest

from klausur.exam.content import Content
from klausur.exam.model import Exam, QuestionKind
from klausur.exam.number import DigitBoxes, ExpectedNumber, NumberBlank
from klausur.paper.fields import Field, FieldKind
from klausur.paper.number_row import digit_cells
from klausur.typeset.papers import Form, Paper, compile_paper

from .seen import text_of

LINES = "Water #metadata((at: 1, words: [quagga]))<blank> and *then* #metadata((at: 2, words: [$x$]))<blank>."
ROWS = (
    "It falls #metadata((at: 1))<number-blank> fast, or so people say who have measured it, and climbs "
    "#metadata((at: 2))<number-blank>.\n\n#table(columns: 2, [ice], [#metadata((at: 3))<number-blank>])"
)
BLANKS = (
    NumberBlank(
        DigitBoxes(2, 2, unit="m/s²"),
        (
            ExpectedNumber(Fraction("9.81"), Fraction(1), Fraction(1, 50)),
            ExpectedNumber(Fraction(10), Fraction(1, 2)),
        ),
    ),
    NumberBlank(DigitBoxes(3, sign=True), (ExpectedNumber(Fraction(-273), Fraction(1, 2)),)),
    NumberBlank(DigitBoxes(1), (ExpectedNumber(Fraction(7), Fraction(1, 2)),)),
)


@pytest.fixture(scope="module")
def papers(
    exam: Exam, of_questions: Callable[..., Exam], typst: Callable[..., Content]
) -> Mapping[Form, Paper]:
    first = next(iter(exam.questions))
    bare = replace(first, choices=(), scheme=None, solution=None, columns=None)
    asked = of_questions(
        replace(bare, id="lines", kind=QuestionKind.BLANKS, content=typst(LINES)),
        replace(bare, id="rows", kind=QuestionKind.NUMBER_BLANKS, content=typst(ROWS), blanks=BLANKS),
        language="de",
    )
    return {form: compile_paper(asked, form) for form in Form}


def blanks(paper: Paper) -> list[tuple[int, Field]]:
    return [(page.number, f) for page in paper.pages for f in page.fields if f.blank is not None]


def words(paper: Paper) -> str:
    with pdfium.PdfDocument(paper.pdf) as document:
        return " ".join(map(text_of, document))


def test_all_papers_have_the_same_blanks(papers: Mapping[Form, Paper]) -> None:
    found = blanks(papers[Form.EXAM])
    assert [field.id for _, field in found] == [
        "lines/blank/1",
        "lines/blank/2",
        *(f"rows/blank/{n}" for n in (1, 2, 3)),
    ]
    assert [(f.cells, f.decimals, f.sign) for _, f in found[2:]] == [
        (4, 2, False),
        (3, 0, True),
        (1, 0, False),
    ]
    assert all(blanks(paper) == found and not paper.diagnostics for paper in papers.values())


def test_every_paper_shows_them_where_its_fields_say(papers: Mapping[Form, Paper]) -> None:
    for form in (Form.EXAM, Form.BLACKENED):
        with pdfium.PdfDocument(papers[form].pdf) as document:
            pages = [np.array(page.render(scale=8, grayscale=True).to_pil()) for page in document]
        scale = 8 * 72 / 25.4
        for page, field in blanks(papers[form]):
            boxes = [field.box] if field.kind is FieldKind.BLANK else digit_cells(field)
            for box in boxes:
                image = pages[page - 1]
                inner, line = (
                    image[
                        int((y + a) * scale) : int((y + b) * scale),
                        int((box.x + 0.5) * scale) : int((box.right - 0.5) * scale),
                    ]
                    for y, a, b in ((box.y, 0.5, box.h - 0.5), (box.bottom, -0.4, 0.2))
                )
                assert inner.min() > 200, (form, field.id)
                assert line.min(axis=0).max() < 160, (form, field.id)


def test_the_solution_alone_says_what_belongs_into_them(papers: Mapping[Form, Paper]) -> None:
    said = {form: words(paper) for form, paper in papers.items()}
    assert [form for form in Form if "quagga" in said[form]] == [Form.SOLUTION]
    assert [form for form in Form if "9,81 ± 0,02 (1 Punkt), 10 (0,5 Punkte)" in said[form]] == [
        Form.SOLUTION
    ]
    assert "climbs" in said[Form.EXAM]
    assert "climbs" not in said[Form.BLACKENED]
    how = "Kästchen ankreuzen für minus · Punkte für die Zahlen, der Reihe nach: 1; 0,5; 0,5"
    assert all(how in text for text in said.values())
