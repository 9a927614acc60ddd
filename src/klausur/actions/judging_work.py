"""Who does what: of each assignment what is left and when it is due, and what nobody is assigned.

All of it is looked up among the answers that are there; nothing that is open is in no line of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from klausur.actions import up_to_date
from klausur.base.errors import NotFoundError
from klausur.exam.model import Question
from klausur.state.arrangements import (
    SOON,
    Arrangements,
    JudgingRules,
    OpenAnswer,
    StoredAssignment,
    covered,
)
from klausur.state.judgements import Round, order
from klausur.store import judgements
from klausur.store.folder import opened


@dataclass(frozen=True, slots=True)
class Portion:
    """What an assignment has: ``there`` answers, ``left`` of them to be judged, due in so many ``days``."""

    assignment: StoredAssignment
    number: str
    title: str
    there: int
    left: int
    days: int | None

    @property
    def to(self) -> str:
        """Whose it is."""
        return self.assignment.assigned.to

    @property
    def overdue(self) -> bool:
        """Whether something is left and the day is over."""
        return bool(self.left) and self.days is not None and self.days < 0

    @property
    def soon(self) -> bool:
        """Whether something is left and the day is near."""
        return bool(self.left) and self.days is not None and 0 <= self.days <= SOON.days


@dataclass(frozen=True, slots=True)
class QuestionWork:
    """Who does what of a question.

    Attributes:
        question: its id.
        number: its number in the source's order.
        title: of the question.
        rules: how it is judged.
        portions: what is assigned, the oldest first.
        open: by round, the answers that await a judgement.
        loose: those of which nobody who may judge them is named.
        parked: those that wait for the examiner.
    """

    question: str
    number: str
    title: str
    rules: JudgingRules
    portions: tuple[Portion, ...]
    open: Mapping[Round, int]
    loose: int
    parked: int

    @property
    def assigned(self) -> bool:
        """Whether anything of it is, or must be."""
        return bool(self.portions) or self.rules.only_named

    @property
    def overdue(self) -> tuple[Portion, ...]:
        """What is late."""
        return tuple(each for each in self.portions if each.overdue)


@dataclass(frozen=True, slots=True)
class JudgingWork:
    """Who does what of all questions that people judge, in the order of the exam."""

    questions: tuple[QuestionWork, ...]

    def of(self, who: str) -> tuple[Portion, ...]:
        """What somebody is assigned."""
        return tuple(each for q in self.questions for each in q.portions if each.to == who)

    @property
    def pressing(self) -> tuple[Portion, ...]:
        """What people are reminded of: what is late, and what is due soon; the latest first."""
        found = (each for q in self.questions for each in q.portions if each.overdue or each.soon)
        return tuple(sorted(found, key=lambda each: (each.days or 0, each.to)))


NOTHING = JudgingWork(())


def judging_work(folder: Path, today: date | None = None) -> JudgingWork:
    """Who does what.

    Args:
        folder: the exam folder.
        today: the day; the clock's if None.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    day = date.today() if today is None else today  # noqa: DTZ011 - the day where people are
    with opened(folder) as records:
        frame = up_to_date.look(records)
        asked = [q for q in frame.exams_with_texts.first.questions if q.kind.corrected]
        there = judgements.booklets_of([question.id for question in asked])
        waits = judgements.awaiting_of_all([question.id for question in asked])
        parked: dict[str, set[int]] = {}
        for each in judgements.waiting_parkings():
            parked.setdefault(each.question, set()).add(each.booklet)
        return JudgingWork(
            tuple(
                _work(
                    question,
                    frame.arrangements,
                    there.get(question.id, ()),
                    waits.get(question.id, ()),
                    parked.get(question.id, set()),
                    day,
                )
                for question in asked
            )
        )


def pressing(folder: Path, today: date | None = None) -> tuple[Portion, ...]:
    """What people are reminded of; a single query where nothing is assigned.

    Args:
        folder: the exam folder.
        today: as for `judging_work`.
    """
    try:
        with opened(folder) as records:
            assigned = up_to_date.frame(records).arrangements.assignments
    except NotFoundError:
        return ()
    if not any(each.assigned.due is not None for each in assigned):
        return ()
    return judging_work(folder, today).pressing


def _work(
    question: Question,
    arranged: Arrangements,
    there: Sequence[int],
    waits: Sequence[OpenAnswer],
    parked: set[int],
    today: date,
) -> QuestionWork:
    assignments = arranged.assigned(question.id)
    ordered = order(question.id, there) if assignments else list(there)
    open_ = [each for each in waits if each.booklet not in parked]
    rounds = {each: sum(answer.awaits is each for answer in open_) for each in Round}
    holders = covered(question.id, assignments, there)
    return QuestionWork(
        question.id,
        question.number,
        question.title,
        arranged.of(question.id),
        tuple(_portion(question, each, ordered, open_, today) for each in assignments),
        {each: count for each, count in rounds.items() if count},
        sum(not set(holders.get((each.awaits, each.booklet), ())) - {*each.judges} for each in open_),
        len(parked),
    )


def _portion(
    question: Question,
    assignment: StoredAssignment,
    ordered: Sequence[int],
    open_: Sequence[OpenAnswer],
    today: date,
) -> Portion:
    said = assignment.assigned
    share = frozenset(said.share.within(ordered))
    left = [
        each
        for each in open_
        if each.booklet in share and each.awaits is said.round and said.to not in each.judges
    ]
    return Portion(
        assignment, question.number, question.title, len(share), len(left), assignment.due_in(today)
    )
