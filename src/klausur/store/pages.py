"""Scanned files and their images: what the machine made of them, and where each stands now."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from klausur import __version__
from klausur.paper.code import Sheet
from klausur.paper.fields import FieldKind
from klausur.read.model import PageResult, Reading
from klausur.scan.result import Reason
from klausur.state.facts import Author, Spot, StoredFile, StoredImage, Verdict
from klausur.store import models, translate
from klausur.store.compiled import Compiled
from klausur.store.rows import Rows, portions
from klausur.store.rows import replaced as replaced_rows

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


@dataclass(frozen=True, slots=True)
class FileCounts:
    """What was made of a scanned file: pages that were placed, those that were not by `Reason`, fields read.

    Pages that were read again since count as they were read last; ``flagged`` fields wait for a person.
    """

    placed: int
    unplaced: tuple[tuple[str, int], ...]
    readings: int
    flagged: int


def counts_of(sha256: str) -> FileCounts:
    """What was made of the scanned file with this SHA-256, as it was read."""
    rows = models.PageImage.objects.filter(file__sha256=sha256, state__isnull=False)
    reasons = rows.values_list("reason").annotate(n=Count("pk")).order_by("reason")
    by_reason = dict(reasons)
    fields = models.Reading.objects.filter(image__in=rows.filter(reason=""), placement__isnull=True)
    read = fields.aggregate(all=Count("pk"), flagged=Count("pk", filter=Q(flagged=True)))
    placed = by_reason.pop("", 0)
    return FileCounts(placed, tuple(by_reason.items()), read["all"], read["flagged"])


def recorded(images_: Iterable[tuple[str, int]]) -> set[tuple[str, int]]:
    """Those of these images, by their file's SHA-256 and their place in it, that are recorded."""
    places: dict[str, list[int]] = {}
    for sha256, index in images_:
        places.setdefault(sha256, []).append(index)
    return {
        (sha256, index)
        for sha256, indices in places.items()
        for index in models.PageImage.objects.filter(file__sha256=sha256, index__in=indices).values_list(
            "index", flat=True
        )
    }


def append(result: PageResult, *, again: int | None = None) -> int:
    """Record what became of an image, or of one of the pages on it, as `append_all` does; its number."""
    return append_all([(result, again)])[0]


def append_all(results: Sequence[tuple[PageResult, int | None]]) -> tuple[int, ...]:
    """Record what became of images, or of the pages on them, with their readings.

    Args:
        results: what the machine made of each, with the number of the image whose record this one replaces,
            if it was read once more.

    Returns:
        The numbers of the new records.

    Raises:
        django.db.IntegrityError: such a page of an image is recorded already, or another image counts as it.
    """
    if not results:
        return ()
    files_ = models.ScannedFile.objects.filter(sha256__in={result.file for result, _ in results})
    known = dict(files_.values_list("sha256", "pk"))
    rows = models.PageImage.objects.bulk_create(
        translate.image_row(result, known[result.file], again) for result, again in results
    )
    models.Reading.objects.bulk_create(
        translate.reading_row(r, row.pk, None)
        for row, (result, _) in zip(rows, results, strict=True)
        for r in result.readings
    )
    replaced_ = {again for _, again in results if again is not None}
    if replaced_:
        recount(replaced_)
    # What `recount` would write, without its questions: every page of every scan comes this way.
    models.ImageState.objects.bulk_create(
        models.ImageState(
            image=row, sheet=row.sheet, number=row.number, page=row.page, waiting=row.number is None
        )
        for row in rows
    )
    return tuple(row.pk for row in rows)


def images(booklet: int | None = None, *, waiting: bool = False) -> tuple[StoredImage, ...]:
    """Recorded images as they stand now, in the order of files and of images in them.

    Args:
        booklet: only those that count as a page of this booklet.
        waiting: only those that a person must look at.
    """
    rows = models.PageImage.objects.filter(state__isnull=False)
    if booklet is not None:
        rows = rows.filter(state__sheet=Sheet.BOOKLET.value, state__number=booklet)
    if waiting:
        rows = rows.filter(state__waiting=True)
    return _stored(rows.order_by("file_id", "index", "part", "pk"))


def of_extras(numbers: AbstractSet[int]) -> tuple[StoredImage, ...]:
    """The images that count as pages of these extra sheets, by sheet and page."""
    if not numbers:
        return ()
    rows = models.PageImage.objects.filter(state__sheet=Sheet.EXTRA.value, state__number__in=numbers)
    return _stored(rows.order_by("state__number", "state__page"))


