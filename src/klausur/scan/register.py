"""Registering a page by what is printed on it: how far its boxes lie from where its fiducials put them.

Paper moves under its marks, a feeder pulls one part faster than another, a page that is photographed curls.
How a sheet is bent before a camera is known by its fiducials first (`klausur.scan.curl`), so that also what
lies far from any box is held. Each frame is sought near its place; a shift is believed if the nearest frames
have moved likewise, so that a box which is hard to see, or badly scribbled over, follows its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from klausur.scan import drift as drifts
from klausur.scan import frames as printed
from klausur.scan import transform
from klausur.scan.fiducials import FoundFiducials, of_page
from klausur.scan.transform import AGREES, CLEARLY_BETTER, MAX_RESIDUAL, Fit, Points

if TYPE_CHECKING:
    from klausur.paper.layout import PageLayout
    from klausur.scan.curl import Curl
    from klausur.scan.frames import Flags, Frames, SeenFrames
    from klausur.scan.model import Drift, Matrix, Pixels

MOVED = 0.1
"""Shift in mm of a box from which on a page is registered anew. Readers were trained with larger ones."""

_ALIKE = (0.15, 0.02)  # mm, and for each mm between them: how far neighbours' shifts may differ
_NEIGHBOURS = 4
_ALONE = 0.5  # mm that a box without neighbours may have moved
_STRAYED = 6.0
"""mm from where the fiducials alone would put a box: less than the 8 mm between two boxes of a column, so
that one is not taken for the next."""

_ROUNDS = 6
_GRID = 9  # points across a sheet and down it through which its bend is known
_LOST = (0.4, 0.15)
"""Part of the frames that may be missing where they should be: on a page that lies as its fiducials say,
and on one that had to be followed."""

_CURLED = 0.1
"""Residual in mm of the fiducials from which a page lies in no plane; over-exposed flat ones have 0.07."""

_AS_NEAR = 0.05
"""Difference in mm between frames and their places below which two ways to lie are equally good."""

BINDING = 3
"""Fiducials that hold a page which does not lie flat. With two, far corners of photographs on which every box
was found were put 3 to 20 mm off."""

_UNSURE = 0.7
"""Standard deviation in mm by which a covered corner of a bent page may lie elsewhere. Of 523 rehearsed
photographs with a covered fiducial (seeds 1300 to 1303) 504 were surer, and no corner of theirs was more than
1.1 mm off; two of the others' were 2.2 and 4.4 mm off."""

_NOT_THERE = "{} of {} printed frames are not seen where this page has them: curled, blurred, or another page"
_THREE = "three fiducials do not tell well enough how a page lies that is bent and photographed"
_UNSEEN = "the page is curled, and none of its {} printed frames can be seen to tell how"
_TWO = "two fiducials alone do not tell how a page lies that is bent, or photographed at an angle"

_FEW = 2  # missing frames that prove nothing


@dataclass(frozen=True, slots=True)
class Registered:
    """Where a page lies by its fiducials and its frames.

    ``local`` is the root mean square distance in mm between frames and where they are put. ``found`` and
    ``absent`` count frames that are where they should be, and those of which there is no trace, of all that
    were ``sought``. ``unsure`` is the standard deviation in mm by which a corner may lie elsewhere whose
    fiducial is not seen.
    """

    fit: Fit
    drift: Drift | None
    local: float
    found: int
    absent: int
    sought: int
    unsure: float = 0.0

    @property
    def doubt(self) -> str | None:
        """Why the page does not lie here, or may lie elsewhere far from what was seen, in words; or None."""
        if self.fit.residual > AGREES and len(self.fit.used) < BINDING:
            return _TWO
        if self.unsure > _UNSURE:
            return _THREE
        if self.fit.residual > _CURLED and self.sought > _FEW and not self.found:
            return _UNSEEN.format(self.sought)
        lost = _LOST[self.drift is not None]
        if self.absent > max(_FEW, lost * (self.found + self.absent)):
            return _NOT_THERE.format(self.absent, self.found + self.absent)
        return None

    @property
    def borne_out(self) -> tuple[bool, int, int, bool]:
        """How well this is borne out, to be compared: how many frames are there, and how near they are.

        Then whether it stands on more than two fiducials: boxes tell nothing of far corners of a curled page.
        """
        return (
            self.doubt is None,
            self.found - self.absent,
            -round(self.local / _AS_NEAR),
            len(self.fit.used) >= BINDING,
        )

    @property
    def best_possible(self) -> bool:
        """Whether no other way to lie can be borne out better: each frame is there, right where it is put."""
        return self.drift is None and self.borne_out == (True, self.sought, 0, True)


