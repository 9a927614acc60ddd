"""A number that is asked for: the boxes that are printed for its digits, and the numbers that are right."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from klausur.base.credits import Credits

MOST_DIGITS, MOST_DECIMALS = 9, 6
"""More boxes than this before and after the decimal sign nobody fills in, and no line holds."""

_NUMBER = r"[+-]?(?:\d{1,12}(?:[.,]\d{1,9})?|[.,]\d{1,9})"
_EXPECTED = re.compile(rf"(?P<value>{_NUMBER})\s*(?:±\s*(?P<within>{_NUMBER})\s*(?P<percent>%)?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class DigitBoxes:
    """The boxes of a number: ``digits`` before the decimal sign, ``decimals`` after it.

    ``sign`` says whether there is a box to cross for a minus. ``unit`` is printed behind the boxes.
    """

    digits: int
    decimals: int = 0
    sign: bool = False
    unit: str = ""

    def holds(self, value: Fraction) -> bool:
        """Whether a candidate can write this number into the boxes, exactly."""
        fine = value * 10**self.decimals
        return fine.denominator == 1 and abs(value) < 10**self.digits and (self.sign or value >= 0)


@dataclass(frozen=True, slots=True)
class ExpectedNumber:
    """A number that earns credits: ``value``, and all that lies ``within`` that distance of it."""

    value: Fraction
    credits: Credits
    within: Fraction = Fraction(0)

    def meets(self, written: Fraction) -> bool:
        """Whether a number is this one."""
        return abs(written - self.value) <= self.within

    def reachable(self, boxes: DigitBoxes) -> bool:
        """Whether these boxes can hold a number that is this one."""
        scale = 10**boxes.decimals
        low, high = (self.value - self.within) * scale, (self.value + self.within) * scale
        nearest_to_zero = min(max(Fraction(0), Fraction(ceil(low))), Fraction(floor(high)))
        return low <= nearest_to_zero <= high and boxes.holds(nearest_to_zero / scale)


@dataclass(frozen=True, slots=True)
class NumberBlank:
    """A number that is asked for within a text: its boxes, and the numbers that are right."""

    boxes: DigitBoxes
    expected: tuple[ExpectedNumber, ...] = ()

    @property
    def credits(self) -> Credits:
        """The most that it gives."""
        return max((one.credits for one in self.expected), default=Fraction(0))


def earned(expected: Sequence[ExpectedNumber], written: Fraction | None) -> Credits:
    """What a written number earns: the most that one of those it meets gives; nothing written, nothing."""
    if written is None:
        return Fraction(0)
    return max((one.credits for one in expected if one.meets(written)), default=Fraction(0))


def parse(text: str, credits: Credits) -> ExpectedNumber:
    """A number as an author expects it, such as ``9.81``, ``9,81 ± 0,02`` or ``100 ± 5 %``.

    Raises:
        ValueError: it is none; the message says how one is written.
    """
    plain = text.strip().strip("$").replace(r"\pm", "±").replace("{,}", ",").replace(r"\%", "%")
    plain = " ".join(plain.replace("−", "-").replace("–", "-").replace("+-", "±").split())
    match = _EXPECTED.fullmatch(plain)
    if match is None:
        raise ValueError("write a number, and how far off is right as well: 9.81, 9.81 ± 0.02 or 120 ± 5 %")
    value = number(match["value"])
    within = abs(number(match["within"])) if match["within"] else Fraction(0)
    if match["percent"]:
        within = abs(value) * within / 100
    return ExpectedNumber(value, credits, within)


def number(text: str) -> Fraction:
    """A number with a decimal point or comma."""
    return Fraction(text.replace(",", "."))
