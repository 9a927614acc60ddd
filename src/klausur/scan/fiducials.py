"""Finding the four fiducials of each page on an image: in its corners first, all over it only if need be.

A search of a whole page at 300 dpi takes 90 ms, a search of its four corners at 150 dpi 0.5 ms. Which marker
is where tells how the page lies; that, and leaving out a wrong one, is `klausur.scan.transform`'s work.
"""

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

import cv2
import numpy as np

from klausur.base.geometry import Box, Size
from klausur.paper.fields import FIDUCIAL, FIDUCIAL_CORNERS, FieldKind
from klausur.paper.layout import PageLayout
from klausur.scan import edges, quality, transform
from klausur.scan.model import Pixels
from klausur.scan.transform import Fit, Points

_NEAR = 27.0  # mm from the image's corner: a fiducial's 13, and room for 3° of skew and 5 mm of shift
_AT_ONCE = 19.0
"""mm from the image's corner within which a fiducial lies on nearly every scan: half of the area of _NEAR."""
_FAR = 48.0  # mm: 5° of skew on an image that has grown to hold the page, and 10 mm of shift
_AROUND = 9.0  # mm round where the other fiducials say that one must be
_WORK = 4.4  # px per mm, at least, of what is searched: 112 dpi, 5 px for each cell of a fiducial
_FINE = 7.0  # px per mm, at least, where a whole image is searched: pages are smaller there than the image
_SHEET = 5.8  # the same where the image has a sheet's form: on it, fiducials are hardly smaller than on paper
_ANY = 3.6  # the same where it is only asked whether there is any fiducial on a sheet
_SIZES = (0.35, 1.4)
"""Least and most side of a fiducial, to what it is if the image is as large as the page: a page of 210 mm may
lie on 400 mm of glass, or be photographed from afar."""

_CUT = 0.15
"""Residual in mm of fiducials of which an image was cut along the edges, at 100 dpi and more."""

_ALONE = 0.75
"""Part of the image that a page covers, from which on there is no room for more."""

_THIN = np.ones((2, 2), np.uint8)
"""Pixels of what is searched that a dark line is thin within: a marker's border has four, squared paper one.
Each square of the latter would be looked at as a marker, which takes 40 µs."""

_BY_HALF = 3
"""Reduction that a rough search makes by halving and then by 1.5 between pixels, in a third of the time."""

_OVERLAP = 2.6 * FIDUCIAL
"""mm: the largest marker of _SIZES, lying at 45°, and the white round it."""

_RIM = 3  # px of what is searched by which a marker's outline reaches beyond its corners, at most

_MOST_PAGES = 4

_WINDOWS = (0.33, 0.67)
"""Windows of the threshold before markers are sought, to a marker's side. The larger one suffices for nearly
every page; the library's three take twice the time."""

ASKEW = "the fiducials seen do not tell how the page lies: it is bent, or was photographed at an angle"
"""What is said of a page whose fiducials leave its place in doubt."""

_Window = tuple[int, int, int, int]
"""A part of an image, in px: its left and top edge, its width and its height."""

Seen = dict[int, list[Points]]
"""For each id the places where it was found: (4, 2) corners in px, in the marker's own order."""


@dataclass(frozen=True, slots=True)
class FoundFiducials:
    """Fiducials that agree on where a page lies, and what their edges say of the scan.

    ``corners`` are those of the fiducials seen, (4, 2) px by marker id. ``other`` is a transform that
    supposes less of the page than ``fit`` does, where not all four agree well.
    """

    fit: Fit
    contrast: float
    rise: float
    corners: Mapping[int, Points]
    other: Fit | None = None

    @property
    def fits(self) -> tuple[Fit, ...]:
        """What to try, the likeliest first."""
        return (self.fit,) if self.other is None else (self.fit, self.other)


_of_page: dict[int, tuple[PageLayout, Mapping[int, Points]]] = {}
_MOST_LAYOUTS = 256


