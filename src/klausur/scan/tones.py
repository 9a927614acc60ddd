"""Which tones a scan has: grey ones, colours, or black and white alone."""

from enum import StrEnum
from functools import lru_cache

import numpy as np

from klausur.base.geometry import Box
from klausur.scan import drift, edges, levels
from klausur.scan.model import Placed
from klausur.scan.transform import Points

_ROUND = 1.0  # mm round a fiducial that are looked at with it
_MIDDLE = (0.25, 0.75)  # between print and paper: tones that only an edge has

_LEAST = 0.01
"""Part of the pixels that have middle tones on a scan in grey. Rehearsed sheets have 0.035 and more in grey
at 150 to 600 dpi, and less than 0.00005 in black and white, also where that was saved as JPEG."""


class ScanKind(StrEnum):
    """What a page's pixels can tell of how it was scanned: readers do not do equally well on all of them."""

    GREY = "grey"
    COLOUR = "colour"
    """A photograph, or a scan in colour."""
    TWO_LEVEL = "two-level"
    """Black and white, with no grey between: thin lines break up into dots."""


def kind(placed: Placed, fiducials: tuple[Box, ...]) -> ScanKind:
    """How a page was scanned; without fiducials none counts as black and white."""
    if fiducials and two_level(placed, fiducials):
        return ScanKind.TWO_LEVEL
    return ScanKind.GREY if placed.pixels.ndim == _FLAT else ScanKind.COLOUR


_FLAT = 2


def two_level(placed: Placed, fiducials: tuple[Box, ...]) -> bool:
    """Whether a page was scanned in black and white alone, by how its fiducials look."""
    return middle_tones(placed, fiducials) < _LEAST


def middle_tones(placed: Placed, fiducials: tuple[Box, ...]) -> float:
    """The part of the pixels on and round fiducials, 0 … 1, that are neither like print nor like paper.

    A scan in grey has them along each edge of print, a two-level one nowhere.
    """
    height, width = placed.pixels.shape[:2]
    places = drift.to_image(placed.to_pixels, placed.drift, _corners(fiducials)).reshape(-1, 4, 2)
    ends = np.concatenate((np.floor(places.min(axis=1)), np.ceil(places.max(axis=1))), axis=1)
    parts = [
        edges.one_channel(placed.pixels[top:low, left:right]).ravel()
        for left, top, right, low in np.clip(ends, 0, (width, height) * 2).astype(int).tolist()
        if left < right and top < low
    ]
    if not parts:
        return 0.0
    counts = levels.counted(np.concatenate(parts))
    print_, paper = levels.quantile(counts, 0.05), levels.quantile(counts, 0.95)
    share = (np.arange(levels.COUNT) - print_) / max(paper - print_, 1.0)
    between = (share > _MIDDLE[0]) & (share < _MIDDLE[1])
    return float(counts[between].sum() / counts.sum())


@lru_cache(maxsize=64)
def _corners(fiducials: tuple[Box, ...]) -> Points:
    """The corners of what is looked at on paper in mm, (4 n, 2)."""
    corners = np.array([box.grown(_ROUND).corners for box in fiducials]).reshape(-1, 2)
    corners.setflags(write=False)
    return corners
