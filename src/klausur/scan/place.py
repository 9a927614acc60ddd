"""A PageImage to its place: which page of which booklet it is and where its Fields lie, or why not.

This file shows the order of work, and what each stage hands to the next; what is decided, and within which
limits, stands in the stage's own module:

1. `decode`: the image's bytes to Pixels.
2. `pages_on_image`: these to Spots, the pages on the image, each with its fiducials if they are found.
3. `identify`: a Spot to Identified, the code of its page and how that is laid out.
4. `locate`: by these, fiducials and frames to Placed.
5. `confirm`: whether the code is where the page was put.

From each on, a page may be Unplaced, with the reason.
"""

from klausur.paper.code import PageCode
from klausur.paper.layout import Layout
from klausur.scan import fiducials, pages_on_image
from klausur.scan.decode import DecodeError, decode
from klausur.scan.identify import confirm, identify, named
from klausur.scan.locate import locate, locate_as
from klausur.scan.model import PageImage, Placed, Reason, Unplaced
from klausur.scan.pages_on_image import PageOnImage

Outcomes = tuple[Placed | Unplaced, ...]
"""What becomes of each page on an image."""


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
    spots = pages_on_image.pages(pixels, fiducials.of_page(layout.pages[0]), layout.size)
    return tuple(_page(spot, layout, key) for spot in spots)


def _page(spot: PageOnImage, layout: Layout, key: bytes) -> Placed | Unplaced:
    """One page of an image."""
    known = identify(spot, layout, key)
    if isinstance(known, Unplaced):
        return known
    placed = locate(spot, known, layout)
    return placed if isinstance(placed, Unplaced) else confirm(placed, known)


def place_as(
    image: PageImage, layout: Layout, code: PageCode, part: int = 0, turned: int | None = None
) -> Placed | Unplaced:
    """Find where a page lies after a person said which one it is; what its printed code says counts not.

    ``part`` says which of the pages on the image is meant, from 0, in the order in which `place` gives them;
    ``turned`` by how many degrees the image must be turned clockwise to be upright, if somebody has said so,
    which counts where neither fiducials nor a code tell.
    """
    known = named(code, None, layout)
    if isinstance(known, Unplaced):
        return known
    try:
        pixels = decode(image)
    except DecodeError as error:
        return Unplaced(Reason.UNREADABLE, str(error), code)
    spots = pages_on_image.pages(pixels, fiducials.of_page(known.page), layout.size)
    if part >= len(spots):
        return Unplaced(Reason.FIDUCIALS, f"the image shows {len(spots)} pages", code)
    return locate_as(spots[part], known, layout, turned)
