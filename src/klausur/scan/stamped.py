"""A picture that can be read out of an image of a page without codes: what was printed later is put on it.

The image is laid on the sheet that the adopted exam is printed on, as `klausur.exam.own_paper` lays the page;
markers, page code, boxes and digit rows of that print are put over it, as dark as paper is bright there. A
square that was printed in the finished paper, with what a pen did in it, is made as large as the box that
stands for it and put where that lies; what was printed beside it is taken out, so that the box is read as any
other is. Whoever wrote where something was put over is told of: that writing is on the image alone, which is
kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from klausur.base.geometry import Box, Size
from klausur.exam.own_paper import OwnPage
from klausur.paper.fields import Field, FieldKind
from klausur.scan import paper_pages
from klausur.scan.by_print import Lies, Put, laid
from klausur.scan.model import Pixels
from klausur.scan.paper_pages import Bits, PaperPage
from klausur.scan.square_picture import HAIR, ROUND, square_picture

DPI = 300
_PER_MM = DPI / 25.4
_PAGE_PER_MM = paper_pages.DPI / 25.4

_ROOM = {
    FieldKind.FIDUCIAL: 1.5,
    FieldKind.PAGE_CODE: 1.5,
    FieldKind.CREDIT_BOX: 1.9,
    FieldKind.CREDIT_NUMBER: 1.2,
    FieldKind.DIGIT_ROW: 1.0,
}
"""mm round each Field that its print takes with it: as much as its reader needs white."""

_MARKED = frozenset({FieldKind.CREDIT_BOX, FieldKind.CHOICE_BOX})

_LABEL = 8.0
"""mm to the left of boxes, and above them, in which their labels stand."""

_EDGE = 0.7
"""mm along the edges of a page on which the shadow of its edge lies."""

_WRITTEN = 1.5
"""mm² of ink that is no print under what is put over it: less is dirt."""


@dataclass(frozen=True, slots=True)
class Square:
    """A choice's box on the sheet, and the printed square on the page of the paper that it stands for."""

    box: Box
    square: Box


@dataclass(frozen=True, slots=True)
class Stamps:
    """What is put on a page.

    Attributes:
        size: of the sheet.
        own: how the page of the paper lies on it.
        printed: the sheet as it is printed, grey, at `DPI`.
        fields: of the sheet.
        squares: its choices.
    """

    size: Size
    own: OwnPage
    printed: Pixels
    fields: tuple[Field, ...]
    squares: tuple[Square, ...]


@dataclass(frozen=True, slots=True)
class Stamped:
    """The picture, and over what somebody has written: kinds of Field, each with its question if it has one.

    ``beyond`` says that somebody wrote at an edge of the page for which the sheet has no room.
    """

    pixels: Pixels
    covered: tuple[tuple[FieldKind, str], ...]
    beyond: bool


def stamped(pixels: Pixels, lies: Lies, page: PaperPage, stamps: Stamps) -> Stamped:
    """The picture of a page that is read.

    Args:
        pixels: the image, grey or RGB.
        lies: where the page lies on it.
        page: of the paper.
        stamps: what is put on it.
    """
    own = stamps.own
    to_page = np.array(((1, 0, -own.x), (0, 1, -own.y), (0, 0, own.scale)), np.float64) / own.scale
    sheet = laid(pixels, lies.to_pixels, lies.drift, Put(stamps.size, _PER_MM, to_page), fine=True)
    written, paper = _written(lies, page), _paper(sheet)
    _whiten_beside(sheet, own, stamps.size, paper)
    for field in stamps.fields:
        if (room := _ROOM.get(field.kind)) is not None:
            part = _part(field.box.grown(room), stamps.size)
            sheet[part] = _tinted(stamps.printed[part], paper)
    for of in stamps.squares:
        others = [other.square for other in stamps.squares if other is not of]
        picture = square_picture(pixels, lies, page, of.square, others, paper, _PER_MM)
        part = _part(of.box.grown(ROUND), stamps.size)
        sheet[part] = cv2.resize(picture, sheet[part].shape[1::-1], interpolation=cv2.INTER_LINEAR)
    marked = [field for field in stamps.fields if field.kind in _MARKED]
    for field in marked:
        _darken(sheet, stamps, field.box.grown(HAIR), paper)
        for label in _labels(field.box):
            if not any(label.overlaps(other.box) for other in marked):
                _darken(sheet, stamps, label, paper)
    covered = tuple(dict.fromkeys(_covered(written, stamps)))
    return Stamped(sheet, covered, _beyond(written, own, stamps.size))


