"""Where a page lies of which a person says which it is, and of whose fiducials and code nothing is left.

Its printed frames alone tell, whichever way up it was scanned: they are drawn as they lie on paper, at each
turn and a little askew, and sought as a whole in a small picture of the image; then each is measured. A page
with few frames, or whose frames look the same the other way up, stays where it was: with a person, who may
say which way up it is; then half as many frames suffice, and none are compared with those of another turn.

Of 11 rehearsed pages with 25 boxes each (at the hardest level), fiducials and code painted over, scanned at
four turns, 40 of 44 images were found, within 0.01 mm of where their fiducials had put them; of covers, with
eight cells, none. None of 80 images was found as another page of that exam. It takes 0.7 s. Pages whose boxes
stand alike, only a little higher, cannot be told apart so: which page it is was said by a person.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from klausur.base.geometry import Size
from klausur.paper.layout import PageLayout
from klausur.scan import frames as printed
from klausur.scan import transform
from klausur.scan.edges import grey
from klausur.scan.fiducials import FoundFiducials, of_page, scale_guess
from klausur.scan.frames import Frames
from klausur.scan.model import Matrix, Pixels
from klausur.scan.register import Registered, register
from klausur.scan.transform import Fit, Points

LEAST = 8
"""Frames that a page must have, and that must be seen."""

_TOLD = 4  # of them where a person says which way up the page is

_CLEARLY = 3  # by how many frames the best turn must be ahead of all others
_TURNS = {True: (0, 180), False: (90, 270)}  # of a page that stands as its image does, and of one that lies
_ANGLES = np.arange(-3.0, 3.1, 0.5)
_SCALES = (0.97, 1.0, 1.03)
_TOLD_SCALES = (*np.arange(0.88, 0.97, 0.02).tolist(), *_SCALES)  # also of sheets on a larger pane of glass
_TOLD_POSES = 8  # so many of the likeliest are measured
_WORK = 2.0  # px per mm of the small picture
_REACH = 14.0  # mm by which the sheet may lie elsewhere than in the middle
_PAPER = 41  # px of the small picture round which paper is told from ink
_ROUNDS = 4
_INK = 0.05  # percent of a page's pixels that are darker than print, at most
_SPREAD = 15.0  # mm, standard deviation of the frames' places
_RISE = 0.2  # mm: edges are taken for crisp, as nothing measures them


@dataclass(frozen=True, slots=True)
class ByFrames:
    """Where a page lies by its frames: as fiducials there would say, and how well the frames bear it out."""

    found: FoundFiducials
    lies: Registered


def locate(pixels: Pixels, page: PageLayout, size: Size, turned: int | None = None) -> ByFrames | None:
    """The place that the frames of a page bear out, clearly more than any other way up; or None.

    Args:
        pixels: the image.
        page: the page that it shows.
        size: of the sheet, in mm.
        turned: degrees by which the image must be turned clockwise for the page to be upright, if a person
            has said so: 0, 90, 180 or 270. No other way up is tried then.
    """
    frames = printed.of_page(page)
    least = LEAST if turned is None else _TOLD
    if int(frames.whole.sum()) < least:
        return None
    best: dict[int, ByFrames] = {}
    for turn, pose in _poses(pixels, frames, size, turned):
        one = _measured(pixels, page, frames, pose)
        if one is not None and (turn not in best or _score(one) > _score(best[turn])):
            best[turn] = one
    ranked = sorted(best.values(), key=_score, reverse=True)
    if not ranked or ranked[0].lies.doubt is not None or ranked[0].lies.found < least:
        return None
    others = max((_score(one) for one in ranked[1:]), default=-len(frames))
    return ranked[0] if _score(ranked[0]) >= others + _CLEARLY else None


def _score(one: ByFrames) -> int:
    return one.lies.found - one.lies.absent


def _poses(pixels: Pixels, frames: Frames, size: Size, turned: int | None) -> Iterator[tuple[int, Matrix]]:
    """For each way up the likeliest map from mm to px; for one that a person has told several."""
    height, width = pixels.shape[:2]
    usual = _TURNS[(height > width) == (size.h > size.w)]
    turns, scales, most = (
        (usual, _SCALES, 1) if turned is None else ((-turned % 360,), _TOLD_SCALES, _TOLD_POSES)
    )
    by = _WORK / scale_guess(pixels, size)
    small = cv2.resize(grey(pixels), None, fx=by, fy=by, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(np.asarray(small, np.uint8), _PAPER).astype(np.float32)
    dark = np.clip(1.0 - small.astype(np.float32) / np.maximum(paper, 1.0), 0.0, 1.0)
    room = int(_REACH * _WORK)
    ink = cv2.copyMakeBorder(cv2.GaussianBlur(dark, (0, 0), 0.8), room, room, room, room, cv2.BORDER_CONSTANT)
    middle = np.array((size.w / 2, size.h / 2), np.float64)
    centre = np.array(((small.shape[1] - 1) / 2, (small.shape[0] - 1) / 2), np.float64)
    for turn in turns:
        found: list[tuple[float, Matrix]] = []
        for angle, scale in itertools.product(_ANGLES.tolist(), scales):
            pose = _pose(turn + angle, scale * _WORK, middle, centre)
            alike = cv2.matchTemplate(ink, _drawn(frames, pose, small.shape), cv2.TM_CCOEFF_NORMED)
            _, good, _, at = cv2.minMaxLoc(alike)
            move = np.array(((1, 0, at[0] - room), (0, 1, at[1] - room), (0, 0, 1.0)))
            found.append((good, np.asarray(move @ pose, np.float64)))
        larger = np.array(((1 / by, 0, 0.5 / by - 0.5), (0, 1 / by, 0.5 / by - 0.5), (0, 0, 1.0)))
        for _, place in sorted(found, key=lambda one: -one[0])[:most]:
            yield turn, larger @ place


def _pose(angle: float, scale: float, middle: Points, centre: Points) -> Matrix:
    """The map from mm to px that turns a sheet clockwise about its middle, which lies in the image's."""
    cos, sin = scale * np.cos(np.radians(angle)), scale * np.sin(np.radians(angle))
    turned = np.array(((cos, -sin), (sin, cos)))
    moved = centre - turned @ middle
    return np.array(((*turned[0], moved[0]), (*turned[1], moved[1]), (0, 0, 1.0)))


