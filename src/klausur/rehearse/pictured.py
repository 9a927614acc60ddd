"""A picture of a digit written on paper: as large and with such a pen as people write into cells.

Pictures are as MNIST has them: their strokes are grey and as wide as they are coarse. Here they get sharp
edges and a pen's width again.
"""

import math

import cv2
import numpy as np
import numpy.typing as npt

from klausur.rehearse import pen
from klausur.rehearse.hands import Hand
from klausur.scan.model import Pixels

SIDE = 28
"""Pixels along each side of a picture."""

TALL = 20
"""Pixels of the longer side of a digit in MNIST."""

_STROKE = 2.7
"""Pixels that MNIST's strokes are wide, about."""

_NEAR = 1.8
"""Pixels across where a stroke's ridge is looked for: farther away lies another, maybe stronger stroke."""

_EDGE = 1.5
"""Pixels over which the edge of a stroke in MNIST rises."""

GREY = 60.0
"""Brightness from which on a stroke is one: fainter ones are what is left of its edges."""

_CORNER = 0.6 * SIDE
"""Half a picture's side with room for it to be turned and stretched."""


def write(
    paper: Pixels,
    picture: Pixels,
    centre: tuple[float, float],
    size: float,
    scale: float,
    hand: Hand,
    rng: np.random.Generator,
) -> None:
    """Write a digit.

    Args:
        paper: grey or RGB, changed in place.
        picture: (28, 28), 255 is ink.
        centre: where its middle comes to lie, in mm from the paper's top left corner.
        size: what a digit's longer side measures in mm, about.
        scale: px of the paper per mm.
        hand: who writes; its width says how broad the strokes get.
        rng: all chance comes from here.
    """
    per = size * scale / TALL  # px of the paper for each of the picture
    reach = math.ceil(_CORNER * per)
    left, top = (math.floor(n * scale) - reach for n in centre)
    at = np.array([centre[0] * scale - left, centre[1] * scale - top]) - 0.5
    grey = cv2.warpAffine(
        picture.astype(np.float32),
        _turned(picture, per, at, rng),
        (2 * reach + 1, 2 * reach + 1),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
    )
    taken = _inked(np.asarray(grey, np.float32), per, hand.width * scale / per, rng) * hand.opacity
    if hand.grain > 0:
        rough = rng.random((taken.shape[0] // 2 + 1, taken.shape[1] // 2 + 1), np.float32)
        taken *= 1.0 - hand.grain * cv2.resize(rough, taken.shape[::-1])
    pen.lay(paper, np.asarray(taken, np.float32), (left, top), hand.colour)


def _turned(
    picture: Pixels, per: float, at: npt.NDArray[np.float64], rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """The map from px of the paper to those of the picture: the digit's middle at ``at``, turned, slanted."""
    rows, columns = np.nonzero(picture > GREY)
    middle = (
        np.array([columns.min() + columns.max(), rows.min() + rows.max()]) / 2
        if len(rows)
        else np.full(2, (SIDE - 1) / 2)
    )
    turn, slant, wide = np.deg2rad(rng.normal(0.0, 4.0)), rng.normal(0.0, 0.08), rng.uniform(0.85, 1.15)
    cos, sin = math.cos(turn), math.sin(turn)
    linear = np.array([[cos, -sin], [sin, cos]]) @ np.array([[wide, slant], [0.0, 1.0]]) * per
    back = np.linalg.inv(linear)
    return np.column_stack([back, middle - back @ at])


def _inked(
    grey: npt.NDArray[np.float32], per: float, width: float, rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """The share of each pixel under ink, 0 … 1, for strokes ``width`` of MNIST's pixels wide.

    Each pixel is held against the brightest one near it, the ridge of its stroke: however high the bound, no
    stroke is torn. A third of a stroke's width is left, or all of it and its edges.
    """
    near = np.ones((2 * round(_NEAR * per / 2) + 1,) * 2, np.uint8)
    ridge = np.maximum(cv2.dilate(grey, near), GREY)
    bound = np.clip(1.0 - 0.5 * width / _STROKE + rng.normal(0.0, 0.08), 0.3, 0.75)
    return np.asarray(np.clip((grey / ridge - bound) * _EDGE * per + 0.5, 0.0, 1.0), np.float32)
