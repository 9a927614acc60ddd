"""A PageImage to its place: which page of which booklet it is and where its Fields lie, or why not.

This file shows the order of work; each step's own module does it.
"""

import numpy as np

from klausur.base.geometry import Box
from klausur.paper import code as codec
from klausur.paper.code import CodeFault, PageCode, Sheet
from klausur.paper.fields import FieldKind
from klausur.paper.layout import Layout, PageLayout
from klausur.scan import cut_off, drift, fiducials, likeness, quality, spread, symbol, transform
from klausur.scan.decode import DecodeError, decode
from klausur.scan.fiducials import Found
from klausur.scan.model import Matrix, PageImage, Pixels, Placed, Quality, Reason, Unplaced
from klausur.scan.register import BINDING, register
from klausur.scan.spread import Spot
from klausur.scan.symbol import Symbol
from klausur.scan.transform import Fit, Points

_MM_PER_INCH = 25.4

_TOO_FEW = "fewer than two fiducials are seen"

_BENT = 15.0
"""mm by which three fiducials may miss the code beside the fourth, which is covered: sheets that are strongly
bent have up to 12. Frames and code then say whether the page lies where it was put."""

_NO_LEGIBLE_CODE = "the page code is covered or damaged"
_ELSEWHERE = "a page code lies where none was printed"
_ASKEW = "the fiducials seen do not tell how the page lies: it is bent, or was photographed at an angle"

Outcomes = tuple[Placed | Unplaced, ...]
"""What becomes of each page on an image."""

_FAULTS = {
    CodeFault.FORGED: (Reason.FORGED, "the code names this exam, but was not made with its key"),
    CodeFault.OTHER_EXAM: (Reason.OTHER_EXAM, "the code is that of another exam"),
    CodeFault.FOREIGN: (Reason.NO_CODE, "there is a Data Matrix, but it is no page code"),
}
"""What a code that is not ours amounts to, the most telling one first."""


def place(image: PageImage, layout: Layout, key: bytes) -> Outcomes:
    """Find out which pages an image shows and where each lies.

    Args:
        image: one image out of a scanned file.
        layout: of the print run.
        key: the exam's key, which the page codes' tags were made with.

    Returns:
        One outcome for each page, at least one; two for a booklet that was scanned open, from left to right
        (or from top to bottom, if it lies so).
    """
    try:
        pixels = decode(image)
    except DecodeError as error:
        return (Unplaced(Reason.UNREADABLE, str(error)),)
    pattern = layout.pages[0]
    spots = spread.pages(pixels, fiducials.of_page(pattern), layout.size)
    return tuple(_page(spot, pattern, layout, key) for spot in spots)


def place_as(image: PageImage, layout: Layout, code: PageCode, part: int = 0) -> Placed | Unplaced:
    """Find where a page lies after a person said which one it is; what its printed code says counts not.

    ``part`` says which of the pages on the image is meant, from 0, in the order in which `place` gives them.
    """
    page = layout.at(code)
    if page is None:
        return _no_such_page(code)
    try:
        pixels = decode(image)
    except DecodeError as error:
        return Unplaced(Reason.UNREADABLE, str(error), code)
    spots = spread.pages(pixels, fiducials.of_page(page), layout.size)
    if part >= len(spots):
        return Unplaced(Reason.FIDUCIALS, f"the image shows {len(spots)} pages", code)
    pixels, found = spots[part].pixels, spots[part].found
    if found is None:
        symbols = symbol.read_anywhere(pixels, codec.may_be_page)
        found = next((f for f in (_cut_off(pixels, page, s) for s in symbols) if f is not None), None)
        found = found or _guessed(pixels, page, layout)
    if found is None:
        return Unplaced(Reason.FIDUCIALS, _no_place(pixels, page, layout), code)
    return _placed(pixels, layout, found, page, page, code)


def _page(spot: Spot, pattern: PageLayout, layout: Layout, key: bytes) -> Placed | Unplaced:
    """One page of an image."""
    pixels, found = spot.pixels, spot.found
    if found is None:
        return _without_fiducials(pixels, layout, key)
    code = _code_at(pixels, found, pattern, layout, key)
    if isinstance(code, Unplaced):
        return code
    page = layout.at(code)
    if page is None:
        return _no_such_page(code)
    placed = _placed(pixels, layout, found, pattern, page, code)
    strays = isinstance(placed, Placed) and not _meets_code(placed, page)
    return Unplaced(Reason.FIDUCIALS, _ASKEW, code) if strays else placed


def _meets_code(placed: Placed, page: PageLayout) -> bool:
    """Whether the code is where a page was placed of which a corner was not seen, if it does not lie flat."""
    if placed.quality.fiducials != BINDING or placed.quality.residual <= transform.AGREES:
        return True
    box = _code_box(page)
    place = drift.near(placed.to_pixels, placed.drift, box.centre)
    return symbol.read_at(placed.pixels, place, box, astray=False) is not None


