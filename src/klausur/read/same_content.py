"""Whether two images of one page show the same: printed, written and crossed alike.

A sheet that is scanned twice differs by noise, brightness and a fraction of a millimetre; one that was filled
in twice, or changed between two scans, has ink where the other has none. What ink means is not known here.
"""

import cv2
import numpy as np
import numpy.typing as npt

from klausur.base.geometry import Box, Size
from klausur.read.upright import upright
from klausur.scan.model import Pixels, Placed

_SCALE = 4.0
"""Pixels for each mm: a pen's line is two wide."""

_EDGE = 9.0
"""mm along the sheet's edges that are not compared: feeders leave shadows, staples and punches there."""

_INK, _TRACE = 0.72, 0.9
"""Brightness, as part of that of the paper round it, below which there is ink, and there may be some."""

_NEAR = 0.6
"""mm within which the other image must have at least a trace of ink."""

_LEAST = 1.0
"""mm² of a patch of ink without any in the other image that is no dust: a pen's stroke of 3 mm."""

_LONG = 2.0
"""mm that such a patch must be long."""

_PAPER = 8.0
"""mm round a point whose brightness counts as that of its paper."""


def same(one: Placed, other: Placed, size: Size) -> bool:
    """Whether two placed images of the same page show the same."""
    first, second = _page(one, size), _page(other, size)
    return not (_unmatched(first, second) or _unmatched(second, first))


def _page(placed: Placed, size: Size) -> npt.NDArray[np.float32]:
    """A page without its edges, (height, width): its brightness as part of the paper's, 1 for plain paper."""
    area = upright(placed, Box(0, 0, size.w, size.h).grown(-_EDGE))
    shape = round((size.w - 2 * _EDGE) * _SCALE), round((size.h - 2 * _EDGE) * _SCALE)
    grey = cv2.resize(area.pixels, shape, interpolation=cv2.INTER_AREA)
    small = cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    side = int(_PAPER * _SCALE / 4) | 1
    # The brightest tenth of a neighbourhood, more or less, without the noise of its very brightest pixel.
    paper = cv2.blur(cv2.dilate(cv2.medianBlur(small, 3), np.ones((side, side), np.uint8)), (side, side))
    level = cv2.resize(paper, shape, interpolation=cv2.INTER_LINEAR).astype(np.float32)
    return np.asarray(grey.astype(np.float32) / np.maximum(level, 1.0), np.float32)


def _unmatched(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> bool:
    """Whether one image has a patch of ink where the other has none."""
    reach = round(_NEAR * _SCALE)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    near = cv2.dilate((other < _TRACE).astype(np.uint8), disc)
    alone = ((one < _INK) & (near == 0)).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(alone, connectivity=8)
    patches = stats[1:]
    large = patches[:, cv2.CC_STAT_AREA] >= _LEAST * _SCALE**2
    long = patches[:, (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT)].max(axis=1, initial=0) >= _LONG * _SCALE
    return bool((large & long).any())


def picture(placed: Placed, size: Size, dpi: float = 100.0) -> Pixels:
    """The whole page as a person would hold it, upright, (height, width) grey."""
    shape = round(size.w * dpi / 25.4), round(size.h * dpi / 25.4)
    whole = upright(placed, Box(0, 0, size.w, size.h))
    return np.asarray(cv2.resize(whole.pixels, shape, interpolation=cv2.INTER_AREA), np.uint8)