def _drawn(frames: Frames, pose: Matrix, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    """The frames of a page as a picture of this shape."""
    drawn = np.zeros(shape[:2], np.float32)
    for centre, half in zip(frames.centres[frames.whole], frames.halves[frames.whole], strict=True):
        corners = centre + np.array(((-1, -1), (1, -1), (1, 1), (-1, 1))) * half
        points = np.round(transform.apply(pose, corners) * 16).astype(np.int32)
        cv2.polylines(drawn, [points[:, None]], True, (1.0,), 1, cv2.LINE_AA, 4)  # noqa: FBT003 - closed
    return np.asarray(cv2.GaussianBlur(drawn, (0, 0), 0.8), np.float32)


def _measured(pixels: Pixels, page: PageLayout, frames: Frames, pose: Matrix) -> ByFrames | None:
    """The page where its frames are, each measured near where the small picture puts it."""
    levels = np.percentile(grey(pixels), (_INK, 80))
    contrast = float(levels[1] - levels[0])
    for _ in range(_ROUNDS):
        maps = _maps(pose, frames)
        seen = printed.look(pixels, maps, frames, contrast)
        good = seen.found & frames.whole
        if int(good.sum()) < LEAST // 2:
            return None
        there = transform.apply(pose, frames.centres[good] + seen.shifts[good])
        spread = float(frames.centres[good].std(axis=0).min())  # boxes in one column tell of no stretch
        nearest = transform.affine if good.sum() >= LEAST and spread > _SPREAD else transform.similarity
        pose = nearest(frames.centres[good], there)
    paper = of_page(page)
    corners = {name: transform.apply(pose, points) for name, points in paper.items()}
    fit = Fit(pose, tuple(sorted(paper)), 0.0)
    found = FoundFiducials(fit, contrast, _RISE, corners)
    return ByFrames(found, register(pixels, found, fit, page))


def _maps(pose: Matrix, frames: Frames) -> Points:
    """(n, 2, 3) from mm on paper, counted from each frame's centre, to px."""
    places = transform.apply(pose, frames.centres)
    turned = np.broadcast_to(pose[:2, :2], (len(frames), 2, 2))
    return np.concatenate((turned, places[:, :, None]), axis=2)
