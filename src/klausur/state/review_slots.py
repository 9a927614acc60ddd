"""Review on site: who looks at their script when, at which table, and whether they may just now.

A slot is planned, opened by who watches over the table, and ended by them, by the candidate, or by its time.
Opening gives out a code, which lets one browser in, once. Pure rules; nothing is written here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice

EARLY = timedelta(minutes=15)
"""So long before its time a slot may be opened."""

CODE_GOOD_FOR = timedelta(minutes=10)
"""So long a code that nobody has typed yet lets somebody in."""

LONGEST_SLOT = timedelta(hours=8)

LONGEST_TABLE = 100
"""Letters of what a table is called."""


class SlotStep(StrEnum):
    """What happens to a slot."""

    OPENED = "opened"
    """``key`` is the digest of its code."""
    TAKEN = "taken"
    """A browser came by the code of this ``key``."""
    ENDED = "ended"
    CANCELLED = "cancelled"


class SlotStatus(StrEnum):
    """How far a slot is."""

    PLANNED = "planned"
    OPEN = "open"
    ENDED = "ended"
    MISSED = "missed"
    """Its time is over, and it was never opened."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class SlotTime:
    """When and where; the ``end`` does not belong to it."""

    begin: datetime
    end: datetime
    table: str

    def meets(self, other: "SlotTime") -> bool:
        """Whether the two overlap in time."""
        return self.begin < other.end and other.begin < self.end


@dataclass(frozen=True, slots=True)
class StoredSlotStep:
    """A step in the records."""

    id: int
    step: SlotStep
    key: str
    who: str
    when: datetime


@dataclass(frozen=True, slots=True)
class StoredSlot:
    """A slot in the records: the ``candidate``, by their number, its time, and what happened to it."""

    id: int
    candidate: int
    time: SlotTime
    who: str
    when: datetime
    steps: tuple[StoredSlotStep, ...] = ()

    def status(self, now: datetime) -> SlotStatus:
        """How far it is."""
        steps = {each.step for each in self.steps}
        if SlotStep.CANCELLED in steps:
            return SlotStatus.CANCELLED
        opened = SlotStep.OPENED in steps
        if SlotStep.ENDED in steps or (opened and now >= self.time.end):
            return SlotStatus.ENDED
        if now >= self.time.end:
            return SlotStatus.MISSED
        return SlotStatus.OPEN if opened else SlotStatus.PLANNED

    def may_open(self, now: datetime) -> bool:
        """Whether it can be opened, or opened once more for another browser."""
        return self.time.begin - EARLY <= now and self.status(now) in {SlotStatus.PLANNED, SlotStatus.OPEN}

    @property
    def opening(self) -> StoredSlotStep | None:
        """The newest opening: only its code counts."""
        return next((each for each in reversed(self.steps) if each.step is SlotStep.OPENED), None)

    def takes(self, key: str, now: datetime) -> bool:
        """Whether a code of this digest lets a browser in now: the newest one, that nobody has typed."""
        opening = self.opening
        return (
            opening is not None
            and self.status(now) is SlotStatus.OPEN
            and opening.key == key
            and now < opening.when + CODE_GOOD_FOR
            and not any(each.step is SlotStep.TAKEN and each.key == key for each in self.steps)
        )

    def shows(self, key: str, now: datetime) -> bool:
        """Whether the browser that came by this code may go on looking."""
        opening = self.opening
        return opening is not None and opening.key == key and self.status(now) is SlotStatus.OPEN


class SlotFault(StrEnum):
    """Why a slot cannot be planned."""

    BACKWARDS = "a slot ends before it begins"
    LONG = "a slot is longer than eight hours"
    PAST = "the time of a slot is over"
    NO_TABLE = "no table is named, or by too many letters"
    TABLE_TAKEN = "somebody else is at this table then"
    ELSEWHERE = "the candidate is at another table then"


def fault(candidate: int, time: SlotTime, others: Iterable[StoredSlot], now: datetime) -> SlotFault | None:
    """Why a candidate cannot be given this time; None if they can."""
    faults = {
        SlotFault.BACKWARDS: time.end <= time.begin,
        SlotFault.LONG: time.end - time.begin > LONGEST_SLOT,
        SlotFault.PAST: time.end <= now,
        SlotFault.NO_TABLE: not time.table.strip() or len(time.table) > LONGEST_TABLE,
    }
    found = next((name for name, wrong in faults.items() if wrong), None)
    if found is not None:
        return found
    for each in others:
        if each.status(now) in {SlotStatus.PLANNED, SlotStatus.OPEN} and each.time.meets(time):
            if each.candidate == candidate:
                return SlotFault.ELSEWHERE
            if each.time.table == time.table:
                return SlotFault.TABLE_TAKEN
    return None


@dataclass(frozen=True, slots=True)
class SlotGrid:
    """From when to when slots of one length are at these tables, with a pause after each."""

    begin: datetime
    end: datetime
    length: timedelta
    pause: timedelta
    tables: tuple[str, ...]

    def times(self) -> Iterator[SlotTime]:
        """All times, the earliest first, and of those at once each table."""
        start = self.begin
        while self.length > timedelta(0) and start + self.length <= self.end:
            for table in self.tables:
                yield SlotTime(start, start + self.length, table)
            start += self.length + self.pause


def spread(
    candidates: Sequence[int], grid: SlotGrid, others: Sequence[StoredSlot], now: datetime
) -> tuple[tuple[int, SlotTime], ...]:
    """Give candidates the first free times, in their order; who gets none is left out."""
    free = (
        time
        for time in grid.times()
        if time.end > now
        and not any(
            each.time.table == time.table
            and each.time.meets(time)
            and each.status(now) in {SlotStatus.PLANNED, SlotStatus.OPEN}
            for each in others
        )
    )
    return tuple(zip(candidates, islice(free, len(candidates)), strict=False))