def of_page(page: PageLayout) -> Mapping[int, Points]:
    """The corners of a page's fiducials on paper in mm, (4, 2), by marker id; the same for pages alike.

    Looked up once per PageLayout object (frozen, so it cannot go stale).
    """
    known = _of_page.get(id(page))
    if known is None or known[0] is not page:
        if len(_of_page) >= _MOST_LAYOUTS:
            _of_page.clear()
        known = _of_page[id(page)] = (page, _of_fields(page))
    return known[1]


def _of_fields(page: PageLayout) -> Mapping[int, Points]:
    seen = (field for field in page.fields if field.kind is FieldKind.FIDUCIAL)
    return _corners(tuple((FIDUCIAL_CORNERS[field.id.rsplit("/", 1)[-1]], field.box) for field in seen))


@lru_cache(maxsize=64)
def _corners(boxes: tuple[tuple[int, Box], ...]) -> Mapping[int, Points]:
    corners = {name: np.array(box.corners) for name, box in boxes}
    for points in corners.values():
        points.setflags(write=False)
    return MappingProxyType(corners)


def find(pixels: Pixels, paper: Mapping[int, Points], size: Size) -> tuple[FoundFiducials, ...]:
    """Find where pages lie by their fiducials; of each, two or more that agree.

    Args:
        pixels: the image, any way up.
        paper: the corners on paper in mm, by marker id.
        size: of the sheet, in mm.

    Returns:
        A page in nearly every case; several from left to right, or from top to bottom where they lie so.
    """
    seen = search_near(pixels, size)
    if len(seen) < len(paper):
        seen = _merged(seen, _search_far(pixels, size, seen=bool(seen)))
    first = _completed(pixels, paper, size, seen)
    every = first is not None and len(first.fit.used) == len(paper)
    agree = first is not None and first.fit.residual <= transform.AGREES
    # Two fiducials of a photograph may put the others so far off that they are not looked for where they are.
    if first is not None and (every or agree) and not has_room(pixels, first.fit, size):
        return (first,)
    if first is not None and every and agree:
        pages = [first]
        seen = _outside(_merged(seen, search_whole(pixels, size, seen=True)), first, size)
    else:
        pages = []
        seen = _merged(seen, search_whole(pixels, size, seen=bool(seen)))
    while len(pages) < _MOST_PAGES:
        more = _completed(pixels, paper, size, seen)
        if more is None:
            break
        pages.append(more)
        seen = _outside(seen, more, size)
    middles = [
        transform.apply(page.fit.to_pixels, np.array(((size.w / 2, size.h / 2),)))[0] for page in pages
    ]
    along = int(np.ptp(middles, axis=0).argmax()) if pages else 0
    return tuple(page for _, page in sorted(zip(middles, pages, strict=True), key=lambda one: one[0][along]))


def find_all(pixels: Pixels, paper: Mapping[int, Points], size: Size) -> FoundFiducials | None:
    """The page in the corners of an image, if all of its fiducials are there and agree.

    Their outer edges may have been cut by up to half a pixel: they need not agree as well as others.
    """
    seen = search_near(pixels, size)
    if len(seen) < 2:
        return None
    found = _completed(pixels, paper, size, seen)
    for fit in () if found is None else found.fits:  # two whose edges were not cut agree better than all four
        if len(fit.used) == len(paper) and fit.residual <= _CUT:
            return found and replace(found, fit=fit, other=None)
    return None


def shifted(found: FoundFiducials, by: int) -> FoundFiducials:
    """The same on an image that begins ``-by`` px further to the right and below."""
    move = np.array(((1.0, 0, by), (0, 1.0, by), (0, 0, 1.0)))
    other = None if found.other is None else replace(found.other, to_pixels=move @ found.other.to_pixels)
    fit = replace(found.fit, to_pixels=move @ found.fit.to_pixels)
    return replace(found, fit=fit, other=other, corners={name: at + by for name, at in found.corners.items()})


def outline(fit: Fit, size: Size) -> Points:
    """The corners of a sheet in the image, (4, 2) px, clockwise from its top left one."""
    return transform.apply(
        fit.to_pixels, np.array(((0, 0), (size.w, 0), (size.w, size.h), (0, size.h)), float)
    )


