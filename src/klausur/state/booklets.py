"""What a booklet amounts to, for a look at many: its pages, how much of it is open, what it earned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from klausur.base.credits import Credits
from klausur.exam.model import Exam, Question
from klausur.paper.answers import Answer, Doubt
from klausur.score.total import Known, total
from klausur.state.answers import BookletAnswers, needs_people
from klausur.state.judgements import Round
from klausur.state.rounds import Counted

OF_QUESTIONS = frozenset({Doubt.NO_CREDIT, Doubt.SEVERAL_CREDITS})
"""Doubts that are about all boxes of a question together."""


@dataclass(frozen=True, slots=True)
class Amounted:
    """One booklet without its Answers. ``open`` counts the questions that a person must settle.

    ``waived`` and ``returned`` are as in `klausur.state.answers.BookletAnswers`.
    """

    number: int
    found: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()
    disputed: tuple[int, ...] = ()
    used: bool = False
    open: int = 0
    credits: Credits | None = None
    waived: tuple[int, ...] = ()
    returned: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """One question of a booklet: its Answer, what it earns if that is known, and where it stands.

    ``at`` is its place in the exam (from 0), ``shown`` its number on this paper, ``page`` the page of the
    first box that a person must look at, or of its first box. Where it is open, ``boxes`` counts those that a
    person must settle one by one, 0 where it is settled as a whole, and ``sure`` is how sure the reader is of
    the least sure one. ``alike`` is as in `klausur.state.answers.BookletAnswers`, empty for one alone.
    ``awaits`` is the round in which a person must judge it, and ``judges`` are those who may not.
    """

    booklet: int
    question: str
    at: int
    shown: str
    page: int
    answer: Answer
    credits: Credits | None
    boxes: int = 0
    sure: float = 1.0
    alike: str = ""
    awaits: Round | None = None
    judges: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """Whether a person must settle it, and not only because its page is missing."""
        return needs_people(self.answer)


def amount(
    exam: Exam,
    shown: Mapping[str, str],
    found: BookletAnswers,
    others: Sequence[Answer] = (),
    known: Known | None = None,
) -> tuple[Amounted, tuple[Answered, ...]]:
    """What a booklet amounts to, with its questions if anything of it is known.

    Args:
        exam: its variant, by the key that counts.
        shown: the numbers of the questions on its paper, by id.
        found: its pages and Answers.
        others: Answers that are not among those, and that stay as they are.
        known: what is known of what its questions earn, as `klausur.score.total.total` has it.
    """
    if not found.used:
        return Amounted(found.number, found.found, found.missing, found.disputed), ()
    scored = total(exam, (*found.answers, *others), known)
    credits = {s.question: s.credits for s in scored.scores}
    places = {question.id: at for at, question in enumerate(exam.questions)}
    asked = {question.id: question for question in exam.questions}
    answers = tuple(
        Answered(
            found.number,
            answer.question,
            places[answer.question],
            shown[answer.question],
            found.pages[answer.fields[0]] if answer.fields else found.pages[answer.question],
            answer,
            credits[answer.question],
            *_unclear(answer, found.sure),
            found.alike.get(answer.question, ""),
            *_awaits(answer, found.counted, asked[answer.question]),
        )
        for answer in found.answers
    )
    return (
        Amounted(
            found.number,
            found.found,
            found.missing,
            found.disputed,
            used=True,
            open=sum(map(needs_people, (*found.answers, *others))),
            credits=scored.total,
            waived=found.waived,
            returned=found.returned,
        ),
        answers,
    )


def _unclear(answer: Answer, sure: Mapping[str, float]) -> tuple[int, float]:
    """How many boxes of an Answer are settled one by one, and the least that the reader is sure of."""
    if not answer.fields or OF_QUESTIONS.intersection(answer.doubts):
        return 0, 1.0
    return len(answer.fields), min(sure.get(box, 0.0) for box in answer.fields)


def _awaits(
    answer: Answer, counted: Mapping[str, Counted], question: Question
) -> tuple[Round | None, tuple[str, ...]]:
    """In which round a person must judge an Answer, and who may not; None where nobody must."""
    if not answer.open or not question.kind.corrected:
        return None, ()
    found = counted[question.id]
    return found.awaits or Round.FIRST, found.judges