def _code_at(
    pixels: Pixels, found: Found, pattern: PageLayout, layout: Layout, key: bytes
) -> PageCode | Unplaced:
    """The genuine code of a page that lies where its fiducials say, or why there is none."""
    box = _code_box(pattern)
    places = (*(fit.to_pixels for fit in found.fits), *_beside(found, pattern, box))
    data = next((d for place in places if (d := symbol.read_at(pixels, place, box))), None)
    if data is not None and codec.may_be_page(data):
        code = codec.decode(data, layout.exam_number, key)
        return code if isinstance(code, PageCode) else Unplaced(*_FAULTS[code])
    known = found.fit.residual <= transform.AGREES
    around, corner = _around(pixels, found, layout)
    elsewhere = _code_anywhere(around, layout, key)
    if isinstance(elsewhere, Unplaced):
        foreign = elsewhere.reason is Reason.NO_CODE
        return _proposed(pixels, found, layout, key, elsewhere) if foreign else elsewhere
    if elsewhere is not None:
        code, at = elsewhere
        if known:
            return Unplaced(Reason.NO_CODE, _ELSEWHERE, code)
        centre = at.corners.mean(axis=0) + corner
        near = any(_away(fit, box, centre) <= _BENT for fit in found.fits if len(fit.used) >= BINDING)
        return code if near else Unplaced(Reason.FIDUCIALS, _ASKEW, code)
    if not known and all(len(fit.used) < BINDING for fit in found.fits):
        return Unplaced(Reason.FIDUCIALS, _ASKEW)
    sharp = quality.sharpness(fiducials.rise_near(pixels, found, box))
    blurred = sharp < quality.BLURRED
    why = f"the page code is too blurred to read (sharpness {sharp:.2f})" if blurred else _NO_LEGIBLE_CODE
    return _proposed(pixels, found, layout, key, Unplaced(Reason.BLURRED if blurred else Reason.NO_CODE, why))


def _beside(found: Found, pattern: PageLayout, box: Box) -> tuple[Matrix, ...]:
    """Where the fiducial beside the code puts it, if the page is bent or the others are not to be trusted."""
    paper = fiducials.of_page(pattern)
    name = min(paper, key=lambda one: float(np.linalg.norm(paper[one].mean(axis=0) - box.centre)))
    if found.fit.residual <= transform.AGREES or name not in found.corners:
        return ()
    return (transform.homography(paper[name], found.corners[name]),)


def _proposed(pixels: Pixels, found: Found, layout: Layout, key: bytes, why: Unplaced) -> Unplaced:
    """Add to an image without a legible code which page it resembles, for a person to confirm."""
    alike = likeness.resembling(pixels, found, layout)
    code = likeness.likely_code(pixels, alike, layout, key)
    words = why.detail
    if code is not None:
        words += f"; what is left of it is {codec.show(code)}"
    # The variants of an exam have pages of the same number that may look alike.
    pages = {(one.page.number, likeness.sheet_of(one.page, layout)) for one in alike}
    if code is None and len(pages) != 1:
        return why
    if len(pages) != 1:
        return Unplaced(why.reason, words, code, None if code is None else code.page)
    ((number, kind),) = pages
    of = "" if kind is Sheet.BOOKLET else f" of a sheet of the kind {kind.value}"
    words += f"; the printed boxes are those of page {number}{of}"
    return Unplaced(why.reason, words, code, None if of else number)


def _away(fit: Fit, box: Box, centre: Points) -> float:
    """How far a place in the image is from where a fit puts the middle of a box, in mm."""
    expected = transform.apply(fit.to_pixels, np.array((box.centre,)))[0]
    return float(np.linalg.norm(centre - expected)) / transform.scale_at(fit.to_pixels, *box.centre)


def _around(pixels: Pixels, found: Found, layout: Layout) -> tuple[Pixels, Points]:
    """The part of an image that one of its pages takes up, and where in the image its first pixel lies."""
    corners = fiducials.outline(found.fit, layout.size)
    low = np.clip(corners.min(axis=0), 0, None).astype(int)
    high = np.ceil(corners.max(axis=0)).astype(int)
    return pixels[low[1] : high[1], low[0] : high[0]], low


def _code_anywhere(pixels: Pixels, layout: Layout, key: bytes) -> tuple[PageCode, Symbol] | Unplaced | None:
    """The most telling code of a page on an image, wherever it is; None if none is legible."""
    symbols = symbol.read_anywhere(pixels, codec.may_be_page)
    codes = [codec.decode(found.data, layout.exam_number, key) for found in symbols]
    for code, found in zip(codes, symbols, strict=True):
        if isinstance(code, PageCode):
            return code, found
    return next((Unplaced(*told) for fault, told in _FAULTS.items() if fault in codes), None)


