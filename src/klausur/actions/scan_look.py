"""What the scans of an exam amount to, for people who bring them in and put them in their places."""

from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from klausur.actions import up_to_date, waiting
from klausur.actions.waiting import WaitingImage
from klausur.base.geometry import Size
from klausur.paper.code import PageCode, Sheet
from klausur.paper.fields import Field
from klausur.read.model import Reading
from klausur.roster.model import Candidate
from klausur.scan.result import Reason
from klausur.state.extras import Extra
from klausur.state.facts import StoredFile, StoredImage, StoredWaiver
from klausur.store import decisions, looks, pages, printings, refused_files, waivers
from klausur.store.decisions import Entry, Said
from klausur.store.folder import opened
from klausur.store.frame import Frame
from klausur.store.readings import of_images
from klausur.store.refused_files import RefusedFile


@dataclass(frozen=True, slots=True)
class Lacking:
    """A booklet of which some pages are there and others are not; None if nobody knows whose it is."""

    booklet: int
    whose: Candidate | None
    found: tuple[int, ...]
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ScanLook:
    """What waits, what is missing, what was set aside, and the extra sheets that were found.

    ``unseen`` counts booklets of which no page was found: spare ones, or of people who did not come.
    ``waived`` are pages that were not found and without which their booklets count, ``returned`` those that
    were found all the same; both by booklet and page.
    """

    waiting: tuple[WaitingImage, ...]
    missing: tuple[Lacking, ...]
    extras: tuple[Extra, ...]
    aside: int
    unseen: int
    waived: tuple[StoredWaiver, ...] = ()
    returned: tuple[StoredWaiver, ...] = ()

    @property
    def to_place(self) -> tuple[WaitingImage, ...]:
        """The images that are no page yet, and contest none."""
        return tuple(w for w in self.waiting if _reason(w) not in {Reason.DUPLICATE, Reason.TWICE})

    @property
    def twice(self) -> tuple[WaitingImage, ...]:
        """The images of a page that is there already, with other marks."""
        return tuple(w for w in self.waiting if _reason(w) is Reason.TWICE)

    @property
    def duplicates(self) -> tuple[WaitingImage, ...]:
        """The images that show what the page that counts shows."""
        return tuple(w for w in self.waiting if w.is_duplicate)


@dataclass(frozen=True, slots=True)
class ScannedFiles:
    """The files that were read, at least in part, and those that could not be used.

    By their SHA-256, ``placed`` says how many images of a file count as a page, ``again`` how many show one
    that is there just so, and ``waiting`` at how many a person must look; on ``failed`` of these Klausur
    itself failed.
    """

    files: tuple[StoredFile, ...]
    refused: tuple[RefusedFile, ...]
    placed: dict[str, int]
    again: dict[str, int]
    waiting: dict[str, int]
    failed: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A Field that was read otherwise on the image that counts (``there``) than on the one that waits.

    ``number`` is that of its question on this paper; None where nothing was read.
    """

    field: Field
    number: str
    there: Reading | None
    here: Reading | None


@dataclass(frozen=True, slots=True)
class ImageLook:
    """An image, what was said of it last, and the other one that counts as the page that it may be.

    ``differences`` are in the order of the page, of size ``size`` mm. ``lacking`` are booklets that lack the
    page which the image resembles.
    """

    waits: WaitingImage
    said: Said | None
    counting_said: Said | None
    differences: tuple[Difference, ...]
    size: Size | None
    lacking: tuple[int, ...]

    @property
    def image(self) -> StoredImage:
        """The image itself."""
        return self.waits.image


@dataclass(frozen=True, slots=True)
class BookletPages:
    """A booklet's pages: the image that counts as each, by number from 1; None where there is none.

    ``waived`` says without which it counts, where they are not found.
    """

    booklet: int
    whose: Candidate | None
    pages: tuple[tuple[int, StoredImage | None], ...]
    waived: tuple[StoredWaiver, ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """Some events about images and extra sheets, the newest first; the images that they are about, by number.

    ``older`` is where the next older ones begin; None if there are none.
    """

    entries: tuple[Entry, ...]
    images: dict[int, StoredImage]
    older: int | None


def scan_look(folder: Path, *, proposing: bool = True) -> ScanLook:
    """What waits and what is missing.

    Args:
        folder: the exam folder.
        proposing: say of each image that waits what it probably is, and whose a booklet is that lacks pages.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    with opened(folder) as records:
        up_to_date.look(records)
        found = looks.look(ties=proposing)
        whose = {tie.booklet: tie.candidate for tie in found.ties}
        lacking = [b for b in found.booklets if b.found and b.missing]
        every, placed, waits = pages.counts()
        said = sorted((w for w in waivers.newest() if w.waived), key=lambda w: (w.booklet, w.page))
        returned = {(b.number, page) for b in found.booklets for page in b.returned}
        return ScanLook(
            waiting.images(records, found, with_differences=False) if proposing else waiting.seen(),
            tuple(Lacking(b.number, whose.get(b.number), b.found, b.missing) for b in lacking),
            found.extras,
            every - placed - waits,
            sum(not b.found for b in found.booklets),
            tuple(w for w in said if (w.booklet, w.page) not in returned),
            tuple(w for w in said if (w.booklet, w.page) in returned),
        )


