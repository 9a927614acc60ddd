"""Windows: the upright little pictures round a box that the mark reader sees, cut out of a placed page.

Here lives the way from millimetres to a window's pixels, and nothing about what a window shows.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from klausur.base.geometry import Box
from klausur.paper.fields import MARK_WINDOW
from klausur.scan import drift
from klausur.scan.model import Matrix, Pixels, Placed

SIDE = 80
"""Pixels along each side of a window: 10 to a millimetre."""

_MIDDLE = (SIDE - 1) / 2
"""The window's centre as OpenCV counts: pixel centres lie at whole numbers."""

_CORNERS = np.array([[0, SIDE - 1, SIDE - 1, 0], [0, 0, SIDE - 1, SIDE - 1], [1, 1, 1, 1]], np.float64)

_FLAGS = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP

PAPER_QUANTILE = 0.8
"""Brightness below which this share of a window's pixels lies is taken for its paper level. A box
filled out far over its edge covers less than half of a window, so four fifths up there is still paper."""


def window(placed: Placed, box: Box) -> Pixels:
    """The `MARK_WINDOW` mm square centred on a box, upright, RGB: (80, 80, 3).

    A grey page gives three equal channels. What lies outside the image is filled with paper.
    """
    seen: Pixels = rgb(windows(placed, [box]))[0]
    return seen


def windows(placed: Placed, boxes: Sequence[Box], side: float = MARK_WINDOW) -> Pixels:
    """The windows of many boxes of one page: (n, 80, 80, c), where c is 1 for a grey page and 3 for RGB.

    ``side`` is that of a window in mm.
    """
    pixels = placed.pixels
    colours = 1 if pixels.ndim == 2 else pixels.shape[2]
    cut = np.empty((len(boxes), SIDE, SIDE, colours), np.uint8)
    if not boxes:
        return cut
    inverses = _to_pixels(placed, np.array([box.centre for box in boxes]), SIDE / side)
    corners = inverses @ _CORNERS  # (n, 2, 4)
    low, high = corners.min(axis=2), corners.max(axis=2)
    inside = (low >= 1).all(axis=1) & (high <= (pixels.shape[1] - 2, pixels.shape[0] - 2)).all(axis=1)
    shrink = int(np.sqrt(abs(np.linalg.det(inverses[0, :, :2]))))
    rooms = cut[..., 0] if colours == 1 else cut
    for n, (inverse, room) in enumerate(zip(inverses, rooms, strict=True)):
        if inside[n] and shrink < 2:  # nearly every window of a scan at 300 dpi
            cv2.warpAffine(pixels, inverse, (SIDE, SIDE), room, _FLAGS, cv2.BORDER_CONSTANT)
        else:
            cut[n] = _carefully(pixels, inverse, low[n], high[n], shrink).reshape(cut[n].shape)
    return cut


def rgb(cut: Pixels) -> Pixels:
    """Windows, (n, 80, 80, c), with three channels; nothing is copied."""
    seen: Pixels = np.broadcast_to(cut, (*cut.shape[:3], 3))  # a view
    return seen


def _to_pixels(placed: Placed, centres: npt.NDArray[np.float64], per_mm: float) -> npt.NDArray[np.float64]:
    """The affine maps, (n, 2, 3), from the pixels of windows round (n, 2) centres in mm to the page's."""
    maps = drift.maps(placed.to_pixels, placed.drift, centres)
    slope, at = maps[:, :, :2] / per_mm, maps[:, :, 2]
    return np.concatenate([slope, (at - slope @ (_MIDDLE, _MIDDLE))[:, :, None]], axis=2)


def _carefully(
    pixels: Pixels,
    inverse: Matrix,
    low: npt.NDArray[np.float64],
    high: npt.NDArray[np.float64],
    shrink: int,
) -> Pixels:
    """A window that reaches over the image's edge, or for which the image must be shrunk."""
    size = (pixels.shape[1], pixels.shape[0])
    margin = shrink + 2  # for interpolation, and because shrinking drops what is left over
    left, top = np.clip(low.astype(int) - margin, 0, size).tolist()
    right, bottom = np.clip(high.astype(int) + margin + 1, 0, size).tolist()
    part = pixels[top:bottom, left:right]
    if min(part.shape[:2]) < max(shrink, 1):
        return np.full((SIDE, SIDE, *pixels.shape[2:]), 255, np.uint8)
    few = part[::4, ::4]
    paper = tuple(np.quantile(few, PAPER_QUANTILE, axis=(0, 1)).ravel().tolist())
    slope, shift = inverse[:, :2], inverse[:, 2] - (left, top)
    if shrink >= 2:
        # Linear interpolation would skip pixels: first shrink by a whole number, over areas.
        part, slope, shift = _shrunk(part, shrink), slope / shrink, (shift + 0.5) / shrink - 0.5
    return _warp(part, np.column_stack([slope, shift]), paper)


def _shrunk(part: Pixels, by: int) -> Pixels:
    height, width = (max(1, length // by) for length in part.shape[:2])
    whole = part[: height * by, : width * by]
    return cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _warp(pixels: Pixels, inverse: Matrix, paper: tuple[float, ...]) -> Pixels:
    warped: npt.NDArray[np.generic] = cv2.warpAffine(
        pixels,
        inverse,
        (SIDE, SIDE),
        flags=_FLAGS,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=paper,
    )
    return warped.astype(np.uint8, copy=False)