def rise_near(pixels: Pixels, found: FoundFiducials, box: Box) -> float:
    """Width in mm of the edges of the fiducial nearest to a box: a camera is sharp at one distance only."""
    middle = transform.apply(found.fit.to_pixels, np.array(box.centre)[None])[0]
    nearest = min(found.corners.values(), key=lambda seen: float(np.linalg.norm(seen.mean(axis=0) - middle)))
    return edges.refine(pixels, nearest[None]).rise


def has_room(pixels: Pixels, fit: Fit, size: Size) -> bool:
    """Whether the image is so much larger than a page found on it that it may show another."""
    corners = outline(fit, size)
    (a, b), (c, d) = (corners[2:] - corners[:2]).tolist()  # the diagonals
    return bool(abs(a * d - b * c) / 2 < _ALONE * pixels.shape[0] * pixels.shape[1])


def _outside(seen: Seen, page: FoundFiducials, size: Size) -> Seen:
    """What was seen off a page that is known, wherever on it its fits put that."""
    outlines = [outline(fit, size).astype(np.float32) for fit in page.fits]
    places = {
        name: [
            place
            for place in found
            if all(
                cv2.pointPolygonTest(o, tuple(place.mean(axis=0)), measureDist=False) < 0 for o in outlines
            )
        ]
        for name, found in seen.items()
    }
    return {name: found for name, found in places.items() if found}


def _completed(pixels: Pixels, paper: Mapping[int, Points], size: Size, seen: Seen) -> FoundFiducials | None:
    """The page that most of what was seen agrees on, with what can be found of its other fiducials."""
    found = _agreeing(pixels, paper, seen)
    if found is not None and len(found.fit.used) < len(paper):
        more = _merged(seen, _search_expected(pixels, paper, size, found.fit))
        if sum(map(len, more.values())) > sum(map(len, seen.values())):
            found = _agreeing(pixels, paper, more) or found
    return found


def scale_guess(pixels: Pixels, size: Size) -> float:
    """Pixels per mm if the image is as large as the page."""
    return float(max(pixels.shape[:2]) / max(size.w, size.h))


def search_corners(pixels: Pixels, size: Size, reach: float, *, thorough: bool = False) -> Seen:
    """Markers within ``reach`` mm of the image's corners."""
    scale = scale_guess(pixels, size)
    windows = _corner_windows(pixels, scale, reach)
    return _merged(*(_search(pixels, window, scale, thorough=thorough) for window in windows))


def _corner_windows(pixels: Pixels, scale: float, reach: float) -> Iterator[_Window]:
    """What lies within ``reach`` mm of each of the image's corners."""
    height, width = pixels.shape[:2]
    side_x, side_y = min(int(reach * scale), width), min(int(reach * scale), height)
    for x, y in itertools.product((0, width - side_x), (0, height - side_y)):
        yield x, y, side_x, side_y


