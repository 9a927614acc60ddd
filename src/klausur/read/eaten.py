"""Ink that a scan in black and white has eaten: its threshold lay below the tone of thin and pale strokes.

Of a digit dots may be left, or nothing at all. Here stand the signs of that: dots in a cell that passes for
empty; cells whose frames, printed in middle grey, are gone as well; and a page on which no pen is seen, where
nobody can tell an empty field from one whose ink is gone. What the ink was, nothing here guesses. A scan with
grey tones has none of this: nobody asks about it.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import numpy.typing as npt

from klausur.paper.fields import DIGIT_H, DIGIT_W, NUMBERS, FieldKind, empty
from klausur.read.card import Bounds
from klausur.read.cells import CELL_WINDOW
from klausur.read.crop import SIDE
from klausur.read.ink import dark
from klausur.read.model import Reading
from klausur.read.preprocess import PaperLevels, paper_level
from klausur.scan.model import Pixels

_DARK = 0.25
"""Share by which ink is darker than paper, of marks as well."""

_CLEAR = 0.6
"""mm inside of a cell's edges that are not looked at for ink: its frame, which windows are cut 0.3 mm off."""

_ASTRAY = 0.45
"""mm on either side of a frame's place in which it is looked for."""

_ENDS = 0.8
"""mm at each end of a cell's side that are not looked at: the next side could stand in for it."""

_RUN = 5
"""Pixels along a side whose mean counts, 0.6 mm: what is printed in grey may be dots."""

_BY_CANDIDATES = NUMBERS | {FieldKind.CHOICE_BOX}
"""Fields of answers in which a candidate's pen is read, the same on all of a page. Credits are written by
others, and a DigitRow that nobody has filled in is somebody's to look at in any case."""


def doubtful(cut: Pixels, empty_looking: npt.NDArray[np.bool_], bounds: Bounds) -> npt.NDArray[np.bool_]:
    """Which cells of a scan in black and white cannot be believed, whatever the network says: (n,).

    Args:
        cut: their windows, (n, 80, 80, 1 or 3), of `klausur.read.cells.CELL_WINDOW`.
        empty_looking: which of them pass for empty, (n,).
        bounds: those of the reader for such scans: ``traces`` are the dark pixels that an empty cell may
            have, ``outline`` is the least darkness of a frame.
    """
    paper = paper_level(cut)
    return (framed(cut, paper) < bounds.outline) | (empty_looking & (traces(cut, paper) > bounds.traces))


def traces(cut: Pixels, paper: PaperLevels | None = None) -> npt.NDArray[np.int64]:
    """How many pixels within each cell's frame are dark, an eighth of a millimetre each side: (n,)."""
    return dark(cut, _DARK, _within(), paper)


def framed(cut: Pixels, paper: PaperLevels | None = None) -> npt.NDArray[np.float32]:
    """How dark each cell's printed frame is, 0 paper … 1 black: (n,).

    It is the mean of the two middle ones of its sides: digits that lie along a side make it darker. Of each
    side the darkest line near its place counts, with its paler half.
    """
    level = paper_level(cut) if paper is None else paper
    ink = np.clip(1.0 - cut.astype(np.float32) / level, 0.0, 1.0).max(axis=3)
    sides = [
        _side(ink if across else ink.transpose(0, 2, 1), way * half, length)
        for across, half, length in ((True, DIGIT_W / 2, DIGIT_H), (False, DIGIT_H / 2, DIGIT_W))
        for way in (-1.0, 1.0)
    ]
    return np.asarray(np.sort(np.stack(sides), axis=0)[1:3].mean(axis=0), np.float32)


def _side(ink: npt.NDArray[np.float32], place: float, length: float) -> npt.NDArray[np.float32]:
    """How dark the upright line is at a place, in mm from the middle, in windows (n, 80, 80): (n,)."""
    at = _places()
    across = np.flatnonzero(np.abs(at - place) <= _ASTRAY)
    along = np.flatnonzero(np.abs(at) <= length / 2 - _ENDS)
    band = ink[:, along[0] : along[-1] + 1, across[0] : across[-1] + 1]
    whole = band.shape[1] // _RUN
    runs = band[:, : whole * _RUN].reshape(len(ink), whole, _RUN, -1).mean(axis=2)
    return np.asarray(np.quantile(runs.max(axis=2), 0.25, axis=1), np.float32)


def doubted(readings: Sequence[Reading]) -> tuple[Reading, ...]:
    """The readings of a page in black and white: without a pen on it, what passes for empty is flagged.

    Where a pen is seen, all stay as they are: a pen that left ink in one Field did so in the others.
    """
    if not without_pen(readings):
        return tuple(readings)
    return tuple(replace(r, flagged=True) if r.kind in _BY_CANDIDATES else r for r in readings)


def without_pen(readings: Sequence[Reading]) -> bool:
    """Whether some of a candidate's Fields on a page pass for empty, and surely there is ink in none."""
    sure = [r for r in readings if r.kind in _BY_CANDIDATES and not r.flagged]
    return bool(sure) and all(r.value == empty(r.kind) for r in sure)


@cache
def _within() -> npt.NDArray[np.bool_]:
    """The pixels that lie within a cell's frame, (80, 80)."""
    at = np.abs(_places())
    down, across = at <= DIGIT_H / 2 - _CLEAR, at <= DIGIT_W / 2 - _CLEAR
    return np.asarray(down[:, None] & across[None, :], np.bool_)


@cache
def _places() -> npt.NDArray[np.float64]:
    """Where a window's pixels lie along each of its sides, in mm from its middle: (80,)."""
    return np.asarray((np.arange(SIDE) - (SIDE - 1) / 2) * CELL_WINDOW / SIDE, np.float64)
