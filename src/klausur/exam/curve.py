"""Grade keys by formula: thresholds in equal steps, and marks that are proportional to credits.

`klausur.score.curve` fits keys to results.
"""

from collections.abc import Sequence
from fractions import Fraction

from klausur.base.credits import show_credits

GRADES = ("1.0", "1.3", "1.7", "2.0", "2.3", "2.7", "3.0", "3.3", "3.7", "4.0")
"""The passing grades of German universities, best first."""


def linear(grades: Sequence[str], best: Fraction, worst: Fraction) -> tuple[tuple[str, Fraction], ...]:
    """Thresholds from ``best`` for the first grade to ``worst`` for the last, all steps equal.

    One grade alone begins at ``worst``.
    """
    steps = max(len(grades) - 1, 1)
    first = best if len(grades) > 1 else worst
    return tuple((grade, first - (first - worst) * n / steps) for n, grade in enumerate(grades))


def marks(
    least: Fraction, most: Fraction, step: Fraction, *, half_up: bool
) -> tuple[tuple[str, Fraction], ...]:
    """Marks in proportion to the percentage s: least + (most - least) · s / 100, in multiples of a step.

    Mark v is reached where the formula gives v, or v - step / 2 where it is rounded half up; so its threshold
    is (v - step / 2 - least) / (most - least) · 100. The least mark has none.

    Args:
        least: of no credits.
        most: of all credits; a multiple of the step above ``least``.
        step: between two marks.
        half_up: rounded to the nearest mark, from the middle upwards; else down.
    """
    early = step / 2 if half_up else Fraction(0)
    count = int((most - least) / step)
    values = [least + step * n for n in range(count, 0, -1)]
    return tuple((show_credits(v), (v - early - least) / (most - least) * 100) for v in values)
