"""Scanned files and their images: what the machine made of them, and where each stands now."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from django.db.models import Count, QuerySet

from klausur import __version__
from klausur.paper.code import Sheet
from klausur.read.model import PageResult, Reading
from klausur.store import models, translate
from klausur.store.facts import Author, Spot, StoredFile, StoredImage, StoredRun, Verdict

FEW = 500
"""So many images are asked for by number; beyond that it is cheaper to walk through all decisions."""


def append_file(sha256: str, name: str, count: int) -> bool:
    """Record a scanned file; nothing happens if it is known. Returns whether it is new."""
    _, new = models.ScannedFile.objects.get_or_create(
        sha256=sha256,
        defaults={"name": name, "count": count, "seen": datetime.now(UTC), "software": __version__},
    )
    return new


def files() -> tuple[StoredFile, ...]:
    """All scanned files, in the order in which they were first seen."""
    return _files(models.ScannedFile.objects.order_by("pk"))


def file(sha256: str) -> StoredFile | None:
    """The scanned file with this SHA-256, or None if it was never seen."""
    return next(iter(_files(models.ScannedFile.objects.filter(sha256=sha256))), None)


def recorded(sha256: str, index: int) -> bool:
    """Whether this image of a file is recorded."""
    return models.PageImage.objects.filter(file__sha256=sha256, index=index).exists()


def append(result: PageResult, run: StoredRun, *, again: int | None = None) -> int:
    """Record what became of an image, or of one of the pages on it, with its readings.

    Args:
        result: what the machine made of it.
        run: the current print run.
        again: the number of the image whose record this one replaces, if it was read once more.

    Returns:
        The number of the new record.

    Raises:
        django.db.IntegrityError: this page of this image is recorded already.
    """
    file_id = models.ScannedFile.objects.values_list("pk", flat=True).get(sha256=result.file)
    row = translate.image_row(result, file_id, run.id, again)
    row.save(force_insert=True)
    models.Reading.objects.bulk_create(translate.reading_row(r, row, None) for r in result.readings)
    return row.pk


def images(booklet: int | None = None) -> tuple[StoredImage, ...]:
    """Recorded images as they stand now, in the order of files and of images in them.

    Args:
        booklet: only those that count as a page of this booklet.
    """
    rows = _counting().order_by("file_id", "index", "part", "pk")
    if booklet is None:
        return _stored(rows)
    found = _stored(rows.filter(pk__in=_ever_at(Sheet.BOOKLET, booklet)))
    return tuple(i for i in found if i.spot is not None and _is_booklet(i.spot, booklet))


def image(number: int) -> StoredImage | None:
    """One image by its number, or None; also one whose record was replaced since."""
    found = _stored(models.PageImage.objects.filter(pk=number))
    return found[0] if found else None


def replaced(number: int) -> bool:
    """Whether the record of this image was replaced by reading the image again."""
    return models.PageImage.objects.filter(again_id=number).exists()


def occupant(spot: Spot) -> StoredImage | None:
    """The image that counts as this page now, or None."""
    ever = _ever_at(spot.sheet, spot.booklet, page=spot.page)
    if not ever:  # nearly always, while scanning
        return None
    rows = _counting().filter(pk__in=ever).order_by("pk")
    return next((i for i in _stored(rows) if i.spot == spot), None)


def settle(
    image_: StoredImage, verdict: Verdict, spot: Spot | None, readings: Sequence[Reading], author: Author
) -> None:
    """Record what a person decided about an image, with what was read where the person placed it."""
    row = models.PageImage.objects.get(pk=image_.id)
    decision = models.PageSettlement(
        image=row,
        verdict=verdict.value,
        sheet="" if spot is None else spot.sheet.value,
        number=None if spot is None else spot.booklet,
        page=None if spot is None else spot.page,
        who=author.who,
        when=datetime.now(UTC),
        why=author.why,
        software=__version__,
    )
    decision.save()
    models.Reading.objects.bulk_create(translate.reading_row(r, row, decision) for r in readings)


def _files(rows: QuerySet[models.ScannedFile]) -> tuple[StoredFile, ...]:
    """Files with how many of their images are recorded, each counted once whatever it shows."""
    found = rows.annotate(recorded=Count("images__index", distinct=True))
    return tuple(StoredFile(r.sha256, r.name, r.count, r.recorded) for r in found)


def _counting() -> QuerySet[models.PageImage]:
    """The rows that count: those that no later reading of the same image replaced."""
    gone = models.PageImage.objects.filter(again__isnull=False).values("again_id")
    return models.PageImage.objects.exclude(pk__in=gone)


def _is_booklet(spot: Spot, number: int) -> bool:
    return (spot.sheet, spot.booklet) == (Sheet.BOOKLET, number)


def _ever_at(sheet: Sheet, number: int, **at: int) -> set[int]:
    """The images that the machine, or a person at any time, placed on a paper.

    Two queries that each use an index: a single one with OR walks through all images, for every page scanned.
    """
    machine = models.PageImage.objects.filter(sheet=sheet.value, number=number, **at)
    person = models.PageSettlement.objects.filter(sheet=sheet.value, number=number, **at)
    return {*machine.values_list("pk", flat=True), *person.values_list("image_id", flat=True)}


def _stored(rows: QuerySet[models.PageImage]) -> tuple[StoredImage, ...]:
    found = list(rows.select_related("file"))
    last = newest_decisions(row.pk for row in found)
    return tuple(translate.image(row, last.get(row.pk)) for row in found)


def newest_decisions(images_: Iterable[int]) -> dict[int, models.PageSettlement]:
    """The decision that counts for each of these images that has one. For this room's own use."""
    wanted = set(images_)
    rows = models.PageSettlement.objects.order_by("pk")
    if len(wanted) < FEW:
        rows = rows.filter(image_id__in=wanted)
    return {row.image_id: row for row in rows if row.image_id in wanted}
