"""What the records say, in frozen types for rules and rooms above. Its tables: `klausur.store.models`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from klausur.exam.model import Variants
from klausur.paper.code import PageCode, Sheet
from klausur.paper.run import Booklet, Sticker
from klausur.read.model import Reading
from klausur.roster.model import Candidate
from klausur.scan.result import Quality, Unplaced


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


class Standing(StrEnum):
    """Whether a Candidate takes the exam, as people recorded it."""

    REGISTERED = "registered"
    WITHDRAWN = "withdrawn"
    ABSENT = "absent"
    ILL = "ill"
    EXCLUDED = "excluded"
    """Excluded from the exam, for cheating say."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A Candidate as the list has them now. ``id`` is theirs for ever, whatever number they are corrected to.

    ``former`` are registration numbers under which they stood on printed papers and no longer stand;
    ``why`` is the reason of their standing.
    """

    id: int
    candidate: Candidate
    standing: Standing = Standing.REGISTERED
    why: str = ""
    former: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """What was asked in some printings: all have the same questions. ``number`` counts from 1.

    Exam number and key are the same in all editions of an exam folder. ``seed`` is set when they were drawn
    from a seed (a trial that can be repeated). ``frozen`` says whether the exam itself was kept, which an
    older Klausur did not do.
    """

    number: int
    exam_number: int
    exam: str
    paper: str
    source_digest: str
    why: str
    who: str
    made: datetime
    seed: int | None
    frozen: bool


@dataclass(frozen=True, slots=True)
class Numbers:
    """So many consecutive numbers from ``first`` on, of booklets, say; none of it if ``count`` is 0."""

    first: int
    count: int

    def __iter__(self) -> Iterator[int]:
        """The numbers in their order."""
        return iter(range(self.first, self.first + self.count))

    def __contains__(self, number: object) -> bool:
        """Whether it is one of them."""
        return isinstance(number, int) and self.first <= number < self.first + self.count


@dataclass(frozen=True, slots=True)
class Printing:
    """One act of printing: the numbers that it may use, which no other printing ever gets.

    ``done`` is when its files were there; None while it is at work, or for ever if it was abandoned.
    ``files`` are their names in its folder, each with its SHA-256. ``variants`` says which variant of the
    exam each booklet is.
    """

    number: int
    edition: int
    booklets: Numbers
    stickers: Numbers
    extras: Numbers
    lists: Numbers
    variants: Variants
    who: str
    made: datetime
    software: str
    done: datetime | None = None
    layout_digest: str = ""
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Papers:
    """All that was printed so far, over all printings, and the list of candidates as it is now.

    ``booklets`` and ``stickers`` stand by number, each with its Candidate as the list has them now.
    """

    editions: tuple[Edition, ...]
    printings: tuple[Printing, ...]
    booklets: tuple[Booklet, ...]
    stickers: tuple[Sticker, ...]
    enrolled: tuple[Enrolled, ...]

    @property
    def edition(self) -> Edition:
        """The newest edition.

        Raises:
            LookupError: nothing was printed.
        """
        if not self.editions:
            raise LookupError("nothing was printed")
        return self.editions[-1]

    @property
    def exam(self) -> str:
        """The exam's short name."""
        return self.edition.exam

    @property
    def exam_number(self) -> int:
        """The number in all page codes."""
        return self.edition.exam_number

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """All candidates, in the order of the list."""
        return tuple(e.candidate for e in self.enrolled)

    @property
    def extras(self) -> tuple[int, ...]:
        """The numbers of all extra sheets."""
        return tuple(n for p in self.finished for n in p.extras)

    @property
    def finished(self) -> tuple[Printing, ...]:
        """The printings whose papers exist."""
        return tuple(p for p in self.printings if p.done is not None)

    @property
    def abandoned(self) -> tuple[Printing, ...]:
        """The printings that were begun and not finished."""
        return tuple(p for p in self.printings if p.done is None)

    def printing(self, booklet: int) -> Printing | None:
        """The printing that made a booklet."""
        return next((p for p in self.finished if booklet in p.booklets), None)

    def by_registration(self) -> dict[str, Enrolled]:
        """All candidates by registration number."""
        return {e.candidate.registration: e for e in self.enrolled}


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
    those which the readers were made for, so that a person decides all that is on it. ``turned`` is by how
    many degrees a person who placed it said that it must be turned clockwise to be upright.
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
    turned: int | None = None

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
class StoredWaiver:
    """A person's decision that a booklet counts without a page that was not found; else it counts no more."""

    id: int
    booklet: int
    page: int
    waived: bool
    who: str
    when: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the audit trail; ``detail`` is JSON text, ``digest`` a SHA-256 in hexadecimal."""

    verb: str
    who: str
    when: datetime
    detail: str
    software: str
    number: int
    digest: str


class Role(StrEnum):
    """As what somebody acts on an exam. What each may do: `klausur.actions.roles`."""

    EXAMINER = "examiner"
    CORRECTOR = "corrector"
    PROCTOR = "proctor"
    ADMINISTRATOR = "administrator"
    """Keeps the machines and the records, and has no say in grades."""
    CANDIDATE = "candidate"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something to an exam, and as what."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Author:
    """Who decides something, and why: written beside every decision."""

    actor: Actor
    why: str = ""

    @property
    def who(self) -> str:
        """The name of who decides."""
        return self.actor.name
