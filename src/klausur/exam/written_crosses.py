"""The crosses of a key, read again out of a changed text: pandoc is too slow for thousands of them.

A problem's structure is the same; what is looked at is which boxes are crossed.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from klausur.exam import accepted
from klausur.exam.model import Problem, Question, QuestionKind
from klausur.exam.source.boxed_table import AS_WELL

CROSS = re.compile(r"\s*[-*+]\s+\[([ xX~]?)\]")
"""What opens a choice."""

_BOX = re.compile(r"\[([ xX~]?)\]")


def with_crosses(problem: Problem, text: str) -> Problem:
    """A problem with this text, as far as claims look at it; its questions stand on the same lines."""
    lines = text.split("\n")
    return replace(problem, source=text, questions=tuple(_crossed(q, lines) for q in problem.questions))


def _crossed(question: Question, lines: Sequence[str]) -> Question:
    """A question with the right choices by the crosses in these lines."""
    if not question.choices:
        return question
    if question.kind is QuestionKind.TABLE:
        return _crossed_table(question, lines)
    choices, as_well = [], []
    for choice in question.choices:
        match = CROSS.match(lines[choice.content.place.line - 1])
        right = choice.right if match is None else match[1] in {"x", "X"}
        choices.append(choice if right == choice.right else replace(choice, right=right))
        if match is not None and match[1] == AS_WELL:
            as_well.append(choice.id)
    crossed = replace(question, choices=tuple(choices))
    if not as_well:
        return crossed
    single = question.kind is QuestionKind.SINGLE
    right_ones = tuple(sorted(c.id for c in choices if c.right))
    return replace(crossed, accepted=accepted.sets(right_ones, tuple(sorted(as_well)), single=single))


def _crossed_table(question: Question, lines: Sequence[str]) -> Question:
    """The same of a table: the last boxes of a row's line are its own."""
    choices = []
    for row in question.rows:
        marks = _BOX.findall(lines[row[0].content.place.line - 1])[-len(row) :]
        found = zip(row, marks, strict=False) if len(marks) == len(row) else ((c, "x" * c.right) for c in row)
        choices += [replace(choice, right=mark in {"x", "X"}) for choice, mark in found]
    return replace(question, choices=tuple(choices))
