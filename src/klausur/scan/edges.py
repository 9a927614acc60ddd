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
    sides = np.roll(corners, -1, axis=1) - corners
    return corners[:, :, None] + sides[:, :, None] * _ALONG[None, None, :, None]


def refine(pixels: Pixels, rough: Points) -> Edges:
    """Measure the edges of fiducials whose corners are known to a few pixels.

    Args:
        pixels: the image, grey or RGB.
        rough: (n, 4, 2) corners in px, each fiducial's in order round it, clockwise as seen.
    """
    sides = np.roll(rough, -1, axis=1) - rough  # (n, 4, 2), from each corner to the next
    length = np.linalg.norm(sides, axis=2, keepdims=True)
    tangent = sides / length
    outward = tangent[..., ::-1] * (1.0, -1.0)  # clockwise with y down: outside lies to the left
    reach = length * (_REACH / FIDUCIAL)
    feet = along(rough)
    offsets = reach[..., None] * outward[:, :, None] * _ACROSS[:, None]  # (n, 4, samples, 2)
    places = feet[:, :, :, None] + offsets[:, :, None]
    levels = _sample(pixels, places)
    on_image = _inside(pixels, places)
    dark, light = _median(levels[..., :_ENDS], on_image), _median(levels[..., -_ENDS:], on_image)
    step = light - dark
    seen = on_image.any(axis=2)
    usual = float(np.median(step[seen])) if seen.any() else 0.0
    on_image &= (step > _NO_EDGE * usual)[..., None]
    contrast = np.maximum(step, 1.0)
    height = np.clip((levels - dark[..., None, None]) / contrast[..., None, None], 0.0, 1.0)
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
        rise=float(np.median(rising)) * 2.0 * _REACH / (_SAMPLES - 1),
    )


def _inside(pixels: Pixels, places: Array) -> npt.NDArray[np.bool_]:
    """Which profiles, (n, 4, 20, samples, 2), lie wholly on the image."""
    ends = places[..., (0, -1), :]
    size = np.array(pixels.shape[1::-1], np.float64)
    return np.asarray(((ends >= 0) & (ends <= size - 1)).all(axis=(3, 4)))


def _median(levels: Array, on_image: npt.NDArray[np.bool_]) -> Array:
    """The median level of each side, of what lies on the image where anything does."""
    if on_image.all():
        return np.asarray(np.median(levels, axis=(2, 3)), np.float64)
    counts = on_image | ~on_image.any(axis=2, keepdims=True)
    return np.asarray(np.nanmedian(np.where(counts[..., None], levels, np.nan), axis=(2, 3)), np.float64)


def _sample(pixels: Pixels, at: Array) -> Array:
    """Grey levels at (n, …, 2) places in px, bilinear; outside the image its edge goes on."""
    height, width = pixels.shape[:2]
    levels = np.empty(at.shape[:-1])
    for row, places in zip(levels, at, strict=True):  # a crop for each, so that little is made grey
        flat = places.reshape(-1, 2)
        low = np.clip(np.floor(flat.min(axis=0)).astype(int), 0, (width - 1, height - 1))
        high = np.clip(np.ceil(flat.max(axis=0)).astype(int) + 1, low + 1, (width, height))
        crop = grey(pixels[low[1] : high[1], low[0] : high[0]])
        where = (places.reshape(row.shape[0], -1, 2) - low).astype(np.float32)
        found = cv2.remap(
            crop, where[..., 0], where[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        row[...] = found.reshape(row.shape)
    return levels


def grey(pixels: Pixels) -> Pixels:
    """One channel, contiguous; RGB is weighed as the eye does."""
    if pixels.ndim == 3:
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    return np.ascontiguousarray(pixels)


def _corners(rough: Points, tangent: Array, outward: Array, feet: Array, away: Array) -> Array:
    """Lay a line through each side's edge places, and intersect each with the one before it."""
    along = ((feet - rough[:, :, None]) * tangent[:, :, None]).sum(axis=3)  # (n, 4, profiles) px
    slope, start = _lines(along, away)
    # A side's line: rough + start · outward + s · (tangent + slope · outward)
    point = rough + start[..., None] * outward
    direction = tangent + slope[..., None] * outward
    before_point, before_direction = np.roll(point, 1, axis=1), np.roll(direction, 1, axis=1)
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
        weight = (away <= 2.5 * np.maximum(np.median(away, axis=-1, keepdims=True), 0.05)).astype(np.float64)
    return slope, start
