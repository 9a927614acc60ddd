"""Differences in what an answer earns: they may be taken over by a decision."""

from dataclasses import dataclass

from klausur.exam.differences import parts
from klausur.exam.differences.by_variant import DifferencesByVariant
from klausur.exam.differences.model import Difference, DifferenceKind
from klausur.exam.differences.parts import Item, Value
from klausur.exam.differences.question_states import Sides
from klausur.exam.frozen.model import Frozen
from klausur.exam.model import Question


@dataclass(frozen=True, slots=True)
class AlikeItem:
    """An item in variants in which it is alike on every side.

    Attributes:
        variants: their numbers.
        values: its value on each side.
        question: its question on the last side, None if exam.toml says it.
        sources: as of `klausur.exam.differences.question_states.Group`.
    """

    variants: tuple[int, ...]
    values: tuple[Value, ...]
    question: Question | None
    sources: tuple[int, ...]


def key_differences(old: Frozen, new: Frozen, *, parsed: bool = False) -> tuple[Difference, ...]:
    """How the key of an exam differs in two of its states, over questions that both have.

    Right choices are compared by letter. The order is that of the questions in ``old``.

    Args:
        old: the older state.
        new: the newer one, whose places are named.
        parsed: both are as they were read from their source, so that the same Markdown is the same key.

    Raises:
        LookupError: ``new`` lacks a variant of ``old``.
    """
    sides, found = Sides(old, new), DifferencesByVariant()
    for item in parts.items(old.whole):
        for row in rows(item, sides):
            if not same(item, sides, row, 0, 1, parsed=parsed):
                found.add(difference(item, row.values[0], row.values[1], row.question), row.variants)
    return found.all


def rows(item: Item, sides: Sides) -> list[AlikeItem]:
    """An item over all variants. Those in which a side lacks the question are left out."""
    if item.question is None or item.kind is DifferenceKind.STRUCK:
        values = [(number, tuple(parts.value(item, exam) for exam in exams)) for number, exams in sides.rows]
        own = tuple(range(len(sides.looks)))
        return [AlikeItem(numbers, of_sides, None, own) for of_sides, numbers in _alike(values)]
    found = []
    for group in sides.groups(item.question):
        asked = [a.question for a in group.asked if a is not None]
        if len(asked) == len(group.asked):
            of_sides = tuple(parts.value_of(item, question) for question in asked)
            found.append(AlikeItem(group.variants, of_sides, asked[-1], group.sources))
    return found


def _alike(
    values: list[tuple[int, tuple[Value, ...]]],
) -> list[tuple[tuple[Value, ...], tuple[int, ...]]]:
    numbers: dict[tuple[Value, ...], list[int]] = {}
    for number, of_sides in values:
        numbers.setdefault(of_sides, []).append(number)
    return [(of_sides, tuple(some)) for of_sides, some in numbers.items()]


def same(item: Item, sides: Sides, row: AlikeItem, one: int, other: int, *, parsed: bool) -> bool:
    """Whether two sides have the same value; of ``parsed`` ones, texts out of the same Markdown are."""
    looks, values = sides.looks, row.values
    if parsed and row.sources[one] == row.sources[other] and item.kind in parts.TEXTS:
        return parts.pictures(item, looks[one], values[one]) == parts.pictures(
            item, looks[other], values[other]
        )
    return parts.look(item, looks[one], values[one]) == parts.look(item, looks[other], values[other])


def difference(item: Item, old: Value, new: Value, question: Question | None) -> Difference:
    """Two values of an item as a Difference; ``question`` is the newer state's."""
    before, after = parts.tell(item, old, new)
    changed = set(old) ^ set(new) if item.kind is DifferenceKind.RIGHT else ()
    place = parts.place(item, question)
    return Difference(item.kind, item.question, item.what, before, after, place, tuple(sorted(changed)))
