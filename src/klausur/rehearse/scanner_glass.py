"""How sheets come to lie on a scanner's glass or pass its lamp: poses, and what is seen round the sheet.

The tones that a scanner makes of it live in `klausur.rehearse.scanner_tones`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from klausur.base.geometry import Size
from klausur.rehearse.pose import Pose, projected
from klausur.rehearse.strokes import Points

LIDS = (255, 250, 238, 225, 60, 25)
"""Grey levels of what is seen beside the sheet: mostly a white lid, sometimes a dark one or none."""


@dataclass(frozen=True, slots=True)
class Lie:
    """How one sheet lies: degrees, mm, relative scale of each axis; ``bed`` mm of glass on each side.

    ``moved`` is how far a point in mm was shifted on the way, beside all that is straight.
    """

    skew: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)
    scale: tuple[float, float] = (1.0, 1.0)
    bed: float = 0.0
    upside_down: bool = False
    moved: Callable[[Points], Points] | None = None


def usual(rng: np.random.Generator) -> Lie:
    """How a sheet lies in an office: a little askew, a little shifted."""
    return Lie(
        skew=float(rng.normal(0.0, 0.5)),
        shift=(float(rng.uniform(-1.5, 1.5)), float(rng.uniform(-1.5, 1.5))),
        scale=(float(1 + rng.normal(0, 0.002)), float(1 + rng.normal(0, 0.002))),
    )


def image_shape(size: Size, lie: Lie, dpi: float) -> tuple[int, int]:
    """Height and width in px of the image: of the sheet's size, and the glass round it."""
    return round((size.h + 2 * lie.bed) * dpi / 25.4), round((size.w + 2 * lie.bed) * dpi / 25.4)


def pose(size: Size, lie: Lie, dpi: float, origin: tuple[float, float] = (0.0, 0.0)) -> Pose:
    """The pose of a sheet; ``origin`` is where in mm on the image its untouched place begins."""
    middle = np.array((size.w, size.h)) / 2
    angle = math.radians(lie.skew + (180.0 if lie.upside_down else 0.0))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    linear = turn @ np.diag(lie.scale)
    offset = middle + lie.shift + np.array(origin) + lie.bed - linear @ middle
    per_mm = dpi / 25.4
    matrix = np.eye(3)
    matrix[:2, :2] = linear * per_mm
    matrix[:2, 2] = offset * per_mm - 0.5
    if lie.moved is None:
        return Pose(size, matrix)
    moved = lie.moved
    return Pose(size, matrix, lambda points: projected(matrix, points + moved(points)))


def slipped(size: Size, rng: np.random.Generator) -> Callable[[Points], Points]:
    """A feeder that stalls and catches up: a millimetre is lost on the way down the page, and made up again.

    Near the fiducials at the page's ends hardly anything shows; between them all lies up to 1.2 mm off.
    """
    at, wide = rng.uniform(0.35, 0.65) * size.h, rng.uniform(25.0, 50.0)
    far = rng.choice([-1.0, 1.0]) * rng.uniform(0.7, 1.2)
    sway, period, phase = rng.uniform(0.0, 0.25), rng.uniform(120.0, 300.0), rng.uniform(0, 2 * np.pi)

    def moved(points: Points) -> Points:
        y = points[:, 1]
        down = far * np.exp(-(((y - at) / wide) ** 2))
        return np.stack([sway * np.sin(2 * np.pi * y / period + phase), down], axis=1)

    return moved
