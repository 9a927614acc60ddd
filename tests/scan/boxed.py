"""Pages with boxes, drawn by hand on the printer's sheets; three pages that differ, and two that do not."""

import cv2
import numpy as np
from tests.scan.conftest import EXAM, FINE, SIZE, Printer, fiducial_fields

from klausur.base.geometry import Box
from klausur.paper.code import PageCode, encode
from klausur.paper.fields import Field, FieldKind
from klausur.paper.layout import BookletLayout, Layout, PageLayout
from klausur.scan.model import Pixels

COLUMNS = {1: (30.0, 50.0), 2: (30.0, 53.0), 3: (24.0, 61.0)}
"""Where each page's column of boxes stands and begins, in mm."""

PITCH = 8.2
BOXES = 12


def boxes(page: int) -> list[Box]:
    """The boxes of a page, in a column with a gap in its middle."""
    if page not in COLUMNS:
        return []
    x, y = COLUMNS[page]
    return [Box(x, y + PITCH * n + (25.0 if n >= BOXES // 2 else 0.0), 4.0, 4.0) for n in range(BOXES)]


def _page(number: int) -> PageLayout:
    marks = [
        Field(f"q{number}/choice/{chr(97 + n)}", FieldKind.CHOICE_BOX, box, f"q{number}", choice=chr(97 + n))
        for n, box in enumerate(boxes(number))
    ]
    area = Field(f"page/{number}/answer", FieldKind.ANSWER_AREA, Box(30.0, 40.0, 160.0, 230.0))
    return PageLayout(number, (*marks, *(() if marks else (area,)), *fiducial_fields(number)))


LAYOUT = Layout(
    exam_number=EXAM,
    exam="test",
    source_digest="0",
    paper="a4",
    size=SIZE,
    pages=tuple(_page(number) for number in range(1, 6)),
    booklets=tuple(BookletLayout(number, (0, 1, 2, 3, 4)) for number in range(1, 8)),
)


def code(booklet: int, page: int) -> PageCode:
    """A page code of the layout."""
    return PageCode(EXAM, booklet, page)


def printed(printer: Printer, booklet: int, page: int, *, like: int | None = None) -> Pixels:
    """A page with its code; with the boxes of another page if ``like`` says so."""
    sheet = printer.sheet(encode(code(booklet, page), printer.key), text=False)
    for field in LAYOUT.pages[(like or page) - 1].fields:
        if field.kind in {FieldKind.CHOICE_BOX, FieldKind.ANSWER_AREA}:
            inner = field.box.grown(-0.125)
            low, high = ((round(x * FINE), round(y * FINE)) for x, y in (inner.corners[0], inner.corners[2]))
            cv2.rectangle(sheet, low, high, (0,), round(0.25 * FINE))
    return sheet


def pulled(pixels: Pixels, dpi: float, at: float, by: tuple[float, float]) -> Pixels:
    """What a feeder makes of an upright scan: below ``at`` mm all of it lies ``by`` mm elsewhere."""
    rows = np.arange(pixels.shape[0]) / dpi * 25.4
    part = 1 / (1 + np.exp(-(rows - at) / 2.0))
    x, y = np.meshgrid(np.arange(pixels.shape[1]), np.arange(pixels.shape[0]))
    away = (part * dpi / 25.4)[:, None]
    from_x, from_y = (x - away * by[0]).astype(np.float32), (y - away * by[1]).astype(np.float32)
    seen = cv2.remap(pixels, from_x, from_y, cv2.INTER_LINEAR, borderValue=(235,))
    return np.asarray(seen, np.uint8)
