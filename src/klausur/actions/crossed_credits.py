"""Which credits are crossed on the paper of an answer, as far as the reader and people know."""

from collections.abc import Iterable
from dataclasses import dataclass

from klausur.base.credits import Credits
from klausur.paper.fields import Field, FieldKind, Mark
from klausur.store import boxes


@dataclass(frozen=True, slots=True)
class Crossed:
    """The credits whose boxes are crossed, the least first; ``sure`` unless the reader doubts one of them."""

    credits: tuple[Credits, ...] = ()
    sure: bool = True

    @property
    def only(self) -> Credits | None:
        """The credits that stand on the paper, if a single box is crossed: what can be confirmed."""
        return self.credits[0] if len(self.credits) == 1 else None


def crossed_credits(booklet: int, question: str, fields: Iterable[Field]) -> Crossed:
    """What is crossed. For an open exam.

    Args:
        booklet: the booklet's number.
        question: the question's id.
        fields: at least those of the question.
    """
    values = {field.id: field.credits for field in fields if field.kind is FieldKind.CREDIT_BOX}
    found, sure = [], True
    for box in boxes.of_question(booklet, question):
        credits = values.get(box.reading.field)
        doubted = box.holds is None
        if credits is not None and Mark.CROSSED in {box.holds, box.reading.value if doubted else None}:
            found.append(credits)
            sure = sure and not doubted
    return Crossed(tuple(sorted(found)), sure)
