"""What was asked when it was printed: the part of an exam that scanned crosses rely on.

A cross in the second box means the second choice as it was printed. If the source's choices change places
later, every reading stays right and every grade is wrong; so a print run keeps this, and grading compares.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from klausur.exam.content import Content
from klausur.exam.model import Exam, QuestionKind

_DIGITS = 16
"""Hexadecimal digits of a text's digest: 64 bits tell the choices of any exam apart."""


@dataclass(frozen=True, slots=True)
class AskedChoice:
    """A choice: its letter, a digest of its text, and whether it was right by the key."""

    letter: str
    text: str
    right: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: its id, its kind, and its choices by letter, if it has any."""

    question: str
    kind: QuestionKind
    choices: tuple[AskedChoice, ...] = ()


class Change(StrEnum):
    """How a question's choices differ from those printed."""

    EXCHANGED = "exchanged"
    """A printed text stands under another letter now: crosses would count for the wrong choice."""
    REWORDED = "reworded"
    """A text that was not printed stands there now: a mended misprint, or another choice."""
    KEY = "key"
    """Other choices are right than by the key at printing."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One difference: the question, and the letters concerned as the source has them now."""

    question: str
    change: Change
    letters: tuple[str, ...]


def asked(exam: Exam) -> tuple[Asked, ...]:
    """What an exam asks, in its order."""
    return tuple(
        Asked(q.id, q.kind, tuple(AskedChoice(c.id, _digest(c.content), c.right) for c in q.choices))
        for q in exam.questions
    )


def changes(printed: Sequence[Asked], now: Sequence[Asked]) -> tuple[Changed, ...]:
    """How the choices of questions in both differ. Questions that came or went are not looked at here."""
    before = {q.question: q for q in printed}
    return tuple(
        found
        for question in now
        if question.question in before
        for found in _compared(before[question.question], question)
    )


def _compared(printed: Asked, now: Asked) -> list[Changed]:
    before = {c.letter: c for c in printed.choices}
    texts = {c.text for c in printed.choices}
    both = [(before[c.letter], c) for c in now.choices if c.letter in before]
    other = [new for old, new in both if new.text != old.text]
    found = {
        Change.EXCHANGED: tuple(c.letter for c in other if c.text in texts),
        Change.REWORDED: tuple(c.letter for c in other if c.text not in texts),
        Change.KEY: tuple(new.letter for old, new in both if new.right != old.right),
    }
    return [Changed(now.question, change, letters) for change, letters in found.items() if letters]


def _digest(content: Content) -> str:
    """The text as it is typeset, without regard to how its lines are broken, and the figures it names."""
    text = " ".join(content.typst.split())
    whole = "\0".join((text, *(figure.path for figure in content.figures)))
    return hashlib.sha256(whole.encode()).hexdigest()[:_DIGITS]
