"""Which page of which paper an image shows: by its page code, or why that cannot be told.

Where fiducials tell how a page lies, only a code that stands where the layout has it counts; where they do
not, any page code on the image does, and its place tells how the page lies (`klausur.scan.locate`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from klausur.base.geometry import Box
from klausur.paper import code as codec
from klausur.paper.code import CodeFault, PageCode
from klausur.paper.layout import Layout, PageLayout
from klausur.scan import (
    cut_off,
    data_matrix,
    drift,
    edges,
    fiducials,
    guess_page,
    quality,
    spoilt_code,
    transform,
)
from klausur.scan.data_matrix import Symbol
from klausur.scan.fiducials import FoundFiducials
from klausur.scan.model import Matrix, Pixels, Placed, Reason, Unplaced
from klausur.scan.pages_on_image import PageOnImage
from klausur.scan.register import BINDING
from klausur.scan.transform import Fit, Points

_BENT = 15.0
"""mm by which three fiducials may miss the code beside the fourth, which is covered: sheets that are strongly
bent have up to 12. Frames and code then say whether the page lies where it was put."""

_NO_LEGIBLE_CODE = "the page code is covered or damaged"
_ELSEWHERE = "a page code lies where none was printed"

_FAULTS = {
    CodeFault.NO_BOOKLET: (Reason.QUESTION_PAPER, "it is a page of a paper that is not to be scanned"),
    CodeFault.FORGED: (Reason.FORGED, "the code names this exam, but was not made with its key"),
    CodeFault.OTHER_EXAM: (Reason.OTHER_EXAM, "the code is that of another exam"),
    CodeFault.FOREIGN: (Reason.NO_CODE, "there is a Data Matrix, but it is no page code"),
}
"""What a code that is not ours amounts to, the most telling one first."""


@dataclass(frozen=True, slots=True)
class Identified:
    """A page whose code is known, and how it is laid out.

    ``symbol`` is where the code was seen, if that is all that tells how the page lies.
    """

    code: PageCode
    page: PageLayout
    symbol: Symbol | None = None


def identify(spot: PageOnImage, layout: Layout, key: bytes) -> Identified | Unplaced:
    """The page that is seen, or the most helpful reason why nobody can tell.

    Args:
        spot: a page on an image.
        layout: of the print run.
        key: the exam's key.
    """
    if spot.found is None:
        seen = _without_fiducials(spot.pixels, layout, key)
    else:
        seen = _by_fiducials(spot.pixels, spot.found, layout, key)
    if isinstance(seen, Unplaced):
        return seen
    return named(*seen, layout)


def named(code: PageCode, at: Symbol | None, layout: Layout) -> Identified | Unplaced:
    """The page of a code that is to be believed, if the print run has it."""
    page = layout.at(code)
    if page is None:
        no_such = f"this print run has no page {code.page} of booklet {code.booklet}"
        return Unplaced(Reason.NO_SUCH_PAGE, no_such, code)
    return Identified(code, page, at)


def confirm(placed: Placed, known: Identified) -> Placed | Unplaced:
    """The page, unless its code is not where it was put, and its place rests on that.

    It does where the page does not lie flat and one of its corners was not seen.
    """
    flat = placed.quality.residual <= transform.AGREES
    if known.symbol is not None or flat or placed.quality.fiducials != BINDING:
        return placed
    box = data_matrix.box_of(known.page)
    place = drift.near(placed.to_pixels, placed.drift, box.centre)
    if data_matrix.read_at(placed.pixels, place, box, astray=False) is not None:
        return placed
    return Unplaced(Reason.FIDUCIALS, fiducials.ASKEW, placed.code)


_Seen = tuple[PageCode, Symbol | None] | Unplaced
"""A genuine code, and where it was seen if its place is not known already; or why there is none."""


def _by_fiducials(pixels: Pixels, found: FoundFiducials, layout: Layout, key: bytes) -> _Seen:
    """The code of a page that lies where its fiducials say."""

    def places() -> Iterator[tuple[Matrix, Box]]:
        for pattern, box in _code_places(layout):
            yield from ((fit.to_pixels, box) for fit in found.fits)
            yield from ((matrix, box) for matrix in _beside(found, pattern, box))

    def genuine(data: bytes) -> bool:
        return isinstance(codec.decode(data, layout.exam_number, key), PageCode)

    data = next((d for at in places() if (d := data_matrix.read_at(pixels, *at))), None)
    if data is None:
        data = next((d for at in places() if (d := spoilt_code.read(pixels, *at, genuine))), None)
    if data is not None and codec.may_be_page(data):
        code = codec.decode(data, layout.exam_number, key)
        return (code, None) if isinstance(code, PageCode) else Unplaced(*_FAULTS[code])
    around, corner = _around(pixels, found, layout)
    elsewhere = _anywhere(around, layout, key)
    if isinstance(elsewhere, Unplaced):
        foreign = elsewhere.reason is Reason.NO_CODE
        return guess_page.propose(pixels, found, layout, key, elsewhere) if foreign else elsewhere
    if elsewhere is not None:
        return _astray(found, [box for _, box in _code_places(layout)], *elsewhere, corner)
    if not _flat(found) and all(len(fit.used) < BINDING for fit in found.fits):
        return Unplaced(Reason.FIDUCIALS, fiducials.ASKEW)
    first = data_matrix.box_of(layout.pages[0])
    return guess_page.propose(pixels, found, layout, key, _illegible(pixels, found, first))


def _code_places(layout: Layout) -> Iterator[tuple[PageLayout, Box]]:
    """Where pages have their codes, each place once, with a page that has it there.

    It is one place, but where printings of different versions of Klausur were put together.
    """
    known: set[Box] = set()
    for page in layout.pages:
        box = data_matrix.box_of(page)
        if box not in known:
            known.add(box)
            yield page, box


def _flat(found: FoundFiducials) -> bool:
    """Whether the fiducials agree as on flat paper, so that the code can only be where they say."""
    return found.fit.residual <= transform.AGREES


def _astray(found: FoundFiducials, boxes: Sequence[Box], code: PageCode, at: Symbol, corner: Points) -> _Seen:
    """What a page code amounts to that is not where it should be; ``corner`` is where its image begins."""
    if _flat(found):
        return Unplaced(Reason.NO_CODE, _ELSEWHERE, code)
    centre = at.corners.mean(axis=0) + corner
    sure = [fit for fit in found.fits if len(fit.used) >= BINDING]
    near = any(_away(fit, box, centre) <= _BENT for fit in sure for box in boxes)
    return (code, None) if near else Unplaced(Reason.FIDUCIALS, fiducials.ASKEW, code)


def _illegible(pixels: Pixels, found: FoundFiducials, box: Box) -> Unplaced:
    """Why a code cannot be read where it should be."""
    sharp = quality.sharpness(fiducials.rise_near(pixels, found, box))
    scale = transform.scale_at(found.fit.to_pixels, *box.centre)
    return quality.why_illegible(sharp, scale, "the page code is") or Unplaced(
        Reason.NO_CODE, _NO_LEGIBLE_CODE
    )


def _beside(found: FoundFiducials, pattern: PageLayout, box: Box) -> tuple[Matrix, ...]:
    """Where the fiducial beside the code puts it, if the page is bent or the others are not to be trusted."""
    paper = fiducials.of_page(pattern)
    name = min(paper, key=lambda one: float(np.linalg.norm(paper[one].mean(axis=0) - box.centre)))
    if _flat(found) or name not in found.corners:
        return ()
    return (transform.homography(paper[name], found.corners[name]),)


def _away(fit: Fit, box: Box, centre: Points) -> float:
    """How far a place in the image is from where a fit puts the middle of a box, in mm."""
    expected = transform.apply(fit.to_pixels, np.array((box.centre,)))[0]
    return float(np.linalg.norm(centre - expected)) / transform.scale_at(fit.to_pixels, *box.centre)


def _around(pixels: Pixels, found: FoundFiducials, layout: Layout) -> tuple[Pixels, Points]:
    """The part of an image that one of its pages takes up, and where in the image its first pixel lies."""
    corners = fiducials.outline(found.fit, layout.size)
    low = np.clip(corners.min(axis=0), 0, None).astype(int)
    high = np.ceil(corners.max(axis=0)).astype(int)
    return pixels[low[1] : high[1], low[0] : high[0]], low


def _without_fiducials(pixels: Pixels, layout: Layout, key: bytes) -> _Seen:
    """The code of a page whose fiducials are cut off, wherever it is."""
    levels = edges.grey(pixels)
    empty = quality.emptiness(levels, layout.size)
    if empty is not None:
        return Unplaced(Reason.BLANK, empty)
    return _anywhere(levels, layout, key) or _without_anything(levels, layout, key)


def _without_anything(pixels: Pixels, layout: Layout, key: bytes) -> Unplaced:
    """What can be told of an image with neither fiducials nor a code."""
    scale = fiducials.scale_guess(pixels, layout.size)
    sharp = quality.page_sharpness(pixels, scale)
    illegible = quality.why_illegible(sharp, scale, "all on the page is")
    if illegible is not None:
        return illegible
    askew = Unplaced(Reason.NO_CODE, "the page lies askew, and its code is cut off")
    for found in cut_off.guesses(pixels, fiducials.of_page(layout.pages[0]), layout.size):
        proposed = guess_page.propose(pixels, found, layout, key, askew)
        if proposed is not askew:
            return proposed
    return Unplaced(Reason.NO_CODE, "neither a page code nor fiducials are on it")


def _anywhere(pixels: Pixels, layout: Layout, key: bytes) -> tuple[PageCode, Symbol] | Unplaced | None:
    """The most telling code of a page on an image, wherever it is; None if none is legible."""
    symbols = data_matrix.read_anywhere(pixels, codec.may_be_page, layout.size)
    codes = [codec.decode(found.data, layout.exam_number, key) for found in symbols]
    for code, found in zip(codes, symbols, strict=True):
        if isinstance(code, PageCode):
            return code, found
    return next((Unplaced(*told) for fault, told in _FAULTS.items() if fault in codes), None)
