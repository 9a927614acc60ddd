"""The Data Matrices on a page: where on paper each lies and what its bytes are, at any angle and place.

Beside those that were read stand the places of what looks like a code and could not be: half covered, torn,
smeared. Whose codes they are and what they mean lives in `klausur.read.sticker`.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp

from klausur.base.geometry import Box
from klausur.read.upright import brightness, upright
from klausur.scan import drift, transform
from klausur.scan.edges import grey
from klausur.scan.model import Matrix, Pixels, Placed
from klausur.scan.pixels import shrunk

Points = npt.NDArray[np.float64]

_DATA_MATRIX = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.DataMatrix)

_MM_PER_INCH = 25.4

_FINE = 300
"""Dots per inch that a page is shrunk to, where it has more: a sticker's modules are 0.35 mm and more."""

_COARSE = 220
"""Dots per inch below which the spot is also searched twice as large."""

_ROUGH = 2.0
"""Pixels for each mm where a page is searched for what is half black."""

_BLACK = (0.22, 0.75)
"""Least and most mean darkness where a code is. Print has 0.1 to 0.2, the lid 0.8 or none."""

_SYMBOL = 6.0
"""Side in mm of the least part of a code that is seen for one."""

_SYMBOL_BLACK = (0.45, 0.75)
"""Share of black pixels there: codes have 0.47 and more, bold titles up to 0.43, a dark lid 1."""

_WHOLE = 1.1
"""How much larger than its corners say a code is taken to be, when what is beside it is looked at."""

_AROUND = 7.0
"""Distance in mm round what is half black that is searched."""

_PAPER = 0.8
"""Share of a page's pixels that are darker than paper, at most."""


@dataclass(frozen=True, slots=True)
class DataMatrix:
    """A code: its bytes, and its four corners in mm on paper, (4, 2), clockwise from its own top left."""

    data: bytes
    corners: Points