def images_aside() -> tuple[StoredImage, ...]:
    """The images of which a person said that they are no page, in the order of files."""
    rows = models.PageImage.objects.filter(state__waiting=False, state__number__isnull=True)
    return _stored(rows.order_by("file_id", "index", "part", "pk"))


def by_number(numbers: AbstractSet[int]) -> dict[int, StoredImage]:
    """Images by their numbers, also those whose record was replaced since."""
    found = (models.PageImage.objects.filter(pk__in=part or ()) for part in portions(numbers))
    return {image.id: image for rows in found for image in _stored(rows)}


def left_to_people(sha256: str, most: int) -> tuple[StoredImage, ...]:
    """Pages of booklets out of a file with boxes that are left to people, the least sure first."""
    rows = models.Reading.objects.filter(
        flagged=True,
        image__file__sha256=sha256,
        image__state__sheet=Sheet.BOOKLET.value,
        image__state__number__isnull=False,
    )
    numbers = list(dict.fromkeys(rows.order_by("confidence", "pk").values_list("image_id", flat=True)))[:most]
    found = by_number(set(numbers))
    return tuple(found[number] for number in numbers)


def with_credit_boxes(sha256: str, start: int, most: int) -> tuple[StoredImage, ...]:
    """Pages of booklets out of a file on which answers are judged, in their order.

    Args:
        sha256: of the file.
        start: so many are passed over.
        most: so many are given.
    """
    here = _with_credit_boxes().filter(image__file__sha256=sha256)
    numbers = list(here[start : start + most])
    found = by_number(set(numbers))
    return tuple(found[number] for number in numbers)


def files_with_credit_boxes() -> tuple[str, ...]:
    """The SHA-256 of the files that have pages of booklets on which answers are judged, in their order."""
    here = _with_credit_boxes().filter(image__file=OuterRef("pk"))
    rows = models.ScannedFile.objects.filter(Exists(here)).order_by("pk")
    return tuple(rows.values_list("sha256", flat=True))


def judged_on(numbers: AbstractSet[int]) -> tuple[StoredImage, ...]:
    """Those of these images that are pages of booklets on which answers are judged, in their order."""
    found = by_number(set(_with_credit_boxes().filter(image__in=numbers)))
    return tuple(found[number] for number in sorted(found))


def _with_credit_boxes() -> QuerySet[models.Reading, int]:
    rows = models.Reading.objects.filter(
        kind__in=(FieldKind.CREDIT_BOX.value, FieldKind.CREDIT_NUMBER.value),
        image__state__sheet=Sheet.BOOKLET.value,
        image__state__number__isnull=False,
    )
    return rows.order_by("image_id").values_list("image_id", flat=True).distinct()


def uncovered() -> tuple[StoredImage, ...]:
    """The images that count as a page which the readers were not made for, in the order of files."""
    rows = models.PageImage.objects.filter(state__number__isnull=False).exclude(uncovered="")
    return _stored(rows.order_by("file_id", "index", "part", "pk"))


def counts() -> tuple[int, int, int]:
    """How many images are recorded, how many of them count as a page, and how many wait."""
    rows = models.ImageState.objects.aggregate(
        all=Count("pk"), placed=Count("number"), waiting=Count("pk", filter=Q(waiting=True))
    )
    return rows["all"], rows["placed"], rows["waiting"]


def placed_by_file() -> dict[str, int]:
    """How many images of each file count as a page, by its SHA-256, where any does."""
    rows = models.ImageState.objects.filter(number__isnull=False).values_list("image__file__sha256")
    return dict(rows.annotate(n=Count("pk")).order_by())


def count_to_look_at() -> int:
    """How many images a person must look at: those that wait, but for pages that are there just so."""
    waiting = models.ImageState.objects.filter(waiting=True)
    return waiting.exclude(image__reason=Reason.DUPLICATE.value).count()


def spots(*kinds: Sheet) -> frozenset[Spot]:
    """The pages that are there, of papers of these kinds."""
    rows = models.ImageState.objects.filter(number__isnull=False, sheet__in=[kind.value for kind in kinds])
    return frozenset(
        Spot(number, page, Sheet(sheet))
        for sheet, number, page in rows.values_list("sheet", "number", "page")
        if number is not None and page is not None
    )


