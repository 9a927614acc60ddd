"""What waits for a person: unclear questions, images that are no page yet, papers that are nobody's yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from klausur.actions import current, keep
from klausur.state.answers import BookletAnswers
from klausur.actions.day import day
from klausur.state.extras import Extra
from klausur.state.propose import Proposal, Proposer
from klausur.state.owners import Tie
from klausur.exam.variants import Exams
from klausur.paper.answers import Doubt
from klausur.paper.layout import Layout
from klausur.scan.model import Reason
from klausur.store import runs
from klausur.state.facts import Spot, StoredImage
from klausur.store.folder import Records, opened
from klausur.store.readings import of_image


@dataclass(frozen=True, slots=True)
class WaitingImage:
    """An image that a person must look at, and where it lies; ``picture`` is None if it cannot be shown.

    ``proposed`` is the page that it probably is. Where a page is there twice with different content,
    ``counting`` is the image that counts as it now, and ``differs`` names fields that were read otherwise.
    """

    image: StoredImage
    picture: Path | None
    proposed: Proposal | None = None
    counting: StoredImage | None = None
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question of a booklet that a person must settle: why, which boxes, and where to look.

    ``file`` and ``image`` (from 0) are the scanned file and the place in it; empty if the page is missing.
    """

    booklet: int
    question: str
    number: str
    doubts: tuple[Doubt, ...]
    fields: tuple[str, ...]
    page: int
    file: str
    image: int | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """All that waits: questions by booklet, images, booklets that are nobody's yet, and extra sheets."""

    questions: tuple[OpenQuestion, ...]
    images: tuple[WaitingImage, ...]
    booklets: tuple[Tie, ...]
    extras: tuple[Extra, ...]


def waiting(folder: Path) -> Waiting:
    """What a person must look at in an exam folder.

    Questions whose page is missing appear as long as some other page of their booklet is there.

    Raises:
        NotFoundError: nothing was printed yet.
        KlausurError: the exam's source has errors.
        RefusedError: its variants are other ones than those printed.
    """
    with opened(folder) as records:
        run = current.run()
        exams = current.exams(folder, run)
        layout = runs.layout(run)
        found = day(exams, run, layout)
        at = {i.spot: i for i in found.images if i.spot is not None}
        return Waiting(
            tuple(q for b in found.booklets if b.found for q in _questions(exams, layout, b, at)),
            images(records, layout, found.images, at),
            tuple(tie for tie in found.ties if tie.open),
            tuple(extra for extra in found.extras if extra.open),
        )


def images(
    records: Records,
    layout: Layout,
    known: tuple[StoredImage, ...],
    at: Mapping[Spot, StoredImage],
) -> tuple[WaitingImage, ...]:
    """The images that wait.

    Args:
        records: the open folder's.
        layout: of the current print run.
        known: all images as they stand.
        at: those that count as a page, by page.
    """
    proposer = Proposer.of(known, layout)
    found = []
    for image in known:
        if not image.waiting:
            continue
        proposed = proposer.propose(image)
        counting = at.get(proposed.spot) if proposed is not None else None
        differs = _differing(image, counting) if counting is not None else ()
        found.append(WaitingImage(image, keep.shown(records, image), proposed, counting, differs))
    return tuple(found)


def _differing(image: StoredImage, counting: StoredImage) -> tuple[str, ...]:
    """The fields that were read otherwise on two images of one page."""
    if image.unplaced is None or image.unplaced.reason is not Reason.TWICE:
        return ()
    before = {r.field: r.value for r in of_image(counting.id)}
    return tuple(r.field for r in of_image(image.id) if before.get(r.field, r.value) != r.value)


def _questions(
    exams: Exams, layout: Layout, booklet: BookletAnswers, at: Mapping[Spot, StoredImage]
) -> Iterator[OpenQuestion]:
    number = booklet.booklet.number
    numbers = exams.numbers(number)
    page_of = {field.id: page for page, field in layout.fields(number)}
    for answer in booklet.answers:
        if answer.open:
            page = page_of[answer.fields[0]]
            image = at.get(Spot(number, page))
            yield OpenQuestion(
                number,
                answer.question,
                numbers[answer.question],
                answer.doubts,
                answer.fields,
                page,
                "" if image is None else image.name,
                None if image is None else image.index,
            )