@dataclass(frozen=True, slots=True)
class CodesOnPage:
    """The codes of a page that were read, one in two places twice; and where others may be, in mm."""

    codes: tuple[DataMatrix, ...]
    unread: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a page that may hold a code, (h, w) grey, and the map from its pixels to mm on paper."""

    pixels: Pixels
    to_paper: Matrix


def look(placed: Placed, spot: Box | None, fiducials: Sequence[Box] = ()) -> CodesOnPage:
    """Look for Data Matrices on a page.

    Args:
        placed: the page.
        spot: a box in mm that is searched however dark it is.
        fiducials: where the page's fiducials are printed; if all were seen, no code is on them.
    """
    codes = [] if spot is None else _in_spot(placed, spot)
    unread = []
    seen = fiducials if placed.quality.fiducials == len(fiducials) else ()
    for part in _half_black(placed, seen):
        here = _read(part)
        codes += here
        if middle := _unread(part, here):
            unread.append(middle)
    return CodesOnPage(tuple(codes), tuple(unread))


def _in_spot(placed: Placed, spot: Box) -> list[DataMatrix]:
    """The codes in a box of a page."""
    area = upright(placed, spot)
    codes = _read(_Part(area.pixels, _scaled(1 / area.scale, spot.x, spot.y)))
    if placed.quality.dpi < _COARSE:
        twice = cv2.resize(area.pixels, None, fx=2.0, fy=2.0).astype(np.uint8)
        codes += _read(_Part(twice, _scaled(0.5 / area.scale, spot.x, spot.y)))
    return codes


def _unread(part: _Part, codes: list[DataMatrix]) -> tuple[float, float] | None:
    """Where in mm on paper a part is blackest over 6 mm beside its legible codes, if that may be a code.

    A code's black is black and a good half of it; print has less, and shade is not black.
    """
    paper = brightness(part.pixels, _PAPER)
    # Whole numbers compare fast, and add up fast.
    _, black = cv2.threshold(part.pixels, math.ceil(0.5 * paper) - 1, 1.0, cv2.THRESH_BINARY_INV)
    for code in codes:
        to_part = np.asarray(np.linalg.inv(part.to_paper), np.float64)
        middle = code.corners.mean(axis=0)
        whole = transform.apply(to_part, middle + _WHOLE * (code.corners - middle))
        cv2.fillConvexPoly(black, np.round(whole).astype(np.int32), 0.0)
    side = max(3, round(_SYMBOL / transform.scale_at(part.to_paper, 0.0, 0.0)))
    sums = cv2.boxFilter(black, cv2.CV_32F, (side, side), normalize=False)
    _, most, _, (x, y) = cv2.minMaxLoc(sums)
    if not _SYMBOL_BLACK[0] < most / side**2 < _SYMBOL_BLACK[1]:
        return None
    ((at_x, at_y),) = transform.apply(part.to_paper, np.array([(x, y)], np.float64)).tolist()
    return at_x, at_y


def _half_black(placed: Placed, fiducials: Sequence[Box]) -> Iterator[_Part]:
    """The parts of a page where codes may be: about half black over 6 mm and more; the page code is one.

    Fiducials would be, too, and are taken for paper.

    Searching the whole page instead takes 40 ms and more. Print and writing are lighter; the scanner's dark
    lid beside the sheet is darker, and the band between the two narrower than any code.
    """
    page, fine = grey(placed.pixels), max(1, int(placed.quality.dpi / _FINE))
    if fine > 1:
        page = shrunk(page, fine)
    per_mm = placed.quality.dpi / _MM_PER_INCH / fine
    by = max(1, round(per_mm / _ROUGH))
    small, scale = shrunk(page, by), per_mm / by
    paper = max(brightness(small[::4, ::4], _PAPER), 1.0)
    for box in fiducials:
        corners = drift.to_image(placed.to_pixels, placed.drift, np.array(box.corners)) / (fine * by)
        cv2.fillConvexPoly(small, np.round(corners).astype(np.int32), paper)
    side = round(6.0 * scale)
    mean = cv2.blur(small.astype(np.float32), (side, side)) / paper
    mask = ((mean > 1.0 - _BLACK[1]) & (mean < 1.0 - _BLACK[0])).astype(np.uint8)
    broad = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((round(4.0 * scale),) * 2, np.uint8))
    # Outlines and what they are outlines of: a tenth of the time of labelling every pixel.
    outlines, nested = cv2.findContours(broad, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    outer = [line for n, line in enumerate(outlines) if nested[0, n, 3] < 0]
    margin, back = round(_AROUND * scale), np.linalg.inv(placed.to_pixels)
    for x, y, w, h in map(cv2.boundingRect, outer):
        top, left = max(y - margin, 0) * by, max(x - margin, 0) * by
        pixels = np.ascontiguousarray(page[top : (y + h + margin) * by, left : (x + w + margin) * by])
        yield _Part(pixels, np.asarray(back @ _scaled(fine, left * fine, top * fine), np.float64))


def _scaled(by: float, x: float, y: float) -> Matrix:
    """The map that scales by a factor and then moves by (x, y)."""
    return np.array(((by, 0.0, x), (0.0, by, y), (0.0, 0.0, 1.0)))


def _read(part: _Part) -> list[DataMatrix]:
    """The codes on a part of a page. The decoder has blind angles and sizes: it gets others, too."""
    found: dict[bytes, DataMatrix] = {}
    for pixels, back in _views(part.pixels):
        for code in zxingcpp.read_barcodes(pixels, _DATA_MATRIX, try_invert=False):
            if code.valid:
                at = code.position
                corners = np.array(
                    [(p.x, p.y) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)],
                    np.float64,
                )
                data = bytes(code.bytes)
                found.setdefault(data, DataMatrix(data, transform.apply(part.to_paper @ back, corners)))
    return list(found.values())


def _views(pixels: Pixels) -> Iterator[tuple[Pixels, Matrix]]:
    """The same picture as it is, turned, and at half its size; each with the map back to the picture."""
    yield pixels, np.eye(3)
    height, width = pixels.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 25.0, 1.0)
    paper = brightness(pixels[::4, ::4], _PAPER)
    turned = np.asarray(cv2.warpAffine(pixels, turn, (width, height), borderValue=paper), np.uint8)
    yield turned, np.linalg.inv(np.vstack([turn, (0.0, 0.0, 1.0)]))
    if min(height, width) > 1:
        half = (width // 2, height // 2)
        smaller = np.asarray(cv2.resize(pixels, half, interpolation=cv2.INTER_AREA), np.uint8)
        yield smaller, _scaled(2.0, 0.0, 0.0)
