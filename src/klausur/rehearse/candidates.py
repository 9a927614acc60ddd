"""What people do with a booklet: which boxes a candidate marks and takes back, and what a corrector crosses.

Decided per booklet from its own random numbers, so that nothing depends on the order of work or on how many
booklets there are. How a mark looks lives in `klausur.rehearse.pen`.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from klausur.exam.model import Exam, Question, QuestionKind
from klausur.paper.fields import MARKED, Field, FieldKind
from klausur.paper.layout import Layout
from klausur.read.model import Mark
from klausur.rehearse.hands import CORRECTOR_INKS, Hand, Population, hand, stream
from klausur.rehearse.ruled_marks import RuledStyle, ruled

POPULATION = Population.JUDGE
"""Rehearsals measure a reader: their hands are never those that it learnt from."""

_CANDIDATE, _CORRECTOR = 1, 2


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How often people do what; shares 0 … 1.

    Attributes:
        taken_back: of the wrong-looking choices, those first crossed and then filled.
        unclear: of the marked boxes, those marked so that a person must read them.
        two_crosses: of the questions with one right choice, those with two crosses.
        skipped: of the multiple-choice questions, those left alone.
        strays: of the empty boxes, those with a stray nearby.
        no_credit: of the questions that people grade, those where the corrector forgets the cross.
        two_credits: those where two boxes are crossed.
        credit_taken_back: those where the corrector fills one box and crosses another.
    """

    taken_back: float = 0.03
    unclear: float = 0.003
    skipped: float = 0.02
    strays: float = 0.012
    no_credit: float = 0.003
    two_credits: float = 0.002
    credit_taken_back: float = 0.012
    two_crosses: float = 0.01


@dataclass(frozen=True, slots=True)
class Deed:
    """One box and what is done to it. ``gone`` says that a punch hole took some of it.

    By another rule than that of crosses it is drawn in a ``style`` of its own.
    """

    page: int
    field: Field
    mark: Mark
    stray: bool
    gone: bool = False
    style: RuledStyle | None = None

    @property
    def truth(self) -> Mark:
        """What a careful person makes of the box."""
        return Mark.OTHER if self.gone else self.mark

    @property
    def corrected(self) -> bool:
        """Whether the box is the corrector's."""
        return self.field.kind is FieldKind.CREDIT_BOX


@dataclass(frozen=True, slots=True)
class Essay:
    """An answer space and the share of it that is written on."""

    page: int
    field: Field
    share: float


@dataclass(frozen=True, slots=True)
class Script:
    """All that people do with one booklet. ``deeds`` names every box, empty ones included."""

    booklet: int
    candidate: Hand
    corrector: Hand
    deeds: tuple[Deed, ...]
    essays: tuple[Essay, ...]


def act(exam: Exam, layout: Layout, booklet: int, seed: int, behaviour: Behaviour | None = None) -> Script:
    """Let a candidate fill one booklet and a corrector grade it."""
    habits = behaviour or Behaviour()
    candidate_rng = stream(POPULATION, seed, booklet, _CANDIDATE)
    corrector_rng = stream(POPULATION, seed, booklet, _CORRECTOR)
    candidate = hand(candidate_rng, POPULATION)
    corrector = hand(corrector_rng, POPULATION, CORRECTOR_INKS)
    skill = float(candidate_rng.beta(3.0, 2.0))
    questions = {question.id: question for question in exam.questions}
    deeds: list[Deed] = []
    for boxes in _by_question(layout, booklet):
        field = boxes[0][1]
        if field.kind is FieldKind.CHOICE_BOX:
            rng, marks = (
                candidate_rng,
                _choose(boxes, questions.get(field.question or ""), skill, habits, candidate_rng),
            )
        else:
            rng, marks = corrector_rng, _credit(len(boxes), skill, habits, corrector_rng)
        for (page, box), meant in zip(boxes, marks, strict=True):
            unclear = meant is not Mark.EMPTY and rng.random() < habits.unclear
            stray = meant is Mark.EMPTY and rng.random() < habits.strays
            mark, style = ruled(Mark.OTHER if unclear else meant, box.rule, rng)
            deeds.append(Deed(page, box, mark, bool(stray), style=style))
    essays = tuple(_essays(layout, booklet, skill, candidate_rng))
    return Script(booklet, candidate, corrector, tuple(deeds), essays)