def _without_fiducials(pixels: Pixels, layout: Layout, key: bytes) -> Placed | Unplaced:
    """A page whose fiducials are cut off, or the most helpful reason for an image with no known position."""
    empty = quality.emptiness(pixels, layout.size)
    if empty is not None:
        return Unplaced(Reason.BLANK, empty)
    seen = _code_anywhere(pixels, layout, key)
    if seen is None:
        return _without_anything(pixels, layout, key)
    if isinstance(seen, Unplaced):
        return seen
    code, at = seen
    page = layout.at(code)
    if page is None:
        return _no_such_page(code)
    found = _cut_off(pixels, page, at)
    if found is None:
        return Unplaced(Reason.FIDUCIALS, _no_place(pixels, page, layout), code)
    return _placed(pixels, layout, found, page, page, code)


def _without_anything(pixels: Pixels, layout: Layout, key: bytes) -> Unplaced:
    askew = Unplaced(Reason.NO_CODE, "the page lies askew, and its code is cut off")
    for found in cut_off.guesses(pixels, fiducials.of_page(layout.pages[0]), layout.size):
        proposed = _proposed(pixels, found, layout, key, askew)
        if proposed is not askew:
            return proposed
    sharp = quality.page_sharpness(pixels, fiducials.scale_guess(pixels, layout.size))
    if sharp < quality.BLURRED:
        return Unplaced(Reason.BLURRED, f"nothing on the page is sharp (sharpness {sharp:.2f})")
    return Unplaced(Reason.NO_CODE, "neither a page code nor fiducials are on it")


def _no_place(pixels: Pixels, page: PageLayout, layout: Layout) -> str:
    """Why the fiducials on an image do not tell where a page lies, in words."""
    seen = fiducials.search_whole(pixels, layout.size).keys() & fiducials.of_page(page).keys()
    return _TOO_FEW if len(seen) < 2 else _ASKEW


def _cut_off(pixels: Pixels, page: PageLayout, at: Symbol) -> Found | None:
    """Where the page lies by its code and what is left of its fiducials."""
    corners = np.array(_code_box(page).corners)
    return cut_off.find(pixels, fiducials.of_page(page), corners, at.corners)


def _guessed(pixels: Pixels, page: PageLayout, layout: Layout) -> Found | None:
    """Where a page lies that is askew and whose code is cut off, if its frames bear that out."""
    guesses = cut_off.guesses(pixels, fiducials.of_page(page), layout.size)
    tried = [(register(pixels, found, found.fit, page), found) for found in guesses]
    lies, found = max(tried, key=lambda one: one[0].found - one[0].absent, default=(None, None))
    return found if lies is not None and lies.found and lies.doubt is None else None


def _completed(pixels: Pixels, found: Found, page: PageLayout) -> Found:
    """Two whole fiducials cannot tell of a page stretched in one direction: add what is left of others."""
    if any(len(fit.used) > 2 for fit in found.fits):
        return found
    paper = fiducials.of_page(page)
    known = np.concatenate([paper[name] for name in found.fit.used])
    more = cut_off.find(pixels, paper, known, transform.apply(found.fit.to_pixels, known))
    return more if more is not None and len(more.fit.used) > 2 else found


def _code_box(page: PageLayout) -> Box:
    return next(field.box for field in page.fields if field.kind is FieldKind.PAGE_CODE)


def _no_such_page(code: PageCode) -> Unplaced:
    return Unplaced(
        Reason.NO_SUCH_PAGE, f"this print run has no page {code.page} of booklet {code.booklet}", code
    )


def _placed(
    pixels: Pixels, layout: Layout, found: Found, pattern: PageLayout, page: PageLayout, code: PageCode
) -> Placed | Unplaced:
    paper = fiducials.of_page(page)
    if page is not pattern and not _same(paper, fiducials.of_page(pattern)):
        middle = np.array(((layout.size.w / 2, layout.size.h / 2),))
        again = fiducials.find(pixels, paper, layout.size)
        if not again:
            return Unplaced(Reason.FIDUCIALS, "the fiducials lie where this page has none", code)
        here = transform.apply(found.fit.to_pixels, middle)
        found = min(
            again, key=lambda one: float(np.abs(transform.apply(one.fit.to_pixels, middle) - here).max())
        )
    found = _completed(pixels, found, page)
    tried = (register(pixels, found, fit, page) for fit in found.fits)
    lies = max(tried, key=lambda one: one.borne_out)
    if lies.doubt is not None:
        return Unplaced(Reason.FIDUCIALS, lies.doubt, code)
    scale = transform.scale_at(lies.fit.to_pixels, layout.size.w / 2, layout.size.h / 2)
    measured = Quality(
        residual=lies.fit.residual,
        dpi=scale * _MM_PER_INCH,
        contrast=found.contrast,
        sharpness=quality.sharpness(found.rise),
        fiducials=len(lies.fit.used),
        local=lies.local,
    )
    return Placed(code, pixels, lies.fit.to_pixels, measured, lies.drift)


def _same(one: dict[int, Points], other: dict[int, Points]) -> bool:
    return one.keys() == other.keys() and all(np.allclose(one[name], other[name]) for name in one)
