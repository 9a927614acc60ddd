"""From strokes to how much ink lies on each pixel. Colours and paper live in `klausur.rehearse.pen`."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from klausur.base.geometry import Box
from klausur.rehearse.strokes import Stroke

Cover = npt.NDArray[np.float32]
"""(height, width), 0 bare paper … 1 full ink."""

_SHIFT = 4
"""Fractional bits of the coordinates given to OpenCV."""

_FINE = 18.0
"""A stroke is drawn at least this many pixels wide before it is averaged down to the page's pixels, so that
its odd whole-number width is right to a fifteenth and its edges are smooth."""

_MOST = 4
"""Largest factor of supersampling."""


def cover(stroke: Stroke, shape: tuple[int, int], scale: float, origin: tuple[float, float]) -> Cover:
    """The ink that one stroke leaves, anti-aliased.

    Args:
        stroke: in mm.
        shape: (height, width) of the result in px.
        scale: px per mm.
        origin: mm of the result's top left corner (the outer corner of its first pixel).
    """
    thinnest = float(np.median(stroke.width)) * scale
    factor = int(np.clip(np.ceil(_FINE / max(thinnest, 0.1)), 2, _MOST))
    fine = scale * factor
    image = np.zeros((shape[0] * factor, shape[1] * factor), np.uint8)
    # OpenCV counts from pixel centres, hence the half pixel.
    points = np.round(((stroke.points - origin) * fine - 0.5) * (1 << _SHIFT)).astype(np.int32)
    tones = np.clip(np.round(stroke.density * 255), 1, 255).astype(int)
    if stroke.solid:
        cv2.fillPoly(image, [points], int(tones[0]), cv2.LINE_8, _SHIFT)
    # With fractional bits OpenCV draws an even thickness n, and n - 1 above 2, as n + 1 pixels.
    thick = np.maximum(1, 2 * np.round((stroke.width * fine - 1) / 2)).astype(int)
    corners = points.tolist()
    for i in range(len(corners) - 1):
        cv2.line(image, corners[i], corners[i + 1], int(tones[i]), int(thick[i]), cv2.LINE_8, _SHIFT)
    if factor > 1:
        image = cv2.resize(image, (shape[1], shape[0]), interpolation=cv2.INTER_AREA).astype(np.uint8)
    return image.astype(np.float32) / 255.0


def extent(strokes: Sequence[Stroke]) -> Box:
    """The upright rectangle in mm that holds all ink of the strokes."""
    low = np.min([np.min(s.points - s.width[:, None] / 2, axis=0) for s in strokes], axis=0)
    high = np.max([np.max(s.points + s.width[:, None] / 2, axis=0) for s in strokes], axis=0)
    return Box(float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]))


def filled_share(strokes: Sequence[Stroke], box: Box, scale: float = 12.0) -> float:
    """The share of a box's area, 0 … 1, that lies under clearly visible ink."""
    shape = (max(1, round(box.h * scale)), max(1, round(box.w * scale)))
    total = np.zeros(shape, np.float32)
    for stroke in strokes:
        np.maximum(total, cover(stroke, shape, scale, (box.x, box.y)), out=total)
    return float(np.mean(total > 0.4))
