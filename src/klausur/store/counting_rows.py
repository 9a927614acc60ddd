"""Of what was read and decided, that which counts now: what State is made of. For this room's own use."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any

from django.db.models import QuerySet

from klausur.paper.code import Sheet
from klausur.paper.fields import FieldKind
from klausur.scan.result import Reason
from klausur.state.facts import Spot, StoredReading, StoredSettlement, Verdict
from klausur.store import models, translate
from klausur.store.compiled import Compiled
from klausur.store.rows import ALL, portions


def placement(decision: int | None, verdict: str | None) -> int | None:
    """The decision beside which an image's readings were made; None if the machine placed it."""
    return decision if verdict == Verdict.PLACED else None


def readings(
    spots: Mapping[int, Spot],
    placements: Mapping[int, int | None],
    kinds: Iterable[FieldKind],
    *,
    everything: bool = False,
    answer: tuple[int, str] | None = None,
) -> Iterator[StoredReading]:
    """The readings of these images that count: where a person placed one, those that were made there.

    Of an ``answer``, a booklet and a question, those of its Fields alone.
    """
    names = _names(kinds)
    for part in (ALL,) if everything else portions(set(spots)):
        if part is ALL:
            here: Iterable[tuple[Any, ...]] = _of_kinds(names)
        else:
            here = _of_images(names)(*part) if answer is None else _of_answer(names)(*answer)
        for pk, image, placement, *read in here:
            spot = spots.get(image)
            if spot is not None and placement == placements[image]:
                yield StoredReading(pk, image, spot, translate.read(*read), None)


def _of_kinds(names: tuple[str, ...]) -> QuerySet[models.Reading, tuple[Any, ...]]:
    rows = models.Reading.objects.filter(kind__in=names).order_by("pk")
    return rows.values_list("pk", "image_id", "placement_id", *translate.READ)


@cache
def _of_images(names: tuple[str, ...]) -> Compiled:
    return Compiled(lambda *images: _of_kinds(names).filter(image__id__in=images))


@cache
def _of_answer(names: tuple[str, ...]) -> Compiled:
    booklet = Sheet.BOOKLET.value
    return Compiled(
        lambda number, question: _of_kinds(names).filter(
            question=question, image__state__sheet=booklet, image__state__number=number
        )
    )


def _names(kinds: Iterable[FieldKind]) -> tuple[str, ...]:
    return tuple(sorted(kind.value for kind in kinds))


def ahead(number: int, question: str, kinds: Iterable[FieldKind], fields: Collection[str]) -> None:
    """Ask ahead for all of this that is about a booklet's answer and these Fields of it."""
    _of_answer(_names(kinds)).ahead(number, question)
    _settlements_at.ahead(number, *fields)
    _contested_of.ahead(number)


def settlements(
    numbers: AbstractSet[int] | None, fields: Collection[str] | None = None
) -> Iterator[StoredSettlement]:
    """The newest decision about each field of these booklets that has one; or about these fields of one."""
    if numbers is ALL:
        rows: Iterable[tuple[Any, ...]] = _settlements()
    else:
        rows = _settlements_of(*numbers) if fields is None else _settlements_at(*numbers, *fields)
    newest = {(row.number, row.field): row for row in map(translate.Decided._make, rows)}
    yield from map(translate.settlement, newest.values())


def _settlements() -> QuerySet[models.Settlement, tuple[Any, ...]]:
    rows = models.Settlement.objects.filter(sheet=Sheet.BOOKLET.value).order_by("pk")
    return rows.values_list(*translate.Decided._fields)


_settlements_of = Compiled(lambda *numbers: _settlements().filter(number__in=numbers))
_settlements_at = Compiled(lambda number, *fields: _settlements().filter(number=number, field__in=fields))


def contested(numbers: AbstractSet[int] | None = ALL) -> Iterator[Spot]:
    """The pages (of these booklets) of which a second image waits that shows something else."""
    for sheet, number, page in _contested() if numbers is ALL else _contested_of(*numbers):
        if number is not None and page is not None:
            yield Spot(number, page, Sheet(sheet))


def _contested() -> QuerySet[models.PageImage, tuple[Any, ...]]:
    rows = models.PageImage.objects.filter(
        reason=Reason.TWICE.value, state__waiting=True, code_number__isnull=False
    )
    return rows.values_list("code_sheet", "code_number", "code_page")


_contested_of = Compiled(lambda *numbers: _contested().filter(code_number__in=numbers))
