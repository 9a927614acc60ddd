"""Status: what of a print run is scanned, and what waits for a person."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from klausur.actions import answers, current, keep
from klausur.paper.run import Booklet
from klausur.scan.model import Reason
from klausur.store import pages, runs
from klausur.store.facts import StoredFile, StoredImage
from klausur.store.folder import opened


@dataclass(frozen=True, slots=True)
class BookletStatus:
    """One booklet: its pages by number, and how much of it waits for a person.

    ``duplicates`` and ``unplaced`` count images that wait and whose page code names this booklet;
    ``open`` counts questions that a person must settle.
    """

    booklet: Booklet
    found: tuple[int, ...]
    missing: tuple[int, ...]
    duplicates: int
    unplaced: int
    open: int


@dataclass(frozen=True, slots=True)
class WaitingImage:
    """An image that a person must look at, and where it lies; ``picture`` is None if it cannot be shown."""

    image: StoredImage
    picture: Path | None


@dataclass(frozen=True, slots=True)
class Status:
    """The state of an exam's scans. ``images`` = ``placed`` + ``ignored`` + those ``waiting``."""

    exam: str
    booklets: tuple[BookletStatus, ...]
    files: tuple[StoredFile, ...]
    images: int
    placed: int
    ignored: int
    waiting: tuple[WaitingImage, ...]

    @property
    def open(self) -> int:
        """How many questions a person must settle."""
        return sum(b.open for b in self.booklets)

    @property
    def reasons(self) -> tuple[tuple[Reason, int], ...]:
        """Why images wait, and how many for each reason."""
        found = Counter(w.image.unplaced.reason for w in self.waiting if w.image.unplaced)
        return tuple((reason, found[reason]) for reason in Reason if found[reason])


def status(folder: Path) -> Status:
    """Look at the records of an exam folder.

    Raises:
        NotFoundError: nothing was printed yet.
        KlausurError: the exam's source has errors.
    """
    with opened(folder) as records:
        run = current.run()
        exam = current.exam(folder)
        images = pages.images()
        waiting = tuple(WaitingImage(i, keep.shown(records, i)) for i in images if i.waiting)
        about = Counter(_named(w.image) for w in waiting)
        rows = [
            BookletStatus(
                b.booklet,
                b.found,
                b.missing,
                about[b.booklet.number, True],
                about[b.booklet.number, False],
                len(b.open),
            )
            for b in answers.booklets(exam, run, runs.layout(run))
        ]
        return Status(
            exam=run.exam,
            booklets=tuple(rows),
            files=pages.files(),
            images=len(images),
            placed=sum(i.spot is not None for i in images),
            ignored=sum(i.spot is None and not i.waiting for i in images),
            waiting=waiting,
        )


def _named(image: StoredImage) -> tuple[int, bool]:
    """The booklet that an unplaced image's code names (0 if none), and whether it is a duplicate."""
    if image.unplaced is None or image.unplaced.code is None:
        return 0, False
    return image.unplaced.code.booklet, image.unplaced.reason is Reason.DUPLICATE
