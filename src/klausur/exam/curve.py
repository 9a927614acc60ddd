"""A linear grade key: thresholds in equal steps. `klausur.score.curve` fits keys to results."""

from collections.abc import Sequence
from fractions import Fraction

GRADES = ("1.0", "1.3", "1.7", "2.0", "2.3", "2.7", "3.0", "3.3", "3.7", "4.0")
"""The passing grades of German universities, best first."""


def linear(grades: Sequence[str], best: Fraction, worst: Fraction) -> tuple[tuple[str, Fraction], ...]:
    """Thresholds from ``best`` for the first grade to ``worst`` for the last, all steps equal.

    One grade alone begins at ``worst``.
    """
    steps = max(len(grades) - 1, 1)
    first = best if len(grades) > 1 else worst
    return tuple((grade, first - (first - worst) * n / steps) for n, grade in enumerate(grades))
