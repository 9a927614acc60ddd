"""Whether own paper is white where it must be: round boxes, in the corners, and where page codes go.

Asked of the page as it is typeset, by its picture: what a PDF draws, nobody knows better than who draws it.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium

from klausur.base.diagnostics import Diagnostic, Place
from klausur.base.geometry import PAPERS, Box, Size
from klausur.exam.model import Exam
from klausur.exam.own_paper import NAME, PDF, OwnPage, OwnPaper
from klausur.paper.fields import MARKED, Field, FieldKind
from klausur.paper.layout import PageLayout

CODE = "own-paper-room"

Ink = npt.NDArray[np.bool_]
"""Where a page has ink, (height, width), `DPI` to an inch."""

DPI = 150
INK = 150
"""Grey level below which there is ink."""

_NEAR, _MOST_LOST = 3, 40
"""Pixels within which ink may lie elsewhere as it is set, and how many may be missing: less than a comma."""

_PAINTED = 0.8
"""mm round a square within which its line is gone."""

_FEW = 3
"""Pixels that are no print: what is left of a line's edge."""

_FRAME = 0.45
"""mm round a box or fiducial that its own line may take."""

_RIM = 4.0
"""mm along a page's edges that printers leave white."""

WHITE = {
    FieldKind.CHOICE_BOX: 1.8,
    FieldKind.CREDIT_BOX: 1.8,
    FieldKind.CREDIT_NUMBER: 1.2,
    FieldKind.FIDUCIAL: 1.2,
    FieldKind.PAGE_CODE: 1.2,
}
"""mm that must stay white round each, as far as its reader looks: 2 mm round boxes, less what labels need."""

_HINT = f"move or scale the page, or move what stands there, in {NAME}; 'klausur adopt --fit' does it"


def check(exam: Exam, own: OwnPaper, pages: Sequence[PageLayout], pdf: bytes) -> Iterator[Diagnostic]:
    """What is printed where it must be white, and what runs off its page; each told once for a page."""
    size, first = PAPERS[exam.paper], 0 if own.cover is not None else 1
    numbers = {question.id: question.number for question in exam.questions}
    with pdfium.PdfDocument(pdf) as document, pdfium.PdfDocument(exam.folder / PDF) as theirs:
        for placed, page in zip(own.pages, pages[first:], strict=False):
            ink = _ink(document, page.number)
            found = (_wrong(field, page.number, numbers, ink, size) for field in page.fields)
            for message in dict.fromkeys(filter(None, found)):
                yield Diagnostic(CODE, message, Place(NAME), _HINT)
            if _lost(own, placed, _ink(theirs, placed.page, placed.scale), ink):
                message = f"page {placed.page} of {PDF} is not drawn whole"
                hint = "print it into a new PDF with another program, and adopt that"
                yield Diagnostic(CODE, message, Place(PDF), hint)


def in_large_print(exam: Exam) -> Iterator[Diagnostic]:
    """That a finished PDF cannot be set larger than it is."""
    if exam.setting.large:
        message = "an exam on its own paper cannot be set in large print"
        hint = "write A3 into the list of candidates, and have their booklets enlarged by the printer"
        yield Diagnostic("own-paper", message, Place(NAME), hint)


def _wrong(field: Field, page: int, numbers: Mapping[str, str], ink: Ink, size: Size) -> str:
    """What is wrong with where a Field stands, in words; nothing if all is well."""
    room, number, message = WHITE.get(field.kind), numbers.get(field.question or "", ""), ""
    if room is None:
        if field.question is not None and not field.box.grown(_RIM).inside(size):
            message = f"the space of question {number} runs off page {page}"
    elif field.kind in MARKED and not field.box.grown(room).inside(size):
        message = f"a box of question {number} runs off page {page}"
    elif field.kind is FieldKind.PAGE_CODE:
        if _printed(ink, field.box, room, -field.box.w):
            message = f"page {page} is printed where the page code goes"
    elif _printed(ink, field.box, room, _FRAME):
        message = f"page {page} is printed where a box of question {number} needs white"
        if field.kind is FieldKind.FIDUCIAL:
            message = f"page {page} is printed where the marker in a corner needs white"
    return message


def _lost(own: OwnPaper, placed: OwnPage, theirs: Ink, ours: Ink) -> bool:
    """Whether ink of a page is missing where the page was set, but for squares that were painted over.

    Two programs draw it: what one of them leaves out is not printed, and nobody says so.
    """
    per_mm = DPI / 25.4
    there = np.zeros(ours.shape, np.bool_)
    x, y = round(placed.x * per_mm), round(placed.y * per_mm)
    shown = theirs[max(0, -y) : ours.shape[0] - y, max(0, -x) : ours.shape[1] - x]
    there[max(0, y) : max(0, y) + shown.shape[0], max(0, x) : max(0, x) + shown.shape[1]] = shown
    for square in (square for question in own.questions for square in question.squares):
        if square.page == placed.page:
            _part(there, placed.on_sheet(square.box).grown(_PAINTED))[:] = False
    near = ours
    for axis in (0, 1):
        near = np.logical_or.reduce([np.roll(near, by, axis) for by in range(-_NEAR, _NEAR + 1)])
    return int((there & ~near).sum()) > _MOST_LOST


def _ink(document: pdfium.PdfDocument, number: int, scale: float = 1.0) -> Ink:
    """Where a page has ink, (height, width), `DPI` to an inch."""
    shown = document[number - 1].render(scale=scale * DPI / 72, grayscale=True).to_numpy()
    return np.asarray(shown.reshape(shown.shape[:2]) < INK, np.bool_)


def _printed(ink: Ink, box: Box, room: float, own: float) -> bool:
    """Whether there is ink within ``room`` mm of a box, and not within ``own`` mm of it."""
    around = _part(ink, box.grown(room))
    inner = box.grown(own)
    mine = _part(ink, inner).sum() if inner.w > 0 and inner.h > 0 else 0
    return int(around.sum()) - int(mine) > _FEW


def _part(ink: Ink, box: Box) -> Ink:
    scale = DPI / 25.4
    top, bottom = round(box.y * scale), round(box.bottom * scale)
    left, right = round(box.x * scale), round(box.right * scale)
    return ink[max(0, top) : bottom, max(0, left) : right]
