"""A Grade out of credits, by the grade key. Comparisons are exact: a threshold met is a threshold reached."""

from klausur.base.credits import Credits
from klausur.exam.model import GradeKey


def grade(key: GradeKey, credits: Credits, of: Credits) -> str:
    """The best grade whose threshold is reached, or ``key.fail``.

    Args:
        key: thresholds from best to worst, in credits, or in percent of ``of``.
        credits: the booklet's total.
        of: the exam's credits.

    Raises:
        ValueError: percent of an exam without credits.
    """
    if key.percent and of <= 0:
        raise ValueError(f"there is no percentage of {of} credits")
    reached = credits * 100 / of if key.percent else credits
    return next((name for name, threshold in key.thresholds if reached >= threshold), key.fail)
