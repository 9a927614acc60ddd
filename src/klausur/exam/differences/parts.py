"""The parts of an exam that may change after printing: what each is, when two are equal, how it is set."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from klausur.base.credits import Credits, show_credits
from klausur.base.diagnostics import Place
from klausur.base.errors import UsageError
from klausur.exam.content import Content
from klausur.exam.differences import words
from klausur.exam.differences.appearance import Looks, contents
from klausur.exam.differences.model import DifferenceKind
from klausur.exam.header import NAME
from klausur.exam.model import Exam, Grading, Question, Strike

Value = Any
"""What a part holds: letters, credits, a rubric …; only its own row of the table looks into it."""


@dataclass(frozen=True, slots=True)
class PartOfExam:
    """One part of a question, or of the exam as a whole.

    Attributes:
        what: it in words.
        get: its value.
        put: the question, or exam, with another value.
        look: a value that is equal for values that mean the same.
        tell: two values in plain words.
        place: where it stands, of a question.
    """

    what: str
    get: Callable[[Any], Value]
    put: Callable[[Any, Value], Any]
    look: Callable[[Looks, Value], object]
    tell: Callable[[Value, Value], tuple[str, str]]
    place: Callable[[Question], Place] = lambda question: question.place


def _itself(_: Looks, value: Value) -> object:
    return value


def _each(tell: Callable[[Value], str]) -> Callable[[Value, Value], tuple[str, str]]:
    return lambda old, new: (tell(old), tell(new))


def _set_right(question: Question, letters: Collection[str]) -> Question:
    return replace(question, choices=tuple(replace(c, right=c.id in letters) for c in question.choices))


def _set_weights(question: Question, weights: tuple[tuple[str, Credits], ...]) -> Question:
    found = dict(weights)
    return replace(question, choices=tuple(replace(c, weight=found.get(c.id)) for c in question.choices))


def _set_expected(question: Question, value: Value) -> Question:
    """The numbers that are right; those of each blank of a question that has several."""
    if not question.blanks:
        return replace(question, expected=value)
    of_each = zip(question.blanks, value, strict=True)
    return replace(question, blanks=tuple(replace(blank, expected=own) for blank, own in of_each))


def _told_numbers(value: Value) -> str:
    in_blanks = bool(value) and isinstance(value[0], tuple)
    return words.in_blanks(value) if in_blanks else words.expected(value)


def _rubric_place(question: Question) -> Place:
    return next((content.place for content in contents(question.rubric)), question.place)


def _solution_place(question: Question) -> Place:
    return question.place if question.solution is None else question.solution.place


OF_QUESTION: Mapping[DifferenceKind, PartOfExam] = {
    DifferenceKind.RIGHT: PartOfExam(
        "the right choices",
        lambda q: tuple(c.id for c in q.choices if c.right),
        _set_right,
        _itself,
        _each(words.letters),
    ),
    DifferenceKind.ACCEPTED: PartOfExam(
        "what else is accepted",
        lambda q: q.accepted,
        lambda q, value: replace(q, accepted=value),
        _itself,
        _each(words.accepted),
    ),
    DifferenceKind.WEIGHTS: PartOfExam(
        "what its choices give",
        lambda q: tuple((c.id, c.weight) for c in q.choices if c.weight is not None),
        _set_weights,
        _itself,
        _each(words.weights),
    ),
    DifferenceKind.EXPECTED: PartOfExam(
        "the right numbers",
        lambda q: tuple(blank.expected for blank in q.blanks) if q.blanks else q.expected,
        _set_expected,
        _itself,
        _each(_told_numbers),
    ),
    DifferenceKind.CREDITS: PartOfExam(
        "the credits",
        lambda q: q.credits,
        lambda q, value: replace(q, credits=value),
        _itself,
        _each(show_credits),
    ),
    DifferenceKind.RUBRIC: PartOfExam(
        "the rubric",
        lambda q: q.rubric,
        lambda q, value: replace(q, rubric=value),
        lambda looks, value: looks.rubric(value),
        words.of_rubrics,
        _rubric_place,
    ),
    DifferenceKind.SOLUTION: PartOfExam(
        "the solution",
        lambda q: q.solution,
        lambda q, value: replace(q, solution=value),
        lambda looks, value: None if value is None else looks.of(value),
        words.of_contents,
        _solution_place,
    ),
    DifferenceKind.SCHEME: PartOfExam(
        "the scheme",
        lambda q: q.scheme,
        lambda q, value: replace(q, scheme=value),
        _itself,
        _each(words.scheme),
    ),
    DifferenceKind.BONUS: PartOfExam(
        "being a bonus",
        lambda q: q.bonus,
        lambda q, value: replace(q, bonus=value),
        _itself,
        _each(lambda value: "yes" if value else "no"),
    ),
}
"""The parts that a question holds itself."""

OF_EXAM: Mapping[DifferenceKind, PartOfExam] = {
    DifferenceKind.SCHEME: PartOfExam(
        "the exam's scheme",
        lambda exam: exam.scheme,
        lambda exam, value: replace(exam, scheme=value),
        _itself,
        _each(words.scheme),
    ),
    DifferenceKind.GRADES: PartOfExam(
        "the grade key",
        lambda exam: exam.grades,
        lambda exam, value: replace(exam, grades=value),
        _itself,
        _each(words.grades),
    ),
    DifferenceKind.ROUNDING: PartOfExam(
        "the rounding",
        lambda exam: exam.grading.rounding,
        lambda exam, value: replace(exam, grading=replace(exam.grading, rounding=value)),
        _itself,
        _each(words.rounding),
    ),
    DifferenceKind.BONUS_FOR: PartOfExam(
        "whose bonus counts",
        lambda exam: exam.grading.bonus_for,
        lambda exam, value: replace(exam, grading=replace(exam.grading, bonus_for=value)),
        _itself,
        _each(str),
    ),
}
"""The parts that the exam holds as a whole."""

TEXTS = frozenset({DifferenceKind.RUBRIC, DifferenceKind.SOLUTION})
"""The parts that consist of texts."""


@dataclass(frozen=True, slots=True)
class Item:
    """One part of one question, or of the exam as a whole: the unit in which a key is taken over."""

    kind: DifferenceKind
    question: str | None = None

    @property
    def what(self) -> str:
        """It in words."""
        if self.question is None:
            return OF_EXAM[self.kind].what
        if self.kind is DifferenceKind.STRUCK:
            return f"whether question {self.question} is struck"
        return f"{OF_QUESTION[self.kind].what} of question {self.question}"

    def __str__(self) -> str:
        """How commands name it: ``speed/rubric``, or ``grades`` of the exam as a whole."""
        return str(self.kind) if self.question is None else f"{self.question}/{self.kind}"


def items(exam: Exam) -> Iterator[Item]:
    """All items of an exam, in the order of its questions, those of the whole last."""
    for question in exam.questions:
        yield from (Item(kind, question.id) for kind in OF_QUESTION)
        yield Item(DifferenceKind.STRUCK, question.id)
    yield from (Item(kind) for kind in OF_EXAM)


def named(text: str, exam: Exam) -> Item:
    """The item that a text such as ``speed/rubric`` or ``grades`` names.

    Raises:
        UsageError: the exam has no such item.
    """
    known = {str(item): item for item in items(exam)}
    if text not in known:
        near = ", ".join(get_close_matches(text, known, n=3)) or ", ".join(map(str, OF_EXAM))
        message = f"{text!r} is no part of the exam's key"
        raise UsageError(message, f"write QUESTION/PART, or one of the whole: {near}")
    return known[text]


def value(item: Item, exam: Exam) -> Value:
    """What an exam as a whole holds there, or says of a question in exam.toml."""
    if item.question is None:
        return OF_EXAM[item.kind].get(exam)
    return exam.grading.strike(item.question)


def value_of(item: Item, question: Question) -> Value:
    """What a question holds there."""
    return OF_QUESTION[item.kind].get(question)


def pictures(item: Item, looks: Looks, value_: Value) -> tuple[str, ...]:
    """The digests of the pictures in a value of `TEXTS`."""
    return looks.pictures(*texts(item, value_))


def texts(item: Item, value_: Value) -> tuple[Content, ...]:
    """The texts of which a value consists; none but of `TEXTS`."""
    if item.kind is DifferenceKind.RUBRIC:
        return contents(value_)
    return (value_,) if item.kind is DifferenceKind.SOLUTION and value_ is not None else ()


def look(item: Item, looks: Looks, value_: Value) -> object:
    """A value that is equal for values of the item that mean the same."""
    if item.kind is DifferenceKind.STRUCK:
        return value_
    return _part(item).look(looks, value_)


def tell(item: Item, old: Value, new: Value) -> tuple[str, str]:
    """Two values of the item in plain words."""
    if item.kind is DifferenceKind.STRUCK:
        return words.strike(old), words.strike(new)
    return _part(item).tell(old, new)


def place(item: Item, question: Question | None) -> Place:
    """Where the item stands in the source; of what exam.toml says, that file."""
    if question is None or item.kind is DifferenceKind.STRUCK:
        return Place(NAME)
    return _part(item).place(question)


def strike(grading: Grading, question: str, struck: Strike | None) -> Grading:
    """The same rules with another strike of a question."""
    known = dict(grading.struck)
    if struck is None:
        known.pop(question, None)
    else:
        known[question] = struck
    return replace(grading, struck=tuple(known.items()))


def _part(item: Item) -> PartOfExam:
    return (OF_EXAM if item.question is None else OF_QUESTION)[item.kind]
