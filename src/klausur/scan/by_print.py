"""Where a page lies on an image, to a tenth of a millimetre, by patches of what is printed on it.

A first transform, good to a few mm, puts the image on the page; each patch of print is then sought near where
it should be, and where these agree is the page. Paper that is curled or pulled unevenly gets a drift beside.
"""

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from klausur.base.geometry import Size
from klausur.scan import drift as bends
from klausur.scan import transform
from klausur.scan.model import Drift, Matrix, Pixels
from klausur.scan.paper_pages import DPI, INK, Bits, PaperPage
from klausur.scan.transform import Points

_PER_MM = DPI / 25.4
_PATCH = 9.0  # mm, the side of a patch
_LEAST_INK = 0.015  # share of a patch that is ink, at least
_REACH = (4.0, 1.5, 0.8)  # mm in which a patch is sought, round by round
_GOOD = 0.55  # correlation from which on it is found
_AGREES = (1.2, 0.5, 0.35)  # mm, round by round
_BENT = 0.08  # mm, root mean square of what a plain transform leaves
_KNOTS = 80
_FEW, _SOME = 4, 10
"""Patches that tell how a page is moved and turned, and how it is stretched and seen from aside."""

_STRETCHED, _SPREAD = 10.0, 25.0
"""mm, standard deviation of their places in each direction, from which they tell of stretch, and of a view
from aside."""

_TRIES = (4000, 0.999)
_BOTH_WAYS = 0.15  # part of the greater gradient that the lesser one has: a line tells nothing along itself
_GRID = 4.0  # mm between the points through which an image is put on a page
_FAT = 5  # px at `DPI` by which ink is made wider where that of a page is looked for: 0.3 mm
_PAPER = 0.85  # quantile of an image's levels that is its paper
_FEW_ROWS = 200  # of an image tell it


@dataclass(frozen=True, slots=True)
class Lies:
    """Where a page lies.

    Attributes:
        to_pixels: from mm of the page to px of the image.
        drift: how far off that is, where the paper is curled.
        agreeing: how many patches bear it out, of ``patches``.
        residual: of these in mm, root mean square.
        ink: where the image has ink, put on the page, made a little wider; (height, width) at `DPI`.
    """

    to_pixels: Matrix
    drift: Drift | None
    agreeing: int
    patches: int
    residual: float
    ink: Bits

    def seen(self, ink: Bits) -> float:
        """The share of some of the page's ink that the image shows."""
        return float(self.ink[ink].mean()) if ink.any() else 0.0


def closely(levels: Pixels, page: PaperPage, to_pixels: Matrix) -> Lies | None:
    """Where a page lies near a first transform; None if too few of its patches are found there.

    Args:
        levels: the image, `klausur.scan.paper_pages.flat`.
        page: what is looked for.
        to_pixels: from mm of the page to px of the image, good to some mm.
    """
    corners = _patches(page)
    if not len(corners):
        return None
    bend: Drift | None = None
    points = shifts = np.zeros((0, 2))
    residual = 0.0
    for reach, agrees in zip(_REACH, _AGREES, strict=True):
        here = laid(levels, to_pixels, bend, Put(page.size, _PER_MM))
        points, shifts = _found(here, page, corners, reach)
        if len(points) < _FEW:
            return None
        to_pixels, good, left = _fitted(to_pixels, points, shifts, agrees)
        if int(good.sum()) < _FEW:
            return None
        residual = float(np.sqrt((left[good] ** 2).sum(axis=1).mean()))
        points, shifts = points[good], left[good]
    if residual > _BENT and len(points) >= _SOME and float(points.std(axis=0).min()) > _SPREAD:
        bend = bends.through(*_thinned(points, shifts))
    ink = laid(levels, to_pixels, bend, Put(page.size, _PER_MM)) < INK * 255
    fat = cv2.dilate(np.asarray(ink, np.uint8), np.ones((_FAT, _FAT), np.uint8)) > 0
    return Lies(to_pixels, bend, len(points), len(corners), residual, np.asarray(fat, np.bool_))


@dataclass(frozen=True, slots=True)
class Put:
    """What an image is put on: how large it is in mm, and which mm of the page its mm are.

    ``to_page`` (3, 3) is the identity for the page itself.
    """

    size: Size
    per_mm: float
    to_page: Matrix = field(default_factory=lambda: np.eye(3))


