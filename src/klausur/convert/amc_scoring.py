"""How Auto Multiple Choice scores a question, ``b=2,m=-0.5,v=0``, as far as Klausur can say it exactly."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from klausur.base.credits import show_credits
from klausur.convert.common import exact
from klausur.convert.model import Fate, Option, Question, Remark
from klausur.exam.model import QuestionKind

_PAIR = re.compile(r"\s*([\w.]+)\s*=\s*(-?\d*\.?\d+)\s*")


@dataclass(frozen=True, slots=True)
class Scoring:
    """What a scoring string says: its numbers by name. ``other`` is what of it is no number."""

    numbers: dict[str, Fraction]
    other: str = ""

    def number(self, name: str, default: int) -> Fraction:
        """A number of it."""
        return self.numbers.get(name, Fraction(default))


def read(text: str) -> Scoring:
    """A scoring string; a later one of the same name counts."""
    numbers: dict[str, Fraction] = {}
    other = []
    for part in re.split(r",(?![^{}]*\})", text):
        match = _PAIR.fullmatch(part)
        value = exact(match[2]) if match else None
        if match and value is not None:
            numbers[match[1]] = value
        elif part.strip():
            other.append(part.strip())
    return Scoring(numbers, ", ".join(other))


def scored(question: Question, default: str, own: str, remarks: list[Remark]) -> Question:
    """The question with credits and weights as it is scored; what cannot be said exactly is named.

    One right choice: ``b`` for it, ``m`` for a wrong one. Several: ``b`` for each box that is right,
    or ``mz`` for all together. Each choice's own scoring is not looked at here.
    """
    scoring = read(f"{default},{own}")
    told = f"scoring {own or default}"
    single = question.kind is QuestionKind.SINGLE
    known = {"b", "m", "e", "v", "p", "mz"} if not single else {"b", "m", "e", "v", "p"}
    rest = set(scoring.numbers) - known
    best = scoring.number("b", 1)
    if not single and "haut" in scoring.numbers:
        best = scoring.number("haut", 1)
    odd = scoring.other or rest or scoring.number("v", 0) or best <= 0
    if not odd and single:
        wrong = scoring.number("m", 0)
        if wrong == 0 or (wrong * 60).denominator == 1:
            options = tuple(
                replace(o, share=Fraction(1) if o.right else wrong / best if wrong else None)
                for o in question.options
            )
            if scoring.number("e", 0) not in {0, wrong}:
                remarks.append(
                    Remark(Fate.CHANGED, question.line, f"{told}: for several crosses", "they give 0")
                )
            return replace(question, credits=best, options=_weighed(options, wrong))
    if not odd and not single and "mz" in scoring.numbers and scoring.number("mz", 0) > 0:
        return replace(question, credits=scoring.number("mz", 0), scheme="all-or-nothing")
    if not odd and not single and not scoring.number("m", 0) and not scoring.number("p", 0):
        return replace(question, credits=best * max(1, len(question.options)), scheme="per-choice")
    done = f"left out: worth {show_credits(best if best > 0 else Fraction(1))}, by the exam's scheme"
    remarks.append(Remark(Fate.CHANGED, question.line, told, done))
    return replace(question, credits=best if best > 0 else Fraction(1))


def _weighed(options: Sequence[Option], wrong: Fraction) -> tuple[Option, ...]:
    """Without weights where a wrong choice takes nothing: that is what one right choice means anyway."""
    return tuple(options) if wrong else tuple(replace(o, share=None) for o in options)
