"""Printed frames: how far each lies from where it is expected, and whether it is there at all.

A frame is the rectangle that the printer drew round a field: the box of a mark, a cell of a digit row, the
corners of an answer area. Each side is a line 0.25 mm wide; it is looked for across itself, and opposite
sides must be found at the same distance. What the distances amount to stands in `klausur.scan.register`, what
the frames of a whole page tell in `klausur.scan.guess_page`.
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from klausur.paper.fields import Field, PrintedFrame
from klausur.paper.layout import PageLayout
from klausur.scan.edges import grey, middle
from klausur.scan.model import Pixels
from klausur.scan.transform import Points

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
_Places = npt.NDArray[np.float32]

REACH = 1.5
"""How far from its place a frame is sought, in mm; boxes that stand in a column are 8 mm apart."""

_HAIR = 0.25  # mm, the width of a printed line
_STEP = 0.1  # mm between samples across a line
_FLANK = 6  # samples from a line's middle to where there must be paper on both sides
_ENDS = 0.5  # mm at each end of a side that are not looked at: other sides meet there
_ALONG = 8  # samples along each side; the middle four by darkness count, so that a pen's stroke does not
_PART = np.linspace(-1.0, 1.0, _ALONG)
_CORNER = 6.0  # mm of an answer area's lines that are looked at from each of its corners

_INWARD = np.array((1, -1, 1, -1))  # which way along ``_SHIFTS`` the inside of a frame lies, for each side
_INSIDE = slice(18, 31)  # samples 0.3 to 1.5 mm inside, once counted inward

_SHIFTS = np.arange(-15, 16) * _STEP
_ACROSS = np.arange(-15 - _FLANK - 1, 15 + _FLANK + 2) * _STEP

FOUND = 0.2
"""Response that makes a line: how much darker it is than both its sides, to the contrast of print. An empty
box has 0.75 at 300 dpi and 0.5 at 100 dpi, a crossed one from 0.2 up."""

_PALE = 0.7  # of that, where lines are printed in grey: 0.2 is what photographs in shade leave of them
_HIDDEN = 0.3  # darkness inside a frame, to the contrast of print, that may hide its lines; text has 0.2
_CRISP = 0.3  # mm: width of edges up to which a line's contrast is taken for that of print
_RISE = 2.563  # width of an edge, 10 to 90 % of its contrast, to the standard deviation of its blur
_AGREE = 0.35  # of the better one's response that the opposite side has at the same distance


@dataclass(frozen=True, slots=True)
class Frames:
    """What is printed round the fields of a page.

    ``centres`` (n, 2) and ``halves`` (n, 2) in mm, to the middle of the lines; ``sides`` (n, 4) which of
    left, right, top and bottom are printed; ``black`` (n,) those in black, which no scan loses.
    """

    centres: Points
    halves: Points
    sides: Flags
    black: Flags

    def __len__(self) -> int:
        return len(self.centres)

    @property
    def whole(self) -> Flags:
        """Those with all four sides, (n,): by these a page can be registered."""
        return np.asarray(self.sides.all(axis=1))


@dataclass(frozen=True, slots=True)
class SeenFrames:
    """What was seen of n frames.

    ``shifts`` (n, 2) mm on paper from where each was expected; ``found`` (n,) whose shift is to be
    believed; ``absent`` (n,) of which there is nothing within reach. The rest is hidden: filled in, covered,
    or not on the image.
    """

    shifts: Points
    found: Flags
    absent: Flags


_of_page: dict[int, tuple[PageLayout, Frames]] = {}
_MOST_PAGES = 256


def of_page(page: PageLayout) -> Frames:
    """The frames of a page, computed once per PageLayout object (frozen, so it cannot go stale)."""
    known = _of_page.get(id(page))
    if known is None or known[0] is not page:
        if len(_of_page) >= _MOST_PAGES:
            _of_page.clear()
        known = _of_page[id(page)] = (page, _frames(page))
    return known[1]


def _frames(page: PageLayout) -> Frames:
    lines = [line for field in page.fields for line in _lines(field)]
    sides = np.array([line.sides for line in lines]).reshape(-1, 4)  # left, right, top, bottom
    low, high = sides[:, (0, 2)], sides[:, (1, 3)]
    printed = np.array([line.printed for line in lines], np.bool_).reshape(-1, 4)
    return Frames(
        (low + high) / 2, (high - low) / 2, printed, np.array([line.black for line in lines], np.bool_)
    )


@dataclass(frozen=True, slots=True)
class _Lines:
    """The middles of one frame's lines, left, right, top and bottom in mm, and which of them are printed."""

    sides: tuple[float, float, float, float]
    printed: tuple[bool, bool, bool, bool] = (True, True, True, True)
    black: bool = True


