"""Stickers: which candidate's label was stuck on a page, in its spot or anywhere else, at any angle.

A sticker is its Data Matrix: its tag says that this exam's key made it, and its own error correction that
every bit is right. A spot that holds something else, or more than that sticker's label, is for a person to
look at. How codes are found on a page lives in `klausur.read.matrices`.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from klausur.base.geometry import Box
from klausur.paper import code as codec
from klausur.paper.code import CodeFault, PageCode, Sheet
from klausur.paper.fields import Field
from klausur.read.matrices import DataMatrix, look
from klausur.read.model import Reading
from klausur.read.upright import Area, upright
from klausur.scan.model import Placed

READER, VERSION = "sticker", "1"

_EDGE = 2.5
"""Distance in mm from the spot's printed outline to where nothing is printed but a grey hint."""

_HINT = 2.0
"""Distance in mm above and below the spot's middle that the hint's line of print keeps to."""

_LABEL = (4.0, 100.0, 21.0)
"""How far a sticker's label may reach from its code, in mm: before the code's left side, behind it, and to
both sides of its middle line. Codes stand at the left of their labels, which are 99 × 38 mm at the most."""

_NEAR = 25.0
"""Distance in mm from the spot within which a code that cannot be read is taken for a sticker's."""

_DARK = 0.2
"""Share by which print and ink are darker than paper, where no hint is."""

_PALE = 0.1
"""The same for codes, with room to spare: in a spot where nothing is as dark, none is looked for."""

PLAIN = 1.0
"""Most mm² of a spot that may be dark by dust and strays: a word of print has more."""


def read(placed: Placed, spot: Field, exam: int, key: bytes, fiducials: Sequence[Box] = ()) -> Reading:
    """Which sticker is on the page whose sticker spot this is.

    Args:
        placed: the page.
        spot: its StickerSpot.
        exam: the number in this exam's codes.
        key: the exam's key.
        fiducials: where the page has its fiducials.

    Returns:
        The sticker's number as ``value``; the numbers of several, joined by "+", or that of one with
        something in the spot that is not on its label, flagged; "" for none, flagged if there is something
        in the spot. Flagged is also a code in or near the spot that cannot be read.
    """
    inside = spot.box.grown(-_EDGE)
    area = upright(placed, inside)
    bare = area.mm2(_beside_hint(area, _PALE)) <= PLAIN
    on_page = look(placed, None if bare else spot.box, fiducials)
    stickers: list[DataMatrix] = []
    numbers, strange = set(), False
    for code in on_page.codes:
        said = codec.decode(code.data, exam, key)
        strange |= isinstance(said, CodeFault)
        if isinstance(said, PageCode) and said.sheet is Sheet.STICKER:
            stickers.append(code)
            numbers.add(said.booklet)
    near = spot.box.grown(_NEAR)
    strange |= any(near.x < x < near.right and near.y < y < near.bottom for x, y in on_page.unread)
    flagged = len(numbers) > 1 or strange or (not bare and _unexplained(area, inside, stickers) > PLAIN)
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


def _unexplained(area: Area, box: Box, stickers: Iterable[DataMatrix]) -> float:
    """How many mm² of a box's area are dark, beside the hint and the labels of stickers that were read."""
    dark = _beside_hint(area, _DARK)
    for code in stickers:
        dark &= ~_on_label(area, box, code)
    return area.mm2(dark)


def _beside_hint(area: Area, share: float) -> npt.NDArray[np.bool_]:
    """Which pixels of the spot are darker than paper by a share, (height, width), but for its hint's."""
    dark = area.dark(share)
    middle, hint = dark.shape[0] // 2, round(_HINT * area.scale)
    dark[middle - hint : middle + hint] = False
    return dark


def _on_label(area: Area, box: Box, code: DataMatrix) -> npt.NDArray[np.bool_]:
    """Which pixels of a box's area, (h, w), lie where a code's label may lie."""
    before, behind, half = _LABEL
    left, right = code.corners[[0, 3]].mean(axis=0), code.corners[[1, 2]].mean(axis=0)
    side = float(np.hypot(*(right - left)))
    along = (right - left) / max(side, 1e-6)
    height, width = area.pixels.shape
    x = box.x + (np.arange(width) + 0.5) / area.scale - (left[0] + right[0]) / 2
    y = box.y + (np.arange(height)[:, None] + 0.5) / area.scale - (left[1] + right[1]) / 2
    far, aside = x * along[0] + y * along[1], y * along[0] - x * along[1]
    return np.asarray(
        (far > -side / 2 - before) & (far < side / 2 + behind) & (np.abs(aside) < half), np.bool_
    )