def _labels(box: Box) -> Iterator[Box]:
    """Where the label of a box may stand: left of it, or above it."""
    yield Box(box.x - _LABEL, box.y, _LABEL - 0.3, box.h)
    yield Box(box.x - 2, box.y - 6, box.w + 4, 5.5)


def _part(box: Box, size: Size) -> tuple[slice, slice]:
    """A rectangle of the sheet as rows and columns of its picture."""
    left, top = max(0, round(box.x * _PER_MM)), max(0, round(box.y * _PER_MM))
    right, bottom = (round(min(n, most) * _PER_MM) for n, most in ((box.right, size.w), (box.bottom, size.h)))
    return slice(top, max(top, bottom)), slice(left, max(left, right))


def _paper(sheet: Pixels) -> npt.NDArray[np.float32]:
    """The brightness of the paper, one number for each channel."""
    few = sheet[::9, ::9].reshape(-1, 1 if sheet.ndim == 2 else sheet.shape[2])
    return np.asarray(np.quantile(few, 0.8, axis=0), np.float32)


def _whiten_beside(sheet: Pixels, own: OwnPage, size: Size, paper: npt.NDArray[np.float32]) -> None:
    """Make paper of what lies beside the page: a scanner's glass or a table."""
    page = Box(own.x, own.y, own.w * own.scale, own.h * own.scale).grown(-_EDGE)
    beside = np.ones(sheet.shape[:2], np.bool_)
    beside[_part(page, size)] = False
    sheet[beside] = np.round(paper if sheet.ndim == 3 else paper[0])


def _tinted(print_: Pixels, paper: npt.NDArray[np.float32]) -> Pixels:
    """Print in grey on paper of this brightness."""
    tinted = print_.astype(np.float32)[..., None] * (paper / 255.0)
    return np.asarray(np.round(tinted[..., 0] if len(paper) == 1 else tinted), np.uint8)


def _darken(sheet: Pixels, stamps: Stamps, box: Box, paper: npt.NDArray[np.float32]) -> None:
    """Put print over a part of the sheet so that nothing that is there goes."""
    part = _part(box, stamps.size)
    sheet[part] = np.minimum(sheet[part], _tinted(stamps.printed[part], paper))


# What somebody wrote, and over what.


def _written(lies: Lies, page: PaperPage) -> Bits:
    """Where there is ink on the page that is no print: (height, width) at the DPI of the paper's pages."""
    fat = cv2.dilate(np.asarray(page.ink, np.uint8), np.ones((7, 7), np.uint8))
    thin = cv2.erode(np.asarray(lies.ink, np.uint8), np.ones((3, 3), np.uint8))
    return np.asarray((thin > 0) & (fat == 0), np.bool_)


def _covered(written: Bits, stamps: Stamps) -> Iterator[tuple[FieldKind, str]]:
    """The kinds of Field that were put over something written, each with its question."""
    squares = [of.square.grown(ROUND) for of in stamps.squares]
    moved = {of.box for of in stamps.squares}
    for field in stamps.fields:
        room = ROUND if field.box in moved else _ROOM.get(field.kind)
        if room is not None and _over(written, field.box.grown(room), stamps.own, squares):
            yield field.kind, field.question or ""


def _over(written: Bits, box: Box, own: OwnPage, but: Sequence[Box]) -> bool:
    """Whether somebody wrote into a rectangle of the sheet, but for some rectangles of the page."""
    on_page = Box(
        (box.x - own.x) / own.scale, (box.y - own.y) / own.scale, box.w / own.scale, box.h / own.scale
    )
    there = np.zeros_like(written)
    there[_rows(on_page)] = written[_rows(on_page)]
    for rectangle in but:
        there[_rows(rectangle)] = False
    return float(there.sum()) / _PAGE_PER_MM**2 > _WRITTEN


def _rows(box: Box) -> tuple[slice, slice]:
    """A rectangle of the page as rows and columns of its picture."""
    left, top, right, bottom = (
        max(0, round(at * _PAGE_PER_MM)) for at in (box.x, box.y, box.right, box.bottom)
    )
    return slice(top, bottom), slice(left, right)


def _beyond(written: Bits, own: OwnPage, size: Size) -> bool:
    """Whether somebody wrote on the page where the sheet does not reach."""
    rest = written.copy()
    rest[_rows(Box(-own.x / own.scale, -own.y / own.scale, size.w / own.scale, size.h / own.scale))] = False
    return float(rest.sum()) / _PAGE_PER_MM**2 > _WRITTEN
