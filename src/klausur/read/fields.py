"""The Fields of a placed page to Readings, each kind by the reader that its row of the table names."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from klausur.exam.model import Marking
from klausur.paper.fields import Field, FieldKind, KindRow, Mark
from klausur.paper.layout import PageLayout
from klausur.read import digits, eaten, marks, number_row, signature, space, spill, sticker, written_credits
from klausur.read.crop import windows
from klausur.read.model import Reading
from klausur.scan import tones
from klausur.scan.model import Placed
from klausur.scan.tones import ScanKind


@dataclass(frozen=True, slots=True)
class PageToRead:
    """What a reader is given beside its Fields: the page, and what codes of this exam are checked against.

    Attributes:
        placed: the page.
        exam: the number in this exam's codes.
        key: the exam's key.
        page: all that is printed on it.
    """

    placed: Placed
    exam: int
    key: bytes
    page: PageLayout

    @property
    def kind(self) -> ScanKind:
        """How the page was scanned."""
        fields = self.page.fields
        return tones.kind(
            self.placed, tuple(field.box for field in fields if field.kind is FieldKind.FIDUCIAL)
        )


Reader = Callable[[PageToRead, Sequence[Field]], Iterable[Reading]]
"""Reads all Fields of a page that are its own, in one batch: a Reading for each, in their order."""


def read(placed: Placed, page: PageLayout, *, exam: int, key: bytes) -> tuple[Reading, ...]:
    """The Readings of all Fields of a page that a reader reads, in the layout's order.

    Args:
        placed: the page.
        page: its Fields.
        exam: the number in this exam's codes; with ``key``, what stickers are checked against.
        key: the exam's key.
    """
    seen = PageToRead(placed, exam, key, page)
    batches: dict[Reader, list[Field]] = {}
    for field in page.fields:
        reader = _READER_OF.get(field.kind)
        if reader is not None:
            batches.setdefault(reader, []).append(field)
    readings = {r.field: r for reader, fields in batches.items() for r in reader(seen, fields)}
    ordered = tuple(readings[field.id] for field in page.fields if field.kind in _READER_OF)
    if eaten.without_pen(ordered) and seen.kind is ScanKind.TWO_LEVEL:
        return eaten.doubted(ordered)
    return ordered


def bind(rows: Iterable[KindRow], readers: Mapping[str, Reader]) -> Mapping[str, Reader]:
    """The reader of each kind that is read, by the kind's name.

    Raises:
        LookupError: a row names a reader that is not there, or says only half of how it is read; or no row
            names one of the readers. Such a Field would be printed, filled in and never looked at.
    """
    read_by: dict[str, Reader] = {}
    for row in rows:
        if (row.reader is None) is not (row.value is None):
            raise LookupError(f"the kind {row.name} names a reader without a value, or a value without one")
        if row.reader is None:
            continue
        if row.reader not in readers:
            raise LookupError(f"the kind {row.name} is read by {row.reader!r}, and there is no such reader")
        read_by[row.name] = readers[row.reader]
    idle = [name for name, reader in readers.items() if reader not in read_by.values()]
    if idle:
        raise LookupError(f"no kind of Field is read by {', '.join(idle)}")
    return read_by


def _marks(seen: PageToRead, fields: Sequence[Field]) -> Iterator[Reading]:
    """The boxes of a page."""
    reader = marks.shipped()
    cut = windows(seen.placed, [field.box for field in fields])
    verdicts = reader.read(cut, seen.kind)
    over_edge = spill.over_edge(cut) if any(f.rule is not Marking.CROSS for f in fields) else ()
    for at, (field, verdict) in enumerate(zip(fields, verdicts, strict=True)):
        taken_back = field.rule is not Marking.CROSS and verdict.value is Mark.FILLED and over_edge[at]
        yield Reading(
            field=field.id,
            kind=field.kind,
            question=field.question,
            value=verdict.value,
            confidence=verdict.confidence,
            flagged=verdict.flagged or bool(taken_back),
            reader=reader.card.reader,
            version=reader.card.version,
        )


def _digits(seen: PageToRead, fields: Sequence[Field]) -> Iterator[Reading]:
    kind = seen.kind
    return (digits.shipped().read(seen.placed, field, kind) for field in fields)


def _numbers(seen: PageToRead, fields: Sequence[Field]) -> Iterator[Reading]:
    return number_row.read(seen.placed, fields, seen.kind)


def _credits(seen: PageToRead, fields: Sequence[Field]) -> Iterator[Reading]:
    return written_credits.read(seen.placed, fields)


def _stickers(seen: PageToRead, fields: Sequence[Field]) -> Iterator[Reading]:
    fiducials = [field.box for field in seen.page.fields if field.kind is FieldKind.FIDUCIAL]
    return (sticker.read(seen.placed, field, seen.exam, seen.key, fiducials) for field in fields)


def _signatures(seen: PageToRead, fields: Sequence[Field]) -> Iterator[Reading]:
    return (signature.read(seen.placed, field) for field in fields)


def _spaces(seen: PageToRead, fields: Sequence[Field]) -> Iterator[Reading]:
    return (space.read(seen.placed, field) for field in fields)


READERS: Mapping[str, Reader] = {
    "marks": _marks,
    "digits": _digits,
    "numbers": _numbers,
    "credits": _credits,
    "sticker": _stickers,
    "signature": _signatures,
    "spaces": _spaces,
}
"""All readers, by the name that rows of the table have for them and that their Readings bear."""

_READER_OF = bind((kind.row for kind in FieldKind), READERS)
