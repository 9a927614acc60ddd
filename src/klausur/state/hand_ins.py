"""An exam at home: which paper is there when, what candidates handed in, and which hand-in counts.

A HandIn is all files that a candidate sends at once, as a version: a later one takes the place of nothing,
and all are kept. Which one counts is a rule (`counting`): of those in time, and those that are late and were
accepted, the last one that is complete; if none is, the one with the most pages, of several the last.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from klausur.paper.code import Sheet
from klausur.scan.result import Reason


class HomePaper(StrEnum):
    """A paper that a candidate has to fetch."""

    BOOKLET = "booklet"
    """Their own, blackened."""
    QUESTIONS = "questions"
    """What is asked, in the variant of their booklet."""


@dataclass(frozen=True, slots=True)
class HomeTimes:
    """When an exam at home goes on.

    Attributes:
        release: when booklets are released.
        questions: when question papers are.
        until: until when who has no extra time hands in.
        grace: by so much a hand-in may be later, and still be in time.
    """

    release: datetime
    questions: datetime
    until: datetime
    grace: timedelta = timedelta(0)

    def released(self, paper: HomePaper) -> datetime:
        """From when on a paper can be fetched."""
        return self.release if paper is HomePaper.BOOKLET else self.questions

    def is_released(self, paper: HomePaper, now: datetime) -> bool:
        """Whether a paper can be fetched."""
        return self.released(paper) <= now

    def ends(self, extra_minutes: int) -> datetime:
        """Until when somebody hands in who has so many minutes more."""
        return self.until + timedelta(minutes=extra_minutes)

    def latest(self, extra_minutes: int) -> datetime:
        """The last moment at which they are in time."""
        return self.ends(extra_minutes) + self.grace

    def is_late(self, when: datetime, extra_minutes: int) -> bool:
        """Whether what was handed in then is late."""
        return when > self.latest(extra_minutes)


class TimesFault(StrEnum):
    """Why times cannot be."""

    QUESTIONS = "questions"
    """The question paper would be released before the booklet."""
    UNTIL = "until"
    """Answers would have to be handed in before the question paper is released."""
    GRACE = "grace"
    """It is below nothing, or above three hours."""


MOST_GRACE = timedelta(minutes=180)


def fault(times: HomeTimes) -> TimesFault | None:
    """What is wrong with times by themselves; None if nothing is."""
    if times.questions < times.release:
        return TimesFault.QUESTIONS
    if times.until <= times.questions:
        return TimesFault.UNTIL
    return None if timedelta(0) <= times.grace <= MOST_GRACE else TimesFault.GRACE


@dataclass(frozen=True, slots=True)
class HandedFile:
    """A file of a HandIn: its SHA-256, by which it is kept, its name, its size in bytes."""

    sha256: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class SeenPage:
    """What the machine saw on one page of a file that was handed in.

    Attributes:
        file: the SHA-256 of its file.
        index: the image in the file, from 0; -1 of a file that cannot be opened, which has none.
        part: which of the pages on that image.
        sheet, number, page: what its code says, if one was read that this exam has printed; number 0 if not.
        reason: why it could not be placed; empty if it was.
        upside_down: it was handed in so.
        poor: why it is hard to read though it was placed; empty if it is not.
        fault: why the file, or the page, cannot be opened.
    """

    file: str
    index: int
    part: int = 0
    sheet: Sheet = Sheet.BOOKLET
    number: int = 0
    page: int = 0
    reason: Reason | None = None
    upside_down: bool = False
    poor: str = ""
    fault: str = ""


class Sight(StrEnum):
    """What a candidate is told of a page."""

    FOUND = "found"
    AGAIN = "again"
    """A page of theirs that stands earlier in the same HandIn, too."""
    OTHER_BOOKLET = "other-booklet"
    QUESTION_PAPER = "question-paper"
    OTHER_EXAM = "other-exam"
    BLURRED = "blurred"
    CUT_OFF = "cut-off"
    NO_CODE = "no-code"
    BLANK = "blank"
    UNREADABLE = "unreadable"


_SIGHTS = {
    Reason.NO_CODE: Sight.NO_CODE,
    Reason.OTHER_EXAM: Sight.OTHER_EXAM,
    Reason.FORGED: Sight.OTHER_EXAM,
    Reason.NO_SUCH_PAGE: Sight.OTHER_BOOKLET,
    Reason.QUESTION_PAPER: Sight.QUESTION_PAPER,
    Reason.OTHER_CANDIDATE: Sight.OTHER_BOOKLET,
    Reason.FIDUCIALS: Sight.CUT_OFF,
    Reason.BLURRED: Sight.BLURRED,
    Reason.RESOLUTION: Sight.BLURRED,
    Reason.BLANK: Sight.BLANK,
    Reason.DUPLICATE: Sight.AGAIN,
    Reason.TWICE: Sight.AGAIN,
    Reason.UNREADABLE: Sight.UNREADABLE,
    Reason.FAILED: Sight.UNREADABLE,
}


class LateVerdict(StrEnum):
    """What an examiner decides about a HandIn that is late."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNDONE = "undone"
    """Nothing is decided any more."""


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """A decision about a late HandIn in the records."""

    id: int
    verdict: LateVerdict
    who: str
    when: datetime
    why: str