def register(pixels: Pixels, found: FoundFiducials, fit: Fit, page: PageLayout) -> Registered:
    """Find the frames of a page that lies where ``fit`` says, and follow them if they lie elsewhere."""
    paper, frames = of_page(page), printed.of_page(page)
    sheet = _Sheet(
        pixels,
        fit,
        knots=np.concatenate([paper[name] for name in fit.used]),
        places=np.concatenate([found.corners[name] for name in fit.used]),
        unseen=np.concatenate([np.zeros((0, 2)), *(paper[name] for name in paper.keys() - set(fit.used))]),
        frames=frames,
        contrast=found.contrast * printed.left_of_lines(found.rise),
    )
    if fit.residual <= AGREES:
        seen = _look(sheet, None)
        good = _agreeing(frames, seen.shifts, seen.found & frames.whole)
        if not (np.abs(seen.shifts[good]) > MOVED).any():
            return _registered(sheet, None, None, seen, good)
        return _followed(sheet, None)
    bent = _bent(sheet)
    # Where a fiducial is not seen, frames bear out both ways, but only the bend tells of that corner.
    if bent is not None and len(sheet.unseen):
        return _followed(sheet, bent)
    tried = [_followed(sheet, curl) for curl in ((bent, None) if bent else (None,))]
    return max(tried, key=lambda one: one.borne_out)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What is known of a page before its frames are sought.

    ``knots`` (n, 2) are its fiducials' corners on paper in mm, ``places`` (n, 2) where they were seen in px,
    ``unseen`` (m, 2) the corners on paper of those that were not.
    """

    pixels: Pixels
    fit: Fit
    knots: Points
    places: Points
    unseen: Points
    frames: Frames
    contrast: float

    @property
    def shifts(self) -> Points:
        """How far from the knots the transform must be asked, (n, 2) mm."""
        return _back(self.fit.to_pixels, self.places) - self.knots


def _bent(sheet: _Sheet) -> Curl | None:
    """The sheet as it is bent, if its corners say that it is; one that bends less is followed without.

    Where a corner is covered, frames cannot make up for a small bend there.
    """
    least = AGREES if len(sheet.unseen) else _CURLED
    if sheet.fit.residual <= least or len(sheet.fit.used) < BINDING:
        return None
    from klausur.scan import curl as curls  # noqa: PLC0415 - SciPy loads for 0.5 s, and most scans lie flat

    curl = curls.fit(sheet.knots, sheet.places, sheet.fit.to_pixels, sheet.pixels.shape)
    return curl if curl.residual < CLEARLY_BETTER * sheet.fit.residual else None


def _followed(sheet: _Sheet, curl: Curl | None) -> Registered:
    """Follow the frames of a page that is bent, or moved under its marks."""
    frames, knots, shifts = sheet.frames, sheet.knots, sheet.shifts
    base, first = _drift_of(sheet, curl), None
    if sheet.fit.residual > AGREES:
        first = drifts.summed(base, drifts.through(knots, shifts - drifts.at(base, knots)))
    drift, rest = first, first
    seen = _look(sheet, first)
    for _ in range(_ROUNDS):
        before = drifts.at(drift, frames.centres)
        total = before + seen.shifts
        strayed = np.abs(total - drifts.at(first, frames.centres)).max(axis=1) > _STRAYED
        good = _agreeing(frames, seen.shifts, seen.found & ~strayed)
        points, moved = np.vstack((knots, frames.centres[good])), np.vstack((shifts, total[good]))
        if curl is not None:
            curl = curl.refit(points, transform.apply(sheet.fit.to_pixels, points + moved))
            base = _drift_of(sheet, curl)
        rest = drifts.through(points, moved - drifts.at(base, points))
        drift = drifts.summed(base, rest)
        seen = _look(sheet, drift)
        settled = np.abs(drifts.at(drift, frames.centres) - before).max(initial=0.0) < MOVED / 4
        if settled:
            break
    unsure = _unsure(sheet, curl, points, moved)
    return replace(_registered(sheet, drift, rest, seen, good), unsure=unsure)


def _unsure(sheet: _Sheet, curl: Curl | None, points: Points, moved: Points) -> float:
    """How far off the sheet may lie where a fiducial is not seen, a standard deviation in mm."""
    if not len(sheet.unseen):
        return 0.0
    if curl is None:
        return 0.0 if sheet.fit.residual <= MAX_RESIDUAL else np.inf
    return curl.unsure(points, transform.apply(sheet.fit.to_pixels, points + moved), sheet.unseen)


def _drift_of(sheet: _Sheet, curl: Curl | None) -> Drift | None:
    """A bent sheet as a Drift: what is seen beside it is small, and goes on far from where it was seen."""
    if curl is None:
        return None
    low, high = sheet.knots.min(axis=0), sheet.knots.max(axis=0)
    part = np.linspace(0.0, 1.0, _GRID)
    points = low + np.stack(np.meshgrid(part, part), axis=-1).reshape(-1, 2) * (high - low)
    return drifts.through(points, _back(sheet.fit.to_pixels, curl.to_image(points)) - points)


def _look(sheet: _Sheet, drift: Drift | None) -> SeenFrames:
    maps = drifts.maps(sheet.fit.to_pixels, drift, sheet.frames.centres)
    return printed.look(sheet.pixels, maps, sheet.frames, sheet.contrast)


def _back(to_pixels: Matrix, places: Points) -> Points:
    """Where on paper places in the image lie by the transform alone, in mm."""
    return transform.apply(np.asarray(np.linalg.inv(to_pixels), np.float64), places)


def _agreeing(frames: Frames, shifts: Points, found: Flags) -> Flags:
    """Which of the frames found have a near neighbour that has moved likewise, (n,)."""
    where = np.flatnonzero(found)
    centres, moved = frames.centres[where], shifts[where]
    if not len(where):
        return found
    if len(where) == 1:
        return np.asarray(found & (np.abs(shifts).max(axis=1) <= _ALONE))
    between = centres[:, None] - centres
    between *= between
    away = np.sqrt(between[..., 0] + between[..., 1])
    away.flat[:: len(where) + 1] = np.inf
    near = np.argsort(away, axis=1)[:, :_NEIGHBOURS]
    difference = np.abs(moved[near] - moved[:, None])
    apart = np.maximum(difference[..., 0], difference[..., 1])
    alike = apart <= _ALIKE[0] + _ALIKE[1] * away[np.arange(len(where))[:, None], near]
    kept = np.zeros(len(found), np.bool_)
    kept[where[alike.any(axis=1)]] = True
    return kept


def _registered(
    sheet: _Sheet, drift: Drift | None, rest: Drift | None, seen: SeenFrames, good: Flags
) -> Registered:
    """What was found in the end; ``rest`` is what of the drift was not known of the sheet's bend."""
    frames = sheet.frames
    # A curled page is followed where its boxes are; corners of answer areas far from them tell nothing.
    whole = frames.whole
    boxes_tell = drift is not None and np.count_nonzero(whole) > _FEW
    tell = whole if boxes_tell else np.ones(len(frames), np.bool_)
    absent = int(np.count_nonzero(seen.absent & tell & frames.black))
    found = int(np.count_nonzero(seen.found & tell))
    sought = int(np.count_nonzero(tell))
    return Registered(sheet.fit, drift, _away(frames, rest, seen, good), found, absent, sought)


def _away(frames: Frames, rest: Drift | None, seen: SeenFrames, good: Flags) -> float:
    """Root mean square distance in mm between boxes and where they are put.

    Boxes that were not seen count with the distance at which those seen would have been put without them.
    """
    sure = good & seen.found
    if not sure.any():
        return 0.0
    left = (seen.shifts[sure] ** 2).sum(axis=1).mean()
    if rest is None:
        return float(left**0.5)
    unseen = (frames.whole & ~sure).sum() / max(frames.whole.sum(), 1)
    guessed = (drifts.unaided(rest)[-int(good.sum()) :] ** 2).sum(axis=1).mean()
    return float(((1 - unseen) * left + unseen * guessed) ** 0.5)
