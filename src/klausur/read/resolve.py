"""What the Fields of one Question amount to: Readings and Settlements to an Answer.

A settlement beats the reading. Anything that is not plain stays open, with the Fields that a person must
look at. How what they hold makes an answer lives in `klausur.paper.answering`, what that is worth in
`klausur.score`.
"""

from collections.abc import Mapping, Sequence

from klausur.paper.answering import UNCLEAR, way
from klausur.paper.answers import Answer, Doubt, Open
from klausur.paper.fields import ANSWERING, MARKED, Field
from klausur.read.model import Reading


def resolve(
    question: str, fields: Sequence[Field], seen: Mapping[str, Reading], settled: Mapping[str, str]
) -> Answer:
    """The Answer to a Question.

    Args:
        question: its id.
        fields: the question's Fields on its booklet; those that answer nothing are passed over.
        seen: the Readings by field id; of other fields, too.
        settled: what people settled, by field id; each one that its kind may be settled as.

    Raises:
        ValueError: a Field is settled as what nobody may say; or the question is answered by no Field, or by
            Fields of several kinds.
    """
    boxes = [field for field in fields if field.kind in ANSWERING]
    kinds = {box.kind for box in boxes}
    if len(kinds) != 1:
        raise ValueError(f"question {question} is answered by {', '.join(sorted(kinds)) or 'no Field'}")
    values = {box.id: _value(box, seen, settled) for box in boxes}
    doubtful = {field: value for field, value in values.items() if isinstance(value, Doubt)}
    if doubtful:
        doubts = tuple(doubt for doubt in Doubt if doubt in doubtful.values())
        return Answer(question, Open(doubts, tuple(doubtful)))
    return Answer(question, way(kinds.pop()).answer(boxes, values))


def _value(box: Field, seen: Mapping[str, Reading], settled: Mapping[str, str]) -> str | Doubt:
    """What a Field holds, or why that is not known."""
    if box.id in settled:
        if not box.sayable(settled[box.id]):
            raise ValueError(f"{box.id} cannot be settled as {settled[box.id]}")
        return box.kind.holds(settled[box.id])
    if box.id not in seen:
        return Doubt.PAGE_MISSING
    reading = seen[box.id]
    unclear = box.kind in MARKED and reading.value in UNCLEAR[box.rule]
    if not (reading.flagged or unclear) and box.sayable(reading.value):
        return box.kind.holds(reading.value)
    return Doubt.MARK_UNCLEAR if box.kind in MARKED else Doubt.DIGITS_UNCLEAR
