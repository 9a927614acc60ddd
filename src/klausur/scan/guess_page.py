"""Which page an image without a legible code shows: by its frames, and by what is left of its code.

Both only propose: an image is placed by a code that was read, or by a person.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from klausur.paper import code as codec
from klausur.paper import code_symbol
from klausur.paper.code import MODULES, PageCode, Sheet
from klausur.paper.layout import Layout, PageLayout
from klausur.scan import data_matrix
from klausur.scan.fiducials import FoundFiducials
from klausur.scan.model import Pixels, Unplaced
from klausur.scan.register import Registered, register

_CLEARLY = 3
"""By how many frames that are there, less those that are not, a page must be ahead of all others."""

_MODULES_LEFT = 60
"""Modules of a code, of 400, that must be left of it. Those of another code agree in half of n, with a
standard deviation of 0.5 √n."""

_AGREE = 0.9  # of these, that must be as the proposed code has them
_AHEAD = 1.5  # times √n, by which it must be ahead of all other codes of the print run


@dataclass(frozen=True, slots=True)
class Likeness:
    """A page that an image may show, and where it lies if it does."""

    page: PageLayout
    lies: Registered


def propose(pixels: Pixels, found: FoundFiducials, layout: Layout, key: bytes, why: Unplaced) -> Unplaced:
    """Add to an image without a legible code which page it resembles, for a person to confirm."""
    alike = resembling(pixels, found, layout)
    code = likely_code(pixels, alike, layout, key)
    words = why.detail
    if code is not None:
        words += f"; what is left of it is {codec.show(code)}"
    # The variants of an exam have pages of the same number that may look alike.
    pages = {(one.page.number, sheet_of(one.page, layout)) for one in alike}
    if code is None and len(pages) != 1:
        return why
    if len(pages) != 1:
        return Unplaced(why.reason, words, code, None if code is None else code.page)
    ((number, kind),) = pages
    of = "" if kind is Sheet.BOOKLET else f" of a sheet of the kind {kind.value}"
    words += f"; the printed boxes are those of page {number}{of}"
    return Unplaced(why.reason, words, code, None if of else number)


def resembling(pixels: Pixels, found: FoundFiducials, layout: Layout) -> tuple[Likeness, ...]:
    """The pages of a layout whose frames are where they should be, clearly more than any other's.

    One in most cases; several that cannot be told apart, such as additional pages; or none.
    """
    tried = [
        Likeness(page, register(pixels, found, fit, page)) for page in layout.pages for fit in found.fits
    ]
    best: dict[int, Likeness] = {}
    for one in tried:
        known = best.setdefault(id(one.page), one)
        best[id(one.page)] = max(known, one, key=_score)
    ranked = sorted(best.values(), key=_score, reverse=True)
    least = max(_score(ranked[0]) - _CLEARLY, 0)
    return tuple(one for one in ranked if one.lies.doubt is None and _score(one) > least)


def _score(one: Likeness) -> int:
    return one.lies.found - one.lies.absent


def sheet_of(page: PageLayout, layout: Layout) -> Sheet:
    """What kind of paper a page of a layout belongs to."""
    index = next(n for n, one in enumerate(layout.pages) if one is page)
    return next((s.sheet for s in layout.sheets if index in s.pages), Sheet.BOOKLET)


def likely_code(pixels: Pixels, alike: Sequence[Likeness], layout: Layout, key: bytes) -> PageCode | None:
    """The only code of a print run that agrees with what is left of an illegible one, or None.

    Args:
        pixels: the image.
        alike: the pages that it may be; the codes of others are not tried.
        layout: of the print run.
        key: the exam's key.
    """
    codes = [code for one in alike for code in _codes(one.page, layout)]
    if not codes:
        return None
    box = data_matrix.box_of(alike[0].page)
    dark, legible = data_matrix.modules(pixels, alike[0].lies.fit.to_pixels, box)
    count = int(legible.sum())
    if count < _MODULES_LEFT:
        return None
    agree = np.array([(_printed(code, key) == dark)[legible].sum() for code in codes])
    order = np.argsort(agree)
    ahead = agree[order[-1]] - agree[order[-2]] if len(codes) > 1 else count
    clear = agree[order[-1]] >= _AGREE * count and ahead >= _AHEAD * count**0.5
    return codes[int(order[-1])] if clear else None


def _codes(page: PageLayout, layout: Layout) -> Iterator[PageCode]:
    """The codes of a print run that stand on pages laid out like this one."""
    index = next(n for n, one in enumerate(layout.pages) if one is page)
    for booklet in layout.booklets:
        if index in booklet.pages:
            yield PageCode(layout.exam_number, booklet.number, 1 + booklet.pages.index(index))
    for sheet in layout.sheets:
        if index in sheet.pages:
            yield PageCode(layout.exam_number, sheet.number, 1 + sheet.pages.index(index), sheet.sheet)


def _printed(code: PageCode, key: bytes) -> npt.NDArray[np.bool_]:
    printed = code_symbol.symbol(codec.encode(code, key))
    return printed if len(printed) == MODULES else np.zeros((MODULES, MODULES), np.bool_)
