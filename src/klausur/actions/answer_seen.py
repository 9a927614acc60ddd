"""What a corrector sees of an answer: its question, its pages, what was read there, and what people said."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from klausur.actions import up_to_date
from klausur.actions.judge import (
    RubricChangedError,
    Ticked,
    answer_pages,
    asked_of,
    judged_by,
    news_of_rubric,
)
from klausur.base.credits import Credits
from klausur.exam.model import Question
from klausur.exam.rubric_lines import LineChange
from klausur.paper.fields import FieldKind, Mark
from klausur.state.facts import Spot, StoredImage
from klausur.state.judgements import Judged, StoredJudgement, StoredParking, counting
from klausur.store import boxes, judgements, pages, rubrics
from klausur.store.folder import opened
from klausur.store.rubrics import WantedLook


@dataclass(frozen=True, slots=True)
class SeenAnswer:
    """An answer as it lies before a corrector.

    Attributes:
        booklet: its number.
        question: as this booklet asks it, with solution and rubric.
        number: the question's number on this paper.
        pages: the images that count as its pages, in their order.
        extras: those of extra sheets that belong to the booklet.
        crossed: the credits whose boxes are crossed on the paper.
        judgements: all that were made, the oldest first.
        parkings: all that was asked about it.
        rubric: the name of the rubric that it has.
        look: why it is to be looked at again, if it was judged and the rubric has changed since.
    """

    booklet: int
    question: Question
    number: str
    pages: tuple[StoredImage, ...]
    extras: tuple[StoredImage, ...]
    crossed: tuple[Credits, ...]
    judgements: tuple[StoredJudgement, ...]
    parkings: tuple[StoredParking, ...]
    rubric: str
    look: WantedLook | None = None

    @property
    def counting(self) -> StoredJudgement | None:
        """The judgement that counts."""
        return counting(self.judgements)


def answer_seen(folder: Path, booklet: int, question: str) -> SeenAnswer:
    """What is to be seen of an answer.

    Args:
        folder: the exam folder.
        booklet: the booklet's number.
        question: the question's id.

    Raises:
        NotFoundError: there is no such booklet or question.
        UsageError: nobody judges it.
    """
    with opened(folder) as records:
        frame = up_to_date.look(records)
        asked = asked_of(frame, booklet, question)
        numbers = frame.exams.numbers(booklet)
        found = pages.at(Spot(booklet, page) for page in answer_pages(frame, booklet, asked.id))
        values = {f.id: f.credits for _, f in frame.papers_of(frozenset({booklet})).fields(booklet)}
        crossed = (
            values[box.reading.field]
            for box in boxes.of_question(booklet, asked.id)
            if box.reading.kind is FieldKind.CREDIT_BOX and box.holds == Mark.CROSSED
        )
        judged = judgements.about(frozenset({booklet}), asked.id)
        counts = counting(judged)
        return SeenAnswer(
            booklet,
            asked,
            numbers[asked.id],
            tuple(found[spot] for spot in sorted(found, key=lambda spot: spot.page)),
            tuple(i for i in pages.of_extras(judgements.extra_sheets(booklet)) if i.spot is not None),
            tuple(sorted(c for c in crossed if c is not None)),
            judged,
            judgements.parkings(asked.id, booklet=booklet),
            frame.exams_with_texts.stamp(booklet, asked.id),
            rubrics.wanted_look(counts.id) if counts is not None and counts.again else None,
        )


def worth(folder: Path, booklet: int, question: str, ticked: Ticked, by: str | None = None) -> Judged:
    """What an answer would earn by these ticks; nothing is recorded.

    Raises:
        NotFoundError, UsageError, RubricChangedError: as `klausur.actions.judge.judge` does.
    """
    with opened(folder) as records:
        _, judged = judged_by(up_to_date.frame(records), booklet, question, ticked, by)
        if isinstance(judged, RubricChangedError):
            raise judged
        return judged


def news(folder: Path, booklet: int, question: str, ticked: Ticked, by: str) -> tuple[LineChange, ...]:
    """What of the rubric with this name has changed that who ticked these items must know of.

    Raises:
        NotFoundError, UsageError: as `answer_seen` does.
    """
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        return news_of_rubric(frame, booklet, asked_of(frame, booklet, question), ticked, by)


def ticks_of(judged: Judged) -> Mapping[str, int]:
    """What was ticked, as `Ticked` has it."""
    return {item.id: item.count for item in judged.items}
