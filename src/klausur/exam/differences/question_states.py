"""States of one exam side by side: what each has of a question, over all variants, alike ones together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from klausur.exam.differences.appearance import Looks
from klausur.exam.frozen.model import Frozen
from klausur.exam.model import Exam, Problem, Question


@dataclass(frozen=True, slots=True)
class QuestionState:
    """A question and the problem in which it stands."""

    problem: Problem
    question: Question


@dataclass(frozen=True, slots=True)
class Group:
    """Variants in which every side has the same question, or lacks it.

    ``sources`` has equal numbers for sides whose problems have the same Markdown, and so the same texts: a
    difference between these is one between releases of Klausur, not one of the exam.
    """

    variants: tuple[int, ...]
    exams: tuple[Exam, ...]
    asked: tuple[QuestionState | None, ...]
    sources: tuple[int, ...]


class Sides:
    """States of an exam, each with its looks, in the variants of the first.

    Raises:
        LookupError: another one lacks a variant of the first.
    """

    def __init__(self, *states: Frozen) -> None:
        self.looks = tuple(Looks(state) for state in states)
        known = [{exam.variant: exam for exam in state.exams} for state in states]
        self.rows: list[tuple[int, tuple[Exam, ...]]] = [
            (number, tuple(_of(exams, number) for exams in known)) for number in states[0].numbers
        ]
        self._asked = [(number, exams, [_asked(exam) for exam in exams]) for number, exams in self.rows]
        self._groups: dict[str, tuple[Group, ...]] = {}

    @property
    def first(self) -> tuple[Exam, ...]:
        """The states in the first variant."""
        return self.rows[0][1]

    def groups(self, question: str) -> tuple[Group, ...]:
        """What the sides have of a question, by its id."""
        if question not in self._groups:
            self._groups[question] = tuple(self._grouped(question))
        return self._groups[question]

    def _grouped(self, question: str) -> Iterator[Group]:
        found: dict[object, Group] = {}
        numbers: dict[object, list[int]] = {}
        for number, exams, known in self._asked:
            asked = tuple(of_side.get(question) for of_side in known)
            sources = _sources(asked)
            key = (tuple(None if a is None else id(a.question) for a in asked), sources)
            found.setdefault(key, Group((), exams, asked, sources))
            numbers.setdefault(key, []).append(number)
        return (replace(group, variants=tuple(numbers[key])) for key, group in found.items())


def _of(exams: dict[int, Exam], number: int) -> Exam:
    if number not in exams:
        raise LookupError(f"variant {number} is not at hand on every side")
    return exams[number]


def _asked(exam: Exam) -> dict[str, QuestionState]:
    return {q.id: QuestionState(problem, q) for problem in exam.problems for q in problem.questions}


def _sources(asked: Sequence[QuestionState | None]) -> tuple[int, ...]:
    """For each side the first side with the same Markdown; one without any, as made by a test, is its own."""
    sources = [None if a is None else a.problem.source or None for a in asked]
    return tuple(at if source is None else sources.index(source) for at, source in enumerate(sources))