def _by_question(layout: Layout, booklet: int) -> Iterator[list[tuple[int, Field]]]:
    """The boxes of each question, choice and credit boxes apart, with their pages."""
    marked = [(page, field) for page, field in layout.fields(booklet) if field.kind in MARKED]
    marked.sort(key=lambda at: (at[1].question or "", at[1].kind, at[1].id))
    for _, boxes in groupby(marked, key=lambda at: (at[1].question, at[1].kind)):
        yield list(boxes)


def _choose(
    boxes: Sequence[tuple[int, Field]],
    question: Question | None,
    skill: float,
    habits: Behaviour,
    rng: np.random.Generator,
) -> list[Mark]:
    """The candidate's marks for one multiple-choice question."""
    right = {choice.id for choice in question.choices if choice.right} if question else set()
    skipped = rng.random() < habits.skipped
    if question is not None and question.kind is QuestionKind.SINGLE:
        return [Mark.EMPTY] * len(boxes) if skipped else _choose_one(boxes, right, skill, habits, rng)
    if question is not None and question.kind is QuestionKind.TABLE:
        return [Mark.EMPTY] * len(boxes) if skipped else _choose_in_rows(boxes, right, skill, habits, rng)
    marks = []
    for _, field in boxes:
        likely = 0.35 + 0.6 * skill if field.choice in right else 0.45 * (1.0 - skill)
        chosen, regretted = rng.random() < likely, rng.random() < habits.taken_back
        if skipped:
            marks.append(Mark.EMPTY)
        else:
            marks.append(Mark.CROSSED if chosen else Mark.FILLED if regretted else Mark.EMPTY)
    return marks


def _choose_one(
    boxes: Sequence[tuple[int, Field]],
    right: AbstractSet[str],
    skill: float,
    habits: Behaviour,
    rng: np.random.Generator,
) -> list[Mark]:
    """One choice is crossed, often the right one, and sometimes another one first; or, rarely, two are."""
    order = [int(n) for n in rng.permutation(len(boxes))]
    if rng.random() < 0.35 + 0.6 * skill:
        order.sort(key=lambda n: boxes[n][1].choice not in right)
    marks = [Mark.EMPTY] * len(boxes)
    marks[order[0]] = Mark.CROSSED
    fate = rng.random()
    if len(order) > 1 and fate < habits.taken_back + habits.two_crosses:
        marks[order[1]] = Mark.FILLED if fate < habits.taken_back else Mark.CROSSED
    return marks


def _choose_in_rows(
    boxes: Sequence[tuple[int, Field]],
    right: AbstractSet[str],
    skill: float,
    habits: Behaviour,
    rng: np.random.Generator,
) -> list[Mark]:
    """In each row of a table one box is crossed; some rows stay empty."""
    marks: list[Mark] = []
    for _, row in groupby(boxes, key=lambda at: (at[1].choice or " ")[0]):
        here = list(row)
        empty = rng.random() < habits.skipped
        marks += [Mark.EMPTY] * len(here) if empty else _choose_one(here, right, skill, habits, rng)
    return marks


def _credit(boxes: int, skill: float, habits: Behaviour, rng: np.random.Generator) -> list[Mark]:
    """The corrector's marks in the credit boxes of one question."""
    marks = [Mark.EMPTY] * boxes
    order = rng.permutation(boxes)
    given = int(rng.binomial(boxes - 1, skill))
    fate = rng.random()
    others = [int(i) for i in order if i != given]
    if fate < habits.no_credit:
        return marks
    marks[given] = Mark.CROSSED
    if others and fate < habits.no_credit + habits.two_credits:
        marks[others[0]] = Mark.CROSSED
    elif others and fate < habits.no_credit + habits.two_credits + habits.credit_taken_back:
        marks[others[0]] = Mark.FILLED
    return marks


def _essays(layout: Layout, booklet: int, skill: float, rng: np.random.Generator) -> Iterator[Essay]:
    for page, field in layout.fields(booklet):
        if field.kind is not FieldKind.ANSWER_AREA:
            continue
        used = rng.random() < (0.55 + 0.43 * skill if field.question else 0.08)
        share = float(rng.uniform(0.15, 0.5 + 0.45 * skill))
        if used:
            yield Essay(page, field, share)
