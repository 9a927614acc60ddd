"""Readings that count now, and the settlements beside them."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime

from django.db.models import Q

from klausur import __version__
from klausur.paper.code import Sheet
from klausur.paper.fields import FieldKind
from klausur.read.model import Reading
from klausur.state.facts import Author, Spot, StoredReading, StoredSettlement, Verdict
from klausur.store import models, translate
from klausur.store.compiled import Compiled
from klausur.store.rows import portions

_OWN = ("pk", "image_id", "placement_id", "image__state__decision_id", "image__state__decision__verdict")
_AT = ("image__state__sheet", "image__state__number", "image__state__page")
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
    rows = models.Reading.objects.filter(where).order_by("pk")
    found = []
    places: dict[tuple[str, int, int], Spot] = {}
    for pk, image, placement, decision, verdict, *at_read in rows.values_list(*_OWN, *_AT, *translate.READ):
        at, read = at_read[:3], at_read[3:]
        if placement == (decision if verdict == Verdict.PLACED else None):
            spot = places.get(tuple(at))
            if spot is None:
                spot = places[tuple(at)] = Spot(at[1], at[2], Sheet(at[0]))
            value = settled.get((spot.sheet, spot.booklet, read[0]))
            found.append(StoredReading(pk, image, spot, translate.read(*read), value))
    return tuple(sorted(found, key=lambda r: (_place(r.spot), r.id)))


def of_image(number: int) -> tuple[Reading, ...]:
    """What was read on an image: as the page where a person placed it, else when it was scanned."""
    return of_images({number})[number]


def of_images(numbers: AbstractSet[int]) -> dict[int, tuple[Reading, ...]]:
    """The same of several images, by their numbers."""
    found: dict[int, list[Reading]] = {number: [] for number in numbers}
    for part in portions(numbers):
        rows = models.Reading.objects.filter(image_id__in=part or ()).order_by("pk")
        for _, image, placement, decision, verdict, *read in rows.values_list(*_OWN, *translate.READ):
            if placement == (decision if verdict == Verdict.PLACED else None):
                found[image].append(translate.read(*read))
    return {number: tuple(read) for number, read in found.items()}


def settlements(number: int | None = None, sheet: Sheet | None = None) -> tuple[StoredSettlement, ...]:
    """The newest decision about each field that has one, by paper; one taken back has no value.

    Args:
        number: only those of the paper with this number, a booklet if no ``sheet`` is named.
        sheet: only those of papers of this kind.
    """
    rows = models.Settlement.objects.order_by("pk").values_list(*translate.Decided._fields)
    if number is not None:
        found = _settlements_of((sheet or Sheet.BOOKLET).value, number)
    else:
        found = list(rows if sheet is None else rows.filter(sheet=sheet.value))
    newest = {(row.sheet, row.number, row.field): row for row in map(translate.Decided._make, found)}
    last = [translate.settlement(row) for row in newest.values()]
    return tuple(sorted(last, key=lambda s: (_ORDER[s.sheet], s.booklet, s.field)))


_settlements_of = Compiled(
    lambda sheet, number: (
        models.Settlement.objects.filter(sheet=sheet, number=number)
        .order_by("pk")
        .values_list(*translate.Decided._fields)
    )
)


def history(booklet: int, field: str, sheet: Sheet = Sheet.BOOKLET) -> tuple[StoredSettlement, ...]:
    """All decisions about one field, oldest first."""
    rows = models.Settlement.objects.filter(sheet=sheet.value, number=booklet, field=field)
    return tuple(translate.settlement(row) for row in rows.order_by("pk"))


def settled_by(booklet: int, fields: Iterable[str]) -> frozenset[str]:
    """Who has decided what these fields of a booklet hold, where that was not taken back."""
    rows = models.Settlement.objects.filter(sheet=Sheet.BOOKLET.value, number=booklet, field__in=list(fields))
    newest = {
        field: (value, who) for field, value, who in rows.order_by("pk").values_list("field", "value", "who")
    }
    return frozenset(who for value, who in newest.values() if value)


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
    seen = _seen(sheet, booklet, [field for field, _ in decided])
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


def _seen(sheet: Sheet, number: int, fields: Iterable[str]) -> dict[str, int]:
    """The readings of these fields of a paper that count now."""
    return {
        field: pk
        for pk, _, placement, decision, verdict, field in _read_of(sheet.value, number, *fields)
        if placement == (decision if verdict == Verdict.PLACED else None)
    }


_read_of = Compiled(
    lambda sheet, number, *fields: models.Reading.objects.filter(
        image__state__sheet=sheet, image__state__number=number, field__in=fields
    ).values_list(*_OWN, "field")
)


def _place(spot: Spot) -> tuple[int, int, int]:
    return _ORDER[spot.sheet], spot.booklet, spot.page
