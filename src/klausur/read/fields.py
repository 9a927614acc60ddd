"""The Fields of a placed page to Readings, each kind by its own reader."""

from klausur.paper.fields import MARKED
from klausur.paper.layout import PageLayout
from klausur.read import marks
from klausur.read.crop import windows
from klausur.read.model import Reading
from klausur.scan.model import Placed


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
