"""The exact corners of a fiducial, from the edges of its black square, and what its edges say of the scan.

An ArUco detector knows a corner to about a pixel. Here each side's edge is measured along many short
profiles across it, a line is laid through them, and neighbouring lines are intersected: 0.03 px at 300 dpi.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from klausur.paper.fields import FIDUCIAL
from klausur.scan.model import Pixels
from klausur.scan.transform import Points

Array = npt.NDArray[np.float64]

_PROFILES = 20  # across each side
_SAMPLES = 25  # along each profile
_REACH = 0.8  # mm to each side of the edge; the black border is 1.17 mm wide
_ENDS = 6  # samples at each end of a profile that are wholly paper or wholly print
_ALONG = np.linspace(0.12, 0.88, _PROFILES)  # clear of the corners, where two edges meet
_ACROSS = np.linspace(-1.0, 1.0, _SAMPLES)  # from inside (print) to outside (paper)

_NEXT, _BEFORE = np.array((1, 2, 3, 0)), np.array((3, 0, 1, 2))
"""Of four corners or sides, those that follow and precede."""

_LEFT = np.array((1.0, -1.0))  # turns (y, x) of a direction into that to its left, with y down

_NO_EDGE = 0.5  # of the usual step from print to paper: a side with less is covered, or no edge at all

BLURRED_RISE = 1.0
"""Width in mm of an edge (10 to 90 % of its contrast) whose sharpness is 0: two modules of the page code."""


@dataclass(frozen=True, slots=True)
class Edges:
    """The edges of n fiducials, and the print seen along them.

    ``corners`` (n, 4, 2) in px, where neighbouring edges meet; ``points`` (n, 4, 20, 2) places on the edges;
    ``normals`` (n, 4, 2) of length 1, out of the square; ``on_image`` (n, 4, 20) which of the points were
    measured: on the image, and on an edge. ``contrast`` in grey levels; ``rise`` the width of an edge in
    mm, from 10 to 90 % of its contrast.
    """

    corners: Array
    points: Array
    normals: Array
    on_image: npt.NDArray[np.bool_]
    contrast: float
    rise: float


def along(corners: Points) -> Array:
    """The points of a square's sides that are measured: (n, 4, 20, 2) of (n, 4, 2) corners."""
    return _on_sides(corners, corners[:, _NEXT] - corners)


def _on_sides(corners: Points, sides: Points) -> Array:
    return np.asarray(corners[:, :, None] + sides[:, :, None] * _ALONG[:, None])


def refine(pixels: Pixels, rough: Points) -> Edges:
    """Measure the edges of fiducials whose corners are known to a few pixels.

    Args:
        pixels: the image, grey or RGB.
        rough: (n, 4, 2) corners in px, each fiducial's in order round it, clockwise as seen.
    """
    sides = rough[:, _NEXT] - rough  # (n, 4, 2), from each corner to the next
    squares = sides * sides
    length = np.sqrt(squares[..., :1] + squares[..., 1:])
    tangent = sides / length
    outward = tangent[..., ::-1] * _LEFT  # clockwise with y down: outside lies to the left
    reach = length * (_REACH / FIDUCIAL)
    feet = _on_sides(rough, sides)
    across = (reach * outward)[..., None] * _ACROSS  # (n, 4, 2, samples)
    x, y = (feet[..., axis, None] + across[:, :, None, axis] for axis in (0, 1))  # (n, 4, 20, samples)
    levels, on_image = _sample(pixels, x, y)
    dark, light = _median(levels[..., :_ENDS], on_image), _median(levels[..., -_ENDS:], on_image)
    step = light - dark
    seen = on_image.any(axis=2)
    usual = float(middle(step[seen])) if seen.any() else 0.0
    on_image &= (step > _NO_EDGE * usual)[..., None]
    contrast = np.maximum(step, 1.0)
    height = levels - dark[..., None, None]
    height /= contrast[..., None, None]
    np.minimum(np.maximum(height, 0.0, out=height), 1.0, out=height)
    # Where the edge lies along its profile (-1 … 1): all that is paper lies outside of it.
    total = np.add.reduce(height, axis=3)
    place = 1.0 - 2.0 * (total - 0.5 * (height[..., 0] + height[..., -1])) / (_SAMPLES - 1)
    away = place * reach
    steep = (height > 0.1) & (height < 0.9)
    # In samples; a step shows as about none.
    rising = np.add.reduce(steep.view(np.uint8), axis=3, dtype=np.uint8)
    return Edges(
        corners=_corners(rough, tangent, outward, feet, away),
        points=feet + away[..., None] * outward[:, :, None],
        normals=outward,
        on_image=on_image,
        contrast=usual,
        rise=float(middle(rising.ravel().astype(np.int16))) * 2.0 * _REACH / (_SAMPLES - 1),
    )


def _median(levels: Pixels, on_image: npt.NDArray[np.bool_]) -> Array:
    """The median level of each side, of what lies on the image where anything does."""
    if on_image.all():  # NumPy sorts numbers of 16 bits many times as fast as those of 64
        return middle(levels.reshape(*levels.shape[:2], -1).astype(np.int16))
    counts = on_image | ~on_image.any(axis=2, keepdims=True)
    return np.asarray(np.nanmedian(np.where(counts[..., None], levels, np.nan), axis=(2, 3)), np.float64)


