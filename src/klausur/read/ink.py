"""The ink test: answers for boxes that are plainly empty, so that the network need not look at them.

It looks at the inside of the frame and at a ring outside of it, where people write round a box; the frame
itself lies between. Its bounds come out of the reader's card, where `klausur.learn` put them with the
measurement that the test loses no mark.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from klausur.paper.fields import MARK_WINDOW
from klausur.read.crop import SIDE
from klausur.read.preprocess import PaperLevels, paper_level
from klausur.scan.model import Pixels


@dataclass(frozen=True, slots=True)
class InkTest:
    """When a box is plainly empty.

    Of the window's pixels that lie within ``inside`` mm of its centre (to each side), or from ``ring`` mm to
    ``reach`` mm, at most ``pixels`` are darker than the paper by the share ``darkness`` or more.
    Besides, at most ``dots`` pixels inside of its frame are darker than the paper by a quarter: thin crosses
    dissolve into dots on two-level scans, about which the network decides. ``confidence`` is a lower bound
    for the share of plainly empty boxes that are empty, from validation data.

    A box that the network takes for empty is believed if at most ``traces`` pixels inside of its frame are
    darker than the paper by a quarter. (An empty box on development pages had none, a cross of which a
    two-level scan left dots 60 and more.)

    ``benchmarks/traces.py`` drew 4,344 crosses of the real writers who validate, with thin pens on such
    scans: in 79 few enough pixels are dark; a bound of 0 on dots leaves 3 of them plainly empty, 1 leaves 4,
    2 leaves 13, 5 leaves 23.
    """

    inside: float
    ring: float
    reach: float
    darkness: float
    pixels: int
    confidence: float
    traces: int = 30
    dots: int = 1


_PLAIN = 0.25
"""Share by which ink that nobody overlooks is darker than paper."""


def plainly_empty(windows: Pixels, test: InkTest, paper: PaperLevels | None = None) -> npt.NDArray[np.bool_]:
    """Which of the windows (n, 80, 80, 1 or 3) show a plainly empty box: (n,).

    ``paper`` is their paper level, where that is known; here and below.
    """
    found = inked(windows, test, paper)
    empty = found <= test.pixels
    some = empty & (found > test.dots)  # what is dark by a quarter is inked, too, and most boxes have no ink
    if some.any():
        level = None if paper is None else paper[some]
        empty[some] = traces(windows[some], test, level) <= test.dots
    return empty


def bare(windows: Pixels, test: InkTest, paper: PaperLevels | None = None) -> npt.NDArray[np.bool_]:
    """In which of the windows (n, 80, 80, 1 or 3) there is next to no ink inside the frame: (n,)."""
    return traces(windows, test, paper) <= test.traces


def traces(windows: Pixels, test: InkTest, paper: PaperLevels | None = None) -> npt.NDArray[np.int64]:
    """How many pixels inside the frame nobody would overlook, for each window (n, 80, 80, 1 or 3): (n,)."""
    return dark(windows, _PLAIN, _mask(test.inside, np.inf, np.inf), paper)


def inked(windows: Pixels, test: InkTest, paper: PaperLevels | None = None) -> npt.NDArray[np.int64]:
    """How many of the pixels that count carry ink, for each of the windows (n, 80, 80, 1 or 3): (n,)."""
    return dark(windows, test.darkness, _mask(test.inside, test.ring, test.reach), paper)


def dark(
    windows: Pixels, darkness: float, mask: npt.NDArray[np.bool_], paper: PaperLevels | None = None
) -> npt.NDArray[np.int64]:
    """How many pixels of a mask, (80, 80), are darker than paper by this share, for each window: (n,)."""
    level = paper_level(windows) if paper is None else paper
    bound = np.ceil(level * (1.0 - darkness)).astype(np.uint8)
    dark = windows < bound
    # Coloured ink is dark in at least one channel.
    one = dark[..., 0] if dark.shape[3] == 1 else dark[..., 0] | dark[..., 1] | dark[..., 2]
    # One by one: along axes, NumPy adds up numbers of 64 bits instead of counting.
    return np.array([np.count_nonzero(window) for window in one & mask], np.int64)


@cache
def _mask(inside: float, ring: float, reach: float) -> npt.NDArray[np.bool_]:
    """The pixels that count, (80, 80)."""
    away = np.abs(np.arange(SIDE) - (SIDE - 1) / 2) * MARK_WINDOW / SIDE
    farther = np.maximum(away[:, None], away[None, :])
    return np.asarray((farther <= inside) | ((farther >= ring) & (farther <= reach)), np.bool_)
