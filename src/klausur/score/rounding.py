"""Rounding credits to multiples of a step, exactly. Whether anything is rounded, an exam says: `Rounding`."""

import math
from fractions import Fraction
from typing import assert_never

from klausur.base.credits import Credits
from klausur.exam.model import Rounding, RoundKind


def rounded(credits: Credits, rule: Rounding, most: Credits) -> Credits:
    """The credits as a multiple of ``rule.step``, at most ``most``.

    - half-up: the nearest multiple; of two that are equally near the higher one, also below 0.
    - up, down: the next multiple that is not smaller, not larger.

    Args:
        credits: what was earned.
        rule: which way, and to what step.
        most: what can be earned. Credits that lie above it already are only rounded down.
    """
    steps = credits / rule.step
    match rule.kind:
        case RoundKind.HALF_UP:
            whole = math.floor(steps + Fraction(1, 2))
        case RoundKind.UP:
            whole = math.ceil(steps)
        case RoundKind.DOWN:
            whole = math.floor(steps)
        case _:
            assert_never(rule.kind)
    return min(whole * rule.step, max(most, math.floor(steps) * rule.step))
