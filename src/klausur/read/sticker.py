"""Stickers: which candidate's label was stuck on a page, in its spot or anywhere else, at any angle.

A sticker is its Data Matrix: its tag says that this exam's key made it, and its own error correction that
every bit is right. A spot that holds something without such a code is for a person to look at.
"""

import cv2
import zxingcpp

from klausur.base.geometry import Box
from klausur.paper import code as codec
from klausur.paper.code import CodeFault, PageCode, Sheet
from klausur.paper.fields import Field
from klausur.read.model import Reading
from klausur.read.upright import upright
from klausur.scan.edges import grey
from klausur.scan.model import Pixels, Placed

READER, VERSION = "sticker", "1"

_DATA_MATRIX = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.DataMatrix)

_FINE = 300
"""Dots per inch that a page is shrunk to, where it has more: a sticker's modules are 0.35 mm and more."""

_COARSE = 220
"""Dots per inch below which the spot is also searched twice as large."""

_EDGE = 2.5
"""Distance in mm from the spot's printed outline to where nothing is printed but a grey hint."""

_DARK = 0.5
"""Share by which print and ink are darker than paper. The hint, of 60 % brightness, is not."""

PLAIN = 4.0
"""Most mm² of a spot that may be dark by dust, hairs and strays: a line of print has more."""


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
    numbers, strange = _codes(placed, spot.box, exam, key)
    covered = not numbers and _covered(placed, spot.box)
    flagged = len(numbers) > 1 or strange or covered
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


def _codes(placed: Placed, spot: Box, exam: int, key: bytes) -> tuple[set[int], bool]:
    """The numbers of the stickers on a page, and whether there is a code that is not this exam's."""
    found = [codec.decode(data, exam, key) for data in _symbols(placed, spot)]
    numbers = {code.booklet for code in found if isinstance(code, PageCode) and code.sheet is Sheet.STICKER}
    return numbers, any(isinstance(code, CodeFault) for code in found)


def _symbols(placed: Placed, spot: Box) -> set[bytes]:
    """The bytes of every Data Matrix on a page, its page code's among them."""
    page = grey(placed.pixels)
    by = int(placed.quality.dpi / _FINE)
    if by > 1:
        height, width = page.shape
        page = cv2.resize(page, (width // by, height // by), interpolation=cv2.INTER_AREA).astype("uint8")
    found = _read(page)
    if placed.quality.dpi < _COARSE:
        found |= _read(cv2.resize(upright(placed, spot).pixels, None, fx=2.0, fy=2.0).astype("uint8"))
    return found


def _read(pixels: Pixels) -> set[bytes]:
    found = zxingcpp.read_barcodes(pixels, _DATA_MATRIX, try_invert=False)
    return {bytes(code.bytes) for code in found if code.valid}


def _covered(placed: Placed, spot: Box) -> bool:
    """Whether there is something in the spot where plain paper should be."""
    area = upright(placed, spot.grown(-_EDGE))
    return area.mm2(area.dark(_DARK)) > PLAIN