def scanned_files(folder: Path) -> ScannedFiles:
    """The scanned files, in the order in which they came, and those that were refused.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    with opened(folder):
        waits = [(i.file, i.unplaced.reason) for i in pages.images(waiting=True) if i.unplaced is not None]
        again = Counter(file for file, reason in waits if reason is Reason.DUPLICATE)
        count = Counter(file for file, reason in waits if reason is not Reason.DUPLICATE)
        failed = sum(reason is Reason.FAILED for _, reason in waits)
        placed = pages.placed_by_file()
        return ScannedFiles(pages.files(), refused_files.all_(), placed, dict(again), dict(count), failed)


def is_known(folder: Path, sha256: str) -> bool:
    """Whether a file with these bytes was read to its end before."""
    with opened(folder):
        found = pages.file(sha256)
        return found is not None and found.done


def image_look(folder: Path, number: int) -> ImageLook | None:
    """One image with all that a person needs who decides about it; None if it was read again since.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    with opened(folder) as records:
        frame = up_to_date.look(records)
        image = pages.current(number)
        if image is None:
            return None
        waits, lacking = waiting.one(records, image)
        counting = waits.counting
        said = decisions.said({number} if counting is None else {number, counting.id})
        differences, size = _differences(frame, waits)
        counting_said = None if counting is None else said.get(counting.id)
        return ImageLook(waits, said.get(number), counting_said, differences, size, lacking)


def _differences(frame: Frame, waits: WaitingImage) -> tuple[tuple[Difference, ...], Size | None]:
    """What was read otherwise on two images of one page, and the size of the page."""
    if not waits.differs or waits.proposed is None or waits.counting is None:
        return (), None
    spot = waits.proposed.spot
    layout = frame.papers_of({spot.booklet})
    read = of_images({waits.image.id, waits.counting.id})
    here, there = ({r.field: r for r in read[w.id]} for w in (waits.image, waits.counting))
    numbers = frame.exams.numbers(spot.booklet) if spot.sheet is Sheet.BOOKLET else {}
    page = layout.at(PageCode(layout.exam_number, spot.booklet, spot.page, spot.sheet))
    return tuple(
        Difference(f, numbers.get(f.question or "", ""), there.get(f.id), here.get(f.id))
        for f in (() if page is None else page.fields)
        if f.id in waits.differs
    ), layout.size


def images_aside(folder: Path) -> tuple[StoredImage, ...]:
    """The images of which a person said that they are no page, in the order of files."""
    with opened(folder):
        return pages.images_aside()


def booklet_pages(folder: Path, number: int) -> BookletPages | None:
    """The pages of a booklet; None if there is no such booklet.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    with opened(folder) as records:
        up_to_date.look(records)
        if not printings.has_booklet(number):
            return None
        (of,) = printings.part_of_layout({number}).booklets
        there = {image.spot.page: image for image in pages.images(number) if image.spot is not None}
        tie = looks.tie(number)
        whose = None if tie is None else tie.candidate
        every = range(1, len(of.pages) + 1)
        waived = tuple(waiver for waiver in waivers.newest({number}) if waiver.waived)
        return BookletPages(number, whose, tuple((page, there.get(page)) for page in every), waived)


def extra_images(folder: Path, numbers: AbstractSet[int]) -> dict[int, tuple[StoredImage, ...]]:
    """The images of these extra sheets, those that were found, by sheet and in the order of their pages."""
    with opened(folder):
        found: dict[int, tuple[StoredImage, ...]] = {}
        for image in pages.of_extras(numbers):
            if image.spot is not None:
                found[image.spot.booklet] = (*found.get(image.spot.booklet, ()), image)
        return found


def past(folder: Path, count: int, *, before: int | None = None, who: str = "") -> Past:
    """What was decided about images, extra sheets and copies.

    Args:
        folder: the exam folder.
        count: so many events at most.
        before: only those older than the event of this number.
        who: only those by this person.
    """
    with opened(folder):
        entries = decisions.newest(count + 1, before=before, who=who)
        here = entries[:count]
        older = here[-1].event.number if len(entries) > count else None
        return Past(here, pages.by_number({n for each in here for n in each.images}), older)


def _reason(waits: WaitingImage) -> Reason | None:
    why = waits.image.unplaced
    return None if why is None else why.reason