def places(wanted: AbstractSet[tuple[str, int]]) -> dict[tuple[str, int], Spot | None]:
    """What the first parts of these images count as, by their file's SHA-256 and their index."""
    rows = models.ImageState.objects.filter(image__part=0)
    if len(wanted) < 10 * FEW:  # more than that are most of a stack
        indices: dict[int, set[int]] = {}
        known = dict(models.ScannedFile.objects.values_list("sha256", "pk"))
        for file, index in wanted:
            indices.setdefault(known.get(file, 0), set()).add(index)
        each = (Q(image__file_id=file, image__index__in=of) for file, of in indices.items())
        rows = rows.filter(reduce(or_, each, Q(pk__in=())))
    columns = ("image__file__sha256", "image__index", "sheet", "number", "page")
    return {
        (file, index): None if number is None or page is None else Spot(number, page, Sheet(sheet))
        for file, index, sheet, number, page in rows.values_list(*columns)
        if (file, index) in wanted
    }


def at(wanted: Iterable[Spot]) -> dict[Spot, StoredImage]:
    """The images that count as these pages now."""
    every = {(spot.sheet.value, spot.booklet, spot.page) for spot in wanted}
    papers = {(sheet, number) for sheet, number, _ in every}
    if len(papers) == 1:
        rows_ = _of_paper(*papers.pop(), *sorted(page for _, _, page in every))
        return {image.spot: image for image in map(_image, rows_) if image.spot is not None}
    there: list[int] = []
    for sheet in {sheet for sheet, _ in papers}:
        for part in portions({number for kind, number in papers if kind == sheet}):
            rows = models.ImageState.objects.filter(sheet=sheet, number__in=part or ())
            found = rows.values_list("image_id", "number", "page")
            there += [pk for pk, number, page in found if (sheet, number, page) in every]
    images_ = [
        image
        for part in portions(set(there))
        for image in _stored(models.PageImage.objects.filter(pk__in=part or ()))
    ]
    return {image.spot: image for image in images_ if image.spot is not None}


def ahead(sheet: Sheet, number: int, pages_: Iterable[int]) -> None:
    """Ask ahead for what `at` asks of these pages of one paper."""
    _of_paper.ahead(sheet.value, number, *sorted(pages_))


_of_paper = Compiled(
    lambda sheet, number, *pages: models.PageImage.objects.filter(
        state__sheet=sheet, state__number=number, state__page__in=pages
    ).values_list(*translate.IMAGE)
)


def saying(wanted: Iterable[Spot]) -> dict[Spot, StoredImage]:
    """Images that wait and whose codes name these pages, one for each page that has any."""
    spots_ = set(wanted)
    found: dict[Spot, StoredImage] = {}
    for part in portions({spot.booklet for spot in spots_}):
        rows = models.PageImage.objects.filter(state__waiting=True, code_number__in=part or ())
        for image_ in _stored(rows.order_by("-pk")):
            code = None if image_.unplaced is None else image_.unplaced.code
            if code is not None and Spot.of(code) in spots_:
                found[Spot.of(code)] = image_
    return found


def image(number: int) -> StoredImage | None:
    """One image by its number, or None; also one whose record was replaced since."""
    found = _stored(models.PageImage.objects.filter(pk=number))
    return found[0] if found else None


def current(number: int) -> StoredImage | None:
    """One image by its number, or None if there is none or its record was replaced since."""
    found = _stored(models.PageImage.objects.filter(pk=number, state__isnull=False))
    return found[0] if found else None


def replaced(number: int) -> bool:
    """Whether the record of this image was replaced by reading the image again."""
    return models.PageImage.objects.filter(again_id=number).exists()


def occupant(spot: Spot) -> StoredImage | None:
    """The image that counts as this page now, or None."""
    found = _stored(models.PageImage.objects.filter(_counts_as(spot)))
    return found[0] if found else None


def rivals(number: int, spot: Spot) -> tuple[StoredImage | None, StoredImage | None]:
    """One image, as `current` gives it, and another one that counts as this page now, or None."""
    rows = models.PageImage.objects.filter(Q(state__image=number) | _counts_as(spot))
    found = {image.id: image for image in _stored(rows)}
    mine = found.pop(number, None)
    return mine, next(iter(found.values()), None)


