"""What waits for a person: unclear questions, images that are no page yet, papers that are nobody's yet."""

from dataclasses import dataclass
from pathlib import Path

from klausur.actions import current, keep
from klausur.paper.answers import Doubt
from klausur.scan.model import Reason
from klausur.state.answers import differing
from klausur.state.booklets import Answered
from klausur.state.extras import Extra
from klausur.state.facts import Spot, StoredImage
from klausur.state.owners import Tie
from klausur.state.propose import Proposal
from klausur.store import looks, pages
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
    """
    with opened(folder) as records:
        current.look(records)
        found = looks.look()
        there = {b.number for b in found.booklets if b.found}
        asked = [a for a in looks.answers(waiting=True) if a.booklet in there]
        at = pages.at(Spot(a.booklet, a.page) for a in asked)
        return Waiting(
            tuple(_question(a, at.get(Spot(a.booklet, a.page))) for a in asked),
            images(records),
            tuple(tie for tie in found.ties if tie.open),
            tuple(extra for extra in found.extras if extra.open),
        )


def images(records: Records) -> tuple[WaitingImage, ...]:
    """The images of the open folder that wait."""
    waits = pages.images(waiting=True)
    proposer = looks.proposer(image.file for image in waits)
    proposed = {image.id: proposer.propose(image) for image in waits}
    at = pages.at(p.spot for p in proposed.values() if p is not None)
    found = []
    for image in waits:
        page = proposed[image.id]
        counting = at.get(page.spot) if page is not None else None
        differs = _differing(image, counting) if counting is not None else ()
        found.append(WaitingImage(image, keep.shown(records, image), page, counting, differs))
    return tuple(found)


def _differing(image: StoredImage, counting: StoredImage) -> tuple[str, ...]:
    """The fields that were read otherwise on two images of one page."""
    if image.unplaced is None or image.unplaced.reason is not Reason.TWICE:
        return ()
    return differing(of_image(counting.id), of_image(image.id))


def _question(found: Answered, image: StoredImage | None) -> OpenQuestion:
    return OpenQuestion(
        found.booklet,
        found.question,
        found.shown,
        found.answer.doubts,
        found.answer.fields,
        found.page,
        "" if image is None else image.name,
        None if image is None else image.index,
    )
