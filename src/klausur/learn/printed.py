"""What is printed in a training window: the box's frame and whatever stands near boxes on exam pages.

Lengths in mm, the box centred at (0, 0). Marks come from the rehearsal's pen, see `klausur.learn.crops`.
"""

from functools import cache

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from klausur.base.geometry import Box
from klausur.paper.fields import MARK_BOX
from klausur.scan.model import Pixels

BOX = Box(-MARK_BOX / 2, -MARK_BOX / 2, MARK_BOX, MARK_BOX)
FRAME = 0.25
"""Width of the printed frame, which lies within the box."""

FINE = 13.0
"""Pixels per mm of a drawing, 330 dpi: a window has 10."""

_PHRASES = (
    "The gradient vanishes", "0.5", "1", "2", "0", "1.5", "None of these", "It halves both sides",
    "weights of the layer", "Every unit sees", "x + 1", "Batch norm", "A", "b)", "2.5", "3", "10", "4(x+1)",
    "fewer parameters", "Wahr, wenn gilt", "Größe", "larger than 80", "(c)", "does not depend on", "Dropout",
)  # fmt: skip
_SIZES = (2.4, 3.0, 3.6, 4.2)
"""Heights of type in mm, from about 7 to 12 points."""


def canvas(reach: float, scale: float) -> Pixels:
    """White paper (RGB) from ``-reach`` to ``reach`` mm in both directions, ``scale`` px per mm."""
    side = round(2 * reach * scale)
    return np.full((side, side, 3), 255, np.uint8)


def frame(paper: Pixels, scale: float, shade: float, width: float = FRAME) -> None:
    """Print the box's frame; ``shade`` is its share of black."""
    bar(paper, scale, BOX, shade)
    # What the inner rectangle takes away is white again: nothing else has been printed there yet.
    _tint(paper, scale, BOX.grown(-width), 1.0, to=255.0)


def bar(paper: Pixels, scale: float, box: Box, shade: float) -> None:
    """Print a filled rectangle with soft edges, such as a rule of an answer space."""
    _tint(paper, scale, box, shade, to=0.0)


def text(paper: Pixels, scale: float, at: tuple[float, float], rng: np.random.Generator) -> None:
    """Print some words whose left end and vertical middle lie at a place; a negative x ends there instead."""
    size = float(rng.choice(_SIZES))
    strip = _strip(str(rng.choice(_PHRASES)), round(size * scale))
    reach = paper.shape[0] / 2
    left = round(at[0] * scale + reach) - (strip.shape[1] if at[0] < 0 else 0)
    _darken(paper, strip, left, round(at[1] * scale + reach) - strip.shape[0] // 2, 1.0)


def surroundings(paper: Pixels, scale: float, rng: np.random.Generator) -> None:
    """Print what may stand near a box: words beside, above and below it, rules of answer spaces."""
    shade = rng.uniform(0.75, 1.0)
    if rng.random() < 0.6:
        text(paper, scale, (_clearance(rng), rng.normal(0.0, 0.4)), rng)
    if rng.random() < 0.5:
        text(paper, scale, (-_clearance(rng), rng.normal(0.0, 0.4)), rng)
    for side in (-1.0, 1.0):
        if rng.random() < 0.2:
            text(paper, scale, (rng.uniform(-6.0, 5.0), side * rng.uniform(5.2, 6.5)), rng)
        if rng.random() < 0.12:
            bar(paper, scale, Box(side * _clearance(rng), -9.0, 0.2, 18.0), shade)
        if rng.random() < 0.12:
            bar(paper, scale, Box(-9.0, side * _clearance(rng), 18.0, 0.2), shade)


def _clearance(rng: np.random.Generator) -> float:
    """How far from the box's centre print begins.

    Papers keep 2 mm of white round a box: whatever is nearer was written; print shows at a window's edge at
    most.
    """
    return float(rng.uniform(4.4, 6.0))


def show_through(paper: Pixels, scale: float, rng: np.random.Generator) -> None:
    """The faint print of the sheet's other side, which may lie anywhere, the box included."""
    strip = _strip(str(rng.choice(_PHRASES)), round(float(rng.choice(_SIZES)) * scale))[:, ::-1]
    reach = paper.shape[0] / 2
    x, y = rng.uniform(-5.0, 2.0), rng.uniform(-3.0, 2.0)
    _darken(paper, strip, round(x * scale + reach), round(y * scale + reach), rng.uniform(0.01, 0.06))


@cache
def _strip(words: str, height: int) -> npt.NDArray[np.float32]:
    """Words as coverage 0 … 1, (height, width)."""
    font = ImageFont.load_default(height * 0.8)
    width = int(font.getlength(words)) + 2
    image = Image.new("L", (width, height))
    ImageDraw.Draw(image).text((1, height / 2), words, fill=255, font=font, anchor="lm")
    return np.asarray(image, np.float32) / 255.0


def _darken(paper: Pixels, strip: npt.NDArray[np.float32], left: int, top: int, shade: float) -> None:
    """Print coverage with its top left corner at a pixel; what lies outside the paper is cut off."""
    side = paper.shape[0]
    x0, y0, x1, y1 = (
        max(left, 0),
        max(top, 0),
        min(left + strip.shape[1], side),
        min(top + strip.shape[0], side),
    )
    if x0 >= x1 or y0 >= y1:
        return
    ink = shade * strip[y0 - top : y1 - top, x0 - left : x1 - left, None]
    patch = paper[y0:y1, x0:x1]
    patch[:] = (patch * (1.0 - ink)).astype(np.uint8)


def _tint(paper: Pixels, scale: float, box: Box, share: float, to: float) -> None:
    """Mix a rectangle with soft edges into the paper."""
    (left, across), (top, down) = (
        _cover(low, high, paper.shape[0], scale) for low, high in ((box.x, box.right), (box.y, box.bottom))
    )
    patch = paper[top : top + len(down), left : left + len(across)]
    cover = (share * down[:, None] * across[None, :])[:, :, None]
    patch[:] = np.round(patch * (1.0 - cover) + to * cover).astype(np.uint8)


def _cover(low: float, high: float, side: int, scale: float) -> tuple[int, npt.NDArray[np.float64]]:
    """How much of each pixel lies between two places in mm, from the first such pixel on."""
    first, last = (float(np.clip(x * scale + side / 2, 0, side)) for x in (low, high))
    start = int(first)
    edges = np.clip(np.arange(start, int(np.ceil(last)) + 1), first, last)
    return start, np.diff(edges)
