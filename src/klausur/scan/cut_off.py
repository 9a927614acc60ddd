"""Fiducials that the image's edge cuts off: where a page lies when hardly one is whole.

A sheet that went through the scanner at 4° loses a part of every fiducial. The page code, which lies further
in, tells roughly where each must be; there the marker's picture is sought with what is left of it, and
its visible edges are measured. Each point on an edge says on which line of the image the page's own edge
of that marker lies, so that half a marker is worth nearly as much as a whole one.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from klausur.base.geometry import Size
from klausur.paper.fields import FIDUCIAL
from klausur.scan import edges, transform
from klausur.scan.fiducials import FoundFiducials
from klausur.scan.model import Matrix, Pixels
from klausur.scan.transform import Fit, Points

_WORK = 5.0  # px per mm where pictures of markers are sought
_AROUND = 1.5  # mm by which a marker near the code may lie elsewhere than expected
_DRIFT = 0.012  # and for each mm from what is known: corners of a code are known to a pixel in 120
_ALIKE = 0.5  # correlation of a marker's picture with what is found; half a marker gives 0.7
_LEAST_SEEN = 0.3  # part of a marker's area that must lie on the image
_LEAST_POINTS = 24  # edge points, of 80 for a whole marker, that make a marker count
_ROUNDS = 3  # of measuring; each starts from where the one before put the page
_ANGLES = (3.5, -3.5, 5.5, -5.5, 7.5, -7.5)  # degrees that leave neither code nor fiducials whole
_GUESSED = 5.0  # mm by which a page may lie elsewhere than in the middle, beside what an angle leaves open
_NEAR_MIDDLE = 30.0  # mm
_CORNER = 32.0  # mm from a corner within which the image's edge can cut a fiducial
_DARKER = 0.7  # of the paper's level: what is darker may be print
_DEEP = 0.5  # mm from the edge that count as it
_FEW = 16  # of so many rows and columns one is enough to tell the paper's level
_RIM_SEEN = 0.6  # part of a cell that is seen along the edge at least
_MARGIN = FIDUCIAL / 6  # mm of white round a marker, one cell


@dataclass(frozen=True, slots=True)
class _Anchor:
    """Points whose places on paper (mm) and in the image (px) are known, (n, 2) each."""

    paper: Points
    seen: Points


def find(
    pixels: Pixels,
    paper: Mapping[int, Points],
    known: Points,
    known_seen: Points,
    around: float = _AROUND,
    least: int = 2,
) -> FoundFiducials | None:
    """Find where the page lies by what is left of its fiducials, or None where that is too little.

    Args:
        pixels: the image.
        paper: the corners of the fiducials on paper in mm, by marker id.
        known: points on paper in mm whose places in the image are roughly known, (n, 2): the page code's
            corners, or those of fiducials that are whole.
        known_seen: where they were seen, (n, 2) px.
        around: mm by which a marker near them may lie elsewhere than they say.
        least: how many markers must be found, or the search ends.
    """
    anchor = _Anchor(known, known_seen)
    middle = known.mean(axis=0)
    rough: dict[int, Points] = {}
    nearest = sorted(paper, key=lambda n: float(np.linalg.norm(paper[n].mean(axis=0) - middle)))
    for nth, name in enumerate(nearest):
        if len(rough) + len(nearest) - nth < least:
            return None
        pose = transform.similarity(anchor.paper, anchor.seen)
        found = _seek(pixels, pose, name, paper[name], anchor, around)
        if found is not None:
            rough[name] = found
            anchor = _Anchor(np.vstack((anchor.paper, paper[name])), np.vstack((anchor.seen, found)))
    return _exact(pixels, paper, rough) if len(rough) >= least else None


def guesses(pixels: Pixels, paper: Mapping[int, Points], size: Size) -> Iterator[FoundFiducials]:
    """Where a page may lie of which nothing is known: neither its code nor a whole fiducial is on the image.

    So it is where a sheet went through a scanner at 4° clockwise, and the image is no larger than the sheet.
    Its middle lies near the image's, its scale is about that of the image, and the angle is tried out. What
    is left of a fiducial may look alike either way up: something else must tell.
    """
    height, width = pixels.shape[:2]
    scale = max(height, width) / max(size.w, size.h)
    if not may_be_cut(pixels, size):
        return
    middle = np.array((size.w, size.h)) / 2
    near = np.array(((-1, -1), (1, -1), (1, 1), (-1, 1))) * _NEAR_MIDDLE
    upright = (height > width) == (size.h > size.w)
    for turn, angle in itertools.product((0, 180) if upright else (90, 270), _ANGLES):
        cos, sin = np.cos(np.radians(turn + angle)), np.sin(np.radians(turn + angle))
        seen = near @ np.array(((cos, sin), (-sin, cos))) * scale + np.array((width - 1, height - 1)) / 2
        found = find(pixels, paper, middle + near, seen, _GUESSED, least=3)
        if found is not None and len(found.fit.used) > 2:
            yield found


def may_be_cut(pixels: Pixels, size: Size) -> bool:
    """Whether something as dark and wide as a fiducial's rim touches the edge near two corners."""
    scale = max(pixels.shape[:2]) / max(size.w, size.h)
    reach, deep = round(_CORNER * scale), max(2, round(_DEEP * scale))
    few = edges.grey(pixels[::_FEW, ::_FEW]).astype(np.int16)  # among which NumPy selects fastest
    dark = _DARKER * float(np.percentile(few, 80))
    rows = [edges.grey(one).min(axis=0) < dark for one in (pixels[:deep], pixels[-deep:])]
    columns = [edges.grey(one).min(axis=1) < dark for one in (pixels[:, :deep], pixels[:, -deep:])]
    touched = 0
    for right, down in itertools.product((False, True), repeat=2):
        row = rows[down][-reach:] if right else rows[down][:reach]
        column = columns[right][-reach:] if down else columns[right][:reach]
        touched += max(row.sum(), column.sum()) >= scale * _MARGIN * _RIM_SEEN
    return bool(touched >= 2)


