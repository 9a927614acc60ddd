"""What MNIST's American hands seldom write, put into its pictures: as much of Europe writes a 0, a 1 or a 7.

How pictures get onto paper lives in `klausur.rehearse.pictured`, which of them and where in
`klausur.learn.digits.cells`.
"""

import math

import cv2
import numpy as np

from klausur.learn.digits.mnist import SIDE
from klausur.rehearse.pictured import GREY
from klausur.scan.model import Pixels

_SLASHED = 0.4
"""Share of the zeros that get a stroke, of those that are asked about."""


def continental(picture: Pixels, label: int, rng: np.random.Generator) -> Pixels:
    """A 1 with a long upstroke, a 7 with a bar, now and then a 0 with a stroke; any other digit as it is.

    MNIST's hands are American: they seldom write these, as much of Europe does.
    """
    rows, columns = np.nonzero(picture > GREY)
    if label not in {0, 1, 7} or not len(rows) or (label == 0 and rng.random() > _SLASHED):
        return picture
    if label == 0:
        wide, tall = np.ptp(columns) / 2, np.ptp(rows) / 2
        x, y = columns.min() + wide, rows.min() + tall
        by, beyond = rng.uniform(0.6, 1.4), rng.uniform(-0.25, 1.15)
        ends = (
            (float(x - by * wide), float(y + beyond * tall)),
            (float(x + by * wide), float(y - beyond * tall)),
        )
    elif label == 1:
        top = float(rows.min())
        x = float(columns[rows == rows.min()].mean())
        length, angle = rng.uniform(5.0, 12.0), math.radians(rng.uniform(25.0, 65.0))
        ends = ((x, top + 1), (x - length * math.cos(angle), top + 1 + length * math.sin(angle)))
    else:
        y = float(rows.min() + rng.uniform(0.4, 0.65) * np.ptp(rows))
        x = float(columns[np.abs(rows - y) <= 1].mean()) if (np.abs(rows - y) <= 1).any() else SIDE / 2
        half, tilt = rng.uniform(2.5, 5.5), rng.uniform(-1.0, 0.6)
        ends = ((x - half, y - tilt), (x + half, y + tilt))
    first, last = ([round(n * 16) for n in end] for end in ends)
    stroke = np.zeros_like(picture)
    cv2.line(stroke, first, last, 240, 2, cv2.LINE_AA, 4)
    return np.maximum(picture, stroke)
