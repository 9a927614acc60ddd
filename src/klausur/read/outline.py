"""Whether a box can be seen at all: its printed outline, looked for in the window.

A box under a folded corner, a label or a blot shows no mark, and a scan in which printed lines are bleached
shows no thin pen. Neither is empty: where the outline is not seen, nobody can say what is in the box.
"""

import itertools
from functools import cache

import numpy as np
import numpy.typing as npt

from klausur.paper.fields import MARK_BOX, MARK_WINDOW
from klausur.read.crop import SIDE
from klausur.read.preprocess import PaperLevels, paper_level
from klausur.scan.model import Pixels

_HAIR = 0.25
"""mm, the width of the printed line, which lies inside the box."""

_ASTRAY = 0.4
"""mm on either side of a line's place in which it is looked for: windows are cut up to 0.3 mm off."""

_ENDS = 0.4
"""mm at each end of a side that are not looked at: the next side could stand in for it."""

_PART = 0.25
"""Part of a side's length that may be paler than what is told of it: pens that erase, dust, noise."""


_RUN = 5
"""Pixels along a side whose mean counts: half a millimetre, so that noise does not."""


def outline(windows: Pixels, paper: PaperLevels | None = None) -> npt.NDArray[np.float32]:
    """How dark the palest side of each box's outline is, for windows (n, 80, 80, 1 or 3): (n,).

    0 is paper and 1 black; a mark over the outline only makes it darker. ``paper`` is the windows' paper
    level, where that is known.
    """
    coloured = windows.shape[3] > 1
    channel = windows.min(axis=3) if coloured else windows[..., 0]
    level = paper_level(channel[..., None]) if coloured or paper is None else paper
    return np.asarray(1.0 - _sides(channel).max(axis=0) / level[:, 0, 0, 0], np.float32)


def _sides(channel: Pixels) -> npt.NDArray[np.float32]:
    """The brightness of each side's line in windows (n, 80, 80), left, right, top and bottom: (4, n)."""
    first, along = _places()
    last = slice(SIDE - first.stop, SIDE - first.start)
    whole = (along.stop - along.start) // _RUN
    bands = np.empty((4, len(channel), whole * _RUN, first.stop - first.start), np.uint16)
    places = itertools.product((channel, channel.transpose(0, 2, 1)), (first, last))
    for band, (upright, across) in zip(bands, places, strict=True):
        band[...] = upright[:, along.start : along.start + whole * _RUN, across]
    runs = bands[:, :, ::_RUN].copy()
    for n in range(1, _RUN):
        runs += bands[:, :, n::_RUN]
    lines = runs.min(axis=3).astype(np.float32) / _RUN
    at = int((1.0 - _PART) * (whole - 1))
    lines.partition(at, axis=2)
    return np.asarray(lines[..., at], np.float32)


@cache
def _places() -> tuple[slice, slice]:
    """The pixels across the left line, within reach of its place, and those along it."""
    at = (np.arange(SIDE) - (SIDE - 1) / 2) * MARK_WINDOW / SIDE
    line = -(MARK_BOX - _HAIR) / 2
    across, along = np.abs(at - line) <= _ASTRAY, np.abs(at) <= MARK_BOX / 2 - _ENDS
    first, second = ((int(n[0]), int(n[-1]) + 1) for n in map(np.flatnonzero, (across, along)))
    return slice(*first), slice(*second)