def _counts_as(spot: Spot) -> Q:
    at = {"state__sheet": spot.sheet.value, "state__number": spot.booklet, "state__page": spot.page}
    return Q(**at)


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decides about an image, with what was read where the person placed it (at ``spot``).

    ``turned`` is by how many degrees they say that it must be turned clockwise to be upright, if they do.
    """

    image: StoredImage
    verdict: Verdict
    spot: Spot | None = None
    readings: Sequence[Reading] = ()
    turned: int | None = None


def settle(decisions: Sequence[Decided], author: Author) -> tuple[StoredImage, ...]:
    """Record what a person decided about images, in this order: one may leave a page that the next becomes.

    Returns:
        The images as they stand now.

    Raises:
        django.db.IntegrityError: another image counts as that page.
    """
    when = datetime.now(UTC)
    rows = models.PageSettlement.objects.bulk_create(
        models.PageSettlement(
            image_id=one.image.id,
            verdict=one.verdict.value,
            sheet="" if one.spot is None else one.spot.sheet.value,
            number=None if one.spot is None else one.spot.booklet,
            page=None if one.spot is None else one.spot.page,
            turned=one.turned,
            who=author.who,
            when=when,
            why=author.why,
            software=__version__,
        )
        for one in decisions
    )
    models.Reading.objects.bulk_create(
        translate.reading_row(reading, one.image.id, row)
        for one, row in zip(decisions, rows, strict=True)
        for reading in one.readings
    )
    after = tuple(
        replace(one.image, verdict=one.verdict, person=one.spot, turned=one.turned) for one in decisions
    )
    for now, row in zip(after, rows, strict=True):
        # What `recount` would write, without its questions.
        models.ImageState.objects.filter(image_id=now.id).update(
            decision=row,
            sheet="" if now.spot is None else now.spot.sheet.value,
            number=None if now.spot is None else now.spot.booklet,
            page=None if now.spot is None else now.spot.page,
            waiting=now.waiting,
        )
    return after


def _files(rows: QuerySet[models.ScannedFile]) -> tuple[StoredFile, ...]:
    """Files with how many of their images are recorded, each counted once whatever it shows."""
    found = list(rows)
    first = models.PageImage.objects.filter(again__isnull=True, file_id__in=[row.pk for row in found])
    recorded_ = dict(first.values_list("file_id").annotate(n=Count("index", distinct=True)))
    return tuple(StoredFile(r.sha256, r.name, r.count, recorded_.get(r.pk, 0)) for r in found)


def _stored(rows: QuerySet[models.PageImage]) -> tuple[StoredImage, ...]:
    """The images of these rows; those whose record was replaced have no decision."""
    return tuple(map(_image, rows.values_list(*translate.IMAGE)))


def _image(row: tuple[Any, ...]) -> StoredImage:
    return translate.image(translate.ImageRow(*row))


def counting(numbers: AbstractSet[int] | None) -> Rows:
    """What these images count as, by the machine's verdict and people's newest decisions."""
    rows = models.PageImage.objects.filter(replaced_by__isnull=True)
    found: Rows = {}
    for part in portions(numbers):
        here = rows if part is None else rows.filter(pk__in=part)
        placed = {pk: at for pk, *at in here.values_list("pk", "sheet", "number", "page")}
        decisions = newest_decisions(placed)
        for pk, (sheet, number, page) in placed.items():
            last = decisions.get(pk)
            verdict = None if last is None else Verdict(last.verdict)
            at = (sheet, number, page) if number is not None else ("", None, None)
            if last is not None and verdict is Verdict.PLACED:
                at = (last.sheet, last.number, last.page)
            elif verdict is Verdict.IGNORED:
                at = ("", None, None)
            found[pk] = {
                "decision_id": None if last is None else last.pk,
                "sheet": at[0],
                "number": at[1],
                "page": at[2],
                "waiting": at[1] is None and verdict is not Verdict.IGNORED,
            }
    return found


def recount(numbers: AbstractSet[int] | None) -> None:
    """Write down what these images count as now. For a transaction of `writing`.

    Raises:
        django.db.IntegrityError: two images count as one page.
    """
    replaced_rows(models.ImageState, "image_id", counting(numbers), numbers)


def newest_decisions(images_: Iterable[int]) -> dict[int, models.PageSettlement]:
    """The decision that counts for each of these images that has one. For this room's own use."""
    wanted = set(images_)
    rows = models.PageSettlement.objects.order_by("pk")
    if len(wanted) < FEW:
        rows = rows.filter(image_id__in=wanted)
    return {row.image_id: row for row in rows if row.image_id in wanted}