def _seek(
    pixels: Pixels, pose: Matrix, name: int, corners: Points, known: _Anchor, around: float
) -> Points | None:
    """The corners in px of one marker near where ``pose`` expects it, also those outside the image."""
    expected = transform.apply(pose, corners)
    scale = float(np.hypot(pose[0, 0], pose[1, 0]))
    by = _WORK / scale
    away = float(np.linalg.norm(known.paper - corners.mean(axis=0), axis=1).min())
    reach = (around + _DRIFT * away) * scale
    picture, picture_origin = _picture(pose, name, corners, by)
    low = np.floor(picture_origin - reach).astype(int)
    high = np.ceil(picture_origin + np.array(picture.shape[::-1]) / by + reach).astype(int) + 1
    window, share = _padded(pixels, low, high, int(picture.mean()))
    if share < _LEAST_SEEN:
        return None
    small = cv2.resize(window, None, fx=by, fy=by, interpolation=cv2.INTER_AREA)
    if (np.array(small.shape) < picture.shape).any():
        return None
    alike = cv2.matchTemplate(small, picture, cv2.TM_CCOEFF_NORMED)
    _, best, _, place = cv2.minMaxLoc(alike)
    if best < _ALIKE:
        return None
    return expected + (low + np.array(place) / by - picture_origin)


def _picture(pose: Matrix, name: int, corners: Points, by: float) -> tuple[Pixels, Points]:
    """How a marker looks in the image, reduced by ``by``, and where in the image its top left corner lies."""
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    cell = 8
    marker = cv2.aruco.generateImageMarker(dictionary, name, 6 * cell)
    cells = np.pad(np.asarray(marker, np.uint8), cell, constant_values=255)
    outline = transform.apply(pose, corners + np.array(((-1, -1), (1, -1), (1, 1), (-1, 1))) * _MARGIN)
    origin = outline.min(axis=0)
    side = np.ceil((outline.max(axis=0) - origin) * by).astype(int)
    per = (FIDUCIAL + 2 * _MARGIN) / len(cells)  # mm for each px of ``cells``
    to_paper = np.array(
        (
            (per, 0, corners[0, 0] - _MARGIN + per / 2),
            (0, per, corners[0, 1] - _MARGIN + per / 2),
            (0, 0, 1.0),
        )
    )
    reduce = np.array(
        ((by, 0, -by * origin[0] - 0.5 + by / 2), (0, by, -by * origin[1] - 0.5 + by / 2), (0, 0, 1.0))
    )
    smooth = cv2.blur(cells, (3, 3))
    drawn = cv2.warpPerspective(
        smooth,
        reduce @ pose @ to_paper,
        (int(side[0]), int(side[1])),
        flags=cv2.INTER_LINEAR,
        borderValue=(255,),
    )
    return np.asarray(drawn, np.uint8), origin


def _padded(pixels: Pixels, low: Points, high: Points, fill: int) -> tuple[Pixels, float]:
    """A window of the image, filled up where it reaches beyond it, and the part of it that is image."""
    height, width = pixels.shape[:2]
    inner_low, inner_high = np.clip(low, 0, (width, height)), np.clip(high, 0, (width, height))
    size = inner_high - inner_low
    if size.min() <= 0:
        return np.empty((0, 0), np.uint8), 0.0
    inner = edges.grey(pixels[inner_low[1] : inner_high[1], inner_low[0] : inner_high[0]])
    left, top = inner_low - low
    right, bottom = high - inner_high
    window = cv2.copyMakeBorder(
        inner, int(top), int(bottom), int(left), int(right), cv2.BORDER_CONSTANT, value=(fill,)
    )
    return np.asarray(window, np.uint8), float(size.prod() / (high - low).prod())


def _exact(pixels: Pixels, paper: Mapping[int, Points], rough: Mapping[int, Points]) -> FoundFiducials | None:
    """Put the markers' edges on those seen, in a few rounds."""
    names = np.array(sorted(rough))
    on_paper = np.stack([paper[name] for name in names])
    corners = np.stack([rough[name] for name in names])
    found: FoundFiducials | None = None
    for _ in range(_ROUNDS):
        measured = edges.refine(pixels, corners)
        enough = measured.on_image.sum(axis=(1, 2)) >= _LEAST_POINTS
        if enough.sum() < 2:
            return None
        matrix, residual = transform.by_lines(
            edges.along(on_paper)[enough],
            measured.points[enough],
            measured.normals[enough],
            measured.on_image[enough],
            stretched=bool(enough.sum() > 2),
        )
        if not residual <= transform.MAX_RESIDUAL:
            return None
        corners = transform.apply(matrix, on_paper.reshape(-1, 2)).reshape(-1, 4, 2)
        used = tuple(names[enough].tolist())
        places = dict(zip(names.tolist(), corners, strict=True))
        found = FoundFiducials(Fit(matrix, used, residual), measured.contrast, measured.rise, places)
    return found
