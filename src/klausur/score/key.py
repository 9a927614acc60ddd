"""A Grade out of credits, by the grade key. Comparisons are exact: a threshold met is a threshold reached."""

from klausur.base.credits import Credits
from klausur.exam.model import GradeKey
from klausur.score.curve import reached


def grade(key: GradeKey, credits: Credits, of: Credits) -> str:
    """The best grade whose threshold is reached, or ``key.fail``.

    Args:
        key: thresholds from best to worst, in credits, or in percent of ``of``.
        credits: the booklet's total.
        of: the credits that percentages of it are of.

    Raises:
        ValueError: percent of an exam without credits.
    """
    result = reached(key, credits, of)
    return next((name for name, threshold in key.thresholds if result >= threshold), key.fail)
