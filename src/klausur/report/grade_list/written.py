"""A result as a cell of an office's list has it: exact, as far as decimal numbers go."""

import math
import re
from fractions import Fraction

from klausur.base.credits import Credits, show_credits
from klausur.base.errors import KlausurError
from klausur.report.grade_list.request import Wanted

PLACES = 5
"""Digits behind the point that a number without an end has; Moodle keeps as many."""

_NUMBER = re.compile(r"-?[0-9]+([.,][0-9]+)?")


def written(wants: Wanted, grade: str, total: Credits, of: Credits, *, comma: bool) -> str:
    """What is written.

    Args:
        wants: what the column wants.
        grade: by its name in the grade key.
        total: the credits.
        of: the credits that percentages are of.
        comma: numbers have a decimal comma.

    Raises:
        KlausurError: a grade that is no number in hundredths, or percent of no credits.
    """
    match wants:
        case Wanted.GRADE:
            text = grade
        case Wanted.HUNDREDTHS:
            text = _hundredths(grade)
        case Wanted.CREDITS:
            text = decimal(total)
        case Wanted.PERCENT:
            if not of:
                raise KlausurError("there is no percentage of 0 credits", "fill in credits or grades instead")
            text = decimal(total * 100 / of)
    if not _NUMBER.fullmatch(text):
        return text
    return text.replace(".", ",") if comma else text.replace(",", ".")


def _hundredths(grade: str) -> str:
    number = Fraction(grade.replace(",", ".")) * 100 if _NUMBER.fullmatch(grade) else None
    if number is None or number.denominator != 1:
        raise KlausurError(f"the grade {grade!r} has no hundredths", "fill in the grade itself: =grade")
    return str(number)


def decimal(value: Fraction) -> str:
    """A number with a decimal point; one without an end is rounded to `PLACES`, from the middle upwards."""
    steps = 10**PLACES
    return show_credits(Fraction(math.floor(value * steps + Fraction(1, 2)), steps))


def equal(one: str, other: str) -> bool:
    """Whether two cells say the same: the same text, or the same number."""
    if _NUMBER.fullmatch(one) and _NUMBER.fullmatch(other):
        return Fraction(one.replace(",", ".")) == Fraction(other.replace(",", "."))
    return one == other
