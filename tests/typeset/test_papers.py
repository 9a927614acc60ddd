"""The three papers of an exam: equal layouts, and Fields exactly where the PDF shows them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, pairwise
from math import hypot

import cv2
import numpy as np
import numpy.typing as npt
import pikepdf
import pypdfium2 as pdfium
import pytest

from klausur.base.geometry import PAPERS, Box
from klausur.exam.content import Content
from klausur.exam.model import Exam, Question, QuestionKind, Ruling, Space
from klausur.paper.fields import FIDUCIAL_CORNERS, MARKED, Field, FieldKind
from klausur.typeset.papers import Form, Paper, compile_paper

DPI = 600
PIXEL = 25.4 / DPI
Grey = npt.NDArray[np.uint8]


def rendered(pdf: bytes, page: int, dpi: int = DPI) -> Grey:
    """A page (from 1) in grey."""
    with pdfium.PdfDocument(pdf) as document:
        return np.array(document[page - 1].render(scale=dpi / 72, grayscale=True).to_pil())


def words(pdf: bytes) -> str:
    """All text that can be extracted, with plain spaces."""
    with pdfium.PdfDocument(pdf) as document:
        pages = [document[n].get_textpage().get_text_range() for n in range(len(document))]
    return " ".join(" ".join(pages).split())


def edges(image: Grey, box: Box, reach: float = 0.8) -> tuple[float, float, float, float]:
    """Left, top, right and lower edge in mm of what is dark along two lines just inside a box."""
    x0, y0 = int((box.x - reach) / PIXEL), int((box.y - reach) / PIXEL)
    x1, y1 = int((box.right + reach) / PIXEL), int((box.bottom + reach) / PIXEL)
    row = np.flatnonzero(image[int((box.y + 0.5) / PIXEL), x0:x1] < 128)
    column = np.flatnonzero(image[y0:y1, int((box.x + 0.5) / PIXEL)] < 128)
    return (
        (x0 + row[0]) * PIXEL,
        (y0 + column[0]) * PIXEL,
        (x0 + row[-1] + 1) * PIXEL,
        (y0 + column[-1] + 1) * PIXEL,
    )


def marked(paper: Paper) -> list[tuple[int, Field]]:
    """All choice and credit boxes with their page."""
    return [(page.number, f) for page in paper.pages for f in page.fields if f.kind in MARKED]


@pytest.mark.parametrize("sheet", ["a4", pytest.param("letter", marks=pytest.mark.nightly)])
def test_the_three_papers_have_equal_layouts(exam: Exam, sheet: str) -> None:
    first, *others = (compile_paper(replace(exam, paper=sheet), form) for form in Form)
    assert not first.diagnostics
    for other in others:
        assert [page.number for page in other.pages] == [page.number for page in first.pages]
        for page, same in zip(first.pages, other.pages, strict=True):
            assert [replace(f, box=Box(0, 0, 0, 0)) for f in page.fields] == [
                replace(f, box=Box(0, 0, 0, 0)) for f in same.fields
            ]
            for field, twin in zip(page.fields, same.fields, strict=True):
                for side in ("x", "y", "w", "h"):
                    assert getattr(field.box, side) == pytest.approx(getattr(twin.box, side), abs=0.1)


@pytest.mark.parametrize("sheet", [pytest.param("a4", marks=pytest.mark.nightly), "letter"])
def test_frames_are_drawn_where_their_fields_say(exam: Exam, sheet: str) -> None:
    paper = compile_paper(replace(exam, paper=sheet), Form.EXAM)
    drawn = {*MARKED, FieldKind.ANSWER_AREA, FieldKind.FIDUCIAL}
    seen = set()
    for page in paper.pages:
        image = rendered(paper.pdf, page.number)
        for field in page.fields:
            if field.kind in drawn:
                box, found = field.box, edges(image, field.box)
                expected = (box.x, box.y, box.right, box.bottom)
                assert found == pytest.approx(expected, abs=1.5 * PIXEL), field.id
                assert box.inside(PAPERS[sheet])
                seen.add(field.kind)
    assert seen == drawn


def test_fiducials_are_found_in_their_corners(papers: Mapping[Form, Paper]) -> None:
    paper = papers[Form.EXAM]
    finder = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50))
    for page in paper.pages:
        corners, found, _ = finder.detectMarkers(rendered(paper.pdf, page.number, 200))
        assert found is not None
        at = {int(n): where[0] * 25.4 / 200 for n, where in zip(found.ravel(), corners, strict=True)}
        for corner, number in FIDUCIAL_CORNERS.items():
            field = next(f for f in page.fields if f.id == f"page/{page.number}/fiducial/{corner}")
            assert np.allclose(at[number], np.array(field.box.corners), atol=0.3)


def test_boxes_stand_apart_and_in_white(papers: Mapping[Form, Paper]) -> None:
    for form in (Form.EXAM, Form.BLACKENED):
        paper = papers[form]
        for page in paper.pages:
            image = rendered(paper.pdf, page.number, 300)
            boxes = [f.box for f in page.fields if f.kind in MARKED]
            for one, two in combinations(boxes, 2):
                assert hypot(one.centre[0] - two.centre[0], one.centre[1] - two.centre[1]) >= 8
            for box in boxes:
                ring = box.grown(1.9)
                scale = 300 / 25.4
                around = image[
                    int(ring.y * scale) : int(ring.bottom * scale),
                    int(ring.x * scale) : int(ring.right * scale),
                ].copy()
                inner = int(1.7 * scale)
                around[inner:-inner, inner:-inner] = 255
                assert around.min() > 200, f"something dark within 1.9 mm of {box} on page {page.number}"


def test_every_box_of_the_exam_is_there(exam: Exam, papers: Mapping[Form, Paper]) -> None:
    found = {field.id: field for _, field in marked(papers[Form.EXAM])}
    expected = set()
    for question in exam.questions:
        expected |= {f"{question.id}/choice/{choice.id}" for choice in question.choices}
    values = {
        "text-1-3": ("0", "1", "2"),
        "text-1-4": ("0", "0.5", "1", "1.5", "2", "2.5", "3"),
        "short-1-5": ("0", "1"),
        "text-1-6": ("0", "0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4"),
    }
    expected |= {f"{name}/credit/{value}" for name, all_ in values.items() for value in all_}
    assert set(found) == expected
    assert found["text-1-4/credit/2.5"].credits == Fraction(5, 2)
    assert found["choice-1-1/choice/c"].choice == "c"
    assert found["choice-1-1/choice/c"].question == "choice-1-1"


def test_a_question_stays_together(papers: Mapping[Form, Paper]) -> None:
    pages: dict[str, set[int]] = {}
    for page in papers[Form.EXAM].pages:
        for field in page.fields:
            if field.question is not None:
                pages.setdefault(field.question, set()).add(page.number)
    assert len(pages) == 6
    assert all(len(found) == 1 for found in pages.values())


def test_choices_are_never_torn_apart(exam: Exam, of_questions: Callable[..., Exam]) -> None:
    question = next(iter(exam.questions))
    many = [
        replace(question, id=f"q{n}", number=f"1.{n}", choices=question.choices[: 2 + n % 3])
        for n in range(25)
    ]
    paper = compile_paper(of_questions(*many), Form.EXAM)
    pages: dict[str, set[int]] = {}
    for number, field in marked(paper):
        pages.setdefault(str(field.question), set()).add(number)
    assert len(pages) == 25
    assert all(len(found) == 1 for found in pages.values())
    assert not paper.diagnostics


def long_question(exam: Exam, height: float, step: Fraction, credits_: int) -> Question:
    question = next(q for q in exam.questions if q.kind is QuestionKind.TEXT)
    return replace(question, space=Space(height, Ruling.GRID), step=step, credits=Fraction(credits_))


def test_many_credit_boxes_stand_in_rows_under_the_heading(
    exam: Exam, of_questions: Callable[..., Exam]
) -> None:
    question = long_question(exam, 20, Fraction(1, 2), 10)
    paper = compile_paper(of_questions(question), Form.EXAM)
    boxes = [field for _, field in marked(paper)]
    assert len(boxes) == 21
    assert (len({box.box.x for box in boxes}), len({box.box.y for box in boxes})) == (20, 2)
    assert not paper.diagnostics
    area = next(f for p in paper.pages for f in p.fields if f.id == f"{question.id}/answer")
    assert max(box.box.bottom for box in boxes) < area.box.y
    for one, two in combinations(boxes, 2):
        assert hypot(one.box.x - two.box.x, one.box.y - two.box.y) >= 8


def test_a_space_as_high_as_a_page_goes_to_the_next_one(
    exam: Exam, of_questions: Callable[..., Exam]
) -> None:
    question = long_question(exam, 250, Fraction(1), 3)
    paper = compile_paper(of_questions(question), Form.EXAM)
    where = {f.id: p.number for p in paper.pages for f in p.fields}
    assert where[f"{question.id}/answer"] == where[f"{question.id}/credit/0"] + 1
    assert not paper.diagnostics


def test_the_cover_says_what_exam_this_is(papers: Mapping[Form, Paper]) -> None:
    for paper in papers.values():
        said = words(paper.pdf)
        for part in (
            "An Exam about Networks",
            "XY0001",
            "endterm",
            "Friday, 7 February 2031",
            "09:30 – 11:00 (90 minutes)",
            "Prof. Ada Example",
            "No tools but a pen are allowed.",
            "This booklet has 4 pages with 1 problem, worth 14 credits in all.",
            "How to mark a choice",
            "Page 3 of 4",
        ):
            assert part in said
    assert any(f.kind is FieldKind.STICKER_SPOT for f in papers[Form.EXAM].pages[0].fields)


def test_a_german_exam_speaks_german(exam: Exam) -> None:
    said = words(compile_paper(replace(exam, language="de"), Form.EXAM).pdf)
    for part in (
        "Freitag, 7. Februar 2031",
        "Matrikelnummer",
        "Seite 2 von 4",
        "14 Punkte",
        "Büßer, Öl und Ähre",
    ):
        assert part in said
    assert "credits" not in said


@pytest.mark.parametrize(("extra", "pages", "grids"), [(0, 4, 0), (1, 4, 1), (2, 6, 3), (3, 6, 3)])
def test_booklets_have_whole_sheets(exam: Exam, extra: int, pages: int, grids: int) -> None:
    paper = compile_paper(replace(exam, extra_pages=extra), Form.EXAM)
    assert len(paper.pages) == pages
    areas = [
        f for p in paper.pages for f in p.fields if f.kind is FieldKind.ANSWER_AREA and f.question is None
    ]
    assert len(areas) == grids
    assert [f.id for f in areas] == [f"page/{n}/answer" for n in range(pages - grids + 1, pages + 1)]


def test_only_typst_own_fonts_are_used_and_all_are_embedded(papers: Mapping[Form, Paper]) -> None:
    for paper in papers.values():
        with pikepdf.open(__import__("io").BytesIO(paper.pdf)) as pdf:
            fonts = [
                o
                for o in pdf.objects
                if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"
            ]
            names = {str(font.FontName).split("+")[-1] for font in fonts}
            assert names
            assert all(name.startswith(("NewCM", "DejaVuSansMono", "Libertinus")) for name in names), names
            assert all("/FontFile3" in font or "/FontFile2" in font for font in fonts)


def test_equal_sources_make_equal_files(exam: Exam, papers: Mapping[Form, Paper]) -> None:
    assert compile_paper(exam, Form.EXAM).pdf == papers[Form.EXAM].pdf


def test_a_declared_number_of_pages_is_held_against_the_paper(exam: Exam) -> None:
    assert not compile_paper(replace(exam, declared_pages=4), Form.EXAM).diagnostics
    found = compile_paper(replace(exam, declared_pages=5), Form.EXAM).diagnostics
    assert [(d.code, d.place.file) for d in found] == [("total-differs", "exam.toml")]


def test_codes_and_fiducials_take_no_more_than_15_mm(papers: Mapping[Form, Paper]) -> None:
    size = PAPERS["a4"]
    for page in papers[Form.EXAM].pages:
        for field in page.fields:
            if field.kind in {FieldKind.FIDUCIAL, FieldKind.PAGE_CODE}:
                assert field.box.bottom <= 15 or field.box.y >= size.h - 15


def test_credit_boxes_run_from_nothing_to_all_downwards(papers: Mapping[Form, Paper]) -> None:
    boxes = [f for _, f in marked(papers[Form.EXAM]) if f.question == "text-1-4"]
    assert len(boxes) == 7
    for one, two in pairwise(boxes):
        assert one.credits is not None
        assert two.credits is not None
        assert one.credits < two.credits
        assert one.box.y < two.box.y


def test_a_figure_that_is_a_pdf_is_set_and_told_to_have_no_tags(
    exam: Exam, of_questions: Callable[..., Exam], typst: Callable[..., Content]
) -> None:
    drawn = pikepdf.new()
    drawn.add_blank_page(page_size=(100, 100))
    first, *_ = exam.questions
    asked = of_questions(replace(first, content=typst('Words. #image("/figures/drawn.pdf", alt: "a")')))
    drawn.save(asked.folder / "figures/drawn.pdf")
    paper = compile_paper(asked, Form.EXAM)
    assert not [d for d in paper.diagnostics if d.code == "typeset-failed"]
    assert "PDF" in paper.barrier