def search_near(pixels: Pixels, size: Size) -> Seen:
    """Markers within _NEAR of the image's corners, the nearest in each.

    Less is searched of each corner at first, until one shows no marker there, as those of foreign sheets do.
    A marker counts so only where the end of what is searched is too far to change how it looks.
    """
    scale = scale_guess(pixels, size)
    by = _reduced_by(scale, _WORK)
    less = int((_NEAR - _AT_ONCE) * scale) // by * by  # the same pixels are taken together as without
    clear = (_window(FIDUCIAL * scale / by, _WINDOWS[1]) // 2 + _RIM) * by
    nearer = min(pixels.shape[:2]) > _NEAR * scale
    seen: Seen = {}
    for window in _corner_windows(pixels, scale, _NEAR):
        found: Seen = {}
        if nearer:
            x, y, w, h = window
            ends = (x + less if x else w - less, y + less if y else h - less)
            found = _search(pixels, (x and ends[0], y and ends[1], w - less, h - less), scale)
            places = [place for places in found.values() for place in places]
            nearer = bool(places) and all(np.abs(place - ends).min() > clear for place in places)
        seen = _merged(seen, found if nearer else _search(pixels, window, scale))
    return seen


def _search_far(pixels: Pixels, size: Size, *, seen: bool) -> Seen:
    """Markers farther from the corners; thoroughly on an image on which some were, or are, seen."""
    if not seen and not search_corners(pixels, size, _FAR):
        return {}
    return search_corners(pixels, size, _FAR, thorough=True)


def search_whole(pixels: Pixels, size: Size, *, seen: bool = False) -> Seen:
    """Markers anywhere on the image.

    Unless some were ``seen`` on it, which says that it is one of ours, it is asked first whether there are
    any, with the larger window of the threshold alone and without thin lines: foreign pages then take a
    quarter of the time, and squared paper no more than others.
    """
    height, width = pixels.shape[:2]
    work, any_work = (_SHEET, _ANY) if quality.is_one_sheet(pixels, size) else (_FINE, _FINE)
    scale = scale_guess(pixels, size)
    rough = (_search(pixels, part, scale, work=any_work, bold=True) for part in _quarters(pixels, scale))
    if not seen and not any(rough):
        return {}
    return _search(pixels, (0, 0, width, height), scale, thorough=True, work=work)


def _quarters(pixels: Pixels, scale: float) -> Iterator[_Window]:
    """An image in four parts, which overlap by more than any fiducial takes up.

    Each candidate for a marker is compared with all others: that takes half of the time where there are 500.
    """
    height, width = pixels.shape[:2]
    overlap = _OVERLAP * scale
    w, h = (min(length, math.ceil((length + overlap) / 2)) for length in (width, height))
    for x, y in itertools.product({0, width - w}, {0, height - h}):
        yield x, y, w, h


def _search_expected(pixels: Pixels, paper: Mapping[int, Points], size: Size, fit: Fit) -> Seen:
    """Markers where a first fit expects those that it lacks."""
    scale = scale_guess(pixels, size)
    height, width = pixels.shape[:2]
    seen: Seen = {}
    for name in paper.keys() - set(fit.used):
        corners = transform.apply(fit.to_pixels, paper[name])
        low = np.clip(corners.min(axis=0) - _AROUND * scale, 0, (width, height)).astype(int)
        high = np.clip(corners.max(axis=0) + _AROUND * scale, 0, (width, height)).astype(int)
        if (high - low).min() >= FIDUCIAL * scale:
            window = (int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1]))
            near = _search(pixels, window, scale, thorough=True)
            seen = _merged(seen, {name: near[name]} if name in near else {})
    return seen


