"""What the records say, in frozen types for the rooms above. Its tables: `klausur.store.models`."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from klausur.paper.asked import Asked, Drawn
from klausur.paper.code import PageCode, Sheet
from klausur.paper.run import PrintRun
from klausur.read.model import Reading
from klausur.roster.model import Candidate
from klausur.scan.model import Quality, Unplaced


class Verdict(StrEnum):
    """What a person can decide about a PageImage."""

    PLACED = "placed"
    IGNORED = "ignored"
    UNDONE = "undone"
    """The machine's own verdict counts again."""


class Bond(StrEnum):
    """What a person can decide about whose a paper is."""

    TIED = "tied"
    NOBODY = "nobody"
    """It belongs to nobody: a trial print, a booklet that was handed out and taken back."""
    UNDONE = "undone"
    """What print, sticker and digits say counts again."""


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A page of this exam: booklet and page, both from 1.

    On a ``sheet`` that is no booklet, ``booklet`` is the number among the sheets of its kind.
    """

    booklet: int
    page: int
    sheet: Sheet = Sheet.BOOKLET

    @classmethod
    def of(cls, code: PageCode) -> "Spot":
        """The page that a code names."""
        return cls(code.booklet, code.page, code.sheet)

    def __str__(self) -> str:
        """``booklet 3, page 2``; ``attendance 1, page 2``."""
        return f"{self.sheet} {self.booklet}, page {self.page}"


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A print run, with what it was made from. ``id`` numbers the runs of one exam folder.

    ``asked`` is what the questions were when they were printed; empty in records of an older Klausur.
    ``drawn`` is what was drawn for the parameters of its variants.
    """

    id: int
    run: PrintRun
    exam: str
    layout_digest: str
    source_digest: str
    seed: int | None
    made: datetime
    software: str
    asked: tuple[Asked, ...] = ()
    drawn: tuple[Drawn, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A scanned file: how many images it holds, and how many of them are recorded."""

    sha256: str
    name: str
    count: int
    recorded: int

    @property
    def done(self) -> bool:
        """Whether all its images are recorded."""
        return self.recorded >= self.count


@dataclass(frozen=True, slots=True)
class StoredImage:
    """One scanned image as it stands now; of an image that shows two pages there is one for each ``part``.

    ``machine`` is where the machine placed it, or ``unplaced`` why it did not; ``verdict`` is what a
    person decided, if anything, with the page in ``person``. ``uncovered`` says why the page is not like
    those which the readers were made for, so that a person decides all that is on it.
    """

    id: int
    file: str
    name: str
    index: int
    machine: Spot | None
    unplaced: Unplaced | None
    quality: Quality | None
    verdict: Verdict | None = None
    person: Spot | None = None
    part: int = 0
    uncovered: str = ""

    @property
    def called(self) -> str:
        """Where a person finds it: ``stack.pdf image 12``."""
        return f"{self.name} image {self.index + 1}"

    @property
    def spot(self) -> Spot | None:
        """The page that this image counts as; None if it counts as none."""
        if self.verdict is Verdict.PLACED:
            return self.person
        return None if self.verdict is Verdict.IGNORED else self.machine

    @property
    def waiting(self) -> bool:
        """Whether a person must look at it: no page, and nobody said to ignore it."""
        return self.spot is None and self.verdict is not Verdict.IGNORED


@dataclass(frozen=True, slots=True)
class StoredReading:
    """A Reading that counts, with its page and what a person decided beside it."""

    id: int
    image: int
    spot: Spot
    reading: Reading
    settled: str | None


@dataclass(frozen=True, slots=True)
class StoredSettlement:
    """A person's decision about one field of a paper; ``value`` None takes the earlier ones back.

    ``booklet`` is the paper's number among its kind of ``sheet``, as in `Spot`.
    """

    id: int
    sheet: Sheet
    booklet: int
    field: str
    value: str | None
    reading: int | None
    who: str
    when: datetime
    why: str


@dataclass(frozen=True, slots=True)
class StoredTie:
    """A person's decision about whose a paper is: a booklet's ``candidate``, an extra sheet's ``booklet``.

    ``number`` is the paper's number among its kind of ``sheet``.
    """

    id: int
    sheet: Sheet
    number: int
    bond: Bond
    candidate: Candidate | None
    booklet: int | None
    who: str
    when: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the audit trail; ``detail`` is JSON text."""

    verb: str
    who: str
    when: datetime
    detail: str
    software: str


@dataclass(frozen=True, slots=True)
class Author:
    """Who decides something, and why: written beside every decision."""

    who: str
    why: str = ""
