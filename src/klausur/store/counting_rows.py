"""Of what was read and decided, that which counts now: what State is made of. For this room's own use."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from klausur.paper.code import Sheet
from klausur.paper.fields import FieldKind
from klausur.scan.result import Reason
from klausur.state.facts import Spot, StoredReading, StoredSettlement, Verdict
from klausur.store import models, translate
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
) -> Iterator[StoredReading]:
    """The readings of these images that count: where a person placed one, those that were made there."""
    rows = models.Reading.objects.filter(kind__in=[kind.value for kind in kinds]).order_by("pk")
    for part in (ALL,) if everything else portions(set(spots)):
        here = rows if part is ALL else rows.filter(image_id__in=part)
        for pk, image, placement, *read in here.values_list(
            "pk", "image_id", "placement_id", *translate.READ
        ):
            spot = spots.get(image)
            if spot is not None and placement == placements[image]:
                yield StoredReading(pk, image, spot, translate.read(*read), None)


def settlements(numbers: AbstractSet[int] | None) -> Iterator[StoredSettlement]:
    """The newest decision about each field of these booklets that has one."""
    rows = models.Settlement.objects.filter(sheet=Sheet.BOOKLET.value).order_by("pk")
    if numbers is not ALL:
        rows = rows.filter(number__in=numbers)
    yield from (translate.settlement(row) for row in {(r.number, r.field): r for r in rows}.values())


def contested(numbers: AbstractSet[int] | None = ALL) -> Iterator[Spot]:
    """The pages (of these booklets) of which a second image waits that shows something else."""
    rows = models.PageImage.objects.filter(
        reason=Reason.TWICE.value, state__waiting=True, code_number__isnull=False
    )
    if numbers is not ALL:
        rows = rows.filter(code_number__in=numbers)
    for sheet, number, page in rows.values_list("code_sheet", "code_number", "code_page"):
        if number is not None and page is not None:
            yield Spot(number, page, Sheet(sheet))
