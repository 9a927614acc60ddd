"""A page's whole life: made by hand, and printed for real."""

from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest

from klausur.base.geometry import Box, Size
from klausur.exam import source
from klausur.paper.code import PageCode
from klausur.paper.fields import MARKED, Field, FieldKind, Inked
from klausur.paper.layout import BookletLayout, Layout, PageLayout
from klausur.paper.run import plan
from klausur.read.fields import read
from klausur.read.model import Mark
from klausur.read.page import process
from klausur.rehearse import pen
from klausur.rehearse.hands import Population, hand, stream
from klausur.scan.model import PageImage, Placed, Quality, Reason, SourceForm
from klausur.typeset.booklets import compile_booklets

KEY = bytes(range(32))
BOXES = [Box(20.0 + 9 * n, 20.0, 4.0, 4.0) for n in range(3)]
PAGE = PageLayout(
    1,
    (
        Field("page/1/code", FieldKind.PAGE_CODE, Box(1, 1, 10, 10)),
        Field("q/choice/a", FieldKind.CHOICE_BOX, BOXES[0], "q", choice="a"),
        Field("q/answer", FieldKind.ANSWER_AREA, Box(1, 40, 50, 20), "q"),
        Field("r/credit/0", FieldKind.CREDIT_BOX, BOXES[1], "r"),
        Field("r/credit/1", FieldKind.CREDIT_BOX, BOXES[2], "r"),
    ),
)


def sheet() -> Placed:
    """Three boxes at 300 dpi: the first one crossed, the second one empty, the third one blackened."""
    scale = 300 / 25.4
    page = np.full((600, 800), 240, np.uint8)
    for box in BOXES:
        x, y, side, line = (round(n * scale) for n in (box.x, box.y, box.w, 0.25))
        page[y : y + side, x : x + side] = 20
        page[y + line : y + side - line, x + line : x + side - line] = 240
    x, y, side = (round(n * scale) for n in (BOXES[0].x, BOXES[0].y, 4.0))
    for n in range(side):
        page[y + n, x + n - 2 : x + n + 3] = 30
        page[y + n, x + side - n - 3 : x + side - n + 2] = 30
    x, y = (round(n * scale) for n in (BOXES[2].x, BOXES[2].y))
    page[y - 2 : y + side + 2, x - 2 : x + side + 2] = 35
    to_pixels = np.array([[scale, 0.0, -0.5], [0.0, scale, -0.5], [0.0, 0.0, 1.0]])
    return Placed(PageCode(1, 1, 1), page, to_pixels, Quality(0.0, 300.0, 200.0, 1.0, 4))


def test_all_boxes_of_a_page_are_read_in_the_layout_s_order() -> None:
    readings = read(sheet(), PAGE, exam=1, key=KEY)
    assert [(r.field, r.kind, r.question, r.value) for r in readings] == [
        ("q/choice/a", FieldKind.CHOICE_BOX, "q", Mark.CROSSED),
        ("q/answer", FieldKind.ANSWER_AREA, "q", Inked.BLANK),
        ("r/credit/0", FieldKind.CREDIT_BOX, "r", Mark.EMPTY),
        ("r/credit/1", FieldKind.CREDIT_BOX, "r", Mark.FILLED),
    ]
    assert {(r.reader, r.version) for r in readings} == {("marks", "2"), ("spaces", "2")}
    assert not any(r.flagged for r in readings)


def test_a_page_without_boxes_has_no_readings() -> None:
    assert read(sheet(), PageLayout(1, PAGE.fields[:1]), exam=1, key=KEY) == ()


