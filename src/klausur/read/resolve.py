"""What the Fields of one Question amount to: Readings and Settlements to an Answer.

A settlement beats the reading. Anything that is not plain stays open, with the Fields that a person must
look at; what an Answer is worth lives in `klausur.score`.
"""

from collections.abc import Callable, Mapping, Sequence

from klausur.paper.answers import Answer, Chosen, Doubt, Given, Open, Worth
from klausur.paper.fields import Field, FieldKind, Mark
from klausur.read.model import Reading


def resolve(
    question: str, fields: Sequence[Field], seen: Mapping[str, Reading], settled: Mapping[str, str]
) -> Answer:
    """The Answer to a Question.

    Args:
        question: its id.
        fields: the question's Fields on its booklet; those that answer nothing are passed over.
        seen: the Readings by field id; of other fields, too.
        settled: what people settled, by field id; each one of its kind's ``settled_as``.

    Raises:
        ValueError: a Field is settled as what nobody may say; or the question is answered by no Field, or by
            Fields of several kinds.
    """
    boxes = [field for field in fields if field.kind in _RULES]
    kinds = {box.kind for box in boxes}
    if len(kinds) != 1:
        raise ValueError(f"question {question} is answered by {', '.join(sorted(kinds)) or 'no Field'}")
    values = {box.id: _value(box, seen, settled) for box in boxes}
    doubtful = {field: value for field, value in values.items() if isinstance(value, Doubt)}
    if doubtful:
        doubts = tuple(doubt for doubt in Doubt if doubt in doubtful.values())
        return Answer(question, Open(doubts, tuple(doubtful)))
    return Answer(question, _RULES[kinds.pop()](boxes, values))


def _value(box: Field, seen: Mapping[str, Reading], settled: Mapping[str, str]) -> str | Doubt:
    """What a Field holds, or why that is not known."""
    sayable = box.kind.row.settled_as
    if box.id in settled:
        if settled[box.id] not in sayable:
            raise ValueError(f"{box.id} cannot be settled as {settled[box.id]}")
        return box.kind.holds(settled[box.id])
    if box.id not in seen:
        return Doubt.PAGE_MISSING
    reading = seen[box.id]
    plain = not reading.flagged and reading.value in sayable
    return box.kind.holds(reading.value) if plain else Doubt.MARK_UNCLEAR


def _chosen(boxes: Sequence[Field], values: Mapping[str, str]) -> Given:
    """The letters that are crossed."""
    return Chosen(frozenset(box.choice for box in _crossed(boxes, values) if box.choice is not None))


def _worth(boxes: Sequence[Field], values: Mapping[str, str]) -> Given:
    """The credits of the one box that is crossed."""
    crossed = _crossed(boxes, values)
    if len(crossed) > 1:
        return Open((Doubt.SEVERAL_CREDITS,), tuple(box.id for box in crossed))
    if not crossed or crossed[0].credits is None:
        return Open((Doubt.NO_CREDIT,), tuple(values))
    return Worth(crossed[0].credits)


def _crossed(boxes: Sequence[Field], values: Mapping[str, str]) -> list[Field]:
    return [box for box in boxes if values[box.id] == Mark.CROSSED]


_AMOUNTS_TO: Mapping[type[Chosen | Worth], Callable[[Sequence[Field], Mapping[str, str]], Given]] = {
    Chosen: _chosen,
    Worth: _worth,
}

_RULES = {kind: _AMOUNTS_TO[kind.row.answers] for kind in FieldKind if kind.row.answers is not None}
"""How the Fields of each kind that answers become an answer; a kind without a rule fails here, at import."""
