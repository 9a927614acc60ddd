"""Status: what of a print run is scanned, whose it is, and what waits for a person."""

from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from klausur.actions import audit_marks, up_to_date, waiting
from klausur.actions.audit_marks import MarkAudit
from klausur.actions.waiting import WaitingImage
from klausur.paper.code import Sheet
from klausur.paper.layout import Layout
from klausur.paper.run import Booklet
from klausur.read.belief import Belief, belief
from klausur.roster.model import Candidate
from klausur.scan.result import Reason
from klausur.state.booklets import Amounted
from klausur.state.extras import Extra
from klausur.state.facts import Enrolled, Printing, Spot, Standing, StoredFile, StoredImage
from klausur.state.owners import Tie
from klausur.store import looks, pages, printings, refused_files
from klausur.store.folder import opened
from klausur.store.refused_files import RefusedFile

_LISTS = frozenset({Sheet.ATTENDANCE, Sheet.PROTOCOL})


@dataclass(frozen=True, slots=True)
class BookletStatus:
    """One booklet: its pages by number, whose it is, and how much of it waits for a person.

    ``duplicates`` and ``unplaced`` count images that wait and whose page code names this booklet;
    ``open`` counts questions that a person must settle; ``disputed`` are pages that are there with two
    contents; ``extras`` are its extra sheets. ``waived`` are pages that were not found and without which it
    counts, none of them ``missing``; ``returned`` are those that were found all the same.
    """

    booklet: Booklet
    tie: Tie
    found: tuple[int, ...]
    missing: tuple[int, ...]
    disputed: tuple[int, ...]
    duplicates: int
    unplaced: int
    open: int
    extras: tuple[int, ...]
    waived: tuple[int, ...] = ()
    returned: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetStatus:
    """An attendance list or protocol: its pages by number."""

    sheet: Sheet
    number: int
    found: tuple[int, ...]
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """The state of an exam's scans. ``images`` = ``placed`` + ``ignored`` + those ``waiting``.

    ``absent`` are the candidates of whom no booklet is known, without those ``excused``: whom the list says
    to be withdrawn, absent, ill or excluded. ``abandoned`` are printings that were begun and never finished.
    ``extras`` are the extra sheets that were found; ``uncovered`` the pages that the readers were not made
    for, so that people decide all that is on them; ``refused`` the files that could not be used. ``lost``
    counts the questions that wait because their page was not found, of booklets of which some page was.
    ``audit`` is what second looks at marks say of all of them, ``belief`` what the reader's card says.
    """

    exam: str
    booklets: tuple[BookletStatus, ...]
    sheets: tuple[SheetStatus, ...]
    extras: tuple[Extra, ...]
    absent: tuple[Candidate, ...]
    files: tuple[StoredFile, ...]
    images: int
    placed: int
    ignored: int
    waiting: tuple[WaitingImage, ...]
    uncovered: tuple[StoredImage, ...]
    lost: int
    excused: tuple[Enrolled, ...] = ()
    abandoned: tuple[Printing, ...] = ()
    refused: tuple[RefusedFile, ...] = ()
    audit: MarkAudit | None = None
    belief: Belief | None = None

    @property
    def open(self) -> int:
        """How many questions a person must settle."""
        return sum(b.open for b in self.booklets)

    @property
    def untied(self) -> tuple[Tie, ...]:
        """The booklets of which a person must say whose they are."""
        return tuple(b.tie for b in self.booklets if b.tie.open)

    @property
    def reasons(self) -> tuple[tuple[Reason, int], ...]:
        """Why images wait, and how many for each reason."""
        found = Counter(w.image.unplaced.reason for w in self.waiting if w.image.unplaced)
        return tuple((reason, found[reason]) for reason in Reason if found[reason])


def status(folder: Path) -> Status:
    """Look at the records of an exam folder.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    with opened(folder) as records:
        frame = up_to_date.look(records)
        found, papers = looks.look(), frame.papers
        waits = waiting.images(records, found)
        images, placed, waiting_ = pages.counts()
        about = Counter(_named(w.image) for w in waits)
        there = {b.number for b in found.booklets if b.found}
        extras: dict[int, list[int]] = {}
        for extra in found.extras:
            if extra.booklet is not None:
                extras.setdefault(extra.booklet, []).append(extra.number)
        booklet_of = found.booklet_of
        without = [e for e in papers.enrolled if e.candidate.registration not in booklet_of]
        each = zip(papers.booklets, found.booklets, found.ties, strict=True)
        return Status(
            exam=papers.exam,
            booklets=tuple(_booklet(*of, about, tuple(extras.get(of[0].number, ()))) for of in each),
            sheets=tuple(_sheets(printings.part_of_layout(sheets=_LISTS), pages.spots(*_LISTS))),
            extras=found.extras,
            absent=tuple(e.candidate for e in without if e.standing is Standing.REGISTERED),
            files=pages.files(),
            images=images,
            placed=placed,
            ignored=images - placed - waiting_,
            waiting=waits,
            uncovered=pages.uncovered(),
            lost=sum(a.booklet in there and not a.open for a in looks.answers(waiting=True)),
            excused=tuple(e for e in papers.enrolled if e.standing is not Standing.REGISTERED),
            abandoned=papers.abandoned,
            refused=refused_files.all_(),
            audit=audit_marks.found(),
            belief=belief() if images else None,
        )


def _booklet(
    booklet: Booklet, found: Amounted, tie: Tie, about: Counter[tuple[int, bool]], extras: tuple[int, ...]
) -> BookletStatus:
    number = booklet.number
    return BookletStatus(
        booklet,
        tie,
        found.found,
        found.missing,
        found.disputed,
        about[number, True],
        about[number, False],
        found.open,
        extras,
        found.waived,
        found.returned,
    )


def _sheets(layout: Layout, there: AbstractSet[Spot]) -> list[SheetStatus]:
    """The lists and protocols; of extra sheets none is missed, as they are handed out on demand."""
    found = []
    for printed in layout.sheets:
        if printed.sheet in _LISTS:
            spots = {n: Spot(printed.number, n, printed.sheet) for n in range(1, len(printed.pages) + 1)}
            found.append(
                SheetStatus(
                    printed.sheet,
                    printed.number,
                    tuple(n for n, spot in spots.items() if spot in there),
                    tuple(n for n, spot in spots.items() if spot not in there),
                )
            )
    return found


def _named(image: StoredImage) -> tuple[int, bool]:
    """The booklet that an unplaced image's code names (0 if none), and whether its page is there already."""
    if image.unplaced is None or image.unplaced.code is None:
        return 0, False
    code, reason = image.unplaced.code, image.unplaced.reason
    if code.sheet is not Sheet.BOOKLET:
        return 0, False
    return code.booklet, reason in {Reason.DUPLICATE, Reason.TWICE}
