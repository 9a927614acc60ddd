"""A page's whole life: decoded and placed by `klausur.scan`, its boxes cut out and read.

`process` is the one edge where any failure of Klausur's own becomes a page for a person to look at.
"""

import traceback

from klausur.paper.fields import MARKED
from klausur.paper.layout import Layout, PageLayout
from klausur.read import marks
from klausur.read.crop import windows
from klausur.read.model import PageResult, Reading
from klausur.scan.model import PageImage, Placed, Reason, Unplaced
from klausur.scan.place import place


def process(image: PageImage, layout: Layout, key: bytes) -> PageResult:
    """Decode, place and read one PageImage. Never raises an Exception: what fails is Unplaced(FAILED)."""
    try:
        found = place(image, layout, key)
        if isinstance(found, Unplaced):
            return unplaced(image, found)
        page = layout.page(found.code.booklet, found.code.page)
        if page is None:
            return unplaced(image, Unplaced(Reason.NO_SUCH_PAGE, code=found.code))
        readings = read(found, page)
    except Exception:  # noqa: BLE001 - a bug must cost one page's reading, never the scan
        return unplaced(image, Unplaced(Reason.FAILED, traceback.format_exc()))
    return PageResult(image.file, image.index, found.code, found.quality, None, readings)


def read(placed: Placed, page: PageLayout) -> tuple[Reading, ...]:
    """The Readings of all ChoiceBoxes and CreditBoxes of a page, in the layout's order."""
    fields = [field for field in page.fields if field.kind in MARKED]
    reader = marks.shipped()
    seen = reader.read(windows(placed, [field.box for field in fields]))
    return tuple(
        Reading(
            field=field.id,
            kind=field.kind,
            question=field.question,
            value=verdict.value,
            confidence=verdict.confidence,
            flagged=verdict.flagged,
            reader=reader.card.reader,
            version=reader.card.version,
        )
        for field, verdict in zip(fields, seen, strict=True)
    )


def unplaced(image: PageImage, why: Unplaced) -> PageResult:
    """The result of an image that could not be placed."""
    return PageResult(image.file, image.index, None, None, why)
