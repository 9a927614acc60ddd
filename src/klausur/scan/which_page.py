"""Which page of a finished paper an image shows that bears no code, by what is printed on it.

Corners and blobs of print, found on the pages of the paper and on the image, tell a first transform (RANSAC,
Fischler and Bolles 1981); `klausur.scan.by_print` makes it exact. How much of a page's ink is then found on
the image says whether it is that page, and the ink that one page has and another lacks, which of the two.
Whether that is enough is a person's word: nothing is placed here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from klausur.base.geometry import Size
from klausur.scan import transform
from klausur.scan.by_print import Lies, closely
from klausur.scan.model import Matrix, Pixels
from klausur.scan.paper_pages import INK, Bits, Marks, PaperPage, flat, marks
from klausur.scan.transform import Points

_RATIO = 0.8  # Lowe's: the best match must be so much nearer than the second
_FEWEST = 8  # matches that agree on a transform
_THROUGH = 4  # pages with the most of them are looked at closely
_CLEARLY = 4  # times as many as any other page has: then that page alone
_NEAR = 0.8  # mm within which matches agree
_TRIES, _CHANCE = 4000, 0.999

SURE, PERHAPS = 0.8, 0.55
"""Shares of a page's ink that are found: from the first on it is that page, below the second it is not."""

_TELLING = 60
"""Pixels of ink, a few letters: as much must one page have that another lacks, to be told from it."""

_SEEN, _UNSEEN = 0.7, 0.5
"""Share of such ink that is there, and that is not."""

_BLANK = 0.0008
"""Share of an image that is ink, below which nothing is on it."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A page that an image is like, where it lies, and the share of its ink that the image shows."""

    page: int
    lies: Lies
    seen: float

    @property
    def turned(self) -> float:
        """Degrees by which the image must be turned clockwise to be upright, from 0 to 360."""
        return float(np.degrees(np.arctan2(-self.lies.to_pixels[1, 0], self.lies.to_pixels[0, 0])) % 360)


@dataclass(frozen=True, slots=True)
class Found:
    """What an image may show.

    Attributes:
        best: the page that it is like; None if it is like none.
        alike: other pages that it may be as well: nothing on the image tells them apart.
        blank: whether there is nothing on it.
    """

    best: Likeness | None
    alike: tuple[int, ...] = ()
    blank: bool = False


def find(pixels: Pixels, pages: Sequence[PaperPage], only: int | None = None) -> Found:
    """Which page an image shows.

    Args:
        pixels: the image, whichever way up, grey or RGB.
        pages: of the paper.
        only: the page that it is, where a person has said so: the others are not looked at.
    """
    levels = flat(pixels)
    if float((levels[::2, ::2] < INK * 255).mean()) < _BLANK:
        return Found(None, blank=True)
    wanted = [page for page in pages if only in {None, page.number}]
    per_mm = max(levels.shape) / max(max(page.size.w, page.size.h) for page in pages)
    places, seen = marks(levels, per_mm)
    first = [(page, _matched(page, places, seen)) for page in wanted]
    ranked = sorted(((page, *found) for page, found in first if found), key=lambda each: -each[2])
    close: list[tuple[PaperPage, Likeness]] = []
    for page, matrix, count in ranked[:_THROUGH]:
        if ranked[0][2] >= _CLEARLY * count and close:
            break
        lies = closely(levels, page, _in_pixels(matrix, per_mm))
        if lies is not None and (share := lies.seen(page.ink)) >= PERHAPS:
            close.append((page, Likeness(page.number, lies, share)))
    return _told_apart(close, pages) if close else Found(None)


def _in_pixels(matrix: Matrix, per_mm: float) -> Matrix:
    """A transform to mm of an image as one to its px, whose centres lie at whole numbers."""
    return np.asarray(np.array(((per_mm, 0, -0.5), (0, per_mm, -0.5), (0, 0, 1.0))) @ matrix, np.float64)