@dataclass(frozen=True, slots=True)
class StoredHandIn:
    """A HandIn in the records.

    Attributes:
        id: its number in the records.
        candidate: whose, by their id.
        booklet: the number of their booklet then.
        version: how often they had handed in, with this one.
        files: in the order in which they were sent.
        act: names the act of handing in.
        when: by the server's clock.
        seen: what the machine saw; None before it has looked.
        decision: the newest one about it.
    """

    id: int
    candidate: int
    booklet: int
    version: int
    files: tuple[HandedFile, ...]
    act: str
    when: datetime
    seen: tuple[SeenPage, ...] | None = None
    decision: StoredDecision | None = None

    @property
    def verdict(self) -> LateVerdict | None:
        """What is decided about it; None if nothing is."""
        found = None if self.decision is None else self.decision.verdict
        return None if found is LateVerdict.UNDONE else found

    @property
    def readable(self) -> tuple[HandedFile, ...]:
        """Its files, without those that the machine could not open."""
        broken = {page.file for page in self.seen or () if page.index < 0}
        return tuple(file for file in self.files if file.sha256 not in broken)

    def counts_in_time(self, late: bool) -> bool:  # noqa: FBT001 - the one thing that it depends on
        """Whether it may count: in time, or accepted."""
        return not late or self.verdict is LateVerdict.ACCEPTED


@dataclass(frozen=True, slots=True)
class StoredFetch:
    """A candidate fetched a paper for the first time."""

    candidate: int
    booklet: int
    paper: HomePaper
    when: datetime


def sights(seen: Iterable[SeenPage], booklet: int) -> tuple[tuple[SeenPage, Sight], ...]:
    """What is told of each page of a HandIn, in its order.

    Args:
        seen: what the machine saw.
        booklet: the number of the candidate's own booklet.
    """
    found: list[tuple[SeenPage, Sight]] = []
    known: set[int] = set()
    for page in seen:
        if page.fault:
            sight = Sight.UNREADABLE
        elif page.number and (page.sheet is not Sheet.BOOKLET or page.number != booklet):
            sight = Sight.OTHER_BOOKLET
        elif page.reason is not None:
            sight = _SIGHTS[page.reason]
        else:
            sight = Sight.AGAIN if page.page in known else Sight.FOUND
            known.add(page.page)
        found.append((page, sight))
    return tuple(found)


def pages_found(hand_in: StoredHandIn) -> frozenset[int]:
    """The pages of the candidate's own booklet that the machine found in a HandIn."""
    return frozenset(page.page for page, s in sights(hand_in.seen or (), hand_in.booklet) if s is Sight.FOUND)


def missing(hand_in: StoredHandIn, pages: int) -> tuple[int, ...]:
    """The pages of their booklet, which has so many, that were not found in a HandIn."""
    there = pages_found(hand_in)
    return tuple(page for page in range(1, pages + 1) if page not in there)


def counting(
    hand_ins: Sequence[StoredHandIn], times: HomeTimes, extra_minutes: int, pages: int
) -> StoredHandIn | None:
    """The HandIn of a candidate that counts; None if none does, or if the machine has yet to look at one.

    Args:
        hand_ins: all of theirs.
        times: that hold.
        extra_minutes: that they have.
        pages: how many pages their booklet has.
    """
    in_time = [each for each in hand_ins if each.counts_in_time(times.is_late(each.when, extra_minutes))]
    if any(each.seen is None for each in in_time):
        return None
    return max(
        in_time,
        key=lambda each: (not missing(each, pages), len(pages_found(each)), each.version),
        default=None,
    )


def to_decide(
    hand_ins: Iterable[StoredHandIn], times: HomeTimes, extra_minutes: int
) -> tuple[StoredHandIn, ...]:
    """Those of a candidate that are late and about which nothing is decided."""
    return tuple(
        each for each in hand_ins if each.verdict is None and times.is_late(each.when, extra_minutes)
    )
