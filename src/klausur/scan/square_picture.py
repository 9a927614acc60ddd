"""The picture of a printed square, with what a pen did in it, as large as the box that stands for it.

What was printed beside the square is taken out of it, and what is nearer to another square, so that it is
read as the box is.
"""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from klausur.base.geometry import Box, Size
from klausur.paper.fields import MARK_BOX
from klausur.scan import paper_pages
from klausur.scan.by_print import Lies, Put, laid
from klausur.scan.edges import grey
from klausur.scan.model import Matrix, Pixels
from klausur.scan.paper_pages import INK, PaperPage

ROUND = 1.9
"""mm round a box that come from round its square: the mark reader sees 2."""

HAIR = 0.25
"""mm, the width of a box's line."""

_ROUND_FRAME = 0.45  # mm round the middle of a square's line that are its line
_PRINT_FAT = 0.35  # mm by which print is taken out around
_ASIDE = 1.0  # mm within which a square is sought where the page's place puts it
_SURELY = 0.45  # correlation from which on it is found
_BESIDE = 1.2  # mm round it that are sought with it
_DARK = 60.0  # levels of a line, at least
_REACH = 0.8  # mm to either side of a line in which its middle is sought

_OF_PICTURE = np.array(
    ((paper_pages.DPI / 25.4, 0, -0.5), (0, paper_pages.DPI / 25.4, -0.5), (0, 0, 1.0)), np.float64
)
"""From mm of a page to px of its picture."""


def square_picture(
    pixels: Pixels,
    lies: Lies,
    page: PaperPage,
    told: Box,
    others: Sequence[Box],
    paper: npt.NDArray[np.float32],
    per_mm: float,
) -> Pixels:
    """The picture of a box and `ROUND` round it, its line where the square's is.

    Args:
        pixels: the image, grey or RGB.
        lies: where its page lies.
        page: of the paper.
        told: the square on the page, in mm.
        others: the other squares there.
        paper: the brightness of the paper, one number for each channel.
        per_mm: px of the picture to a mm of the box.
    """
    square = _measured(page, told)
    half = MARK_BOX / 2 + ROUND
    by = square.w / (MARK_BOX - HAIR), square.h / (MARK_BOX - HAIR)
    centre = square.centre
    to_print = np.array(
        ((by[0], 0, centre[0] - half * by[0]), (0, by[1], centre[1] - half * by[1]), (0, 0, 1.0)), np.float64
    )
    aside = _aside(pixels, lies, page, square, per_mm)
    on_image = np.array(((1, 0, aside[0]), (0, 1, aside[1]), (0, 0, 1.0))) @ to_print
    size = Size(2 * half, 2 * half)
    seen = laid(pixels, lies.to_pixels, lies.drift, Put(size, per_mm, on_image), fine=True)
    points = _points(seen.shape, to_print, per_mm)
    out = _beside(page, square, Put(size, per_mm, to_print), points)
    away = np.hypot(*np.moveaxis(points - centre, 2, 0))
    for other in others:
        out |= np.hypot(*np.moveaxis(points - other.centre, 2, 0)) < away
    seen[out] = np.round(paper if seen.ndim == 3 else paper[0])
    return seen


def _beside(page: PaperPage, square: Box, on: Put, points: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Where something is printed that is not the square's line."""
    print_ = laid(page.grey, _OF_PICTURE, None, on)
    mask = np.asarray(print_ < INK * 255, np.uint8)
    frame = (np.abs(points - square.centre) <= np.array((square.w, square.h)) / 2 + _ROUND_FRAME).all(axis=2)
    mask[frame] = 0
    fat = 2 * round(_PRINT_FAT * on.per_mm) + 1
    return np.asarray((cv2.dilate(mask, np.ones((fat, fat), np.uint8)) > 0) & ~frame, np.bool_)


def _points(shape: tuple[int, ...], to_page: Matrix, per_mm: float) -> npt.NDArray[np.float64]:
    """The points of a page that the px of a part of it lie on, (height, width, 2) in mm."""
    x, y = np.meshgrid((np.arange(shape[1]) + 0.5) / per_mm, (np.arange(shape[0]) + 0.5) / per_mm)
    return np.stack((to_page[0, 0] * x + to_page[0, 2], to_page[1, 1] * y + to_page[1, 2]), axis=2)


def _measured(page: PaperPage, told: Box) -> Box:
    """The rectangle along the middle of a square's line, out of the page's picture; as told if unseen."""
    per_mm = paper_pages.DPI / 25.4
    around = told.grown(_REACH)
    left, top = max(0, round(around.x * per_mm)), max(0, round(around.y * per_mm))
    dark = 255.0 - page.grey[top : round(around.bottom * per_mm), left : round(around.right * per_mm)]
    columns = np.sort(dark, axis=0)[dark.shape[0] // 4 :].mean(axis=0)
    rows = np.sort(dark, axis=1)[:, dark.shape[1] // 4 :].mean(axis=1)
    across = [_line(columns, end) for end in _ends(len(columns), told.w * per_mm)]
    down = [_line(rows, end) for end in _ends(len(rows), told.h * per_mm)]
    if None in {*across, *down}:
        return told.grown(-HAIR / 2)
    (x0, x1), (y0, y1) = ([at or 0.0 for at in each] for each in (across, down))
    return Box((left + x0 + 0.5) / per_mm, (top + y0 + 0.5) / per_mm, (x1 - x0) / per_mm, (y1 - y0) / per_mm)


def _ends(length: int, inner: float) -> Iterator[slice]:
    """Where in a profile the two lines lie."""
    edge, reach = (length - inner) / 2, 0.3 * inner
    yield slice(0, round(edge + reach))
    yield slice(round(length - edge - reach), length)


def _line(profile: npt.NDArray[np.float64], where: slice) -> float | None:
    """The middle of the darkest line in part of a profile across it; None if none is dark."""
    part = profile[where]
    at = int(part.argmax())
    near = slice(max(0, at - 2), at + 3)
    weights = np.clip(part[near] - np.median(profile), 0, None)
    total = float(weights.sum())
    if float(part[at]) < _DARK or total <= 0:
        return None
    return int(where.start) + near.start + float((weights * np.arange(len(weights))).sum()) / total


def _aside(pixels: Pixels, lies: Lies, page: PaperPage, square: Box, per_mm: float) -> tuple[float, float]:
    """How far in mm a square lies off where its page's place puts it."""
    around, wide = square.grown(_BESIDE), square.grown(_BESIDE + _ASIDE)
    print_ = laid(page.grey, _OF_PICTURE, None, _cut(around, per_mm))
    seen = grey(laid(pixels, lies.to_pixels, lies.drift, _cut(wide, per_mm)))
    answer = cv2.matchTemplate(seen, print_, cv2.TM_CCOEFF_NORMED)
    _, good, _, (left, top) = cv2.minMaxLoc(answer)
    if good < _SURELY:
        return 0.0, 0.0
    return left / per_mm - _ASIDE, top / per_mm - _ASIDE


def _cut(box: Box, per_mm: float) -> Put:
    at = np.array(((1, 0, box.x), (0, 1, box.y), (0, 0, 1.0)))
    return Put(Size(box.w, box.h), per_mm, at)