def _lines(field: Field) -> Iterator[_Lines]:
    """The frames of a field, as the template draws them: inside its box, dividers on the cells' borders."""
    inner = field.box.grown(-_HAIR / 2)
    if field.kind.row.frame is PrintedFrame.BOX:
        yield _Lines((inner.x, inner.right, inner.y, inner.bottom))
    elif field.kind.row.frame is PrintedFrame.CORNERS:
        for left, top in itertools.product((True, False), repeat=2):
            x = (inner.x, inner.x + _CORNER) if left else (inner.right - _CORNER, inner.right)
            y = (inner.y, inner.y + _CORNER) if top else (inner.bottom - _CORNER, inner.bottom)
            yield _Lines((*x, *y), (left, not left, top, not top))
    elif field.kind.row.frame is PrintedFrame.CELLS:
        cells = field.cells or 1
        borders = np.linspace(field.box.x, field.box.right, cells + 1)
        borders[0], borders[-1] = inner.x, inner.right
        for left, right in itertools.pairwise(borders.tolist()):
            yield _Lines((left, right, inner.y, inner.bottom), black=False)


def left_of_lines(rise: float) -> float:
    """The part of a line's contrast that is left where edges are ``rise`` mm wide, 1 if they are crisp.

    Of a line of width w through a normal blur of deviation s, erf(w / √8 s) is left in its middle: with edges
    of 0.5 mm, as strongly tilted photographs have, empty boxes have 0.3 and those crossed 0.1 to 0.2.
    """
    left = [math.erf(_HAIR * _RISE / (8**0.5 * width)) for width in (max(rise, _CRISP), _CRISP)]
    return left[0] / left[1]


def look(pixels: Pixels, maps: Array, frames: Frames, contrast: float) -> SeenFrames:
    """Look for frames near where they should be.

    Args:
        pixels: the image.
        maps: (n, 2, 3) from mm on paper, counted from each frame's centre, to px.
        frames: the n frames.
        contrast: grey levels between paper and a printed line where the light is as on most of the page.
    """
    if not len(frames):
        return SeenFrames(np.zeros((0, 2)), np.zeros(0, np.bool_), np.zeros(0, np.bool_))
    dark, on_image = _darkness(pixels, maps, frames, contrast)
    there = frames.sides & on_image
    band = dark[..., :-2] + dark[..., 1:-1]
    band += dark[..., 2:]
    band /= 3
    line = band[..., _FLANK:-_FLANK]
    beside = np.maximum(band[..., : -2 * _FLANK], band[..., 2 * _FLANK :])
    response = line - beside
    if not there.all():
        response[~there] = 0.0
    least = np.where(frames.black, FOUND, _PALE * FOUND)
    pairs = (2 * len(frames), 2)  # left and right, top and bottom
    shifts, clear = _peak(response.reshape(*pairs, -1), there.reshape(pairs), least.repeat(2))
    found = clear[::2] & clear[1::2]
    if found.all():  # nothing is missed
        return SeenFrames(shifts.reshape(-1, 2), found, np.zeros(len(frames), np.bool_))
    inside = np.where(_INWARD[:, None] > 0, line[..., _INSIDE], line[..., ::-1][..., _INSIDE])
    hidden = _mean(inside.mean(axis=2), there) > _HIDDEN
    return SeenFrames(shifts.reshape(-1, 2), found, there.any(axis=1) & ~found & ~hidden)


