"""Scanned files and their images: what the machine made of them, and where each stands now."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from django.db.models import Count, QuerySet

from klausur import __version__
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
    rows = models.ScannedFile.objects.annotate(recorded=Count("images")).order_by("pk")
    return tuple(StoredFile(r.sha256, r.name, r.count, r.recorded) for r in rows)


def file(sha256: str) -> StoredFile | None:
    """The scanned file with this SHA-256, or None if it was never seen."""
    row = models.ScannedFile.objects.annotate(recorded=Count("images")).filter(sha256=sha256).first()
    return None if row is None else StoredFile(row.sha256, row.name, row.count, row.recorded)


def recorded(sha256: str, index: int) -> bool:
    """Whether this image of a file is recorded."""
    return models.PageImage.objects.filter(file__sha256=sha256, index=index).exists()


def append(result: PageResult, run: StoredRun) -> None:
    """Record what became of an image, with its readings.

    Raises:
        django.db.IntegrityError: this image is recorded already.
    """
    file_id = models.ScannedFile.objects.values_list("pk", flat=True).get(sha256=result.file)
    booklet_id = None
    if result.unplaced is None and result.code is not None:
        booklets = models.Booklet.objects.filter(run_id=run.id, number=result.code.booklet)
        booklet_id = booklets.values_list("pk", flat=True).get()
    row = translate.image_row(result, file_id, run.id, booklet_id)
    row.save(force_insert=True)
    models.Reading.objects.bulk_create(translate.reading_row(r, row, None) for r in result.readings)


def images(booklet: int | None = None) -> tuple[StoredImage, ...]:
    """Recorded images as they stand now, in the order of files and of images in them.

    Args:
        booklet: only those that count as a page of this booklet.
    """
    rows = models.PageImage.objects.order_by("file_id", "index")
    if booklet is None:
        return _stored(rows)
    found = _stored(rows.filter(pk__in=_ever_at(booklet)))
    return tuple(i for i in found if i.spot is not None and i.spot.booklet == booklet)


def image(number: int) -> StoredImage | None:
    """One image by its number, or None."""
    found = _stored(models.PageImage.objects.filter(pk=number))
    return found[0] if found else None


def occupant(spot: Spot) -> StoredImage | None:
    """The image that counts as this page now, or None."""
    ever = _ever_at(spot.booklet, page=spot.page)
    if not ever:  # nearly always, while scanning
        return None
    rows = models.PageImage.objects.filter(pk__in=ever).order_by("pk")
    return next((i for i in _stored(rows) if i.spot == spot), None)


def settle(
    image_: StoredImage, verdict: Verdict, spot: Spot | None, readings: Sequence[Reading], author: Author
) -> None:
    """Record what a person decided about an image, with what was read where the person placed it."""
    row = models.PageImage.objects.get(pk=image_.id)
    booklet = None
    if spot is not None:
        booklet = models.Booklet.objects.get(run_id=row.run_id, number=spot.booklet)
    decision = models.PageSettlement(
        image=row,
        verdict=verdict.value,
        booklet=booklet,
        page=None if spot is None else spot.page,
        who=author.who,
        when=datetime.now(UTC),
        why=author.why,
        software=__version__,
    )
    decision.save()
    models.Reading.objects.bulk_create(translate.reading_row(r, row, decision) for r in readings)


def _ever_at(booklet: int, **at: int) -> set[int]:
    """The images that the machine, or a person at any time, placed in a booklet.

    Two queries that each use an index: a single one with OR walks through all images, for every page scanned.
    """
    booklets = list(models.Booklet.objects.filter(number=booklet).values_list("pk", flat=True))
    machine = models.PageImage.objects.filter(booklet__in=booklets, **at).values_list("pk", flat=True)
    person = models.PageSettlement.objects.filter(booklet__in=booklets, **at)
    return {*machine, *person.values_list("image_id", flat=True)}


def _stored(rows: QuerySet[models.PageImage]) -> tuple[StoredImage, ...]:
    found = list(rows.select_related("file", "booklet"))
    last = newest_decisions(row.pk for row in found)
    return tuple(translate.image(row, last.get(row.pk)) for row in found)


def newest_decisions(images_: Iterable[int]) -> dict[int, models.PageSettlement]:
    """The decision that counts for each of these images that has one. For this room's own use."""
    wanted = set(images_)
    rows = models.PageSettlement.objects.select_related("booklet").order_by("pk")
    if len(wanted) < FEW:
        rows = rows.filter(image_id__in=wanted)
    return {row.image_id: row for row in rows if row.image_id in wanted}
