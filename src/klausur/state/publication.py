"""Publication: what candidates see of their results, from when on, and who has signed the grades before.

Each step is recorded: the terms are set, results are published or revoked, somebody signs the grades as they
are. What holds now follows from all steps. An exam whose terms ask for four eyes is published only once
somebody else than who publishes has signed just the grades that are there then.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class Part(StrEnum):
    """What of their results a candidate may be shown."""

    TOTAL = "total"
    """The total and the grade."""
    QUESTIONS = "questions"
    """What each question earned, and what was read of their crosses and numbers."""
    ITEMS = "items"
    """The rubric's items that were given, and what correctors wrote."""
    SCRIPT = "script"
    """The scanned pages, with what was drawn on them."""
    SOLUTION = "solution"
    """Right choices and sample solutions."""
    STATISTICS = "statistics"
    """The mean, and how many have which grade."""


_WITHIN = {Part.ITEMS: Part.QUESTIONS, Part.SOLUTION: Part.QUESTIONS}
"""Parts that stand beside what each question earned."""


class Step(StrEnum):
    """What was decided about the publication."""

    TERMS = "terms"
    PUBLISHED = "published"
    REVOKED = "revoked"


class Status(StrEnum):
    """How far the publication is."""

    DRAFT = "draft"
    PUBLISHED = "published"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when objections are taken. Without ``begins`` they are from the publication on."""

    ends: datetime
    begins: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether a moment lies in it; the end does not."""
        return (self.begins is None or self.begins <= now) and now < self.ends


@dataclass(frozen=True, slots=True)
class Terms:
    """How results are published.

    Attributes:
        shows: what candidates see.
        correctors: whether they see who judged.
        objections: when they may object; None if they may not.
        four_eyes: somebody else than who publishes must have signed the grades.
        on_site: what candidates see beside that at a table on site.
    """

    shows: frozenset[Part] = frozenset({Part.TOTAL})
    correctors: bool = False
    objections: Window | None = None
    four_eyes: bool = False
    on_site: frozenset[Part] = frozenset()


@dataclass(frozen=True, slots=True)
class StoredStep:
    """A step in the records; ``terms`` are those that it set, ``grades`` names those that were published."""

    id: int
    step: Step
    terms: Terms | None
    grades: str
    who: str
    when: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class StoredSignature:
    """Somebody signed the grades of this digest."""

    id: int
    grades: str
    who: str
    when: datetime


@dataclass(frozen=True, slots=True)
class Publication:
    """What holds now.

    ``step`` is the newest that published or revoked, ``asked`` who asked for four eyes. ``printed``: the exam
    itself does, as it was printed, whoever says what.
    """

    terms: Terms
    step: StoredStep | None = None
    asked: str = ""
    printed: bool = False

    @property
    def status(self) -> Status:
        """How far it is."""
        return Status.DRAFT if self.step is None else Status(self.step.step.value)

    @property
    def published(self) -> bool:
        """Whether candidates see anything."""
        return self.status is Status.PUBLISHED

    def shows(self, part: Part) -> bool:
        """Whether candidates see this part now."""
        return self.published and part in self.terms.shows

    def at_table(self) -> "Publication":
        """What holds for who looks on site: they see more, if the terms say so."""
        terms = self.terms
        return replace(self, terms=replace(terms, shows=terms.shows | terms.on_site))

    def takes_objections(self, now: datetime) -> bool:
        """Whether they may object to what a question earned."""
        window = self.terms.objections
        return self.shows(Part.QUESTIONS) and window is not None and window.is_open(now)


class Hindrance(StrEnum):
    """Why results cannot be published."""

    PUBLISHED_ALREADY = "published-already"
    NOTHING_SHOWN = "nothing-shown"
    UNSIGNED = "unsigned"


def holds(steps: Iterable[StoredStep], *, printed: bool = False) -> Publication:
    """What all steps amount to, in the order of their numbers.

    Args:
        steps: all of them.
        printed: the exam asks for four eyes itself.
    """
    terms, newest, asked = Terms(), None, ""
    for each in sorted(steps, key=lambda step: step.id):
        if each.step is Step.TERMS and each.terms is not None:
            asked = "" if not each.terms.four_eyes else asked or each.who
            terms = each.terms
        elif each.step is not Step.TERMS:
            newest = each
    return Publication(replace(terms, four_eyes=terms.four_eyes or printed), newest, asked, printed)


def lacking(shows: AbstractSet[Part]) -> Part | None:
    """The first part that others need which are shown, and that is not."""
    return next((of for part, of in _WITHIN.items() if part in shows and of not in shows), None)


def hinders(
    now: Publication, signatures: Iterable[StoredSignature], grades: str, who: str
) -> Hindrance | None:
    """Why somebody cannot publish these grades; None if they can.

    Args:
        now: what holds.
        signatures: all that there are.
        grades: the digest of the grades as they are.
        who: they.
    """
    if now.published:
        return Hindrance.PUBLISHED_ALREADY
    if not now.terms.shows | now.terms.on_site:
        return Hindrance.NOTHING_SHOWN
    if now.terms.four_eyes and not any(each.who != who for each in signed(signatures, grades)):
        return Hindrance.UNSIGNED
    return None


def signed(signatures: Iterable[StoredSignature], grades: str) -> Sequence[StoredSignature]:
    """The signatures under just these grades, the first of each person."""
    found: dict[str, StoredSignature] = {}
    for each in sorted(signatures, key=lambda signature: signature.id):
        if each.grades == grades:
            found.setdefault(each.who, each)
    return tuple(found.values())


def may_change(now: Publication, terms: Terms, who: str) -> bool:
    """Whether somebody may set these terms.

    Who asked for four eyes cannot do without them alone, and nobody where the exam itself asks for them.
    """
    if terms.four_eyes or not now.terms.four_eyes:
        return True
    return not now.printed and who != now.asked