def laid(pixels: Pixels, to_pixels: Matrix, bend: Drift | None, on: Put, *, fine: bool = False) -> Pixels:
    """An image put on its page, or on part of it: upright; what lies outside of the image is its paper.

    Args:
        pixels: the image, grey or RGB.
        to_pixels: from mm of the page to its px.
        bend: the drift beside.
        on: what it is put on.
        fine: whether what lies between px is told from more than the nearest four.
    """
    height, width = round(on.size.h * on.per_mm), round(on.size.w * on.per_mm)
    xs = np.linspace(0, width - 1, max(2, round(on.size.w / _GRID)))
    ys = np.linspace(0, height - 1, max(2, round(on.size.h / _GRID)))
    grid = (np.stack(np.meshgrid(xs, ys), axis=2).reshape(-1, 2) + 0.5) / on.per_mm
    where = transform.apply(on.to_page, grid)
    there = bends.to_image(to_pixels, bend, where).reshape(len(ys), len(xs), 2).astype(np.float32)
    scale = transform.scale_at(to_pixels @ on.to_page, on.size.w / 2, on.size.h / 2) / on.per_mm
    if scale > 1.3:  # what would be skipped between two px is taken in first
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.4 * scale), np.uint8)
    across = _stretched(there[..., 0], width, height)
    down = _stretched(there[..., 1], width, height)
    few = pixels[:: max(1, len(pixels) // _FEW_ROWS)]
    white = tuple(np.quantile(few, _PAPER, axis=(0, 1)).ravel().tolist())
    way = cv2.INTER_CUBIC if fine else cv2.INTER_LINEAR
    put = cv2.remap(pixels, across, down, way, None, cv2.BORDER_CONSTANT, white)
    return np.asarray(put, np.uint8)


def _stretched(knots: npt.NDArray[np.float32], width: int, height: int) -> npt.NDArray[np.float32]:
    """Values at the corners and between them, evenly from one row and column of knots to the next."""
    rows, columns = knots.shape
    down, across = np.linspace(0, rows - 1, height), np.linspace(0, columns - 1, width)
    x, y = np.meshgrid(across.astype(np.float32), down.astype(np.float32))
    return np.asarray(cv2.remap(knots, x, y, cv2.INTER_LINEAR, None, cv2.BORDER_REPLICATE), np.float32)


def _patches(page: PaperPage) -> npt.NDArray[np.int64]:
    """The upper left corners, (n, 2) px at `DPI`, of the patches whose print tells where they are."""
    side = round(_PATCH * _PER_MM)
    soft = cv2.GaussianBlur(page.grey, (0, 0), 1.0)
    across, down = (cv2.Sobel(soft, cv2.CV_64F, *way) for way in ((1, 0), (0, 1)))
    sums = [cv2.integral(part) for part in (page.ink.astype(np.float64), across**2, down**2, across * down)]
    height, width = page.ink.shape
    at = np.stack(
        np.meshgrid(np.arange(0, width - side, side // 2), np.arange(0, height - side, side // 2)), axis=2
    ).reshape(-1, 2)
    x, y = at.T
    ink, xx, yy, xy = (
        part[y + side, x + side] - part[y, x + side] - part[y + side, x] + part[y, x] for part in sums
    )
    apart = np.hypot((xx - yy) / 2, xy)
    telling = (xx + yy) / 2 - apart >= _BOTH_WAYS * ((xx + yy) / 2 + apart)
    return np.asarray(at[(ink >= _LEAST_INK * side**2) & telling], np.int64)


def _found(
    here: Pixels, page: PaperPage, corners: npt.NDArray[np.int64], reach: float
) -> tuple[Points, Points]:
    """The middles of the patches that are found, in mm of the page, and how far off they are found."""
    side, far = round(_PATCH * _PER_MM), round(reach * _PER_MM)
    soft = [np.asarray(cv2.GaussianBlur(each, (0, 0), 1.0), np.uint8) for each in (page.grey, here)]
    around = cv2.copyMakeBorder(soft[1], far, far, far, far, cv2.BORDER_CONSTANT, value=(255,))
    points, shifts = [], []
    for x, y in corners.tolist():
        patch = soft[0][y : y + side, x : x + side]
        answer = cv2.matchTemplate(
            around[y : y + side + 2 * far, x : x + side + 2 * far], patch, cv2.TM_CCOEFF_NORMED
        )
        _, good, _, (left, top) = cv2.minMaxLoc(answer)
        if good >= _GOOD and 0 < left < 2 * far and 0 < top < 2 * far:
            left_, top_ = (
                left + _peak(answer[top, left - 1 : left + 2]),
                top + _peak(answer[top - 1 : top + 2, left]),
            )
            points.append(((x + side / 2) / _PER_MM, (y + side / 2) / _PER_MM))
            shifts.append(((left_ - far) / _PER_MM, (top_ - far) / _PER_MM))
    return np.array(points, np.float64).reshape(-1, 2), np.array(shifts, np.float64).reshape(-1, 2)


def _peak(three: npt.NDArray[np.generic]) -> float:
    """Where a parabola through three values has its peak, from the middle one."""
    before, at, after = (float(value) for value in three)
    bend = before - 2 * at + after
    return 0.0 if bend >= 0 else float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5))


def _fitted(
    to_pixels: Matrix, points: Points, shifts: Points, agrees: float
) -> tuple[Matrix, npt.NDArray[np.bool_], Points]:
    """A better transform, which patches bear it out, and how far each lies off it in mm."""
    there = (points + shifts).astype(np.float64)
    spread = float(points.std(axis=0).min()) if len(points) >= _SOME else 0.0
    change: npt.NDArray[np.generic] | None = None
    if spread > _SPREAD:
        change, _ = cv2.findHomography(points, there, cv2.RANSAC, agrees, None, *_TRIES)
    elif spread > _STRETCHED:
        change, _ = cv2.estimateAffine2D(points, there, None, cv2.RANSAC, agrees, *_TRIES)
    if change is None:
        change, _ = cv2.estimateAffinePartial2D(points, there, None, cv2.RANSAC, agrees, *_TRIES)
    if change is None:
        change = np.eye(3)
    elif len(change) == 2:
        change = np.vstack((change, (0.0, 0.0, 1.0)))
    left = there - transform.apply(np.asarray(change, np.float64), points)
    good = np.hypot(left[:, 0], left[:, 1]) <= 2 * agrees
    return np.asarray(to_pixels @ np.asarray(change, np.float64)), np.asarray(good, np.bool_), left


def _thinned(points: Points, shifts: Points) -> tuple[Points, Points]:
    """At most so many knots, from all over the page."""
    step = -(-len(points) // _KNOTS)
    return points[::step], shifts[::step]
