"""A number as an answer: which one a candidate writes, and how it gets into its boxes."""

from fractions import Fraction

import numpy as np

from klausur.base.credits import show_credits
from klausur.base.geometry import Size
from klausur.exam.model import Question
from klausur.exam.number import ExpectedNumber, number
from klausur.paper.fields import NO_NUMBER, Field, Mark
from klausur.paper.number_row import digit_cells, sign_box
from klausur.rehearse import pen
from klausur.rehearse.hands import Hand
from klausur.rehearse.numerals import row
from klausur.rehearse.prints import origin
from klausur.scan.model import Pixels

_SKIPPED = 0.06
"""Share of the questions that stay empty."""


def answer(question: Question | None, field: Field, skill: float, rng: np.random.Generator) -> str:
    """What a candidate writes: mostly a number that is right, else another one; or `NO_NUMBER`."""
    fate = rng.random()
    expected = _expected(question, field)
    if fate < _SKIPPED:
        return NO_NUMBER
    if expected and fate < 0.35 + 0.6 * skill:
        return _written(expected[int(rng.integers(len(expected)))], field)
    decimals = field.decimals or 0
    digits = rng.integers(1, (field.cells or 1) - decimals + 1)
    whole = int(rng.integers(10**digits))
    rest = int(rng.integers(10**decimals))
    sign = "-" if field.sign and rng.random() < 0.5 else ""
    return show_credits(number(f"{sign}{whole}.{rest:0{decimals}}" if decimals else f"{sign}{whole}"))


def _expected(question: Question | None, field: Field) -> tuple[ExpectedNumber, ...]:
    """The numbers that are right in a NumberRow or NumberBlank."""
    if question is None:
        return ()
    if field.blank is None:
        return question.expected
    return next((b.expected for at, b in enumerate(question.blanks, start=1) if at == field.blank), ())


def _written(one: ExpectedNumber, field: Field) -> str:
    """A number that is right, as exactly as the boxes allow."""
    scale = 10 ** (field.decimals or 0)
    return show_credits(Fraction(round(one.value * scale), scale))


def draw(sheet: Pixels, size: Size, field: Field, value: str, hand: Hand, rng: np.random.Generator) -> None:
    """Write a number into its boxes: digits to the right before the decimal sign, to the left behind it."""
    if value == NO_NUMBER:
        return
    scale, corner = sheet.shape[1] / size.w, origin(sheet, size, field.box)
    decimals = field.decimals or 0
    whole, _, rest = value.removeprefix("-").partition(".")
    text = whole.rjust((field.cells or 1) - decimals) + (rest or "0" * (decimals > 0)).ljust(decimals)
    pen.ink(sheet, row(text, digit_cells(field), hand, rng), scale, corner, hand, rng)
    box = sign_box(field)
    if value.startswith("-") and box is not None:
        pen.draw(sheet, box, scale, origin(sheet, size, box), Mark.CROSSED, hand, rng, avoid=[])
