"""Spaces that people write in: whether anything is written there at all. Nobody's words are read here.

What is darker than the paper round it is ink, but for rulings, which run along a whole space and are pale,
and for specks. A space counts as blank only if next to nothing is left: where text or a table is printed in
it, and where a hair lies on it, it counts as written. Most spaces are full of writing, which a few of their
pixels show.
"""

from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from klausur.paper.fields import Field, Inked
from klausur.read.model import Reading
from klausur.read.upright import Area, sparse, upright
from klausur.scan.model import Pixels, Placed

READER, VERSION = "spaces", "2"

EDGE = 1.3
"""Distance in mm from the space's edge, where its frame is printed, to where ink counts."""

SCALE = 4.0
"""Pixels for each mm that are looked at: the thinnest pen leaves one or two."""

DARK = 0.075
"""Share by which ink is darker than the paper round it: the palest pencil on a bad scan is."""

SPECK = 1.0
"""Length in mm below which something dark is dust: the smallest letter is longer."""

BLANK = 0.3
"""Most mm² of ink in a space in which nobody has written: see docs/reference/readers.md."""

_MUCH = 25.0
"""mm² of ink that are no dust, nor a hair."""

_FEW = 1.5
"""Pixels for each mm of which some show that a space is full of writing."""

_STRONG = 0.35
"""Share by which these are darker than paper: no ruling is, but for the dots of a two-level scan."""

_DOTS = 0.01
"""The share of a space that such dots may cover."""

SURE = 0.999
"""The confidence of what is plainly blank, or plainly written."""

_PAPER = 6.0
"""mm round a point whose brightness counts as that of its paper."""

_ALONG, _TALL = 36.0, 13.0
"""mm from which a line that is dark over more than half of a stretch is a ruling, across and down: no stroke
of a pen is as long and as straight."""

_PALE = 0.3
"""Share by which a ruling is darker than paper at most, and ``_FAINT`` at least."""
_FAINT = 0.03


def read(placed: Placed, field: Field) -> Reading:
    """Whether somebody has written in a space. It is never left to people: what is not blank, they judge."""
    inside = field.box.grown(-EDGE)
    blank = not _full(sparse(placed, inside, _FEW)) and ink(upright(placed, inside, SCALE)) <= BLANK
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


def _full(area: Area) -> bool:
    """Whether single pixels of a space show much more ink than rulings and specks leave."""
    if min(area.pixels.shape) < area.scale * _PAPER:
        return False
    dark = _darker(darkness(area), _STRONG)
    return _mm2(dark, area.scale) > max(_MUCH, _DOTS * dark.size / area.scale**2)


def ink(area: Area) -> float:
    """How many mm² of ink there are in a space without its edge; of much ink, specks are counted too."""
    soft = Area(np.asarray(cv2.GaussianBlur(area.pixels, (0, 0), 0.1 * area.scale), np.uint8), area.scale)
    shade = darkness(soft)
    most = _mm2(_darker(shade, DARK), area.scale)
    if most <= BLANK:  # taking rulings away adds no ink
        return most
    dark = _darker(without_rulings(shade, area.scale), DARK)
    whole = _mm2(dark, area.scale)
    if not BLANK < whole < _MUCH:  # specks make no difference then
        return whole
    outlines, _ = cv2.findContours(dark, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    long = [each for each in outlines if max(cv2.boundingRect(each)[2:]) >= SPECK * area.scale]
    within = cv2.drawContours(np.zeros_like(dark), long, -1, 255, cv2.FILLED)
    return _mm2(np.minimum(dark, within), area.scale)


def _darker(dark: Pixels, share: float) -> Pixels:
    """255 where a pixel is darker than paper by more than a share, else 0."""
    return np.asarray(cv2.threshold(dark, int(share * 255), 255.0, cv2.THRESH_BINARY)[1], np.uint8)


def _mm2(marked: Pixels, scale: float) -> float:
    return cv2.countNonZero(marked) / scale**2


def darkness(area: Area) -> Pixels:
    """How much darker each pixel is than the paper round it, 0 to 255, (height, width)."""
    small = cv2.resize(area.pixels, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    side = int(_PAPER * area.scale / 4) | 1
    # The brightest tenth of a neighbourhood, more or less, without the noise of its very brightest pixel.
    paper = cv2.blur(cv2.dilate(cv2.medianBlur(small, 3), np.ones((side, side), np.uint8)), (side, side))
    level = cv2.resize(paper, area.pixels.shape[::-1], interpolation=cv2.INTER_LINEAR)
    light = cv2.divide(area.pixels, np.maximum(level, 1), scale=255.0)
    return np.asarray(cv2.bitwise_not(light), np.uint8)


def without_rulings(dark: Pixels, scale: float) -> Pixels:
    """The same without what is dark along most of a row of so many mm, or of a column."""
    across = _flat(dark, _ALONG * scale)
    return np.asarray(cv2.transpose(_flat(cv2.transpose(across), _TALL * scale)), np.uint8)


def _flat(dark: npt.ArrayLike, least: float) -> Pixels:
    """The same without rulings along its rows, in stretches of at least so many pixels.

    Where more than half of a stretch of a row is dark, all of it is made lighter by its mean, so far as a
    ruling has it.
    """
    pixels = np.asarray(dark, np.uint8)
    width = pixels.shape[1]
    ends = np.linspace(0, width, int(width / least) + 1).round().astype(int).tolist()
    for first, end in pairwise(ends):
        part = pixels[:, first:end]
        (ruled,) = np.nonzero(cv2.reduce(_darker(part, _FAINT), 1, cv2.REDUCE_AVG)[:, 0] > 127)
        if ruled.size:
            lines = part[ruled]
            mean = cv2.reduce(np.minimum(lines, int(_PALE * 255)), 1, cv2.REDUCE_AVG)
            part[ruled] = cv2.subtract(lines, cv2.repeat(mean, 1, end - first))
    return pixels
