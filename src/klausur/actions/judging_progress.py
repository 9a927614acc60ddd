"""How far the judging is: of each question how much is there, open and put aside, and who has judged."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from klausur.actions import up_to_date
from klausur.base.credits import Credits
from klausur.exam.model import Question
from klausur.state.judgements import StoredJudgement, StoredParking
from klausur.store import judgements
from klausur.store.folder import opened


@dataclass(frozen=True, slots=True)
class QuestionProgress:
    """One question that people judge.

    Attributes:
        question: its id.
        number: its number in the source's order; on a paper of another variant it may have another.
        title: of the question.
        credits: what it is worth.
        there: the answers whose page was found.
        open: those of which nobody has said what they earn, and that were not put aside.
        parked: those that were put aside and wait for the examiner, ``unknown`` of them without credits.
        judged: how many answers each corrector's judgement counts of, by name.
        rubric: whether it has one.
    """

    question: str
    number: str
    title: str
    credits: Credits
    there: int
    open: int
    parked: int
    unknown: int
    judged: Mapping[str, int]
    rubric: bool = False

    @property
    def done(self) -> int:
        """The answers of which it is known what they earn."""
        return self.there - self.open - self.unknown


@dataclass(frozen=True, slots=True)
class Judging:
    """All questions that people judge, in the order of the exam, and what waits for the examiner."""

    questions: tuple[QuestionProgress, ...]
    parkings: tuple[StoredParking, ...]


def judging_progress(folder: Path) -> Judging:
    """How far the judging is.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    with opened(folder) as records:
        frame = up_to_date.look(records)
        counts, judged = judgements.counts(), judgements.by_corrector()
        parkings = judgements.waiting_parkings()
        aside = {(parking.question, parking.booklet) for parking in parkings}
        parked = Counter(question for question, _ in aside)
        unknown = Counter(question for question, _ in aside & judgements.open_among(aside))
        return Judging(
            tuple(
                _progress(
                    question,
                    counts.get(question.id, (0, 0)),
                    parked[question.id],
                    unknown[question.id],
                    judged.get(question.id, {}),
                )
                for question in frame.exams_with_texts.first.questions
                if question.kind.corrected
            ),
            parkings,
        )


def _progress(
    question: Question, counted: tuple[int, int], parked: int, unknown: int, judged: Mapping[str, int]
) -> QuestionProgress:
    there, left = counted
    return QuestionProgress(
        question.id,
        question.number,
        question.title,
        question.credits,
        there,
        left - unknown,
        parked,
        unknown,
        judged,
        question.rubric is not None,
    )


def history(folder: Path, booklet: int, question: str) -> tuple[StoredJudgement, ...]:
    """All judgements of an answer, the oldest first.

    Args:
        folder: the exam folder.
        booklet: the booklet's number.
        question: the question's id.
    """
    with opened(folder):
        return judgements.about(frozenset({booklet}), question)
