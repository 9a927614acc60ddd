"""Where a page lies that is known: by its fiducials, by what is left of them, and by its printed frames.

Each way to lie that the fiducials leave open is registered (`klausur.scan.register`), and the one that frames
bear out best counts, if there is no doubt about it.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from klausur.base.geometry import Size
from klausur.paper import code as codec
from klausur.paper.layout import Layout, PageLayout
from klausur.scan import by_frames, cut_off, data_matrix, fiducials, quality, transform
from klausur.scan.data_matrix import Symbol
from klausur.scan.fiducials import FoundFiducials
from klausur.scan.identify import Identified
from klausur.scan.model import Pixels, Placed, Quality, Reason, Unplaced
from klausur.scan.pages_on_image import PageOnImage
from klausur.scan.register import Registered, register
from klausur.scan.transform import Points

_MM_PER_INCH = 25.4

_TOO_FEW = "fewer than two fiducials are seen"


def locate(spot: PageOnImage, known: Identified, layout: Layout) -> Placed | Unplaced:
    """The page in its place, or why its place is in doubt.

    Where no fiducials were found, the code and what is left of them tell how it lies.
    """
    if spot.found is not None:
        return _by_fiducials(spot, spot.found, known, layout)
    found = None if known.symbol is None else _by_code(spot, known.symbol, known.page)
    return _by_rest(spot, found, known, layout)


def locate_as(
    spot: PageOnImage, known: Identified, layout: Layout, turned: int | None = None
) -> Placed | Unplaced:
    """The same for a page of which a person said which it is.

    Any page code on the image may tell how it lies, and without one what is left of its fiducials; or its
    printed frames alone, whichever way up it is, or as a person says that it must be ``turned`` to be upright
    (`klausur.scan.by_frames.locate`).
    """
    if spot.found is not None:
        return _by_fiducials(spot, spot.found, known, layout)
    symbols = data_matrix.read_anywhere(spot.pixels, codec.may_be_page)
    found = next((f for at in symbols if (f := _by_code(spot, at, known.page)) is not None), None)
    outcome = _by_rest(spot, found or _guessed(spot.pixels, known.page, layout.size), known, layout)
    return outcome if isinstance(outcome, Placed) else _by_frames(spot, known, layout.size, turned) or outcome


def _by_fiducials(
    spot: PageOnImage, found: FoundFiducials, known: Identified, layout: Layout
) -> Placed | Unplaced:
    """A page some of whose fiducials are whole."""
    paper = fiducials.of_page(known.page)
    if not _same(paper, spot.sought):
        others = _others(spot.pixels, found, paper, layout.size)
        if others is None:
            why = "the fiducials lie where this page has none"
            return Unplaced(Reason.FIDUCIALS, why, known.code)
        found = others
    return _borne_out(spot.pixels, found, known, layout.size)


def _by_rest(
    spot: PageOnImage, found: FoundFiducials | None, known: Identified, layout: Layout
) -> Placed | Unplaced:
    """A page of whose fiducials none is whole; ``found`` is what is left of them."""
    if found is None:
        return Unplaced(Reason.FIDUCIALS, _no_place(spot.pixels, known.page, layout.size), known.code)
    return _borne_out(spot.pixels, found, known, layout.size)


def _by_frames(spot: PageOnImage, known: Identified, size: Size, turned: int | None) -> Placed | None:
    """A page by its printed frames alone; what is read on it is a person's to decide."""
    seen = by_frames.locate(spot.pixels, known.page, size, turned)
    if seen is None:
        return None
    measured = replace(_measured(seen.found, seen.lies, size), residual=seen.lies.local, fiducials=0)
    return Placed(known.code, spot.pixels, seen.lies.fit.to_pixels, measured, seen.lies.drift)


def _borne_out(pixels: Pixels, found: FoundFiducials, known: Identified, size: Size) -> Placed | Unplaced:
    """The page in the place that its frames bear out best."""
    whole = _completed(pixels, found, known.page)
    tried: list[Registered] = []
    for fit in whole.fits:
        tried.append(register(pixels, whole, fit, known.page))
        if tried[-1].best_possible:
            break
    lies = max(tried, key=lambda one: one.borne_out)
    measured = _measured(whole, lies, size)
    if lies.doubt is not None and measured.dpi < quality.LEAST_DPI:
        why = f"the image has {measured.dpi:.0f} dpi: {lies.doubt}"
        return Unplaced(Reason.RESOLUTION, why, known.code)
    if lies.doubt is not None:
        return Unplaced(Reason.FIDUCIALS, lies.doubt, known.code)
    return Placed(known.code, pixels, lies.fit.to_pixels, measured, lies.drift)


def _by_code(spot: PageOnImage, at: Symbol, page: PageLayout) -> FoundFiducials | None:
    """Where a page lies by its code, and by what is left of its fiducials."""
    corners = np.array(data_matrix.box_of(page).corners)
    return cut_off.find(spot.pixels, fiducials.of_page(page), corners, at.corners)


def _others(
    pixels: Pixels, found: FoundFiducials, paper: Mapping[int, Points], size: Size
) -> FoundFiducials | None:
    """The fiducials of a page that has them elsewhere than those that were sought, near which it lies."""
    middle = np.array(((size.w / 2, size.h / 2),))
    here = transform.apply(found.fit.to_pixels, middle)
    return min(
        fiducials.find(pixels, paper, size),
        key=lambda one: float(np.abs(transform.apply(one.fit.to_pixels, middle) - here).max()),
        default=None,
    )


def _same(one: Mapping[int, Points], other: Mapping[int, Points]) -> bool:
    if one is other:
        return True
    return one.keys() == other.keys() and all(np.allclose(one[name], other[name]) for name in one)


def _completed(pixels: Pixels, found: FoundFiducials, page: PageLayout) -> FoundFiducials:
    """Two whole fiducials cannot tell of a page stretched in one direction: add what is left of others."""
    if any(len(fit.used) > 2 for fit in found.fits):
        return found
    paper = fiducials.of_page(page)
    known = np.concatenate([paper[name] for name in found.fit.used])
    more = cut_off.find(pixels, paper, known, transform.apply(found.fit.to_pixels, known))
    return more if more is not None and len(more.fit.used) > 2 else found


def _guessed(pixels: Pixels, page: PageLayout, size: Size) -> FoundFiducials | None:
    """Where a page lies that is askew and whose code is cut off, if its frames bear that out."""
    guesses = cut_off.guesses(pixels, fiducials.of_page(page), size)
    tried = [(register(pixels, found, found.fit, page), found) for found in guesses]
    lies, found = max(tried, key=lambda one: one[0].found - one[0].absent, default=(None, None))
    return found if lies is not None and lies.found and lies.doubt is None else None


def _no_place(pixels: Pixels, page: PageLayout, size: Size) -> str:
    """Why the fiducials on an image do not tell where a page lies, in words."""
    seen = fiducials.search_whole(pixels, size).keys() & fiducials.of_page(page).keys()
    return _TOO_FEW if len(seen) < 2 else fiducials.ASKEW


def _measured(found: FoundFiducials, lies: Registered, size: Size) -> Quality:
    """What is kept of how well a page was placed."""
    return Quality(
        residual=lies.fit.residual,
        dpi=transform.scale_at(lies.fit.to_pixels, size.w / 2, size.h / 2) * _MM_PER_INCH,
        contrast=found.contrast,
        sharpness=quality.sharpness(found.rise),
        fiducials=len(lies.fit.used),
        local=lies.local,
    )