def _matched(page: PaperPage, places: Points, seen: Marks) -> tuple[Matrix, int] | None:
    """A first transform from mm of a page to mm of the image, if marks agree on one, and how many do."""
    if min(len(page.marks), len(seen)) < _FEWEST:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(page.marks, seen, k=2)
    good = [one for one, *rest in pairs if rest and one.distance < _RATIO * rest[0].distance]
    if len(good) < _FEWEST:
        return None
    there, here = page.places[[one.queryIdx for one in good]], places[[one.trainIdx for one in good]]
    partial, among = cv2.estimateAffinePartial2D(there, here, None, cv2.RANSAC, 2 * _NEAR, _TRIES, _CHANCE)
    best: tuple[Matrix, int] | None = None
    if partial is not None:
        best = np.vstack((partial, (0.0, 0.0, 1.0))), int(among.sum())
    if len(good) >= 3 * _FEWEST:
        free, among = cv2.findHomography(there, here, cv2.RANSAC, _NEAR, None, _TRIES, _CHANCE)
        if free is not None and int(among.sum()) > (best[1] if best else 0):
            matrix = np.asarray(free, np.float64)
            best = (matrix, int(among.sum())) if _is_a_page(matrix, page.size) else best
    return best if best and best[1] >= _FEWEST and _is_a_page(best[0], page.size) else None


def _is_a_page(matrix: Matrix, size: Size) -> bool:
    """Whether a transform keeps a page one: of its size or so, not mirrored, seen from nowhere too steep."""
    corners = np.array(((0, 0), (size.w, 0), (size.w, size.h), (0, size.h)), np.float64)
    if not (corners @ matrix[2, :2] + matrix[2, 2] > 0).all():
        return False
    areas = [float(np.linalg.det(transform.jacobian(matrix, x, y))) for x, y in corners.tolist()]
    return min(areas) > 0.1 and max(areas) < 3 and max(areas) < 4 * min(areas)


def _told_apart(close: Sequence[tuple[PaperPage, Likeness]], pages: Sequence[PaperPage]) -> Found:
    """Which of the pages that an image is like it shows, by the ink that one has and another lacks."""
    ranked = sorted(close, key=lambda each: -each[1].seen)
    page, best = ranked[0]
    for other, lies in ranked[1:]:
        if _beats(other, lies, page, best):
            page, best = other, lies
    alike = [
        other.number for other, lies in ranked if other is not page and not _beats(page, best, other, lies)
    ]
    looked_at = {each.number for each, _ in close}
    same = [other.number for other in pages if other.number not in looked_at and _same(page, other)]
    return Found(best, (*alike, *same))


def _beats(one: PaperPage, mine: Likeness, other: PaperPage, theirs: Likeness) -> bool:
    """Whether an image shows what one page has and the other lacks, and not the reverse."""
    own, its = _lacking(one, other), _lacking(other, one)
    there = mine.lies.seen(own) if int(own.sum()) >= _TELLING else None
    lost = theirs.lies.seen(its) if int(its.sum()) >= _TELLING else None
    if there is None:
        return lost is not None and lost <= _UNSEEN
    return there >= _SEEN and (lost is None or lost <= _UNSEEN or lost < there - 0.4)


def _lacking(one: PaperPage, other: PaperPage) -> Bits:
    """The ink of one page where another has none near."""
    fat = cv2.dilate(np.asarray(other.ink, np.uint8), np.ones((9, 9), np.uint8)) > 0
    own = one.ink.copy()
    rows, columns = min(len(own), len(fat)), min(own.shape[1], fat.shape[1])
    own[:rows, :columns] &= ~fat[:rows, :columns]
    return own


def _same(one: PaperPage, other: PaperPage) -> bool:
    """Whether two pages cannot be told apart at all."""
    return max(int(_lacking(one, other).sum()), int(_lacking(other, one).sum())) < _TELLING