def middle(values: npt.NDArray[np.generic]) -> Array:
    """The median along the last axis. For as few numbers as here, NumPy's own takes thrice the time."""
    count = values.shape[-1]
    ordered = np.sort(values, axis=-1)
    return np.asarray((ordered[..., (count - 1) // 2] + ordered[..., count // 2]) / 2, np.float64)


def _sample(pixels: Pixels, x: Array, y: Array) -> tuple[Pixels, npt.NDArray[np.bool_]]:
    """Grey levels at places in px, (n, 4, 20, samples), and which profiles, (n, 4, 20), lie on the image.

    Bilinear; outside the image its edge goes on.
    """
    height, width = pixels.shape[:2]
    within = x.min() >= 0 and y.min() >= 0 and x.max() <= width - 1 and y.max() <= height - 1
    if within and pixels.ndim == 2:  # one call for all
        table = (-1, x.shape[-1])
        all_x, all_y = (each.reshape(table).astype(np.float32) for each in (x, y))
        found = cv2.remap(pixels, all_x, all_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(found, np.uint8).reshape(x.shape), np.ones(x.shape[:-1], np.bool_)
    rows = (len(x), -1, x.shape[-1])
    inside_x, left, right = _span(x, width)
    inside_y, top, bottom = _span(y, height)
    at_x = (x.reshape(rows) - np.array(left)[:, None, None]).astype(np.float32)
    at_y = (y.reshape(rows) - np.array(top)[:, None, None]).astype(np.float32)
    levels = np.empty(at_x.shape, np.uint8)
    for n, found in enumerate(levels):  # a crop for each, so that little is made grey
        crop = one_channel(pixels[top[n] : bottom[n], left[n] : right[n]])
        cv2.remap(crop, at_x[n], at_y[n], cv2.INTER_LINEAR, found, cv2.BORDER_REPLICATE)
    return levels.reshape(x.shape), inside_x & inside_y


def _span(places: Array, length: int) -> tuple[npt.NDArray[np.bool_], list[int], list[int]]:
    """Of places along one axis, (n, 4, 20, samples): which profiles lie within ``length`` pixels, (n, 4, 20).

    Then from which to which pixel each fiducial reaches.
    """
    ends = places[..., :: places.shape[-1] - 1]
    inside = (ends >= 0) & (ends <= length - 1)
    low = [math.floor(min(length - 1, max(0.0, least))) for least in ends.min(axis=(1, 2, 3)).tolist()]
    reached = zip(low, ends.max(axis=(1, 2, 3)).tolist(), strict=True)
    high = [min(length, math.ceil(min(length, max(first, last))) + 1) for first, last in reached]
    return inside[..., 0] & inside[..., 1], low, high


def grey(pixels: Pixels) -> Pixels:
    """One channel, contiguous; RGB is weighed as the eye does."""
    return np.ascontiguousarray(one_channel(pixels))


def one_channel(pixels: Pixels) -> Pixels:
    """The same, but a part of a grey image stays a view of it: OpenCV needs no copy."""
    if pixels.ndim == 3:
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    return pixels


def _corners(rough: Points, tangent: Array, outward: Array, feet: Array, away: Array) -> Array:
    """Lay a line through each side's edge places, and intersect each with the one before it."""
    from_corner = (feet - rough[:, :, None]) * tangent[:, :, None]
    along = from_corner[..., 0] + from_corner[..., 1]  # (n, 4, profiles) px
    slope, start = _lines(along, away)
    # A side's line: rough + start · outward + s · (tangent + slope · outward)
    point = rough + start[..., None] * outward
    direction = tangent + slope[..., None] * outward
    before_point, before_direction = point[:, _BEFORE], direction[:, _BEFORE]
    gap = before_point - point
    cross = direction[..., 0] * before_direction[..., 1] - direction[..., 1] * before_direction[..., 0]
    step = (gap[..., 0] * before_direction[..., 1] - gap[..., 1] * before_direction[..., 0]) / cross
    return np.asarray(point + step[..., None] * direction, np.float64)


def _lines(x: Array, y: Array) -> tuple[Array, Array]:
    """Slope and intercept of the line through each row of points, twice: the second time without outliers."""
    count, total = y.shape[-1], np.add.reduce
    mean_x, mean_y = total(x, axis=-1) / count, total(y, axis=-1) / count
    from_x, from_y = x - mean_x[..., None], y - mean_y[..., None]
    slope = total(from_x * from_y, axis=-1) / total(from_x**2, axis=-1)
    start = mean_y - slope * mean_x
    away = np.abs(y - start[..., None] - slope[..., None] * x)
    weight = (away <= 2.5 * np.maximum(middle(away)[..., None], 0.05)).astype(np.float64)
    kept = total(weight, axis=-1)
    mean_x, mean_y = total(weight * x, axis=-1) / kept, total(weight * y, axis=-1) / kept
    from_x, from_y = x - mean_x[..., None], y - mean_y[..., None]
    weighed = weight * from_x
    slope = total(weighed * from_y, axis=-1) / total(weight * from_x**2, axis=-1)
    return slope, mean_y - slope * mean_x
