"""A page's whole life: decoded and placed by `klausur.scan`, its boxes cut out and read.

`process` is the one edge where any failure of Klausur's own becomes a page for a person to look at.
"""

import traceback

from klausur.paper.layout import Layout
from klausur.read.checked import checked
from klausur.read.made_for import read, why_not
from klausur.read.model import PageResult, Results
from klausur.scan.model import PageImage, Placed, Reason, Unplaced
from klausur.scan.place import place


def process(image: PageImage, layout: Layout, key: bytes) -> Results:
    """Decode, place and read one PageImage. Raises nothing of its own: what fails is Unplaced(FAILED).

    Returns:
        The result of each page on the image, at least one.
    """
    try:
        return tuple(
            checked(_result(image, found, layout, key, part))
            for part, found in enumerate(place(image, layout, key))
        )
    except KeyboardInterrupt:  # it is meant for the program
        raise
    except BaseException:  # noqa: BLE001 - a bug, or a library that ends, must cost one page, never the scan
        return (unplaced(image, Unplaced(Reason.FAILED, traceback.format_exc())),)


def unplaced(image: PageImage, why: Unplaced, part: int = 0) -> PageResult:
    """The result of an image, or of one page on it, that could not be placed."""
    return PageResult(image.file, image.index, None, None, why, part=part)


def _result(image: PageImage, found: Placed | Unplaced, layout: Layout, key: bytes, part: int) -> PageResult:
    if isinstance(found, Unplaced):
        return unplaced(image, found, part)
    page = layout.at(found.code)
    if page is None:
        return unplaced(image, Unplaced(Reason.NO_SUCH_PAGE, code=found.code), part)
    readings = read(found, page, exam=layout.exam_number, key=key)
    why = why_not(found.quality)
    return PageResult(image.file, image.index, found.code, found.quality, None, readings, part, why)
