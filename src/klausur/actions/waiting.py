"""What waits for a person: unclear questions, images that are no page yet, papers that are nobody's yet."""

from dataclasses import dataclass, replace
from pathlib import Path

from klausur.actions import kept_scans, up_to_date
from klausur.paper.answers import Doubt
from klausur.scan.result import Reason
from klausur.state.answers import contested, differing
from klausur.state.booklets import Answered
from klausur.state.extras import Extra
from klausur.state.facts import Spot, StoredImage
from klausur.state.owners import Tie
from klausur.state.proposals import Proposal
from klausur.store import looks, pages
from klausur.store.folder import Records, opened
from klausur.store.looks import Look
from klausur.store.readings import of_images


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

    @property
    def is_duplicate(self) -> bool:
        """Whether it shows what the page that counts shows."""
        return self.image.unplaced is not None and self.image.unplaced.reason is Reason.DUPLICATE


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

    @property
    def duplicates(self) -> tuple[WaitingImage, ...]:
        """The images that show what the page that counts shows: nobody need look at them."""
        return tuple(w for w in self.images if w.is_duplicate)

    @property
    def unclear(self) -> tuple[WaitingImage, ...]:
        """The images that somebody must look at."""
        return tuple(w for w in self.images if not w.is_duplicate)


def waiting(folder: Path) -> Waiting:
    """What a person must look at in an exam folder.

    Questions whose page is missing appear as long as some other page of their booklet is there.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    with opened(folder) as records:
        up_to_date.look(records)
        found = looks.look()
        there = {b.number for b in found.booklets if b.found}
        asked = [a for a in looks.answers(waiting=True) if a.booklet in there]
        at = pages.at(Spot(a.booklet, a.page) for a in asked)
        return Waiting(
            tuple(_question(a, at.get(Spot(a.booklet, a.page))) for a in asked),
            images(records, found),
            tuple(tie for tie in found.ties if tie.open),
            tuple(extra for extra in found.extras if extra.open),
        )


def seen() -> tuple[WaitingImage, ...]:
    """The images of the open folder that wait, without what they probably are."""
    return tuple(WaitingImage(image, None, None, None, ()) for image in pages.images(waiting=True))


def images(records: Records, look: Look, *, with_differences: bool = True) -> tuple[WaitingImage, ...]:
    """The images of the open folder that wait.

    Args:
        records: the folder's.
        look: all booklets.
        with_differences: say of pages that are there twice in which Fields they differ.
    """
    waits = pages.images(waiting=True)
    proposer = looks.proposer(waits, (b for b in look.booklets if b.used))
    proposed = {image.id: proposer.propose(image) for image in waits}
    at = pages.at(p.spot for p in proposed.values() if p is not None)
    counting = {number: None if page is None else at.get(page.spot) for number, page in proposed.items()}
    twice = {
        i.id: c.id
        for i in waits
        if with_differences and (c := counting[i.id]) is not None and contested(i) is not None
    }
    read = of_images({*twice, *twice.values()})
    pictures = kept_scans.pictures(records)
    return tuple(
        WaitingImage(
            image,
            pictures.get((image.file, image.index)),
            proposed[image.id],
            counting[image.id],
            differing(read[twice[image.id]], read[image.id]) if image.id in twice else (),
        )
        for image in waits
    )


def one(records: Records, image: StoredImage) -> tuple[WaitingImage, tuple[int, ...]]:
    """An image as it waits, or would if nobody had decided about it: one alone, and quicker.

    Beside it booklets that lack the page which the image resembles.
    """
    again = replace(image, verdict=None, person=None, turned=None)
    proposer = looks.proposer([again])
    proposed = proposer.propose(again)
    counting = None if proposed is None else pages.at([proposed.spot]).get(proposed.spot)
    if counting is not None and counting.id == image.id:
        counting = None
    differs: tuple[str, ...] = ()
    if counting is not None and contested(again) is not None:
        read = of_images({image.id, counting.id})
        differs = differing(read[counting.id], read[image.id])
    picture = kept_scans.pictures(records).get((image.file, image.index))
    page = None if image.unplaced is None else image.unplaced.resembles
    lacking = tuple(number for number, missing in proposer.missing.items() if page in missing)
    return WaitingImage(image, picture, proposed, counting, differs), lacking


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
