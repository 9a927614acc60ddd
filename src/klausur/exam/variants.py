"""The variants of an exam: each in the order in which it is printed, and the set of them that a day needs.

What differs in words and numbers is drawn by the author's program (`klausur.exam.drawn_values`) while the
source is read; here are only order and numbers. Ids and letters stay those of the source, whatever the order,
so that reading and grading need not know of it.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from klausur.exam.model import Choice, Exam, Problem, Question, QuestionKind, Shuffled, Variants
from klausur.exam.setting import drawn

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Exams:
    """Variants of one exam in the order of its source, as they are graded.

    ``variants`` says which variant a Booklet has; ``known`` are those at hand, by number.
    """

    variants: Variants
    known: tuple[Exam, ...]

    @property
    def first(self) -> Exam:
        """The one with the lowest number: for what all variants share, such as names, ids and credits."""
        return self.known[0]

    def of(self, booklet: int) -> Exam:
        """A Booklet's variant, in the order of the source.

        Raises:
            LookupError: it is not at hand.
        """
        number = self.variants.of(booklet)
        for exam in self.known:
            if exam.variant == number:
                return exam
        raise LookupError(f"variant {number} is not at hand")

    def numbers(self, booklet: int) -> Mapping[str, str]:
        """The numbers of questions as a Booklet's paper has them, by the questions' ids."""
        return {question.id: question.number for question in as_printed(self.of(booklet)).questions}


def as_printed(exam: Exam) -> Exam:
    """An exam in the order source as its variant is printed: shuffled, and numbered anew.

    Order follows from seed, variant and ids alone: a problem, question or choice that is added moves no other
    one past its fellows.
    """
    what = exam.variants.shuffle
    if not what:
        return exam
    draw = _Draw(exam.variants.seed, exam.drawn)
    problems: Sequence[Problem] = exam.problems
    if Shuffled.PROBLEMS in what:
        problems = draw.shuffled(problems, lambda p: p.id, lambda p: p.fixed)
    built = [_problem(problem, number, what, draw) for number, problem in enumerate(problems, start=1)]
    return replace(exam, problems=tuple(built))


def told_apart(exam: Exam) -> str:
    """A text that two variants share if, and only if, their papers are the same; as printed."""
    parts = [
        part
        for problem in exam.problems
        for part in (
            problem.id,
            problem.source,
            *(q.id + "".join(c.id for c in q.choices) for q in problem.questions),
        )
    ]
    return "\0".join(parts)


def _problem(problem: Problem, number: int, what: Sequence[Shuffled], draw: "_Draw") -> Problem:
    questions: Iterable[Question] = problem.questions
    if Shuffled.QUESTIONS in what and problem.shuffle:
        questions = (question for group in _groups(problem.questions) for question in _mixed(group, draw))
    numbered = (replace(q, number=f"{number}.{at}") for at, q in enumerate(questions, start=1))
    if Shuffled.CHOICES in what:
        numbered = (replace(q, choices=_choices(q, draw)) for q in numbered)
    return replace(problem, number=number, questions=tuple(numbered))


def _groups(questions: Sequence[Question]) -> Iterator[tuple[Question, ...]]:
    """Questions between which no text stands: the text is about those after it, which stay after it."""
    group: list[Question] = []
    for question in questions:
        if question.before is not None and group:
            yield tuple(group)
            group = []
        group.append(question)
    if group:
        yield tuple(group)


def _mixed(group: Sequence[Question], draw: "_Draw") -> Iterator[Question]:
    """A group in its new order; the text ahead of it stays ahead of it."""
    before = group[0].before
    mixed = draw.shuffled(group, lambda q: q.id, lambda q: q.fixed)
    for at, question in enumerate(mixed):
        yield replace(question, before=before if at == 0 else None)


def _choices(question: Question, draw: "_Draw") -> tuple[Choice, ...]:
    if not question.shuffle:
        return question.choices
    if question.kind is QuestionKind.TABLE:
        rows = draw.shuffled(
            question.rows, lambda row: f"{question.id}/{row[0].id[0]}", lambda row: row[0].fixed
        )
        return tuple(choice for row in rows for choice in row)
    return draw.shuffled(question.choices, lambda c: f"{question.id}/{c.id}", lambda c: c.fixed)


@dataclass(frozen=True, slots=True)
class _Draw:
    """The order of one variant.

    Sorting by hashes gives every order with equal probability, for ever the same one whatever library is
    installed: booklets are graded by it months after they were printed.
    """

    seed: int
    variant: int

    def shuffled(
        self, items: Sequence[T], name: Callable[[T], str], fixed: Callable[[T], bool]
    ) -> tuple[T, ...]:
        """The items in another order; fixed ones keep their places."""
        free = [item for item in items if not fixed(item)]
        moved = iter(sorted(free, key=lambda item: self._rank(name(item))))
        return tuple(item if fixed(item) else next(moved) for item in items)

    def _rank(self, name: str) -> bytes:
        return hashlib.sha256(f"{self.seed}\n{self.variant}\n{name}".encode()).digest()


def entropy(seed: int, variant: int, problem: str) -> tuple[int, int, int]:
    """What a problem's random numbers start from: other problems, and their order, do not matter to it."""
    own = int.from_bytes(hashlib.sha256(problem.encode()).digest()[:8])
    return seed, drawn(variant), own
