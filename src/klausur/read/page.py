"""A page's whole life: decoded and placed by `klausur.scan`, its boxes cut out and read.

`process` is the one edge where any failure of Klausur's own becomes a page for a person to look at.
"""

import traceback

from klausur.paper.layout import Layout
from klausur.read.fields import read
from klausur.read.model import PageResult, Results
from klausur.scan.model import PageImage, Reason, Unplaced
from klausur.scan.place import place


def process(image: PageImage, layout: Layout, key: bytes) -> Results:
    """Decode, place and read one PageImage. Never raises an Exception: what fails is Unplaced(FAILED).

    Returns:
        The result of each page on the image, at least one.
    """
    try:
        found = place(image, layout, key)
        if isinstance(found, Unplaced):
            return (unplaced(image, found),)
        page = layout.at(found.code)
        if page is None:
            return (unplaced(image, Unplaced(Reason.NO_SUCH_PAGE, code=found.code)),)
        readings = read(found, page, exam=layout.exam_number, key=key)
    except Exception:  # noqa: BLE001 - a bug must cost one page's reading, never the scan
        return (unplaced(image, Unplaced(Reason.FAILED, traceback.format_exc())),)
    return (PageResult(image.file, image.index, found.code, found.quality, None, readings),)


def unplaced(image: PageImage, why: Unplaced) -> PageResult:
    """The result of an image that could not be placed."""
    return PageResult(image.file, image.index, None, None, why)
