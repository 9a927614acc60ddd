"""Which tones a scan has: grey ones, colours, or black and white alone."""

from enum import StrEnum

import numpy as np

from klausur.base.geometry import Box
from klausur.scan import drift, edges
from klausur.scan.model import Placed

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
    image = edges.grey(placed.pixels)
    height, width = image.shape
    parts = []
    for box in fiducials:
        corners = drift.to_image(placed.to_pixels, placed.drift, np.array(box.grown(_ROUND).corners))
        left, top = np.clip(np.floor(corners.min(axis=0)), 0, (width, height)).astype(int).tolist()
        right, low = np.clip(np.ceil(corners.max(axis=0)), 0, (width, height)).astype(int).tolist()
        parts.append(image[top:low, left:right].ravel())
    values = np.concatenate(parts)
    if not values.size:
        return 0.0
    print_, paper = np.quantile(values, (0.05, 0.95))
    share = (values - print_) / max(float(paper - print_), 1.0)
    return float(((share > _MIDDLE[0]) & (share < _MIDDLE[1])).mean())
