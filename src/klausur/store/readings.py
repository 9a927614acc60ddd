"""Readings that count now, and the settlements beside them."""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.db.models import F, Q

from klausur import __version__
from klausur.paper.code import Sheet
from klausur.paper.fields import FieldKind
from klausur.read.model import Reading
from klausur.state.facts import Author, Spot, StoredReading, StoredSettlement, Verdict
from klausur.store import models, translate

_ORDER = {sheet: n for n, sheet in enumerate(Sheet)}


def readings(
    booklet: int | None = None, *, kinds: Iterable[FieldKind] = (), sheet: Sheet | None = None
) -> tuple[StoredReading, ...]:
    """The readings of all images that count as a page, by paper, page and place in the Layout.

    Args:
        booklet: only those of this booklet, or of the paper with this number of another kind of ``sheet``.
        kinds: only those of Fields of these kinds; all if none is named.
        sheet: only those of papers of this kind; of all kinds if None and no booklet is named.
    """
    if booklet is not None:
        sheet = sheet or Sheet.BOOKLET
    where = Q(image__state__number__isnull=False)
    if sheet is not None:
        where &= Q(image__state__sheet=sheet.value)
    if booklet is not None:
        where &= Q(image__state__number=booklet)
    wanted = [kind.value for kind in kinds]
    if wanted:
        where &= Q(kind__in=wanted)
    settled = {(s.sheet, s.booklet, s.field): s.value for s in settlements(booklet, sheet)}
    rows = models.Reading.objects.filter(where).annotate(
        sheet=F("image__state__sheet"),
        number=F("image__state__number"),
        page=F("image__state__page"),
        decision=F("image__state__decision_id"),
        verdict=F("image__state__decision__verdict"),
    )
    found = []
    for row in rows.order_by("pk").iterator():
        if row.placement_id == (row.decision if row.verdict == Verdict.PLACED else None):
            spot = Spot(row.number, row.page, Sheet(row.sheet))
            value = settled.get((spot.sheet, spot.booklet, row.field))
            found.append(translate.stored_reading(row, spot, value))
    return tuple(sorted(found, key=lambda r: (_place(r.spot), r.id)))


def of_image(number: int) -> tuple[Reading, ...]:
    """What was read on an image: where a person placed it, as the page that it counts as; else when it was scanned."""
    state = models.ImageState.objects.filter(image_id=number).select_related("decision").first()
    last = None if state is None else state.decision
    placement = last.pk if last is not None and last.verdict == Verdict.PLACED else None
    rows = models.Reading.objects.filter(image_id=number, placement=placement).order_by("pk")
    return tuple(translate.reading(row) for row in rows)


def settlements(number: int | None = None, sheet: Sheet | None = None) -> tuple[StoredSettlement, ...]:
    """The newest decision about each field that has one, by paper; one taken back has no value.

    Args:
        number: only those of the paper with this number, a booklet if no ``sheet`` is named.
        sheet: only those of papers of this kind.
    """
    rows = models.Settlement.objects.order_by("pk")
    if number is not None:
        rows = rows.filter(sheet=(sheet or Sheet.BOOKLET).value, number=number)
    elif sheet is not None:
        rows = rows.filter(sheet=sheet.value)
    newest = {(row.sheet, row.number, row.field): row for row in rows}
    found = [translate.settlement(row) for row in newest.values()]
    return tuple(sorted(found, key=lambda s: (_ORDER[s.sheet], s.booklet, s.field)))


def history(booklet: int, field: str, sheet: Sheet = Sheet.BOOKLET) -> tuple[StoredSettlement, ...]:
    """All decisions about one field, oldest first."""
    rows = models.Settlement.objects.filter(sheet=sheet.value, number=booklet, field=field)
    return tuple(translate.settlement(row) for row in rows.order_by("pk"))


def settle(
    booklet: int,
    values: Iterable[tuple[str, str | None]],
    author: Author,
    *,
    sheet: Sheet = Sheet.BOOKLET,
) -> tuple[StoredSettlement, ...]:
    """Record decisions about fields of a paper, each beside the reading that was seen.

    Args:
        booklet: the booklet's number, or that of the paper among its kind of sheet.
        values: field and what it holds; None takes earlier decisions back.
        author: who decides, and why.
        sheet: the kind of paper.
    """
    decided = tuple(values)
    seen = {r.reading.field: r.id for r in readings(booklet, sheet=sheet)}
    now = datetime.now(UTC)
    rows = [
        models.Settlement(
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


def _place(spot: Spot) -> tuple[int, int, int]:
    return _ORDER[spot.sheet], spot.booklet, spot.page
