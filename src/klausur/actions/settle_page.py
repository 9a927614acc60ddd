"""Settle a page: a person says which page an image is, that it is to be ignored, or takes that back."""

from dataclasses import dataclass
from pathlib import Path

from klausur.actions import current, keep
from klausur.base.diagnostics import Diagnostic
from klausur.base.errors import NotFoundError, RefusedError, ToolError
from klausur.paper.code import PageCode
from klausur.paper.layout import Layout
from klausur.read.fields import read
from klausur.read.model import Reading
from klausur.scan.intake import open_scan
from klausur.scan.model import PageImage, Unplaced
from klausur.scan.place import place_as
from klausur.store import audit, pages, runs
from klausur.store.facts import Author, Spot, StoredImage, StoredRun, Verdict
from klausur.store.folder import Records, key, opened, writing


@dataclass(frozen=True, slots=True)
class PageSettled:
    """An image as it stands after the decision, and what was read on it because of the decision."""

    image: StoredImage
    readings: tuple[Reading, ...]


def settle_page(
    folder: Path, number: int, verdict: Verdict, author: Author, *, spot: Spot | None = None
) -> PageSettled:
    """Record a person's decision about a scanned image.

    Args:
        folder: the exam folder.
        number: the image's number, as ``status`` and ``settle --list`` show it.
        verdict: placed (at ``spot``), ignored, or the machine's own verdict again.
        author: who decides, and why.
        spot: the page that the image is, for `Verdict.PLACED` only.

    Raises:
        NotFoundError: there is no such image or page, or nothing to take back.
        RefusedError: another image counts as that page, or the page cannot be found in the image.
    """
    with opened(folder) as records:
        run = current.run()
        image = pages.image(number)
        if image is None:
            raise NotFoundError(
                f"there is no image {number}", "the images that wait are in 'klausur settle --list'"
            )
        if verdict is Verdict.UNDONE and image.verdict in {None, Verdict.UNDONE}:
            raise NotFoundError(f"nothing is settled about image {number}")
        target = image.machine if verdict is Verdict.UNDONE else spot
        readings: tuple[Reading, ...] = ()
        if verdict is Verdict.PLACED and spot is not None:
            readings = _read(records, run, runs.layout(run), image, spot)
        with writing():
            _refuse_if_taken(target, image)
            pages.settle(image, verdict, spot, readings, author)
            audit.append(
                "settle-page",
                author.who,
                {
                    "image": number,
                    "verdict": verdict.value,
                    "page": None if spot is None else [spot.booklet, spot.page],
                    "why": author.why,
                },
            )
        after = pages.image(number)
    return PageSettled(after or image, readings)


def _refuse_if_taken(spot: Spot | None, image: StoredImage) -> None:
    other = None if spot is None else pages.occupant(spot)
    if other is not None and other.id != image.id:
        raise RefusedError(
            f"{spot} is there already: image {other.id}, {other.name} image {other.index + 1}",
            f"if this image is the better one, first say: klausur settle --image {other.id} --ignore",
        )


def _read(
    records: Records, run: StoredRun, layout: Layout, image: StoredImage, spot: Spot
) -> tuple[Reading, ...]:
    """Read an image as the page that a person says it is."""
    page = layout.page(spot.booklet, spot.page)
    if page is None:
        raise NotFoundError(f"this print run has no {spot}", "see 'klausur status'")
    code = PageCode(run.run.exam_number, spot.booklet, spot.page)
    placed = place_as(_again(records, image), layout, code)
    if isinstance(placed, Unplaced):
        raise RefusedError(
            f"the boxes of {spot} cannot be found in image {image.id}: {placed.reason}",
            "scan the sheet again; or settle its questions one by one from the picture, and ignore the image",
        )
    return read(placed, page, exam=run.run.exam_number, key=key(records))


def _again(records: Records, image: StoredImage) -> PageImage:
    """The image out of the kept copy of its file."""
    path = keep.kept(records, image.file)
    found = open_scan(path)
    if not isinstance(found, Diagnostic):
        with found:
            for page in found.pages(image.index):
                return page
    raise ToolError(
        f"the kept copy of {image.name} is lost or damaged: {path}", f"put {image.name} back there"
    )
