"""Which credits are crossed or written on the paper of an answer, as far as the reader and people know."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from klausur.base.credits import Credits
from klausur.paper.fields import NO_NUMBER, Field, FieldKind, Mark
from klausur.store import boxes


@dataclass(frozen=True, slots=True)
class Crossed:
    """The credits that are crossed or written, the least first; ``sure`` unless the reader doubts one."""

    credits: tuple[Credits, ...] = ()
    sure: bool = True

    @property
    def only(self) -> Credits | None:
        """The credits that stand on the paper, if they are one number alone: what can be confirmed."""
        return self.credits[0] if len(self.credits) == 1 else None


def crossed_credits(booklet: int, question: str, fields: Iterable[Field]) -> Crossed:
    """What is crossed. For an open exam.

    Args:
        booklet: the booklet's number.
        question: the question's id.
        fields: at least those of the question.
    """
    asked = {field.id: field for field in fields if field.kind in _FOR_CREDITS}
    found, sure = [], True
    for box in boxes.of_question(booklet, question):
        field, doubted = asked.get(box.reading.field), box.holds is None
        holds = str(box.reading.value) if box.holds is None else box.holds
        credits = None if field is None else _given(field, holds)
        if credits is not None:
            found.append(credits)
            sure = sure and not doubted
    return Crossed(tuple(sorted(found)), sure)


_FOR_CREDITS = frozenset({FieldKind.CREDIT_BOX, FieldKind.CREDIT_NUMBER})


def _given(field: Field, holds: str) -> Credits | None:
    """The credits that a Field gives which holds this; None if none."""
    if field.kind is FieldKind.CREDIT_BOX:
        return field.credits if holds == Mark.CROSSED else None
    return Fraction(holds) if holds != NO_NUMBER and field.sayable(holds) else None
