"""What the boxes of one Question amount to: Readings and Settlements to an Answer.

A settlement beats the reading. Anything that is not plain stays open, with the boxes that a person must
look at; what an Answer is worth lives in `klausur.score`.
"""

from collections.abc import Mapping, Sequence

from klausur.exam.model import Question, QuestionKind
from klausur.paper.fields import MARKED, Field
from klausur.read.model import Answer, Doubt, Mark, Reading

SETTLED_AS = (Mark.EMPTY, Mark.CROSSED, Mark.FILLED)
"""What a person may settle a box as. `Mark.OTHER` means "a person decides", so it settles nothing."""


def resolve(
    question: Question, fields: Sequence[Field], seen: Mapping[str, Reading], settled: Mapping[str, Mark]
) -> Answer:
    """The Answer to a Question.

    Args:
        question: what was asked.
        fields: the question's Fields on its booklet; those that hold no Mark are passed over.
        seen: the Readings by field id; of other fields, too.
        settled: what people settled, by field id; each one of `SETTLED_AS`.

    Raises:
        ValueError: a box is settled as `Mark.OTHER`.
    """
    boxes = [field for field in fields if field.kind in MARKED]
    marks: dict[str, Mark | Doubt] = {box.id: _mark(box.id, seen, settled) for box in boxes}
    doubtful = {field: mark for field, mark in marks.items() if isinstance(mark, Doubt)}
    if doubtful:
        doubts = tuple(doubt for doubt in Doubt if doubt in doubtful.values())
        return Answer(question.id, doubts=doubts, fields=tuple(doubtful))
    crossed = [box for box in boxes if marks[box.id] is Mark.CROSSED]
    if question.kind is QuestionKind.CHOICE:
        return Answer(question.id, chosen=frozenset(box.choice for box in crossed if box.choice is not None))
    if len(crossed) == 1:
        return Answer(question.id, credits=crossed[0].credits)
    if crossed:
        return Answer(question.id, doubts=(Doubt.SEVERAL_CREDITS,), fields=tuple(box.id for box in crossed))
    return Answer(question.id, doubts=(Doubt.NO_CREDIT,), fields=tuple(marks))


def _mark(field: str, seen: Mapping[str, Reading], settled: Mapping[str, Mark]) -> Mark | Doubt:
    """What is in a box, or why that is not known."""
    if field in settled:
        if settled[field] not in SETTLED_AS:
            raise ValueError(f"{field} cannot be settled as {settled[field]}")
        return settled[field]
    if field not in seen:
        return Doubt.PAGE_MISSING
    reading = seen[field]
    return Doubt.MARK_UNCLEAR if reading.flagged or reading.value == Mark.OTHER else Mark(reading.value)
