"""Whether a source fits papers of which the exam itself was not kept: by the boxes that were printed."""

from collections.abc import Iterator, Mapping, Sequence

from klausur.exam.model import Exam
from klausur.paper.fields import ANSWERING, NUMBERS, Field
from klausur.paper.layout import Layout
from klausur.state.facts import Printing


def printed_boxes(layout: Layout, printings: Sequence[Printing]) -> Mapping[int, tuple[Field, ...]]:
    """The boxes of each variant in which questions are answered, as one of its booklets has them."""
    found: dict[int, tuple[Field, ...]] = {}
    for printing in printings:
        for number in printing.booklets:
            variant = printing.variants.of(number)
            if variant not in found:
                fields = (field for _, field in layout.fields(number))
                found[variant] = tuple(field for field in fields if field.kind in ANSWERING)
    return found


def unfit(exam: Exam, boxes: Sequence[Field]) -> Iterator[str]:
    """What does not fit, a sentence each; nothing if every box has its meaning, and every meaning its box.

    Args:
        exam: a variant out of the source.
        boxes: those that were printed of it.
    """
    asked = {question.id: question for question in exam.questions}
    for gone in dict.fromkeys(box.question for box in boxes):
        if gone not in asked:
            yield f"question {gone} was printed, and the source has it no longer"
    for question in exam.questions:
        mine = [box for box in boxes if box.question == question.id]
        if not mine:
            yield f"{question.place}: question {question.id} was not printed"
            continue
        there = {box.choice for box in mine} - {None}
        now = {choice.id for choice in question.choices}
        for letter in sorted(letter for letter in there - now if letter is not None):
            yield f"{question.place}: choice {letter} of question {question.id} was printed, and is gone"
        for letter in sorted(now - there):
            yield f"{question.place}: choice {letter} of question {question.id} was not printed"
        credits = {worth for box in mine for worth in box.worths}
        if credits != set(question.credit_values):
            yield f"{question.place}: question {question.id} was printed with other boxes for credits"
        rows = (question.boxes is not None) + len(question.blanks)
        if rows != sum(box.kind in NUMBERS for box in mine):
            yield f"{question.place}: question {question.id} was printed as another kind of question"
