"""Streaks that a scanner draws along a whole page: dirt on its glass, or sensors that see nothing.

A streak follows the columns or rows of the image, wherever the sheet lies. So it is looked for column by
column in several strips of paper, far apart, of which it is known how they must look; what is on one of them
alone is dirt on the sheet.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import maximum_filter1d, median_filter

from klausur.base.geometry import Box
from klausur.scan import drift
from klausur.scan.model import Pixels, Placed
from klausur.scan.transform import Points

Profile = npt.NDArray[np.float64]
"""A number for each column of an image, NaN where a strip is not."""

_INSET = 0.12  # part of a strip's height, at each side, that is left out: edges are not straight to a pixel
_BESIDE = 0.6  # mm round a rule in which it is looked for
_ENDS = 2.0  # mm at either end of a rule
_STEPS = 33  # points along a strip at which its place on the image is computed
_WIDEST = 2.5
"""mm: a streak that is wider passes for shade. Paper is told from it by the median over thrice as much."""

_LOST = 0.5
"""Part of the step from paper to print that a rule keeps, wherever it is whole; as of a fiducial's edges."""


@dataclass(frozen=True, slots=True)
class Streak:
    """A streak along a whole page.

    Attributes:
        across: whether it runs from left to right of the sheet, else from its top to its bottom.
        at: where it crosses the middle of the sheet, in mm from the left edge or, if ``across``, the top.
        dark: whether it is darker than paper; otherwise what is printed under it is lost.
        strength: the part of the paper's light that it takes, or of the print that it hides.
    """

    across: bool
    at: float
    dark: bool
    strength: float


def streaks(
    placed: Placed, *, along: Sequence[Box], down: Sequence[Box], rules: Sequence[Box], darkness: float
) -> tuple[Streak, ...]:
    """The streaks on a page.

    Args:
        placed: the page.
        along: blank strips from left to right, in mm.
        down: blank strips from top to bottom.
        rules: printed lines from left to right.
        darkness: part of the paper's light from which on what is darker counts as ink.
    """
    # Coloured ink is dark in at least one channel, and so are streaks.
    seen = placed.pixels if placed.pixels.ndim == 2 else np.asarray(placed.pixels.min(axis=2), np.uint8)
    found: list[Streak] = []
    for strips in (along, down):
        lines = [_Strip.on(seen, placed, strip.grown(-_INSET * min(strip.w, strip.h))) for strip in strips]
        found += _common(lines, [_darker(line) for line in lines], darkness, across=strips is down, dark=True)
    lines = [_Strip.on(seen, placed, _round(r)) for r in rules]
    found += _common(lines, [_hidden(line) for line in lines], _LOST, across=False, dark=False)
    return tuple(found)


def _round(rule: Box) -> Box:
    """Where a rule is looked for: a little above and below, and not where its ends may be blurred."""
    return Box(rule.x + _ENDS, rule.y - _BESIDE, rule.w - 2 * _ENDS, rule.h + 2 * _BESIDE)


@dataclass(frozen=True, slots=True)
class _Strip:
    """A strip of paper in the image, taken so that it runs along the columns.

    ``pixels`` (rows, columns) are those of the strip, column by column, from the column ``begin`` of ``wide``
    on; ``mm`` is where each lies on paper along the strip, ``per_mm`` the number of columns to a mm.
    """

    pixels: Pixels
    begin: int
    wide: int
    mm: Profile
    per_mm: float

    @classmethod
    def on(cls, seen: Pixels, placed: Placed, strip: Box) -> "_Strip":
        """A strip that is long from left to right, or from top to bottom, on paper."""
        upright = strip.h > strip.w
        mm = (
            np.linspace(strip.y, strip.bottom, _STEPS)
            if upright
            else np.linspace(strip.x, strip.right, _STEPS)
        )
        sides = (strip.x, strip.right) if upright else (strip.y, strip.bottom)
        first, last = (
            drift.to_image(placed.to_pixels, placed.drift, _points(mm, side, upright=upright))
            for side in sides
        )
        if np.ptp(first[:, 1]) > np.ptp(first[:, 0]):  # along the image's rows
            seen, first, last = seen.T, first[:, ::-1], last[:, ::-1]
        if first[0, 0] > first[-1, 0]:  # upside down
            mm, first, last = mm[::-1], first[::-1], last[::-1]
        high, wide = seen.shape
        begin = max(0, int(np.ceil(max(first[0, 0], last[0, 0]))))
        end = min(wide - 1, int(np.floor(min(first[-1, 0], last[-1, 0]))))
        columns = np.arange(begin, max(begin, end + 1))
        edges = np.stack([np.interp(columns, side[:, 0], side[:, 1]) for side in (first, last)])
        low, height = edges.min(axis=0), np.ptp(edges, axis=0)
        rows = max(1, int(height.min(initial=np.inf))) if len(columns) else 1
        at = np.rint(low + (np.arange(rows)[:, None] + 0.5) / rows * height).astype(int)
        pixels = seen[at.clip(0, high - 1), columns]
        middle = (first[:, 0] + last[:, 0]) / 2
        return cls(pixels, begin, wide, np.interp(columns, middle, mm), _per_mm(middle, mm))

    def spread(self, values: Profile) -> Profile:
        """Values of the strip's columns as those of the image's; elsewhere NaN."""
        found = np.full(self.wide, np.nan)
        found[self.begin : self.begin + len(values)] = values
        return found


def _points(mm: Profile, side: float, *, upright: bool) -> Points:
    other = np.full_like(mm, side)
    return np.stack((other, mm) if upright else (mm, other), axis=1)


def _per_mm(columns: Profile, mm: Profile) -> float:
    return float(abs((columns[-1] - columns[0]) / (mm[-1] - mm[0])))


def _darker(strip: _Strip) -> Profile:
    """By which part each column is darker than the paper round it; specks of dust do not count."""
    columns = np.median(strip.pixels, axis=0)
    size = max(3, round(3 * _WIDEST * strip.per_mm))
    paper = median_filter(columns, size=size, mode="nearest") if len(columns) else columns
    return strip.spread(1.0 - columns / np.maximum(paper, 1.0))


def _hidden(rule: _Strip) -> Profile:
    """Which part of a rule's darkness each column lacks."""
    darkest, brightest = rule.pixels.min(axis=0, initial=255), rule.pixels.max(axis=0, initial=0)
    if not len(darkest):
        return rule.spread(np.zeros(0))
    ink, paper = float(np.median(darkest)), float(np.median(brightest))
    return rule.spread((darkest - ink) / max(paper - ink, 1.0))


def _common(
    strips: Sequence[_Strip], shares: Sequence[Profile], least: float, *, across: bool, dark: bool
) -> Iterator[Streak]:
    """What all strips show at the same columns, as strong as where it is weakest."""
    weakest = np.full(strips[0].wide, np.inf)
    for share in shares:
        # A pixel to each side: a streak may be drawn a little elsewhere at the other end of the page.
        near = maximum_filter1d(np.nan_to_num(share), 3)
        weakest = np.minimum(weakest, np.where(np.isnan(share), 0.0, near))
    middle = strips[len(strips) // 2]
    for begin, end in _runs(weakest >= least):
        at = float(middle.mm[(begin + end - 1) // 2 - middle.begin])
        yield Streak(across, at, dark, float(weakest[begin:end].max()))


def _runs(flags: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Where flags are set: from, and up to which one."""
    steps = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    yield from ((int(a), int(b)) for a, b in steps.reshape(-1, 2))
