"""Registering a page by what is printed on it: how far its boxes lie from where its fiducials put them.

Paper moves under its marks, a feeder pulls one part faster than another, a page that is photographed curls.
Each frame is sought near its place; a shift is believed if the nearest frames have moved likewise, so that a
box which is hard to see, or badly scribbled over, follows its neighbours.
"""

from dataclasses import dataclass

import numpy as np

from klausur.paper.layout import PageLayout
from klausur.scan import drift as drifts
from klausur.scan import frames as printed
from klausur.scan import transform
from klausur.scan.fiducials import Found, of_page
from klausur.scan.frames import Flags, Frames, Seen
from klausur.scan.model import Drift, Matrix, Pixels
from klausur.scan.transform import AGREES, Fit, Points

MOVED = 0.1
"""Shift in mm of a box from which on a page is registered anew. Readers were trained with larger ones."""

_ALIKE = (0.15, 0.02)  # mm, and for each mm between them: how far neighbours' shifts may differ
_NEIGHBOURS = 4
_ALONE = 0.5  # mm that a box without neighbours may have moved
_STRAYED = 6.0
"""mm from where the fiducials alone would put a box: less than the 8 mm between two boxes of a column, so
that one is not taken for the next."""

_ROUNDS = 6
_LOST = (0.4, 0.15)
"""Part of the frames that may be missing where they should be: on a page that lies as its fiducials say,
and on one that had to be followed."""

_CURLED = 0.1
"""Residual in mm of the fiducials from which a page lies in no plane; over-exposed flat ones have 0.07."""

_AS_NEAR = 0.05
"""Difference in mm between frames and their places below which two ways to lie are equally good."""

_FEW = 2  # missing frames that prove nothing


@dataclass(frozen=True, slots=True)
class Registered:
    """Where a page lies by its fiducials and its frames.

    ``local`` is the root mean square distance in mm between frames and where they are put. ``found`` and
    ``absent`` count frames that are where they should be, and those of which there is no trace, of all that
    were ``sought``.
    """

    fit: Fit
    drift: Drift | None
    local: float
    found: int
    absent: int
    sought: int

    @property
    def believable(self) -> bool:
        """Whether the frames bear out that this page lies here."""
        if self.fit.residual > _CURLED and self.sought > _FEW and not self.found:
            return False  # nothing tells how
        lost = _LOST[self.drift is not None]
        return self.absent <= max(_FEW, lost * (self.found + self.absent))

    @property
    def borne_out(self) -> tuple[int, int, int]:
        """How well this is borne out, to be compared: how many frames are there, and how near they are.

        Then whether it stands on more than two fiducials: boxes tell nothing of far corners of a curled page.
        """
        return self.found - self.absent, -round(self.local / _AS_NEAR), min(len(self.fit.used), 3)


def register(pixels: Pixels, found: Found, fit: Fit, page: PageLayout) -> Registered:
    """Find the frames of a page that lies where ``fit`` says, and follow them if they lie elsewhere."""
    frames = printed.of_page(page)
    paper = of_page(page)
    knots = np.concatenate([paper[name] for name in fit.used])
    shifts = _back(fit.to_pixels, np.concatenate([found.corners[name] for name in fit.used])) - knots
    first = drifts.through(knots, shifts) if fit.residual > AGREES else None
    seen = _look(pixels, fit.to_pixels, first, frames, found.contrast)
    good = _agreeing(frames, seen.shifts, seen.found & frames.whole)
    if first is None and not (np.abs(seen.shifts[good]) > MOVED).any():
        return _registered(fit, None, frames, seen, good)
    drift = first
    for _ in range(_ROUNDS):
        before = drifts.at(drift, frames.centres)
        total = before + seen.shifts
        strayed = np.abs(total - drifts.at(first, frames.centres)).max(axis=1) > _STRAYED
        good = _agreeing(frames, seen.shifts, seen.found & ~strayed)
        drift = drifts.through(np.vstack((knots, frames.centres[good])), np.vstack((shifts, total[good])))
        seen = _look(pixels, fit.to_pixels, drift, frames, found.contrast)
        settled = np.abs(drifts.at(drift, frames.centres) - before).max(initial=0.0) < MOVED / 4
        if settled:
            break
    return _registered(fit, drift, frames, seen, good)


def _look(pixels: Pixels, to_pixels: Matrix, drift: Drift | None, frames: Frames, contrast: float) -> Seen:
    return printed.look(pixels, drifts.maps(to_pixels, drift, frames.centres), frames, contrast)


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
    away = np.linalg.norm(centres[:, None] - centres[None], axis=2)
    np.fill_diagonal(away, np.inf)
    near = np.argsort(away, axis=1)[:, :_NEIGHBOURS]
    apart = np.abs(moved[near] - moved[:, None]).max(axis=2)
    alike = apart <= _ALIKE[0] + _ALIKE[1] * np.take_along_axis(away, near, axis=1)
    kept = np.zeros(len(found), np.bool_)
    kept[where[alike.any(axis=1)]] = True
    return kept


def _registered(fit: Fit, drift: Drift | None, frames: Frames, seen: Seen, good: Flags) -> Registered:
    # A curled page is followed where its boxes are; corners of answer areas far from them tell nothing.
    boxes_tell = drift is not None and frames.whole.sum() > _FEW
    tell = frames.whole if boxes_tell else np.ones(len(frames), np.bool_)
    absent = int((seen.absent & tell & frames.black).sum())
    found = int((seen.found & tell).sum())
    return Registered(fit, drift, _away(frames, drift, seen, good), found, absent, int(tell.sum()))


def _away(frames: Frames, drift: Drift | None, seen: Seen, good: Flags) -> float:
    """Root mean square distance in mm between boxes and where they are put.

    Boxes that were not seen count with the distance at which those seen would have been put without them.
    """
    sure = good & seen.found
    if not sure.any():
        return 0.0
    left = (seen.shifts[sure] ** 2).sum(axis=1).mean()
    if drift is None:
        return float(left**0.5)
    unseen = (frames.whole & ~sure).sum() / max(frames.whole.sum(), 1)
    guessed = (drifts.unaided(drift)[-int(good.sum()) :] ** 2).sum(axis=1).mean()
    return float(((1 - unseen) * left + unseen * guessed) ** 0.5)
