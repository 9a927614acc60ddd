"""How a sheet lies on an image: from millimetres on paper to pixels, and the sheet's pixels put there.

Flat sheets, sheets that moved under the scanner's lamp, and bent ones before a camera are all a `Pose`. Which
one it is by chance is decided in `klausur.rehearse.scanner_glass` and `klausur.rehearse.photo`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from klausur.base.geometry import Size
from klausur.rehearse.strokes import Points
from klausur.scan.model import Matrix, Pixels

GRID = 3.0
"""Distance in mm between the points at which the truth keeps where a page lies. Between them lines are
straight to a hundredth of a millimetre for the strongest bend that the catalogue has."""

_COARSE = 16
"""Every how many px of the image its place on the sheet is computed; between them it is interpolated."""

_BAND = 512
"""Rows of an image that are painted at once: the maps of a whole page of 600 dpi would take 700 MB."""

_ROUNDS = 20
_EXACT = 0.002
"""Steps towards a place on a bent sheet: no more than so many, and no more once they get that small in mm."""

Field = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pose:
    """Where one sheet lies on an image.

    Attributes:
        size: the sheet in mm.
        rough: from mm to px, projective: exact if ``bend`` is None.
        bend: from (n, 2) mm to (n, 2) px, for a sheet that no projective transform describes.
    """

    size: Size
    rough: Matrix
    bend: Callable[[Points], Points] | None = None

    def to_pixels(self, points: Points) -> Points:
        """Where (n, 2) points in mm lie on the image, pixel centres at whole numbers."""
        return projected(self.rough, points) if self.bend is None else self.bend(points)

    def scale(self) -> float:
        """Pixels per mm in the middle of the sheet."""
        middle = np.array((self.size.w, self.size.h)) / 2
        ends = self.to_pixels(middle + np.array(((-5.0, 0.0), (5.0, 0.0), (0.0, -5.0), (0.0, 5.0))))
        across, down = ends[1] - ends[0], ends[3] - ends[2]
        return float(abs(across[0] * down[1] - across[1] * down[0]) ** 0.5) / 10.0


@dataclass(frozen=True, slots=True)
class Where:
    """Where a page truly lies: for every `GRID` mm of paper the px on the image, (rows, columns, 2)."""

    grid: npt.NDArray[np.float64]

    def at(self, points: Points) -> Points:
        """Where (n, 2) points in mm lie on the image, in px."""
        place = np.asarray(points, np.float64) / GRID
        low = np.clip(np.floor(place).astype(int), 0, np.array(self.grid.shape[1::-1]) - 2)
        (x, y), (fx, fy) = low.T, (place - low).T[..., None]
        top = self.grid[y, x] * (1 - fx) + self.grid[y, x + 1] * fx
        bottom = self.grid[y + 1, x] * (1 - fx) + self.grid[y + 1, x + 1] * fx
        return np.asarray(top * (1 - fy) + bottom * fy, np.float64)


def where(pose: Pose) -> Where:
    """What the truth keeps of a pose."""
    x = np.arange(int(np.ceil(pose.size.w / GRID)) + 1) * GRID
    y = np.arange(int(np.ceil(pose.size.h / GRID)) + 1) * GRID
    points = np.stack(np.meshgrid(x, y), axis=-1)
    return Where(pose.to_pixels(points.reshape(-1, 2)).reshape(points.shape))


def projected(matrix: Matrix, points: Points) -> Points:
    """Where a projective transform puts (n, 2) points."""
    # OpenCV's takes a tenth of the time of numpy's products when all cores are busy.
    return np.asarray(cv2.perspectiveTransform(points[None].astype(np.float64), matrix)[0], np.float64)


def on_paper(pose: Pose, shape: tuple[int, int]) -> tuple[Field, Field]:
    """For every `_COARSE`-th pixel of an image (height, width) the x and y in mm of what it shows.

    A bent sheet's is found step by step: the rough transform's inverse carries what is amiss back to paper.
    """
    rows, columns = (-(-side // _COARSE) + 1 for side in shape)
    px = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).reshape(-1, 2) * 1.0 * _COARSE
    back = np.linalg.inv(pose.rough).astype(np.float64)
    aim = projected(back, np.asarray(px, np.float64))
    place = aim.copy()
    if pose.bend is not None:
        reach = np.array((pose.size.w, pose.size.h))
        # Far off the sheet its bend means nothing, and what is found there is never seen.
        near = np.flatnonzero(((aim > -0.1 * reach) & (aim < 1.1 * reach)).all(axis=1))
        found, goal = aim[near], aim[near]
        for _ in range(_ROUNDS):
            amiss = goal - projected(back, pose.bend(found))
            found = np.clip(found + amiss, -0.25 * reach, 1.25 * reach)
            if float(np.quantile(np.abs(amiss), 0.98)) < _EXACT:
                break
        place[near] = found
    x, y = place.T.reshape(2, rows, columns).astype(np.float32)
    return x, y


def full(coarse: Field, shape: tuple[int, int], corner: tuple[int, int] = (0, 0)) -> Field:
    """A coarse field over an image, for each pixel of ``shape`` rows and columns from ``corner``, (x, y)."""
    step = np.array(((_COARSE, 0.0, -corner[0]), (0.0, _COARSE, -corner[1])), np.float64)
    grown = cv2.warpAffine(
        coarse, step, (shape[1], shape[0]), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return grown.astype(np.float32, copy=False)


def paint(
    canvas: Pixels,
    sheet: Pixels,
    pose: Pose,
    gone: Pixels | None = None,
    at: tuple[Field, Field] | None = None,
) -> None:
    """Lay a sheet on a canvas, grey on grey or RGB on RGB.

    Args:
        canvas: changed in place.
        sheet: all of the sheet, at any resolution.
        pose: where it goes.
        gone: of the sheet's height and width, 255 where paper is missing.
        at: from `on_paper`, if the caller has it.
    """
    scale = pose.scale()
    shrink = int(sheet.shape[1] / pose.size.w / scale + 0.2)
    if shrink > 1:
        sheet, gone = _shrunk(sheet, shrink), None if gone is None else _shrunk(gone, shrink)
    # Rendering rounds a page up to whole pixels, each way by itself.
    across, down = sheet.shape[1] / pose.size.w, sheet.shape[0] / pose.size.h
    coarse_x, coarse_y = at or on_paper(pose, (canvas.shape[0], canvas.shape[1]))
    left, top, right, bottom = _reach(pose, (canvas.shape[0], canvas.shape[1]))
    for row in range(top, bottom, _BAND):
        band = canvas[row : min(row + _BAND, bottom), left:right]
        shape = (band.shape[0], band.shape[1])
        x, y = full(coarse_x, shape, (left, row)), full(coarse_y, shape, (left, row))
        edge = np.minimum(np.minimum(x, pose.size.w - x), np.minimum(y, pose.size.h - y))
        covers = np.clip(255.0 * (edge * scale + 0.5), 0, 255).astype(np.uint8)
        x, y = x * np.float32(across) - 0.5, y * np.float32(down) - 0.5
        seen = cv2.remap(sheet, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        if gone is not None:
            hole = cv2.remap(gone, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(0,))
            covers = np.minimum(covers, 255 - hole.astype(np.uint8))
        blend(band, seen.astype(np.uint8, copy=False), covers)


def outline(size: Size) -> Points:
    """(36, 2) places in mm round the edge of a sheet."""
    t = np.linspace(0.0, 1.0, 9)
    sides = [(t, 0 * t), (t, 0 * t + 1), (0 * t, t), (0 * t + 1, t)]
    return np.concatenate([np.column_stack([x * size.w, y * size.h]) for x, y in sides])


def _reach(pose: Pose, shape: tuple[int, int]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the part of an image that a sheet lies on."""
    places, most = pose.to_pixels(outline(pose.size)), np.array(shape[::-1])
    low = np.clip(np.floor(places.min(axis=0)) - 3, 0, most).astype(int)
    high = np.clip(np.ceil(places.max(axis=0)) + 4, 0, most).astype(int)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def blend(canvas: Pixels, over: Pixels, share: Pixels) -> None:
    """Lay ``over`` on the canvas where ``share`` is 255, mixed between; all of one height and width."""
    full_share = share if canvas.ndim == 2 else cv2.merge([share] * canvas.shape[2])
    here = cv2.multiply(over, full_share, scale=1 / 255)
    below = cv2.multiply(canvas, cv2.bitwise_not(full_share), scale=1 / 255)
    canvas[:] = cv2.add(here, below).astype(np.uint8, copy=False)


def _shrunk(image: Pixels, by: int) -> Pixels:
    size = (image.shape[1] // by, image.shape[0] // by)
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
