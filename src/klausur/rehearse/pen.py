"""The pen: strokes onto the pixels of a page, and the marks of a hand in a box.

Which paths make a mark lives in `klausur.rehearse.shapes` and `klausur.rehearse.unclear_marks`; strays and
writing in `klausur.rehearse.stray`; who marks what in `klausur.rehearse.candidates`.
"""

import math
from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from klausur.base.geometry import Box
from klausur.read.model import Mark
from klausur.rehearse.hands import Hand
from klausur.rehearse.raster import Cover, cover, extent
from klausur.rehearse.shapes import cross, fill
from klausur.rehearse.strokes import Stroke
from klausur.rehearse.unclear_marks import remark
from klausur.scan.model import Pixels

KEEP_OFF = 0.5
"""Distance in mm that a mark keeps from another box: nearer, and it could be meant for that one."""

_TRIES = 12
_LUMINANCE = np.array(
    [0.299, 0.587, 0.114], np.float32
)  # ITU-R BT.601, as grey scanners and JPEG weigh colours
_GRAIN_SIDE = 512
_GRAIN_PER_MM = 11.0


def draw(  # noqa: PLR0913 - a pen must know place, scale, mark and person; other rooms call it by position
    canvas: Pixels,
    box: Box,
    scale: float,
    origin: tuple[float, float],
    mark: Mark,
    hand: Hand,
    rng: np.random.Generator,
    *,
    avoid: Sequence[Box] = (),
) -> str:
    """Put a mark into a box.

    Args:
        canvas: grey or RGB, changed in place.
        box: the box in mm.
        scale: px per mm.
        origin: mm of the canvas' top left corner.
        mark: what to draw; `Mark.EMPTY` draws nothing.
        hand: who draws.
        rng: all chance comes from here.
        avoid: other boxes that the mark keeps `KEEP_OFF` from, as people do.

    Returns:
        The style drawn, for the truth's note; empty for an empty box.
    """
    if mark is Mark.EMPTY:
        return ""
    style, strokes = _made(box, mark, hand, rng)
    for _ in range(_TRIES):
        if not any(extent(strokes).overlaps(other.grown(KEEP_OFF)) for other in avoid):
            break
        style, strokes = _made(box, mark, hand, rng)
    ink(canvas, strokes, scale, origin, hand, rng)
    return style


def ink(
    canvas: Pixels,
    strokes: Sequence[Stroke],
    scale: float,
    origin: tuple[float, float],
    hand: Hand,
    rng: np.random.Generator,
) -> None:
    """Lay a hand's strokes on the canvas, one after the other: where two cross, it gets darker."""
    for stroke in strokes:
        reach = extent([stroke]).grown(1.0 / scale)
        corner = (math.floor((reach.x - origin[0]) * scale), math.floor((reach.y - origin[1]) * scale))
        shape = (math.ceil(reach.h * scale) + 1, math.ceil(reach.w * scale) + 1)
        at = (origin[0] + corner[0] / scale, origin[1] + corner[1] / scale)
        lay(canvas, layer(stroke, shape, scale, at, hand, rng), corner, hand.colour)


def layer(
    stroke: Stroke,
    shape: tuple[int, int],
    scale: float,
    origin: tuple[float, float],
    hand: Hand,
    rng: np.random.Generator,
) -> Cover:
    """The share of light that a hand's stroke takes on each pixel of a patch; arguments as in `cover`."""
    taken = cover(stroke, shape, scale, origin) * _darkness(stroke, hand)
    if hand.grain > 0:
        taken *= 1.0 - hand.grain * _grain_patch(shape, scale, rng)
    return taken


def lay(canvas: Pixels, taken: Cover, corner: tuple[int, int], colour: tuple[int, int, int]) -> None:
    """Darken the canvas by a patch whose top left pixel lies at ``corner`` (x, y), which may be outside.

    Ink takes light away: print below it stays visible, and the paper's tone comes through.
    """
    left, top = max(corner[0], 0), max(corner[1], 0)
    right = min(corner[0] + taken.shape[1], canvas.shape[1])
    bottom = min(corner[1] + taken.shape[0], canvas.shape[0])
    if left >= right or top >= bottom:
        return
    patch = canvas[top:bottom, left:right]
    taken = taken[top - corner[1] : bottom - corner[1], left - corner[0] : right - corner[0]]
    shade = np.asarray(colour, dtype=np.float32) / 255.0
    if patch.ndim == 2:
        kept = 1.0 - taken * (1.0 - float(shade @ _LUMINANCE))
    else:
        kept = 1.0 - taken[:, :, None] * (1.0 - shade)
    patch[:] = (patch * kept + np.float32(0.5)).astype(np.uint8)


def _darkness(stroke: Stroke, hand: Hand) -> float:
    """The share of light that full ink takes: each layer takes it from what the one below left."""
    return 1.0 - math.pow(1.0 - hand.opacity, stroke.layers)


def _made(box: Box, mark: Mark, hand: Hand, rng: np.random.Generator) -> tuple[str, list[Stroke]]:
    if mark is Mark.CROSSED:
        return cross(box, hand, rng)
    if mark is Mark.FILLED:
        return fill(box, hand, rng)
    return remark(box, hand, rng)


def _grain_patch(shape: tuple[int, int], scale: float, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """A piece of the paper's grain, 0 … 1, of the given size in px."""
    grain = _grain()
    need = [min(_GRAIN_SIDE, max(2, math.ceil(side * _GRAIN_PER_MM / scale))) for side in shape]
    y, x = (int(rng.integers(0, _GRAIN_SIDE - side + 1)) for side in need)
    piece = grain[y : y + need[0], x : x + need[1]]
    return cv2.resize(piece, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR).astype(np.float32)


@lru_cache(maxsize=1)
def _grain() -> npt.NDArray[np.float32]:
    """Paper's grain at `_GRAIN_PER_MM`: the same sheet for all, of which every stroke sees another piece."""
    noise = np.random.default_rng(1).standard_normal((_GRAIN_SIDE, _GRAIN_SIDE)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 0.8)
    grain: npt.NDArray[np.float32] = np.clip(0.5 + soft / (2.5 * soft.std()), 0.0, 1.0).astype(np.float32)
    return grain
