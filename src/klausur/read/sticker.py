"""Stickers: which candidate's label was stuck on a page, in its spot or anywhere else, at any angle.

A sticker is its Data Matrix: its tag says that this exam's key made it, and its own error correction that
every bit is right. A spot that holds something without such a code is for a person to look at.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp

from klausur.base.geometry import Box
from klausur.paper import code as codec
from klausur.paper.code import CodeFault, PageCode, Sheet
from klausur.paper.fields import Field
from klausur.read.model import Reading
from klausur.read.upright import upright
from klausur.scan import transform
from klausur.scan.edges import grey
from klausur.scan.model import Pixels, Placed

READER, VERSION = "sticker", "1"

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

_AROUND = 7.0
"""Distance in mm round what is half black that is searched."""

_PAPER = 0.8
"""Share of a page's pixels that are darker than paper, at most."""

_EDGE = 2.5
"""Distance in mm from the spot's printed outline to where nothing is printed but a grey hint."""

_HINT = 2.0
"""Distance in mm above and below the spot's middle that the hint's line of print keeps to."""

_LABEL = 45.0
"""Distance in mm from the spot within which a sticker's code may lie, whose label reaches into the spot."""

_DARK = 0.2
"""Share by which print and ink are darker than paper, where no hint is."""

PLAIN = 1.0
"""Most mm² of a spot that may be dark by dust and strays: a word of print has more."""


def read(placed: Placed, spot: Field, exam: int, key: bytes) -> Reading:
    """Which sticker is on the page whose sticker spot this is.

    Args:
        placed: the page.
        spot: its StickerSpot.
        exam: the number in this exam's codes.
        key: the exam's key.

    Returns:
        The sticker's number as ``value``; the numbers of several, joined by "+", or that of one and a
        second label in the spot, flagged; "" for none, flagged if there is something in the spot.
    """
    near = spot.box.grown(_LABEL)
    parts = [(_is_in(placed, near, part.centre), _read(part.pixels)) for part in _half_black(placed)]
    parts.append((True, _in_spot(placed, spot.box)))
    found = [codec.decode(data, exam, key) for data in set().union(*(codes for _, codes in parts))]
    numbers = {code.booklet for code in found if isinstance(code, PageCode) and code.sheet is Sheet.STICKER}
    strange = any(isinstance(code, CodeFault) for code in found)
    explained = any(codes for here, codes in parts if here) or not _covered(placed, spot.box)
    flagged = len(numbers) > 1 or strange or not explained
    return Reading(
        field=spot.id,
        kind=spot.kind,
        question=spot.question,
        value="+".join(map(str, sorted(numbers))),
        confidence=0.5 if flagged else 1.0,
        flagged=flagged,
        reader=READER,
        version=VERSION,
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a page that may hold a code, and where its middle is in the page's image, in px."""

    pixels: Pixels
    centre: tuple[float, float]


def _half_black(placed: Placed) -> list[_Part]:
    """The parts of a page where codes may be: about half black over 6 mm and more; the page code is one.

    Searching the whole page instead takes 40 ms and more. Print and writing are lighter; the scanner's dark
    lid beside the sheet is darker, and the band between the two narrower than any code.
    """
    page, fine = grey(placed.pixels), max(1, int(placed.quality.dpi / _FINE))
    if fine > 1:
        page = _shrunk(page, fine)
    per_mm = placed.quality.dpi / _MM_PER_INCH / fine
    by = max(1, round(per_mm / _ROUGH))
    small, scale = _shrunk(page, by), per_mm / by
    paper = max(float(np.quantile(small[::4, ::4], _PAPER)), 1.0)
    side = round(6.0 * scale)
    mean = cv2.blur(small.astype(np.float32), (side, side)) / paper
    mask = ((mean > 1.0 - _BLACK[1]) & (mean < 1.0 - _BLACK[0])).astype(np.uint8)
    broad = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((round(4.0 * scale),) * 2, np.uint8))
    _, _, boxes, _ = cv2.connectedComponentsWithStats(np.asarray(broad, np.uint8))
    margin = round(_AROUND * scale)
    parts = []
    for x, y, w, h, _ in boxes[1:].tolist():
        top, left = max(y - margin, 0) * by, max(x - margin, 0) * by
        pixels = np.ascontiguousarray(page[top : (y + h + margin) * by, left : (x + w + margin) * by])
        parts.append(_Part(pixels, ((x + w / 2) * by * fine, (y + h / 2) * by * fine)))
    return parts


def _shrunk(page: Pixels, by: int) -> Pixels:
    height, width = (length // by for length in page.shape)
    whole = page[: height * by, : width * by]
    return cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8)


def _is_in(placed: Placed, box: Box, at: tuple[float, float]) -> bool:
    """Whether a place in the image, in px, lies in a box."""
    back = np.asarray(np.linalg.inv(placed.to_pixels), np.float64)
    x, y = transform.apply(back, np.array([at]))[0]
    return bool(box.x <= x <= box.right and box.y <= y <= box.bottom)


def _in_spot(placed: Placed, spot: Box) -> set[bytes]:
    """The bytes of every Data Matrix in the spot."""
    pixels = upright(placed, spot).pixels
    found = _read(pixels)
    if placed.quality.dpi < _COARSE:
        found |= _read(cv2.resize(pixels, None, fx=2.0, fy=2.0).astype(np.uint8))
    return found


def _read(pixels: Pixels) -> set[bytes]:
    """The codes on a small part of a page. The decoder has blind angles and sizes: it gets others, too."""
    return {
        bytes(code.bytes)
        for image in _views(pixels)
        for code in zxingcpp.read_barcodes(image, _DATA_MATRIX, try_invert=False)
        if code.valid
    }


def _views(pixels: Pixels) -> Iterator[Pixels]:
    """The same picture as it is, turned, and at half its size."""
    yield pixels
    height, width = pixels.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 25.0, 1.0)
    paper = float(np.quantile(pixels[::4, ::4], _PAPER))
    yield cv2.warpAffine(pixels, turn, (width, height), borderValue=paper).astype(np.uint8)
    if min(height, width) > 1:
        half = (width // 2, height // 2)
        yield cv2.resize(pixels, half, interpolation=cv2.INTER_AREA).astype(np.uint8)


def _covered(placed: Placed, spot: Box) -> bool:
    """Whether there is something in the spot where plain paper should be."""
    area = upright(placed, spot.grown(-_EDGE))
    dark = area.dark(_DARK)
    middle, hint = dark.shape[0] // 2, round(_HINT * area.scale)
    return area.mm2(dark[: middle - hint]) + area.mm2(dark[middle + hint :]) > PLAIN
