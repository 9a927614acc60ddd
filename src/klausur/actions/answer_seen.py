"""What a corrector sees of an answer: its question, its pages, what was read there, and what people said."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from klausur.actions import judging_rounds, up_to_date
from klausur.actions.crossed_credits import Crossed, crossed_credits
from klausur.actions.judge import (
    RubricChangedError,
    Ticked,
    answer_pages,
    asked_of,
    judged_by,
    judgement_of,
    news_of_rubric,
)
from klausur.actions.page_parts import shown_part
from klausur.actions.roles import Verb, allow
from klausur.base.errors import UsageError
from klausur.base.geometry import Box, Size
from klausur.base.maths import Notation
from klausur.exam.model import Question
from klausur.exam.rubric_lines import LineChange
from klausur.paper.code import Sheet
from klausur.state import rounds
from klausur.state.annotations import StoredAnnotation
from klausur.state.facts import Actor, Spot, StoredImage
from klausur.state.judgements import (
    COMPARISONS,
    Judged,
    Round,
    StoredJudgement,
    StoredParking,
    counting,
)
from klausur.store import annotations, boxes, judgements, pages, rubrics
from klausur.store.compiled import together
from klausur.store.folder import opened
from klausur.store.frame import Frame
from klausur.store.rubrics import WantedLook


@dataclass(frozen=True, slots=True)
class SeenAnswer:
    """An answer as it lies before a corrector.

    Attributes:
        booklet: its number.
        question: as this booklet asks it, with solution and rubric.
        number: the question's number on this paper.
        pages: the images that count as its pages, in their order.
        near: those that count as the pages before and after them, in their order.
        extras: those of extra sheets that belong to the booklet.
        crossed: the credits whose boxes are crossed on the paper.
        judgements: those that who looks may see, the oldest first.
        parkings: what of that which was asked about it who looks may see.
        annotations: what of that which was drawn on its pages who looks may see, the oldest first.
        size: of a page.
        parts: what of each page of the booklet is shown as the answer, by the page.
        rubric: the name of the rubric that it has.
        notation: how its exam writes maths.
        look: why it is to be looked at again, if it was judged and the rubric has changed since.
        round: in which round who looks would judge it; None if they may not, or if nobody in person looks.
        handed: the token of what it is handed to them as.
        shown: the judgement that they asked to see.
    """

    booklet: int
    question: Question
    number: str
    pages: tuple[StoredImage, ...]
    near: tuple[StoredImage, ...]
    extras: tuple[StoredImage, ...]
    crossed: Crossed
    judgements: tuple[StoredJudgement, ...]
    parkings: tuple[StoredParking, ...]
    annotations: tuple[StoredAnnotation, ...]
    size: Size
    parts: Mapping[int, Box]
    rubric: str
    notation: Notation
    look: WantedLook | None = None
    round: Round | None = None
    handed: str = ""
    shown: StoredJudgement | None = None

    @property
    def given(self) -> StoredJudgement | None:
        """The judgement that who looks begins with: their own, or what they are to judge after.

        Who decides between others begins with nothing.
        """
        if self.shown is not None:
            return self.shown
        if self.round in {Round.THIRD, Round.FINAL}:
            return rounds.standing(self.judgements).get(self.round)
        return self.counting

    @property
    def standing(self) -> tuple[StoredJudgement, ...]:
        """What others and they have given, round by round."""
        found = rounds.standing(self.judgements)
        return tuple(found[each] for each in Round if each in found)

    @property
    def counting(self) -> StoredJudgement | None:
        """The judgement that counts."""
        return counting(self.judgements)


def answer_seen(
    folder: Path,
    booklet: int,
    question: str,
    actor: Actor | None = None,
    *,
    handed: Round | None = None,
    shown: int | None = None,
) -> SeenAnswer:
    """What is to be seen of an answer.

    Args:
        folder: the exam folder.
        booklet: the booklet's number.
        question: the question's id.
        actor: who looks and may judge it; None for nobody in person, who sees all.
        handed: as what they were given it, as `klausur.actions.judge.judge` has it.
        shown: a judgement that they want to see again, though it was taken back; their own comparison too.

    Raises:
        NotFoundError: there is no such booklet or question.
        UsageError: nobody judges it.
        RefusedError: they may not judge it, because it is assigned to others, or have no final word.
    """
    if handed is Round.FINAL and actor is not None:
        allow(actor, Verb.OVERRULE)
    with opened(folder) as records:
        frame = up_to_date.look(records)
        asked = asked_of(frame, booklet, question)
        own = answer_pages(frame, booklet, asked.id)
        with together():
            wanted = {page + step for page in own for step in (-1, 0, 1)}
            pages.ahead(Sheet.BOOKLET, booklet, wanted)
            judgements.ahead_of_look(booklet, asked.id)
            annotations.ahead(booklet, asked.id)
            boxes.ahead(booklet, asked.id)
            return _seen(frame, booklet, asked, actor, handed, shown)


def _seen(
    frame: Frame, booklet: int, asked: Question, actor: Actor | None, handed: Round | None, shown: int | None
) -> SeenAnswer:
    """The same, with the questions asked ahead."""
    numbers = frame.exams.numbers(booklet)
    own = answer_pages(frame, booklet, asked.id)
    there = pages.at(Spot(booklet, page + step) for page in own for step in (-1, 0, 1))
    found, near = _apart(there, own)
    layout = frame.papers_of(frozenset({booklet}))
    fields = list(layout.fields(booklet))
    about = judgements.about(frozenset({booklet}), asked.id)
    again = next((each for each in about if each.id == shown), None)
    if again is not None and actor is not None and again.round in COMPARISONS:
        again, handed = (again, again.round) if again.who == actor.name else (None, handed)
    drawn = annotations.on_answer(booklet, asked.id)
    parked = judgements.parkings(asked.id, booklet=booklet)
    round_, seen = None, about
    if actor is not None:
        round_ = handed or judging_rounds.round_of(frame, about, booklet, asked.id, actor)
        seen = judging_rounds.visible(frame, about, asked.id, round_, actor)
        drawn = judging_rounds.told_of(frame, drawn, asked.id, round_, actor)
        parked = judging_rounds.told_of(frame, parked, asked.id, round_, actor)
        if again not in seen and handed not in COMPARISONS:
            again = None
    counts = counting(seen)
    return SeenAnswer(
        booklet,
        asked,
        numbers[asked.id],
        found,
        near,
        tuple(i for i in pages.of_extras(judgements.extra_sheets(booklet)) if i.spot is not None),
        crossed_credits(booklet, asked.id, [field for _, field in fields]),
        seen,
        parked,
        drawn,
        layout.size,
        {
            spot.page: shown_part(asked.id, (f for page, f in fields if page == spot.page), layout.size)
            for spot in there
            if spot.page in own
        },
        frame.exams_with_texts.stamp(booklet, asked.id),
        frame.exams_with_texts.of(booklet).notation,
        rubrics.wanted_look(counts.id) if counts is not None and counts.again else None,
        round_,
        "" if actor is None else judging_rounds.token(handed, booklet, asked.id, actor),
        again,
    )


def _apart(
    there: Mapping[Spot, StoredImage], own: Collection[int]
) -> tuple[tuple[StoredImage, ...], tuple[StoredImage, ...]]:
    """An answer's own pages, and those beside them, each in their order."""
    ordered = sorted(there.items(), key=lambda each: each[0].page)
    return (
        tuple(image for spot, image in ordered if spot.page in own),
        tuple(image for spot, image in ordered if spot.page not in own),
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


@dataclass(frozen=True, slots=True)
class KeptTicks:
    """What somebody ticked before a rubric was changed, by the rubric that is in force now.

    Attributes:
        judged: what is left of it, with what it earns.
        news: what of the rubric has changed that they must know of.
    """

    judged: Judged
    news: tuple[LineChange, ...]


def kept_ticks(folder: Path, booklet: int, question: str, ticked: Ticked, by: str) -> KeptTicks:
    """What was ticked by the rubric with this name, beside the one in force. Nothing is recorded.

    Raises:
        NotFoundError, UsageError: as `answer_seen` does.
    """
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        asked = asked_of(frame, booklet, question)
        news = news_of_rubric(frame, booklet, asked, ticked, by)
        items = {} if asked.rubric is None else {item.id: item for item in asked.rubric.root.items}
        left = {
            name: count if items[name].each else min(count, 1)
            for name, count in ticked.items.items()
            if name in items
        }
        try:
            judged = judgement_of(asked, replace(ticked, items=left), by)
        except UsageError:  # an adjustment that no longer fits: it stands in the form all the same
            judged = replace(
                judgement_of(asked, Ticked(left), by),
                adjustment=ticked.adjustment,
                reason=ticked.reason,
                comment=ticked.comment,
            )
        return KeptTicks(judged, news)


def ticks_of(judged: Judged) -> Mapping[str, int]:
    """What was ticked, as `Ticked` has it."""
    return {item.id: item.count for item in judged.items}
