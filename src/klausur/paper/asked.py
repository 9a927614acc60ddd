"""What was asked when it was printed: the part of an exam that scanned crosses rely on.

A cross in the second box means the second choice as it was printed. If the source's choices change places
later, every reading stays right and every grade is wrong; so a print run keeps this, and grading compares.
The same holds of the numbers that were drawn for a variant.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    """A question in one variant: its id, its kind, and its choices by letter, if it has any."""

    question: str
    kind: QuestionKind
    choices: tuple[AskedChoice, ...] = ()
    variant: int = 1


@dataclass(frozen=True, slots=True)
class Drawn:
    """The parameters of a problem in one variant: their names and values."""

    variant: int
    problem: str
    values: tuple[tuple[str, str], ...]


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


def asked(*variants: Exam) -> tuple[Asked, ...]:
    """What the variants of an exam ask, the choices by letter in whatever order they are printed."""
    return tuple(
        Asked(
            q.id,
            q.kind,
            tuple(sorted((AskedChoice(c.id, _digest(c.content), c.right) for c in q.choices), key=_letter)),
            exam.variant,
        )
        for exam in variants
        for q in exam.questions
    )


def _letter(choice: AskedChoice) -> str:
    return choice.letter


def brief(found: Sequence[Asked]) -> tuple[Asked, ...]:
    """The same without questions that the first variant asks alike: `changes` understands it so."""
    first = _first(found)
    return tuple(
        q
        for q in found
        if first.get(q.question, q) is q or replace(q, variant=first[q.question].variant) != first[q.question]
    )


def drawn(*variants: Exam) -> tuple[Drawn, ...]:
    """What was drawn for the parameters of each problem that has any, in these variants."""
    return tuple(
        Drawn(exam.variant, problem.id, problem.values)
        for exam in variants
        for problem in exam.problems
        if problem.values
    )


def changes(printed: Sequence[Asked], now: Sequence[Asked]) -> tuple[Changed, ...]:
    """How the choices of questions in both differ. Questions that came or went are not looked at here.

    Args:
        printed: as `brief` makes it.
        now: of some of the variants that were printed.
    """
    first, all_ = _first(printed), {(q.variant, q.question): q for q in printed}
    pairs = ((all_.get((q.variant, q.question), first.get(q.question)), q) for q in now)
    return tuple(
        dict.fromkeys(found for old, new in pairs if old is not None for found in _compared(old, new))
    )


def _first(found: Sequence[Asked]) -> dict[str, Asked]:
    """The questions of the first variant, by id."""
    return {q.question: q for q in reversed(found)}


def redrawn(printed: Sequence[Drawn], now: Sequence[Drawn]) -> tuple[Drawn, ...]:
    """What was printed with other values than the source draws now. Parameters that are new do not matter."""
    values = {(d.variant, d.problem): dict(d.values) for d in now}
    return tuple(
        d for d in printed if not set(d.values) <= set(values.get((d.variant, d.problem), {}).items())
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
