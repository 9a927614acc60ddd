"""The Fields of a placed page to Readings, each kind by its own reader."""

from klausur.paper.fields import MARKED, Field, FieldKind
from klausur.paper.layout import PageLayout
from klausur.read import digits, marks, signature, sticker
from klausur.read.crop import windows
from klausur.read.model import Reading
from klausur.scan.model import Placed


def read(placed: Placed, page: PageLayout, *, exam: int, key: bytes) -> tuple[Reading, ...]:
    """The Readings of all Fields of a page that a reader reads, in the layout's order.

    Args:
        placed: the page.
        page: its Fields.
        exam: the number in this exam's codes; with ``key``, what stickers are checked against.
        key: the exam's key.
    """
    marked = [field for field in page.fields if field.kind in MARKED]
    readings = {reading.field: reading for reading in _marks(placed, marked)}
    for field in page.fields:
        match field.kind:
            case FieldKind.DIGIT_ROW:
                readings[field.id] = digits.shipped().read(placed, field)
            case FieldKind.STICKER_SPOT:
                readings[field.id] = sticker.read(placed, field, exam, key)
            case FieldKind.SIGNATURE:
                readings[field.id] = signature.read(placed, field)
    return tuple(readings[field.id] for field in page.fields if field.id in readings)


def _marks(placed: Placed, fields: list[Field]) -> tuple[Reading, ...]:
    """The Readings of ChoiceBoxes and CreditBoxes, all in one batch."""
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
