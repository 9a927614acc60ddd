"""What scoring gives: Score, ProblemScore, BookletScore; what it takes stands in `klausur.paper.answers`.

No arithmetic lives here, and nothing that knows where an answer was read.
"""

from dataclasses import dataclass
from enum import StrEnum

from klausur.base.credits import Credits
from klausur.exam.model import Strike


class Mismatch(StrEnum):
    """Why scoring itself leaves a Question open, beside the doubts it was given."""

    NOT_GIVEN = "not-given"
    """Nobody said what was answered: no marks or no credits arrived for this Question, such as when it was
    printed as another kind of question."""
    CHOICE_UNKNOWN = "choice-unknown"
    """A letter was chosen that the exam's source does not have (any more)."""
    CREDITS_IMPOSSIBLE = "credits-impossible"
    """The credits lie below 0 or above what the exam's source gives for this Question."""


@dataclass(frozen=True, slots=True)
class Score:
    """The credits of one Question, or None while it is open; then ``doubts`` says why.

    A Question that is ``struck`` is not open: dropped it has no credits and counts for nothing. One that
    counts where that is better is open until its credits are known; where it is not, it is dropped here.
    """

    question: str
    credits: Credits | None
    doubts: tuple[str, ...] = ()
    struck: Strike | None = None

    @property
    def open(self) -> bool:
        """Whether a person must still decide."""
        return self.credits is None and self.struck is not Strike.DROPPED


@dataclass(frozen=True, slots=True)
class ProblemScore:
    """The sum over the Questions of one Problem. ``partial`` leaves out the open ones."""

    problem: str
    partial: Credits
    open: bool

    @property
    def credits(self) -> Credits | None:
        """The sum, or None while a Question of the Problem is open."""
        return None if self.open else self.partial


@dataclass(frozen=True, slots=True)
class BookletScore:
    """The credits of one Booklet: every Question and Problem of the exam, in the exam's order.

    ``partial`` is the sum over the decided Questions, rounded as the exam says once nothing is open. It is
    the total only then; ask ``total`` for that, so that a partial sum is never taken for a result.
    ``worth`` is the credits that percentages of it are of. ``base`` is ``partial`` without bonus: without
    what bonus questions earned, and without the ``homework`` that the Candidate brings along.
    """

    scores: tuple[Score, ...]
    problems: tuple[ProblemScore, ...]
    partial: Credits
    worth: Credits
    base: Credits
    homework: Credits

    @property
    def open(self) -> tuple[Score, ...]:
        """The Questions that a person must still decide."""
        return tuple(s for s in self.scores if s.open)

    @property
    def total(self) -> Credits | None:
        """The Booklet's credits, or None while any Question is open."""
        return None if self.open else self.partial
