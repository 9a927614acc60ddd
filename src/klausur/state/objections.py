"""Objections: what a candidate may object to and when, who may answer, and how far they all are.

An objection names a question, or how somebody's papers were treated, and never a judgement, an image or a
rubric: so it stands whatever is judged, scanned or changed afterwards. What its candidate was told then is
kept with it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from klausur.base.credits import Credits
from klausur.base.geometry import Box
from klausur.state.facts import Spot
from klausur.state.publication import Publication

MOST = 3
"""So often one may object to the same thing; each only once the one before is answered."""


class About(StrEnum):
    """What is objected to."""

    QUESTION = "question"
    """What a question earned."""
    PAGE_MISSING = "page-missing"
    NOT_MINE = "not-mine"
    """The script, or a page of it, is somebody else's."""
    OTHER = "other"

    @property
    def clerical(self) -> bool:
        """Whether it is about papers, and not about what an answer is worth."""
        return self is not About.QUESTION


class Outcome(StrEnum):
    """What came of an objection."""

    STANDS = "stands"
    """The question earns what it did."""
    CHANGED = "changed"
    """It earns something else now."""
    DONE = "done"
    """What was clerical was looked into."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A place on a page that a candidate marked, in mm; a point is a box without width and height."""

    spot: Spot
    box: Box


@dataclass(frozen=True, slots=True)
class Said:
    """What a candidate objects to, in their words: ``question`` is its id where it is about one."""

    about: About
    question: str
    text: str
    mark: Marked | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a candidate was told of a question when they objected: its credits, and who had decided them.

    ``judges`` are those whose judgements counted, or who had settled what was read there; ``judgements`` the
    numbers of these judgements.
    """

    credits: Credits | None = None
    judges: tuple[str, ...] = ()
    judgements: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredReply:
    """The answer to an objection. ``credits`` are its question's then; ``judgement`` gave them anew."""

    outcome: Outcome
    text: str
    credits: Credits | None
    judgement: int | None
    who: str
    when: datetime


@dataclass(frozen=True, slots=True)
class StoredObjection:
    """An objection in the records: whose, about what, with which words, and its answer if there is one."""

    id: int
    candidate: int
    booklet: int | None
    about: About
    question: str
    text: str
    mark: Marked | None
    told: Told
    act: str
    who: str
    when: datetime
    reply: StoredReply | None = None


class Refusal(StrEnum):
    """Why somebody cannot object."""

    NOT_PUBLISHED = "not-published"
    NOT_NOW = "not-now"
    WAITING = "waiting"
    """The one before is not answered yet."""
    TOO_OFTEN = "too-often"


def refuses(
    publication: Publication,
    before: Iterable[StoredObjection],
    about: About,
    question: str,
    now: datetime,
) -> Refusal | None:
    """Why a candidate cannot object; None if they can.

    What is clerical is taken as long as results are published; what a question earned, within the window.

    Args:
        publication: what holds.
        before: the candidate's objections so far.
        about: what they object to.
        question: which question's credits, if it is that.
        now: when they do.
    """
    if not publication.published:
        return Refusal.NOT_PUBLISHED
    if about is About.QUESTION and not publication.takes_objections(now):
        return Refusal.NOT_NOW
    same = [each for each in before if (each.about, each.question) == (about, question)]
    if any(each.reply is None for each in same):
        return Refusal.WAITING
    return Refusal.TOO_OFTEN if len(same) >= MOST else None


def may_answer(objection: StoredObjection, who: str) -> bool:
    """Whether somebody may answer: nobody answers for what they had decided themselves."""
    return who not in objection.told.judges


def outcome(objection: StoredObjection, credits: Credits | None) -> Outcome:
    """What comes of an objection that is answered while its question earns these credits."""
    if objection.about.clerical:
        return Outcome.DONE
    return Outcome.STANDS if credits == objection.told.credits else Outcome.CHANGED


@dataclass(frozen=True, slots=True)
class Figures:
    """All objections: how many wait, changed something, or did not; how many are clerical.

    ``typical`` is the median of the times to the answer, ``longest`` how long the oldest waits; None without.
    """

    raised: int
    waiting: int
    changed: int
    stands: int
    clerical: int
    typical: timedelta | None
    longest: timedelta | None


def figures(objections: Sequence[StoredObjection], now: datetime) -> Figures:
    """The figures of these objections."""
    waiting = [each for each in objections if each.reply is None]
    replies = [(each, each.reply) for each in objections if each.reply is not None]
    took = [(reply.when - each.when).total_seconds() for each, reply in replies]
    outcomes = [reply.outcome for _, reply in replies]
    return Figures(
        len(objections),
        len(waiting),
        outcomes.count(Outcome.CHANGED),
        outcomes.count(Outcome.STANDS),
        sum(each.about.clerical for each in objections),
        timedelta(seconds=median(took)) if took else None,
        max((now - each.when for each in waiting), default=None),
    )
