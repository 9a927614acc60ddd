"""Readings that count now, and the settlements beside them."""

from collections.abc import Iterable
from datetime import UTC, datetime

from klausur import __version__
from klausur.paper.code import Sheet
from klausur.paper.fields import FieldKind
from klausur.read.model import Reading
from klausur.store import models, pages, translate
from klausur.store.facts import Author, Spot, StoredImage, StoredReading, StoredRun, StoredSettlement, Verdict

_ORDER = {sheet: n for n, sheet in enumerate(Sheet)}


def readings(
    booklet: int | None = None,
    *,
    kinds: Iterable[FieldKind] = (),
    images: Iterable[StoredImage] | None = None,
) -> tuple[StoredReading, ...]:
    """The readings of all images that count as a page, by paper, page and place in the Layout.

    Args:
        booklet: only those of this booklet.
        kinds: only those of Fields of these kinds; all if none is named.
        images: what `pages.images` has just said, so that it need not be asked again.
    """
    known = pages.images(booklet) if images is None else images
    spots = {i.id: i.spot for i in known if i.spot is not None}
    placements = {
        image: row.pk for image, row in pages.newest_decisions(spots).items() if row.verdict == Verdict.PLACED
    }
    settled = {(s.sheet, s.booklet, s.field): s.value for s in settlements(booklet)}
    rows = models.Reading.objects.order_by("pk")
    if booklet is not None:
        rows = rows.filter(image__in=list(spots))
    wanted = [kind.value for kind in kinds]
    if wanted:
        rows = rows.filter(kind__in=wanted)
    found = []
    for row in rows.iterator():
        spot = spots.get(row.image_id)
        if spot is not None and row.placement_id == placements.get(row.image_id):
            value = settled.get((spot.sheet, spot.booklet, row.field))
            found.append(translate.stored_reading(row, spot, value))
    return tuple(sorted(found, key=lambda r: (_place(r.spot), r.id)))


def of_image(number: int) -> tuple[Reading, ...]:
    """What the machine read on an image when it was scanned, also where it counts as no page."""
    rows = models.Reading.objects.filter(image_id=number, placement__isnull=True).order_by("pk")
    return tuple(translate.reading(row) for row in rows)


def settlements(booklet: int | None = None) -> tuple[StoredSettlement, ...]:
    """The newest decision about each field that has one, by paper; one taken back has no value.

    Args:
        booklet: only those of this booklet.
    """
    rows = models.Settlement.objects.order_by("pk")
    if booklet is not None:
        rows = rows.filter(sheet=Sheet.BOOKLET.value, number=booklet)
    newest = {(row.sheet, row.number, row.field): row for row in rows}
    found = [translate.settlement(row) for row in newest.values()]
    return tuple(sorted(found, key=lambda s: (_ORDER[s.sheet], s.booklet, s.field)))


def history(booklet: int, field: str, sheet: Sheet = Sheet.BOOKLET) -> tuple[StoredSettlement, ...]:
    """All decisions about one field, oldest first."""
    rows = models.Settlement.objects.filter(sheet=sheet.value, number=booklet, field=field)
    return tuple(translate.settlement(row) for row in rows.order_by("pk"))


def settle(
    run: StoredRun,
    booklet: int,
    values: Iterable[tuple[str, str | None]],
    author: Author,
    *,
    sheet: Sheet = Sheet.BOOKLET,
) -> tuple[StoredSettlement, ...]:
    """Record decisions about fields of a paper, each beside the reading that was seen.

    Args:
        run: the current print run.
        booklet: the booklet's number, or that of the paper among its kind of sheet.
        values: field and what it holds; None takes earlier decisions back.
        author: who decides, and why.
        sheet: the kind of paper.
    """
    decided = tuple(values)
    seen = _counting(sheet, booklet, [field for field, _ in decided])
    now = datetime.now(UTC)
    rows = [
        models.Settlement(
            run_id=run.id,
            sheet=sheet.value,
            number=booklet,
            field=field,
            value="" if value is None else str(value),
            reading_id=seen.get(field),
            who=author.who,
            when=now,
            why=author.why,
            software=__version__,
        )
        for field, value in decided
    ]
    return tuple(translate.settlement(row) for row in models.Settlement.objects.bulk_create(rows))


def _counting(sheet: Sheet, number: int, fields: list[str]) -> dict[str, int]:
    """The readings that count of some fields of one paper."""
    if sheet is Sheet.BOOKLET:
        return {r.reading.field: r.id for r in readings(number) if r.reading.field in fields}
    return {
        r.reading.field: r.id
        for r in readings()
        if (r.spot.sheet, r.spot.booklet) == (sheet, number) and r.reading.field in fields
    }


def _place(spot: Spot) -> tuple[int, int, int]:
    return _ORDER[spot.sheet], spot.booklet, spot.page