def _darkness(pixels: Pixels, maps: Array, frames: Frames, contrast: float) -> tuple[Array, Flags]:
    """Darkness across each side, (n, 4, samples), 0 paper … 1 print; and which sides are on the image."""
    x, y = _places(maps, frames)
    height, width = pixels.shape[:2]
    end_x, end_y = (places[:: _ALONG - 1, :, :, :: len(_ACROSS) - 1] for places in (x, y))
    on_image = np.ones((len(frames), 4), np.bool_)
    if min(end_x.min(), end_y.min()) < 0 or end_x.max() > width - 1 or end_y.max() > height - 1:
        inside = (end_x >= 0) & (end_x <= width - 1) & (end_y >= 0) & (end_y <= height - 1)
        on_image = np.asarray(inside.all(axis=(0, 3)))
    table = (_ALONG * len(frames), 4 * len(_ACROSS))
    found = cv2.remap(
        pixels, x.reshape(table), y.reshape(table), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    levels = grey(np.asarray(found, np.uint8)).reshape(x.shape)
    # NumPy selects among numbers of 16 bits seven times as fast as among those of 8.
    few = levels[::2].transpose(1, 0, 2, 3).reshape(len(frames), -1).astype(np.int16)
    at = int(0.9 * few.shape[1])
    few.partition(at, axis=1)
    paper = np.maximum(few[:, at], 1).astype(np.float64)
    dark = middle_half(levels)
    dark /= paper[:, None, None]
    np.subtract(1.0, dark, out=dark)
    dark *= float(middle(paper))
    dark /= max(contrast, 1.0)
    return dark, on_image


def middle_half(levels: Pixels) -> Array:
    """The mean of the middle four of eight levels, (8, …): a sorting network, as far as it is needed.

    It takes a thirtieth of the time of sorting rows of eight one by one.
    """
    lower, upper = _four_sorted(levels[:4]), _four_sorted(levels[4:])
    low = [np.minimum(a, b) for a, b in zip(lower, reversed(upper), strict=True)]  # the lower half, unsorted
    high = [np.maximum(a, b) for a, b in zip(lower, reversed(upper), strict=True)]
    total = np.maximum(low[0], low[2]).astype(np.float64)
    total += np.maximum(low[1], low[3])
    total += np.minimum(high[0], high[2])
    total += np.minimum(high[1], high[3])
    total /= 4
    return np.asarray(total)


def _four_sorted(levels: Pixels) -> tuple[Pixels, Pixels, Pixels, Pixels]:
    """Four levels, (4, …), each place by itself from the lowest to the highest."""
    a, b = np.minimum(levels[0], levels[1]), np.maximum(levels[0], levels[1])
    c, d = np.minimum(levels[2], levels[3]), np.maximum(levels[2], levels[3])
    a, c = np.minimum(a, c), np.maximum(a, c)
    b, d = np.minimum(b, d), np.maximum(b, d)
    return a, np.minimum(b, c), np.maximum(b, c), d


def _places(maps: Array, frames: Frames) -> tuple[_Places, _Places]:
    """Where to sample, x and y in px, each (along, n, 4, across)."""
    right, down, centre = maps.transpose(2, 1, 0)  # (2, n): px for a mm to the right, for one down; px
    half_x, half_y = frames.halves.T
    out_x, out_y = right * half_x, down * half_y
    middles, across, along = np.empty((3, 2, len(frames), 4))
    for side, out in enumerate((-out_x, out_x, -out_y, out_y)):
        middles[..., side] = centre + out
    run_x, run_y = right * (half_x - _ENDS), down * (half_y - _ENDS)
    across[..., :2], across[..., 2:] = right[..., None], down[..., None]
    along[..., :2], along[..., 2:] = run_y[..., None], run_x[..., None]
    # The sums are by far the largest arrays of a page: in single precision, 0.0002 px at 300 dpi.
    starts = (middles[..., None] + across[..., None] * _ACROSS).astype(np.float32)  # (2, n, 4, across)
    runs = (along * _PART[:, None, None, None]).astype(np.float32)[..., None]  # (along, 2, n, 4, 1)
    return starts[0] + runs[:, 0], starts[1] + runs[:, 1]


def _peak(response: Array, there: Flags, least: Array) -> tuple[Array, Flags]:
    """The shift in mm at which two opposite sides, (n, 2, shifts), answer best; and whether it is clear.

    ``least`` (n,) is the response that makes a line.
    """
    both = response[:, 0] + response[:, 1]
    both /= np.maximum(there.sum(axis=1), 1)[:, None]
    best = both.argmax(axis=1)
    rows = np.arange(len(both))
    inner = np.minimum(np.maximum(best, 1), len(_SHIFTS) - 2)
    before, at, after = both[rows, inner - 1], both[rows, inner], both[rows, inner + 1]
    bend = before - 2 * at + after
    between = np.where(bend < 0, 0.5 * (before - after) / np.minimum(bend, -1e-9), 0.0)
    sides = np.where(there, response[rows, :, best], np.inf)
    weaker, height = np.minimum(sides[:, 0], sides[:, 1]), both[rows, best]
    clear = (height >= least) & (weaker >= _AGREE * height) & (inner == best)
    return _SHIFTS[inner] + _STEP * np.minimum(np.maximum(between, -1), 1), clear


def _mean(values: Array, there: Flags) -> Array:
    return np.asarray((values * there).sum(axis=1) / np.maximum(there.sum(axis=1), 1))
