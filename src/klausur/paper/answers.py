"""What a Question of one booklet was answered with: one shape for who reads, who settles and who scores.

How Fields amount to an Answer lives in `klausur.paper.answering`; what an Answer is worth in `klausur.score`.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from klausur.base.credits import Credits


class Doubt(StrEnum):
    """Why an Answer is still open."""

    PAGE_MISSING = "page-missing"
    MARK_UNCLEAR = "mark-unclear"
    DIGITS_UNCLEAR = "digits-unclear"
    NO_CREDIT = "no-credit-crossed"
    SEVERAL_CREDITS = "several-credits-crossed"
    PAGE_TWICE = "page-twice"
    """Two images show the page with different content, and nobody has said which one counts."""
    SETTLED_BEFORE = "settled-before-this-image"
    """A person settled a box beside another image; the one that counts now does not plainly say the same."""
    JUDGED_BEFORE = "judged-before-this-image"
    """A corrector judged the answer beside another image than the one that counts now."""
    RUBRIC_CHANGED = "judged-before-this-rubric"
    """The rubric was changed since it was judged, and somebody wants it looked at again."""
    AWAITS_SECOND = "awaits-second-judgement"
    """It was judged once, and a second person is to judge it too."""
    AWAITS_THIRD = "awaits-third-judgement"
    """Two judged it otherwise than by the tolerance, and a third person is to decide."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """These letters of a multiple-choice question are chosen, and no other; none is an answer, too."""

    letters: frozenset[str]


@dataclass(frozen=True, slots=True)
class Worth:
    """A question's credits, as a person gave them: by crossing this credit box alone, or by a Judgement."""

    credits: Credits


@dataclass(frozen=True, slots=True)
class Written:
    """This number is written; None if nothing is."""

    number: Fraction | None


@dataclass(frozen=True, slots=True)
class WrittenBlanks:
    """These numbers are written in the blanks of a text, in its order; None where nothing is."""

    numbers: tuple[Fraction | None, ...]


@dataclass(frozen=True, slots=True)
class Waived:
    """Its ``page`` was not found, and a person has the booklet count without it: it earns nothing."""

    page: int


@dataclass(frozen=True, slots=True)
class Open:
    """A person must still decide: why, and which Fields (by id) they must look at.

    Raises:
        ValueError: without a doubt nothing is open.
    """

    doubts: tuple[Doubt, ...]
    fields: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.doubts:
            raise ValueError("nothing is open without a doubt")


Decided = Chosen | Worth | Written | WrittenBlanks | Waived
"""An answer that is known. Another type of answer is one more class here; mypy names who must know it."""

Given = Decided | Open
"""What is known of an answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The Readings and Settlements of one Question (its id), resolved."""

    question: str
    given: Given

    @property
    def open(self) -> bool:
        """Whether a person must still decide."""
        return isinstance(self.given, Open)

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """Why a person must still decide; empty for an Answer that is decided."""
        return self.given.doubts if isinstance(self.given, Open) else ()

    @property
    def fields(self) -> tuple[str, ...]:
        """The Fields that a person must look at; empty for an Answer that is decided."""
        return self.given.fields if isinstance(self.given, Open) else ()
