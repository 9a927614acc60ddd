"""How long an exam's data are kept: scans and results, each so many months from the day of the exam on.

Nothing is deleted by itself: when the time is over, people are told, and somebody deletes.
"""

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

WARN = timedelta(days=30)
"""So long before the time is over people are told."""

LONGEST = 1200
"""Months."""


class Data(StrEnum):
    """What is kept, and deleted as a whole."""

    SCANS = "scans"
    """Scanned files, and pictures that were made of them."""
    RESULTS = "results"
    """The list of candidates, and all that was read, decided, judged and said of them."""


@dataclass(frozen=True, slots=True)
class RetentionTerms:
    """How many months each is kept; None: nobody has said."""

    scans: int | None = None
    results: int | None = None

    def of(self, data: Data) -> int | None:
        """The months of one of them."""
        return self.scans if data is Data.SCANS else self.results


NOBODY_SAID = RetentionTerms()


@dataclass(frozen=True, slots=True)
class StoredDeletion:
    """A deletion in the records: ``certificate`` is its JSON, signed."""

    id: int
    act: str
    what: frozenset[Data]
    certificate: str
    who: str
    when: datetime
    why: str


class Stage(StrEnum):
    """How far the time of something is."""

    KEPT = "kept"
    """Nobody has said how long, or it is long yet."""
    SOON = "soon"
    DUE = "due"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Term:
    """The time of something: ``until`` which day it is kept, if anybody has said, and how far that is."""

    data: Data
    months: int | None
    until: date | None
    stage: Stage


def term(data: Data, months: int | None, begins: date, today: date, deleted: Collection[Data]) -> Term:
    """The time of something.

    Args:
        data: of what.
        months: how long it is kept; None if nobody has said.
        begins: the day of the exam.
        today: the day it is looked at.
        deleted: what is deleted.
    """
    until = None if months is None else months_later(begins, months)
    if data in deleted:
        stage = Stage.DELETED
    elif until is None or today < until - WARN:
        stage = Stage.KEPT
    else:
        stage = Stage.SOON if today < until else Stage.DUE
    return Term(data, months, until, stage)


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a month that has no such day."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))
