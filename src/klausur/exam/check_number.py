"""Whether questions for numbers make sense: what is right fits its boxes and earns the credits."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from klausur.base.credits import show_credits
from klausur.base.diagnostics import Diagnostic
from klausur.exam.model import Question
from klausur.exam.number import DigitBoxes, ExpectedNumber


def question(asked: Question) -> Iterator[Diagnostic]:
    """Everything about one question for a number."""
    if not asked.expected:
        return  # there is no ::: answer, or every line of it was refused
    most = max(one.credits for one in asked.expected)
    if asked.credits and most != asked.credits:
        message = f"the best number gives {show_credits(most)} of {show_credits(asked.credits)} credits"
        hint = f"let one line give all of them: - [+{show_credits(asked.credits)}] …"
        yield Diagnostic("answer-credits", message, asked.place, hint)
    if asked.boxes is not None:
        yield from _unreachable(asked, asked.boxes, asked.expected)


def blanks(asked: Question) -> Iterator[Diagnostic]:
    """Everything about one question with numbers in blanks of its text."""
    most = sum((blank.credits for blank in asked.blanks), Fraction(0))
    if (
        asked.credits
        and most != asked.credits
        and asked.blanks
        and all(blank.expected for blank in asked.blanks)
    ):
        message = f"the best numbers give {show_credits(most)} of {show_credits(asked.credits)} credits"
        hint = f"change what they give, or write credits={show_credits(most)}"
        yield Diagnostic("answer-credits", message, asked.place, hint)
    for blank in asked.blanks:
        yield from _unreachable(asked, blank.boxes, blank.expected)


def _unreachable(
    asked: Question, boxes: DigitBoxes, expected: Sequence[ExpectedNumber]
) -> Iterator[Diagnostic]:
    """Numbers that are right and cannot be written; nothing of boxes that were refused."""
    for one in expected if boxes.digits else ():
        if not one.reachable(boxes):
            message = f"{shown(one)} cannot be written into {described(boxes)}"
            hint = "give it more digits=… or decimals=…, or sign=yes for a minus, or a tolerance: ± 0.05"
            yield Diagnostic("answer-boxes", message, asked.place, hint)


def shown(one: ExpectedNumber) -> str:
    """A number that is right, such as ``9.81 ± 0.02``."""
    return show_credits(one.value) + (f" ± {show_credits(one.within)}" if one.within else "")


def described(boxes: DigitBoxes) -> str:
    """Boxes in words."""
    after = f" and {boxes.decimals} after the decimal sign" if boxes.decimals else ""
    return f"{boxes.digits} boxes{after}{', with one for a minus' if boxes.sign else ''}"
