"""The exact corners of a fiducial, from the edges of its black square, and what its edges say of the scan.

An ArUco detector knows a corner to about a pixel. Here each side's edge is measured along many short
profiles across it, a line is laid through them, and neighbouring lines are intersected: 0.03 px at 300 dpi.
"""

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

_NEXT, _BEFORE = (1, 2, 3, 0), (3, 0, 1, 2)  # of four corners or sides, those that follow and precede

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
    sides = corners[:, _NEXT] - corners
    return corners[:, :, None] + sides[:, :, None] * _ALONG[None, None, :, None]


def refine(pixels: Pixels, rough: Points) -> Edges:
    """Measure the edges of fiducials whose corners are known to a few pixels.

    Args:
        pixels: the image, grey or RGB.
        rough: (n, 4, 2) corners in px, each fiducial's in order round it, clockwise as seen.
    """
    sides = rough[:, _NEXT] - rough  # (n, 4, 2), from each corner to the next
    length = np.sqrt((sides * sides).sum(axis=2, keepdims=True))
    tangent = sides / length
    outward = tangent[..., ::-1] * (1.0, -1.0)  # clockwise with y down: outside lies to the left
    reach = length * (_REACH / FIDUCIAL)
    feet = along(rough)
    across = (reach * outward)[..., None] * _ACROSS  # (n, 4, 2, samples)
    x, y = (feet[..., axis, None] + across[:, :, None, axis] for axis in (0, 1))  # (n, 4, 20, samples)
    levels = _sample(pixels, x, y)
    on_image = _inside(pixels, x, y)
    dark, light = _median(levels[..., :_ENDS], on_image), _median(levels[..., -_ENDS:], on_image)
    step = light - dark
    seen = on_image.any(axis=2)
    usual = float(np.median(step[seen])) if seen.any() else 0.0
    on_image &= (step > _NO_EDGE * usual)[..., None]
    contrast = np.maximum(step, 1.0)
    height = (levels - dark[..., None, None]) / contrast[..., None, None]
    np.minimum(np.maximum(height, 0.0, out=height), 1.0, out=height)
    # Where the edge lies along its profile (-1 … 1): all that is paper lies outside of it.
    place = 1.0 - 2.0 * (height.sum(axis=3) - 0.5 * (height[..., 0] + height[..., -1])) / (_SAMPLES - 1)
    away = place * reach
    rising = ((height > 0.1) & (height < 0.9)).sum(axis=3)  # samples; a step shows as about none
    return Edges(
        corners=_corners(rough, tangent, outward, feet, away),
        points=feet + away[..., None] * outward[:, :, None],
        normals=outward,
        on_image=on_image,
        contrast=usual,
        rise=float(middle(rising.ravel())) * 2.0 * _REACH / (_SAMPLES - 1),
    )


def _inside(pixels: Pixels, x: Array, y: Array) -> npt.NDArray[np.bool_]:
    """Which profiles, (n, 4, 20, samples) each, lie wholly on the image."""
    height, width = pixels.shape[:2]
    ends = (x[..., 0], x[..., -1], y[..., 0], y[..., -1])
    most = (width - 1, width - 1, height - 1, height - 1)
    inside = [(end >= 0) & (end <= last) for end, last in zip(ends, most, strict=True)]
    return np.asarray(np.logical_and.reduce(inside))


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


def _sample(pixels: Pixels, x: Array, y: Array) -> Pixels:
    """Grey levels at places in px, (n, 4, 20, samples), bilinear; outside the image its edge goes on."""
    height, width = pixels.shape[:2]
    levels = np.empty(x.shape, np.uint8)
    rows = (len(x), -1, x.shape[-1])
    x, y = x.reshape(rows), y.reshape(rows)
    left, right = _span(x, width)
    top, bottom = _span(y, height)
    for n, row in enumerate(levels):  # a crop for each, so that little is made grey
        crop = one_channel(pixels[top[n] : bottom[n], left[n] : right[n]])
        at_x, at_y = (x[n] - left[n]).astype(np.float32), (y[n] - top[n]).astype(np.float32)
        found = cv2.remap(crop, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        row[...] = found.reshape(row.shape)
    return levels


def _span(places: Array, length: int) -> tuple[list[int], list[int]]:
    """From which to which pixel, of ``length``, the places of each fiducial reach, (n, profiles, samples)."""
    ends = places[:, :, (0, -1)]
    low = np.minimum(np.maximum(np.floor(ends.min(axis=(1, 2))), 0), length - 1).astype(int)
    high = np.minimum(np.maximum(np.ceil(ends.max(axis=(1, 2))).astype(int) + 1, low + 1), length)
    return low.tolist(), high.tolist()


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
    along = ((feet - rough[:, :, None]) * tangent[:, :, None]).sum(axis=3)  # (n, 4, profiles) px
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
    weight = np.ones_like(y)
    slope = start = np.zeros(y.shape[:-1])
    for _ in range(2):
        total = weight.sum(axis=-1)
        mean_x = (weight * x).sum(axis=-1) / total
        mean_y = (weight * y).sum(axis=-1) / total
        from_x, from_y = x - mean_x[..., None], y - mean_y[..., None]
        slope = (weight * from_x * from_y).sum(axis=-1) / (weight * from_x**2).sum(axis=-1)
        start = mean_y - slope * mean_x
        away = np.abs(y - start[..., None] - slope[..., None] * x)
        weight = (away <= 2.5 * np.maximum(middle(away)[..., None], 0.05)).astype(np.float64)
    return slope, start
