"""How the Fields of one question amount to its answer together, and what each of them holds for an answer.

A kind of Field names its way in its row of the table (`klausur.paper.fields`). What the machine saw, and what
people settled, stands in `klausur.read.resolve`; what an answer is worth, in `klausur.score`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from klausur.base.credits import show_credits
from klausur.base.errors import UsageError
from klausur.exam.model import Marking
from klausur.paper.answers import Chosen, Decided, Doubt, Given, Open, Worth, Written, WrittenBlanks
from klausur.paper.fields import NO_NUMBER, Field, FieldKind, KindRow, Mark

Held = Mapping[str, str]
"""What Fields hold, by their ids."""

D = TypeVar("D", bound=Decided)


@dataclass(frozen=True, slots=True)
class Way(Generic[D]):
    """A way to answer.

    Attributes:
        gives: what an answer is that is decided.
        answer: the answer, by what each of a question's Fields holds; open if that is nothing plain.
        held: what each of them holds if this is the answer. The name by which people called the question is
            for the UsageError that it raises where no box stands for this.
        hint: how people say such an answer.
    """

    gives: type[D]
    answer: Callable[[Sequence[Field], Held], Given]
    held: Callable[[str, Sequence[Field], D], Held]
    hint: str


CHOOSING: Mapping[Marking, frozenset[Mark]] = MappingProxyType(
    {
        Marking.CROSS: frozenset({Mark.CROSSED}),
        Marking.ANY: frozenset({Mark.CROSSED, Mark.FILLED}),
        Marking.FILL: frozenset({Mark.FILLED}),
    }
)
"""The marks that choose, by each rule."""

UNCLEAR: Mapping[Marking, frozenset[Mark]] = MappingProxyType(
    {
        Marking.CROSS: frozenset({Mark.OTHER}),
        Marking.ANY: frozenset({Mark.OTHER}),
        Marking.FILL: frozenset({Mark.OTHER, Mark.CROSSED}),
    }
)
"""The marks that a person must read, by each rule: who is to fill boxes may mean anything by a lone cross."""


def _letters(boxes: Sequence[Field], held: Held) -> Given:
    """The letters that are chosen."""
    chosen = (box for box in boxes if held[box.id] in CHOOSING[box.rule])
    return Chosen(frozenset(box.choice for box in chosen if box.choice is not None))


def _held_for_letters(question: str, boxes: Sequence[Field], given: Chosen) -> Held:
    known = [box.choice for box in boxes if box.choice is not None]
    unknown = sorted(given.letters - set(known))
    if unknown:
        raise UsageError(
            f"{question} has no choice {', '.join(unknown)}", f"its choices are {', '.join(known)}"
        )
    return {box.id: _chosen(box) if box.choice in given.letters else Mark.EMPTY for box in boxes}


def _chosen(box: Field) -> Mark:
    """The mark by which a box is chosen."""
    return Mark.FILLED if box.rule is Marking.FILL else Mark.CROSSED


def _credits(boxes: Sequence[Field], held: Held) -> Given:
    """The credits of the one box that is crossed."""
    crossed = _crossed(boxes, held)
    if len(crossed) > 1:
        return Open((Doubt.SEVERAL_CREDITS,), tuple(box.id for box in crossed))
    if not crossed or crossed[0].credits is None:
        return Open((Doubt.NO_CREDIT,), tuple(held))
    return Worth(crossed[0].credits)


def _held_for_credits(question: str, boxes: Sequence[Field], given: Worth) -> Held:
    known = [box.credits for box in boxes if box.credits is not None]
    if given.credits not in known:
        said, values = show_credits(given.credits), ", ".join(show_credits(c) for c in known)
        raise UsageError(f"{question} has no box for {said} credits", f"its boxes are {values}")
    return {box.id: Mark.CROSSED if box.credits == given.credits else Mark.EMPTY for box in boxes}


def _written_credits(boxes: Sequence[Field], held: Held) -> Given:
    """The credits in the one box for them."""
    (box,) = boxes
    text = held[box.id]
    return Open((Doubt.NO_CREDIT,), (box.id,)) if text == NO_NUMBER else Worth(Fraction(text))


def _held_for_written_credits(question: str, boxes: Sequence[Field], given: Worth) -> Held:
    (box,) = boxes
    said = show_credits(given.credits)
    if not box.sayable(said):
        most, step = (show_credits(value or Fraction(1)) for value in (box.credits, box.step))
        raise UsageError(
            f"{question} cannot give {said} credits", f"it gives 0 to {most}, in steps of {step}"
        )
    return {box.id: said}


def _number(rows: Sequence[Field], held: Held) -> Given:
    """The number in the one row of digits."""
    (row,) = rows
    text = held[row.id]
    return Written(None if text == NO_NUMBER else Fraction(text))


def _held_for_number(question: str, rows: Sequence[Field], given: Written) -> Held:
    (row,) = rows
    text = NO_NUMBER if given.number is None else show_credits(given.number)
    if not row.kind.sayable(text):
        hint = "at most ten digits before the decimal point and seven behind it, or none"
        raise UsageError(f"{question} cannot be answered with {text}", hint)
    return {row.id: text}


def _numbers(rows: Sequence[Field], held: Held) -> Given:
    """The numbers in the blanks of a text."""
    texts = (held[row.id] for row in _in_order(rows))
    return WrittenBlanks(tuple(None if text == NO_NUMBER else Fraction(text) for text in texts))


def _held_for_numbers(question: str, rows: Sequence[Field], given: WrittenBlanks) -> Held:
    if len(given.numbers) != len(rows):
        hint = 'name them all in their order, with semicolons between: --value "9.81; none"'
        raise UsageError(
            f"{question} has {len(rows)} blanks, and {len(given.numbers)} numbers are given", hint
        )
    held: dict[str, str] = {}
    for row, number in zip(_in_order(rows), given.numbers, strict=True):
        held |= _held_for_number(question, (row,), Written(number))
    return held


def _in_order(rows: Sequence[Field]) -> list[Field]:
    return sorted(rows, key=lambda row: row.blank or 0)


def _crossed(boxes: Sequence[Field], held: Held) -> list[Field]:
    return [box for box in boxes if held[box.id] == Mark.CROSSED]


Ways = Mapping[str, Way[Any]]

WAYS: Ways = MappingProxyType(
    {
        "letters": Way(Chosen, _letters, _held_for_letters, "give the letters chosen with --chosen"),
        "credits": Way(Worth, _credits, _held_for_credits, "give its credits with --credits"),
        "written-credits": Way(
            Worth, _written_credits, _held_for_written_credits, "give its credits with --credits"
        ),
        "number": Way(Written, _number, _held_for_number, "give the number written with --value"),
        "numbers": Way(
            WrittenBlanks,
            _numbers,
            _held_for_numbers,
            'give all its numbers with --value, semicolons between: "9.81; none"',
        ),
    }
)
"""All ways, by the names that rows of the table have for them."""


def bind(rows: Iterable[KindRow], ways: Ways) -> Ways:
    """The way of each kind that answers questions, by the kind's name.

    Raises:
        LookupError: a row names a way that is not there, or no row names one of them: what is read in such a
            Field would count for nothing.
    """
    named = {row.name: row.answers for row in rows if row.answers is not None}
    astray = sorted(set(named.values()) ^ ways.keys())
    if astray:
        raise LookupError(f"the table of kinds and the ways to answer differ about {', '.join(astray)}")
    return {kind: ways[name] for kind, name in named.items()}


_WAY_OF = bind((kind.row for kind in FieldKind), WAYS)


def way(kind: FieldKind) -> Way[Any]:
    """The way of a kind that answers questions."""
    return _WAY_OF[kind]
