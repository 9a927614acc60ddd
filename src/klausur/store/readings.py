"""Readings that count now, and the settlements beside them."""

from collections.abc import Iterable
from datetime import UTC, datetime

from klausur import __version__
from klausur.read.model import Mark
from klausur.store import models, pages, translate
from klausur.store.facts import Author, StoredReading, StoredRun, StoredSettlement, Verdict


def readings(booklet: int | None = None) -> tuple[StoredReading, ...]:
    """The readings of all images that count as a page, by booklet, page and place in the Layout.

    Args:
        booklet: only those of this booklet.
    """
    spots = {i.id: i.spot for i in pages.images(booklet) if i.spot is not None}
    placements = {
        image: row.pk for image, row in pages.newest_decisions(spots).items() if row.verdict == Verdict.PLACED
    }
    settled = {(s.booklet, s.field): s.mark for s in settlements(booklet)}
    rows = models.Reading.objects.order_by("pk")
    if booklet is not None:
        rows = rows.filter(image__in=list(spots))
    found = []
    for row in rows.iterator():
        spot = spots.get(row.image_id)
        if spot is not None and row.placement_id == placements.get(row.image_id):
            found.append(translate.stored_reading(row, spot, settled.get((spot.booklet, row.field))))
    return tuple(sorted(found, key=lambda r: (r.spot, r.id)))


def settlements(booklet: int | None = None) -> tuple[StoredSettlement, ...]:
    """The newest decision about each field that has one, by booklet; one taken back has no mark.

    Args:
        booklet: only those of this booklet.
    """
    rows = models.Settlement.objects.select_related("booklet").order_by("pk")
    if booklet is not None:
        rows = rows.filter(booklet__number=booklet)
    newest = {(row.booklet.number, row.field): row for row in rows}
    return tuple(translate.settlement(newest[at]) for at in sorted(newest))


def history(booklet: int, field: str) -> tuple[StoredSettlement, ...]:
    """All decisions about one field, oldest first."""
    rows = models.Settlement.objects.select_related("booklet").filter(booklet__number=booklet, field=field)
    return tuple(translate.settlement(row) for row in rows.order_by("pk"))


def settle(
    run: StoredRun, booklet: int, marks: Iterable[tuple[str, Mark | None]], author: Author
) -> tuple[StoredSettlement, ...]:
    """Record decisions about fields of a booklet, each beside the reading that was seen.

    Args:
        run: the current print run.
        booklet: the booklet's number.
        marks: field and mark; None takes earlier decisions back.
        author: who decides, and why.
    """
    seen = {r.reading.field: r.id for r in readings(booklet)}
    owner = models.Booklet.objects.get(run_id=run.id, number=booklet)
    now = datetime.now(UTC)
    rows = [
        models.Settlement(
            booklet=owner,
            field=field,
            mark="" if mark is None else mark.value,
            reading_id=seen.get(field),
            who=author.who,
            when=now,
            why=author.why,
            software=__version__,
        )
        for field, mark in marks
    ]
    return tuple(translate.settlement(row) for row in models.Settlement.objects.bulk_create(rows))
