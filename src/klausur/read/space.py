"""Spaces that people write in: whether anything is written there at all. Nobody's words are read here.

What is darker than the paper round it is ink, but for rulings, which run along a whole space and are pale,
and for specks. A space counts as blank only if next to nothing is left: where text or a table is printed in
it, and where a hair lies on it, it counts as written.
"""

from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from klausur.paper.fields import Field, Inked
from klausur.read.model import Reading
from klausur.read.upright import Area, upright
from klausur.scan.model import Placed

READER, VERSION = "spaces", "1"

EDGE = 1.3
"""Distance in mm from the space's edge, where its frame is printed, to where ink counts."""

SCALE = 5.0
"""Pixels for each mm that are looked at: the thinnest pen leaves one or two."""

DARK = 0.075
"""Share by which ink is darker than the paper round it: the palest pencil on a bad scan is."""

SPECK = 1.0
"""Length in mm below which something dark is dust: the smallest letter is longer."""

BLANK = 0.3
"""Most mm² of ink in a space in which nobody has written: see docs/reference/readers.md."""

_MUCH = 25.0
"""mm² of what is dark that are no dust."""

SURE = 0.999
"""The confidence of what is plainly blank, or plainly written."""

_PAPER = 6.0
"""mm round a point whose brightness counts as that of its paper."""

_ALONG, _TALL = 36.0, 13.0
"""mm from which a line that is dark over more than half of a stretch is a ruling, across and down: no stroke
of a pen is as long and as straight."""

_PALE = 0.3
"""Share by which a ruling is darker than paper at most."""


def read(placed: Placed, field: Field) -> Reading:
    """Whether somebody has written in a space. It is never left to people: what is not blank, they judge."""
    blank = ink(upright(placed, field.box.grown(-EDGE), SCALE)) <= BLANK
    return Reading(
        field=field.id,
        kind=field.kind,
        question=field.question,
        value=Inked.BLANK if blank else Inked.WRITTEN,
        confidence=SURE,
        flagged=False,
        reader=READER,
        version=VERSION,
    )


def ink(area: Area) -> float:
    """How many mm² of ink there are in a space without its edge; of much ink, specks are counted too."""
    dark = _without_rulings(_darkness(area), area.scale) > int(DARK * 255)
    whole = area.mm2(dark)
    if not BLANK < whole < _MUCH:  # specks make no difference then, and looking for them takes half the time
        return whole
    _, _, stats, _ = cv2.connectedComponentsWithStats(dark.astype(np.uint8), connectivity=8)
    patches = stats[1:]
    long = patches[:, (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT)].max(axis=1, initial=0) >= SPECK * area.scale
    return float(patches[long, cv2.CC_STAT_AREA].sum()) / area.scale**2


def _darkness(area: Area) -> npt.NDArray[np.int16]:
    """How much darker each pixel is than the paper round it, 0 to 255, (height, width)."""
    soft = cv2.GaussianBlur(area.pixels, (0, 0), 0.1 * area.scale)
    small = cv2.resize(area.pixels, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    side = int(_PAPER * area.scale / 4) | 1
    # The brightest tenth of a neighbourhood, more or less, without the noise of its very brightest pixel.
    paper = cv2.blur(cv2.dilate(cv2.medianBlur(small, 3), np.ones((side, side), np.uint8)), (side, side))
    level = cv2.resize(paper, soft.shape[::-1], interpolation=cv2.INTER_LINEAR)
    light = cv2.divide(soft, np.maximum(level, 1), scale=255.0)
    return np.asarray(255 - light.astype(np.int16), np.int16)


def _without_rulings(dark: npt.NDArray[np.int16], scale: float) -> npt.NDArray[np.int16]:
    """The same without what is dark along most of a row of so many mm, or of a column."""
    height, width = dark.shape
    for first, end in _stretches(width, _ALONG * scale):
        dark[:, first:end] -= _usual(dark[:, first:end:3], axis=1)[:, None]
    for first, end in _stretches(height, _TALL * scale):
        dark[first:end] -= _usual(dark[first:end:2], axis=0)
    return dark


def _stretches(length: int, least: float) -> list[tuple[int, int]]:
    """A length in stretches of at least so many pixels; none if it is shorter."""
    ends = np.linspace(0, length, int(length / least) + 1).round().astype(int).tolist()
    return list(pairwise(ends))


def _usual(dark: npt.NDArray[np.int16], axis: int) -> npt.NDArray[np.int16]:
    """The darkness that half of the pixels along an axis have, as far as a ruling has it."""
    half = dark.shape[axis] // 2
    usual = np.take(np.partition(dark, half, axis=axis), half, axis=axis)
    return np.asarray(np.clip(usual, 0, int(_PALE * 255)), np.int16)