def test_a_failure_of_klausur_s_own_goes_to_a_person_with_its_traceback() -> None:
    white = np.full((300, 200), 255, np.uint8)
    data = cv2.imencode(".png", white)[1].tobytes()
    broken = Layout(1, "e", "", "a4", Size(210, 297), (), (BookletLayout(1, ()),))  # no Klausur prints this
    (result,) = process(PageImage("f", 4, SourceForm.IMAGE, data), broken, KEY)
    assert (result.file, result.index, result.code, result.readings) == ("f", 4, None, ())
    assert result.unplaced is not None
    assert result.unplaced.reason is Reason.FAILED
    assert "Traceback" in result.unplaced.detail
    assert "IndexError" in result.unplaced.detail


@pytest.fixture(scope="module")
def booklet(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Layout]:
    """One unnamed booklet of the reference exam, as it is printed."""
    folder = Path(__file__).parents[2] / "exams" / "deep-learning"
    exam = source.parse(folder).exam
    assert exam is not None
    out = tmp_path_factory.mktemp("booklet") / "booklets.pdf"
    return out, compile_booklets(exam, plan(77, [], spare=1), KEY, out)


def scanned(pdf: Path, page: int, *, upside_down: bool, marked: Box) -> PageImage:
    """A page of a PDF as a scanner gives it, after a pen has crossed one box."""
    with pypdfium2.PdfDocument(pdf) as document:
        pixels = document[page].render(scale=300 / 72, grayscale=True).to_numpy().copy()
    pixels = pixels.reshape(pixels.shape[:2])
    rng = stream(Population.JUDGE, 1002, page)
    pen.draw(pixels, marked, 300 / 25.4, (0.0, 0.0), Mark.CROSSED, hand(rng, Population.JUDGE), rng)
    turned = pixels[::-1, ::-1] if upside_down else pixels
    return PageImage("f", 0, SourceForm.IMAGE, cv2.imencode(".jpg", turned)[1].tobytes())


@pytest.mark.parametrize("upside_down", [False, True])
def test_a_printed_page_is_placed_and_read(booklet: tuple[Path, Layout], *, upside_down: bool) -> None:
    pdf, layout = booklet
    number = next(p.number for p in layout.pages if any(f.kind is FieldKind.CHOICE_BOX for f in p.fields))
    page = layout.page(1, number)
    assert page is not None
    boxes = [field for field in page.fields if field.kind in MARKED]
    image = scanned(pdf, number - 1, upside_down=upside_down, marked=boxes[2].box)
    (result,) = process(image, layout, KEY)
    assert result.code == PageCode(77, 1, number)
    assert result.unplaced is None
    assert result.quality is not None
    marks = [r for r in result.readings if r.kind in MARKED]
    assert [r.field for r in marks] == [field.id for field in boxes]
    assert [r.value for r in marks] == [Mark.CROSSED if n == 2 else Mark.EMPTY for n in range(len(boxes))]


def test_damaged_bytes_are_unplaced() -> None:
    layout = Layout(1, "e", "", "a4", Size(210, 297), (PAGE,), (BookletLayout(1, (0,)),))
    (result,) = process(PageImage("f", 0, SourceForm.IMAGE, b"\xff\xd8\xff nothing"), layout, KEY)
    assert result.unplaced is not None
    assert result.unplaced.reason is Reason.UNREADABLE


def test_a_faint_page_is_read_and_flagged_with_the_reason(booklet: tuple[Path, Layout]) -> None:
    pdf, layout = booklet
    with pypdfium2.PdfDocument(pdf) as document:
        pixels = document[1].render(scale=200 / 72, grayscale=True).to_numpy().reshape(-1, 1654)
    faint = (180 + pixels * 0.25).astype(np.uint8)
    data = cv2.imencode(".png", np.hstack([faint, faint[::-1, ::-1]]))[1].tobytes()
    results = process(PageImage("f", 0, SourceForm.IMAGE, data), layout, KEY)
    assert [(r.code, r.part) for r in results] == [(PageCode(77, 1, 2), 0), (PageCode(77, 1, 2), 1)]
    for result in results:
        assert "contrast" in result.uncovered
        assert result.readings
        assert all(r.flagged and r.value in {Mark.EMPTY, Inked.BLANK} for r in result.readings)
