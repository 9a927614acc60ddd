"""A whole Field cut out of a placed page: upright, grey, at the scan's own resolution.

For Fields that are looked at for ink or codes; what the networks see is cut out by `klausur.read.crop`.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from klausur.base.geometry import Box
from klausur.scan import drift, levels, transform
from klausur.scan.edges import grey, one_channel
from klausur.scan.model import Pixels, Placed

PAPER_QUANTILE = 0.8
"""Brightness below which this share of a Field's pixels lies is taken for its paper level."""

_MOST = 12.0
"""The most pixels for each mm that are kept: those of a scan at 300 dpi."""


@dataclass(frozen=True, slots=True)
class Area:
    """A Field's pixels, (height, width) grey, and how many there are to a mm."""

    pixels: Pixels
    scale: float

    def dark(self, share: float) -> npt.NDArray[np.bool_]:
        """Which pixels are darker than the paper by this share or more, (height, width).

        Noise of single pixels is taken away first: pens are broader.
        """
        soft = cv2.GaussianBlur(self.pixels, (0, 0), 0.08 * self.scale)
        return np.asarray(soft < (1.0 - share) * brightness(self.pixels[::3, ::3], PAPER_QUANTILE), np.bool_)

    def mm2(self, dark: npt.NDArray[np.bool_]) -> float:
        """The area in mm² of the pixels that are set."""
        return float(np.count_nonzero(dark)) / self.scale**2


def brightness(pixels: Pixels, share: float) -> float:
    """The level below which a share of (height, width) grey pixels lies, as NumPy's quantile gives it."""
    return levels.quantile(levels.counted(pixels), share)


def upright(placed: Placed, box: Box, most: float = _MOST) -> Area:
    """A box of a page, with ``most`` pixels for each mm. What lies outside of the image is white."""
    scale = min(transform.scale_at(placed.to_pixels, *box.centre), most)
    size = (max(1, round(box.w * scale)), max(1, round(box.h * scale)))
    # From the pixels of the result to mm on paper.
    place = np.array(((1 / scale, 0, box.x + 0.5 / scale), (0, 1 / scale, box.y + 0.5 / scale), (0, 0, 1.0)))
    pixels, to_pixels = _part(placed, box, most)
    cut = cv2.warpPerspective(
        pixels,
        to_pixels @ place,
        size,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=255.0,
    )
    return Area(np.asarray(cut, np.uint8), scale)


def sparse(placed: Placed, box: Box, few: float) -> Area:
    """Single pixels of a box, as they lie in the image: ``few`` for each mm or more, if it has as many.

    Of a box that lies askew, those of the upright rectangle within it; none if there is none.
    """
    height, width = placed.pixels.shape[:2]
    lies = drift.near(placed.to_pixels, placed.drift, box.centre)
    corners = np.sort(transform.apply(lies, np.array(box.corners)), axis=0)
    left, top = np.clip(np.ceil(corners[1]).astype(int), 0, (width, height)).tolist()
    right, bottom = np.clip(np.floor(corners[2]).astype(int), 0, (width, height)).tolist()
    scale = transform.scale_at(placed.to_pixels, *box.centre)
    by = max(1, int(scale / few))
    part = np.ascontiguousarray(placed.pixels[top:bottom:by, left:right:by])
    return Area(grey(part), scale / by)


def _part(placed: Placed, box: Box, most: float) -> tuple[Pixels, npt.NDArray[np.float64]]:
    """The part of the image that shows a box, grey, and the map from mm to it.

    It is shrunk to about ``most`` pixels for each mm.
    """
    height, width = placed.pixels.shape[:2]
    lies = drift.near(placed.to_pixels, placed.drift, box.centre)
    corners = transform.apply(lies, np.array(box.grown(1.0).corners))
    left, top = np.clip(np.floor(corners.min(axis=0)).astype(int), 0, (width - 1, height - 1)).tolist()
    right, bottom = np.clip(np.ceil(corners.max(axis=0)).astype(int) + 1, 1, (width, height)).tolist()
    part = one_channel(placed.pixels[top : max(bottom, top + 1), left : max(right, left + 1)])
    moved = np.array(((1, 0, -left), (0, 1, -top), (0, 0, 1.0))) @ lies
    by = max(1, int(transform.scale_at(placed.to_pixels, *box.centre) / most))
    if by > 1 and min(part.shape) >= by:
        h, w = part.shape[0] // by, part.shape[1] // by
        part = np.asarray(
            cv2.resize(part[: h * by, : w * by], (w, h), interpolation=cv2.INTER_AREA), np.uint8
        )
        moved = np.array(((1 / by, 0, 0.5 / by - 0.5), (0, 1 / by, 0.5 / by - 0.5), (0, 0, 1.0))) @ moved
    return part, moved
