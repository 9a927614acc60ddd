"""A small print run by hand: three printed booklets of four pages, their Layout, and the Exam they ask."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pikepdf
import pytest
from tests.exam.plain_exam import PLAIN

from klausur.base.diagnostics import Place
from klausur.base.geometry import PAPERS, Box
from klausur.exam.content import Content
from klausur.exam.model import Choice, Exam, Problem, Question, QuestionKind, Space
from klausur.paper.code import PageCode, encode
from klausur.paper.code_symbol import symbol
from klausur.paper.fields import FIDUCIAL_CORNERS, Field, FieldKind
from klausur.paper.layout import BookletLayout, Layout, PageLayout

Modules = npt.NDArray[np.bool_]
KEY = bytes(range(32))
EXAM = 7
A4 = PAPERS["a4"]
PT = 72 / 25.4


def fields(page: int) -> tuple[Field, ...]:
    """One multiple-choice question and one that people grade, with what is on every page."""
    found = [Field(f"page/{page}/code", FieldKind.PAGE_CODE, Box(17.0, 4.5, 10.0, 10.0))]
    for corner, (x, y) in {"tl": (6, 6), "tr": (197, 6), "br": (197, 284), "bl": (6, 284)}.items():
        found.append(Field(f"page/{page}/fiducial/{corner}", FieldKind.FIDUCIAL, Box(x, y, 7.0, 7.0)))
    if page == 1:
        return tuple(found)
    choice, text = f"choice-{page}", f"text-{page}"
    for row, letter in enumerate("abcdefgh"):
        box = Box(30.0, 40.0 + 9.0 * row, 4.0, 4.0)
        found.append(Field(f"{choice}/choice/{letter}", FieldKind.CHOICE_BOX, box, choice, choice=letter))
    for credits_ in range(4):
        box = Box(20.0, 130.0 + 9.0 * credits_, 4.0, 4.0)
        worth = Fraction(credits_)
        found.append(Field(f"{text}/credit/{credits_}", FieldKind.CREDIT_BOX, box, text, credits=worth))
    found.append(Field(f"{text}/answer", FieldKind.ANSWER_AREA, Box(35.0, 130.0, 150.0, 60.0), text))
    return tuple(found)


def make_layout(booklets: int, pages: int = 4) -> Layout:
    return Layout(
        exam_number=EXAM,
        exam="small",
        source_digest="0" * 64,
        paper="a4",
        size=A4,
        pages=tuple(PageLayout(n, fields(n)) for n in range(1, pages + 1)),
        booklets=tuple(BookletLayout(n, tuple(range(pages))) for n in range(1, booklets + 1)),
    )


def make_exam(pages: int = 4) -> Exam:
    here = Place("exam.toml")
    nothing = Content("", "", "", here)
    questions: list[Question] = []
    for page in range(2, pages + 1):
        choices = tuple(Choice(letter, nothing, letter in "ace") for letter in "abcdefgh")
        ask = partial(Question, number=f"1.{page}", title="", content=nothing, place=here)
        questions.append(
            ask(f"choice-{page}", kind=QuestionKind.CHOICE, credits=Fraction(2), choices=choices)
        )
        questions.append(ask(f"text-{page}", kind=QuestionKind.TEXT, credits=Fraction(3), space=Space(60.0)))
    return replace(PLAIN, problems=(Problem("one", 1, "One", None, tuple(questions), here),))


def print_booklets(layout: Layout, path: Path) -> Path:
    """A PDF of the layout: fiducials, codes and boxes, as plain rectangles."""
    with pikepdf.new() as pdf:
        for booklet in layout.booklets:
            for index in booklet.pages:
                page = pdf.add_blank_page(page_size=(A4.w * PT, A4.h * PT))
                code = PageCode(layout.exam_number, booklet.number, layout.pages[index].number)
                page.Contents = pikepdf.Stream(pdf, _ink(layout.pages[index], code))
        pdf.save(path)
    return path


def _ink(page: PageLayout, code: PageCode) -> bytes:
    lines = []
    for field in page.fields:
        if field.kind is FieldKind.PAGE_CODE:
            lines += _modules(symbol(encode(code, KEY)), field.box)
        elif field.kind is FieldKind.FIDUCIAL:
            lines += _modules(_marker(field.id.rsplit("/", 1)[1]), field.box)
        elif field.kind is not FieldKind.ANSWER_AREA:
            lines.append(f"0.7 w {_rectangle(field.box.grown(-0.125))} S")
    return "\n".join(lines).encode()


def _marker(corner: str) -> Modules:
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    return np.asarray(cv2.aruco.generateImageMarker(dictionary, FIDUCIAL_CORNERS[corner], 6) < 128)


def _modules(black: Modules, box: Box) -> list[str]:
    side = box.w / len(black)
    return [
        f"{_rectangle(Box(box.x + x * side, box.y + y * side, side, side))} f" for y, x in np.argwhere(black)
    ]


def _rectangle(box: Box) -> str:
    return f"{box.x * PT:.3f} {(A4.h - box.bottom) * PT:.3f} {box.w * PT:.3f} {box.h * PT:.3f} re"


@pytest.fixture(scope="session")
def layout() -> Layout:
    return make_layout(3)


@pytest.fixture(scope="session")
def exam() -> Exam:
    return make_exam()


@pytest.fixture(scope="session")
def booklets(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return print_booklets(layout, tmp_path_factory.mktemp("printed") / "booklets.pdf")


@pytest.fixture
def printed(tmp_path: Path) -> Callable[[Layout], Path]:
    return lambda layout: print_booklets(layout, tmp_path / "booklets.pdf")
