"""The plain way to tell pens from print and red from the rest: darkness, place and colour, a threshold each.

It stands beside the ink segmenter, to be measured. What is darker than paper is ink; where the layout has the
box's frame it is print, else a pen; where one colour keeps far more light than the others it is red.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from klausur.learn.printed import FRAME
from klausur.learn.segment.windows import Segmented
from klausur.paper.fields import MARK_BOX, MARK_WINDOW
from klausur.read.crop import SIDE
from klausur.read.preprocess import inputs
from klausur.read.segment import CLASSES
from klausur.scan.model import Pixels

_ACROSS = 0.45
"""Width in mm within which a frame's line is looked for: its own, and what its place may be off."""

_TRIED = tuple(n / 20 for n in range(2, 15))


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on a pixel is ink, and red, in parts of the paper's light.

    ``dark`` is what the darkest colour lost of it at least, ``red`` how much less red lost than all others.
    """

    dark: float
    red: float

    def said(self, windows: Pixels) -> Pixels:
        """What each pixel of windows, (n, 80, 80, 3), is: indices into `CLASSES`, (n, 80, 80)."""
        fed = inputs(windows)
        ink = fed.max(axis=1) >= self.dark
        red = ink & (fed[:, 1:].min(axis=1) - fed[:, 0] >= self.red)
        found = np.where(ink, np.where(_print(), CLASSES.index("print"), CLASSES.index("pen")), 0)
        return np.where(red, CLASSES.index("red"), found).astype(np.uint8)


def fitted(some: Segmented) -> Thresholds:
    """The thresholds that get most pixels of some windows right, each class weighed alike."""
    found = [Thresholds(dark, red) for dark in _TRIED for red in (0.1, 0.2, 0.3, 0.4)]
    few = slice(0, 400)

    def right(each: Thresholds) -> float:
        said, truth = each.said(some.windows[few]), some.classes[few]
        return float(
            np.mean([(said[truth == k] == k).mean() for k in range(len(CLASSES)) if (truth == k).any()])
        )

    return max(found, key=right)


def _print() -> npt.NDArray[np.bool_]:
    """Where a window shows print: the frame of its box; round it papers keep 2 mm of white, (80, 80)."""
    away = np.abs(np.arange(SIDE) - (SIDE - 1) / 2) * MARK_WINDOW / SIDE
    farther = np.maximum(away[:, None], away[None, :])
    return np.asarray(np.abs(farther - (MARK_BOX - FRAME) / 2) <= _ACROSS / 2)