def _search(
    pixels: Pixels,
    window: _Window,
    scale: float,
    *,
    thorough: bool = False,
    work: float = _WORK,
    bold: bool = False,
) -> Seen:
    """Markers in one window of the image, searched at ``work`` px per mm or a little more.

    With ``bold`` thin dark lines are taken away first, and places are no more exact than a pixel.
    """
    x, y, w, h = window
    by = _reduced_by(scale, work)
    halved = bold and by == _BY_HALF
    whole = 2 * by if halved else by
    w, h = w // whole * whole, h // whole * whole
    crop = edges.one_channel(pixels[y : y + h, x : x + w])
    if halved:
        crop = np.asarray(cv2.resize(crop, (w // 2, h // 2), interpolation=cv2.INTER_AREA), np.uint8)
    if by > 1:
        how = cv2.INTER_LINEAR if halved else cv2.INTER_AREA
        crop = np.asarray(cv2.resize(crop, (w // by, h // by), interpolation=how), np.uint8)
    if bold:
        crop = np.asarray(cv2.morphologyEx(crop, cv2.MORPH_CLOSE, _THIN), np.uint8)
    expected = FIDUCIAL * scale / by
    detector = _detector(round(expected), max(crop.shape), thorough=thorough)
    corners, ids, _ = detector.detectMarkers(crop)
    seen: Seen = {}
    for place, name in zip(corners, () if ids is None else ids.ravel(), strict=True):
        outline = place.reshape(4, 2)
        side = cv2.arcLength(outline, closed=True) / 4
        if int(name) in FIDUCIAL_CORNERS.values() and _SIZES[0] * expected < side < _SIZES[1] * expected:
            points = [
                ((across + 0.5) * by - 0.5 + x, (down + 0.5) * by - 0.5 + y)
                for across, down in outline.tolist()
            ]
            seen.setdefault(int(name), []).append(np.array(points))
    return seen


def _reduced_by(scale: float, work: float) -> int:
    """How many pixels of an image, of ``scale`` px per mm, become one where it is searched."""
    return max(1, int(scale / work))


def _window(expected: float, part: float) -> int:
    """The side of the threshold's window, an odd number of px, for markers with sides of ``expected`` px."""
    return max(5, int(round(expected) * part) | 1)


@lru_cache(maxsize=64)
def _detector(expected: int, longer: int, *, thorough: bool) -> "cv2.aruco.ArucoDetector":
    """A detector for markers with sides of about ``expected`` px in an image whose longer side is given."""
    parameters = cv2.aruco.DetectorParameters()
    small, large = (_window(expected, part) for part in _WINDOWS)
    parameters.adaptiveThreshWinSizeMin = small if thorough else large
    parameters.adaptiveThreshWinSizeMax = large
    parameters.adaptiveThreshWinSizeStep = max(2, large - small)
    # Only the middle of a cell counts: with the library's margin of 0.13, edges 0.4 mm wide hide a marker.
    parameters.perspectiveRemovePixelPerCell = 8
    parameters.perspectiveRemoveIgnoredMarginPerCell = 0.3
    # Rates are perimeters to the image's longer side; a marker's outline may be off by a fifth.
    parameters.minMarkerPerimeterRate = 4 * _SIZES[0] * expected / longer * 0.8
    parameters.maxMarkerPerimeterRate = 4 * _SIZES[1] * expected / longer * 1.2
    return cv2.aruco.ArucoDetector(_ours(), parameters)


@lru_cache(maxsize=1)
def _ours() -> "cv2.aruco.Dictionary":
    """The four markers that are printed: candidates need not be compared with all fifty."""
    whole = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    count = max(FIDUCIAL_CORNERS.values()) + 1
    return cv2.aruco.Dictionary(whole.bytesList[:count], whole.markerSize, whole.maxCorrectionBits)


def _merged(*several: Seen) -> Seen:
    """All places of each id; places that are the same to a few pixels are kept once."""
    merged: Seen = {}
    for seen in several:
        for name, places in seen.items():
            known = merged.setdefault(name, [])
            known += [p for p in places if all(np.abs(p - k).max() > 4 for k in known)]
    return merged


def _agreeing(pixels: Pixels, paper: Mapping[int, Points], seen: Seen) -> FoundFiducials | None:
    """Refine what was seen and fit the page to it; of an id seen twice, the place that agrees best."""
    names = sorted(seen.keys() & paper.keys())
    if len(names) < 2:
        return None
    rough = [(name, place) for name in names for place in seen[name][:_MOST_PAGES]]
    measured = edges.refine(pixels, np.stack([place for _, place in rough]))
    exact: Seen = {}
    for (name, _), corners in zip(rough, measured.corners, strict=True):
        exact.setdefault(name, []).append(corners)
    choices = [dict(zip(names, places, strict=True)) for places in itertools.product(*exact.values())]
    strict = [(fit, choice) for choice in choices if (fit := transform.fit(paper, choice)) is not None]
    best = min(strict, key=_how_good, default=None)
    if best is not None and best[0].residual <= transform.AGREES and len(best[0].used) == len(paper):
        return FoundFiducials(best[0], measured.contrast, measured.rise, best[1])
    loose = [(fit, choice) for choice in choices if (fit := transform.looser(paper, choice)) is not None]
    other = min(loose, key=_how_good, default=None)
    if best is None or other is None:
        only = best or other
        return None if only is None else FoundFiducials(only[0], measured.contrast, measured.rise, only[1])
    return FoundFiducials(best[0], measured.contrast, measured.rise, other[1] | best[1], other[0])


def _how_good(one: tuple[Fit, Mapping[int, Points]]) -> tuple[int, float]:
    return -len(one[0].used), one[0].residual
