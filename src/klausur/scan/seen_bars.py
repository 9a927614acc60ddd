"""Whether short printed bars are on a scan: near its edges they show what printer or scanner cut off."""

from collections.abc import Sequence
from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

from klausur.base.geometry import Box
from klausur.scan import drift, edges, transform
from klausur.scan.model import Pixels, Placed
from klausur.scan.transform import Points

_REACH = 0.9
"""mm to each side of a bar that are looked at: less than half the way to the next, and enough for paper."""

_ACROSS = np.linspace(-_REACH, _REACH, 37)
_ALONG = np.linspace(0.15, 0.85, 12)
_CORE = np.abs(_ACROSS) <= 0.5  # where the bar is looked for
_PLAIN = 0.5
"""Part of the step from paper to print that a bar must have; as of a fiducial's edges."""


class Bar(StrEnum):
    """What became of a bar."""

    SEEN = "seen"
    NOT_PRINTED = "not-printed"
    """Its place is on the image, and white."""
    OFF_IMAGE = "off-image"


def bars(placed: Placed, places: Sequence[Box]) -> tuple[Bar, ...]:
    """What became of printed bars at these places on paper, each long in one direction."""
    grey = edges.grey(placed.pixels)
    return tuple(_bar(grey, placed, place) for place in places)


def _bar(grey: Pixels, placed: Placed, place: Box) -> Bar:
    points = transform.apply(drift.near(placed.to_pixels, placed.drift, place.centre), _grid(place))
    height, width = grey.shape
    middle = points.reshape(len(_ALONG), len(_ACROSS), 2)[:, len(_ACROSS) // 2]
    if (middle < 0).any() or (middle > (width - 1, height - 1)).any():
        return Bar.OFF_IMAGE
    x, y = points.astype(np.float32).T
    seen = cv2.remap(grey, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    profile = np.asarray(seen, np.float64).reshape(len(_ALONG), len(_ACROSS)).mean(axis=0)
    at = int(np.where(_CORE, profile, np.inf).argmin())
    paper = min(profile[:at].max(initial=0.0), profile[at + 1 :].max(initial=0.0))
    step = paper - profile[at]
    return Bar.SEEN if step >= _PLAIN * placed.quality.contrast else Bar.NOT_PRINTED


def _grid(place: Box) -> Points:
    """The points on paper that are looked at, those across the bar together."""
    (x, y), upright = place.centre, place.h > place.w
    along = _ALONG * max(place.w, place.h) + (place.y if upright else place.x)
    across = _ACROSS + (x if upright else y)
    a, b = np.meshgrid(along, across, indexing="ij")
    grid = (b, a) if upright else (a, b)
    found: npt.NDArray[np.float64] = np.stack(grid, axis=-1).reshape(-1, 2)
    return found
