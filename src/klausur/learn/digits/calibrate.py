"""From a trained digit network to the confidence that calls a person, and what it costs.

The bound comes from validation pictures; the test pictures are only measured.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from klausur.learn.digits.cells import EMPTY, ILLEGIBLE
from klausur.read.preprocess import Inputs

ALLOWED = 0.005
"""Share of digits, read rightly, that the flag bound may call a person for. A row of eight has one in 25."""


@dataclass(frozen=True, slots=True)
class DigitFigures:
    """How a reader did on some cells.

    Attributes:
        digits: how many cells hold a digit.
        digits_right: share of them whose most probable class is right.
        digits_flagged: share of them that are flagged.
        digits_misread: digits read wrongly without a flag.
        empty_right: share of empty cells that are read as such without a flag.
        illegible_flagged: share of cells that nobody can read which are flagged.
    """

    digits: int
    digits_right: float
    digits_flagged: float
    digits_misread: int
    empty_right: float
    illegible_flagged: float


def flag_below(probabilities: Inputs, labels: npt.NDArray[np.int64]) -> float:
    """The confidence under which a person decides, as high as `ALLOWED` permits."""
    right = (labels < EMPTY) & (probabilities.argmax(axis=1) == labels)
    return round(float(np.quantile(probabilities.max(axis=1)[right], ALLOWED)), 4)


def outcome(probabilities: Inputs, labels: npt.NDArray[np.int64], bound: float) -> DigitFigures:
    """How readings with a flag bound compare with the labels."""
    value, flagged = probabilities.argmax(axis=1), probabilities.max(axis=1) < bound
    digit = labels < EMPTY
    return DigitFigures(
        digits=int(digit.sum()),
        digits_right=round(float((value == labels)[digit].mean()), 5),
        digits_flagged=round(float(flagged[digit].mean()), 5),
        digits_misread=int(((value != labels) & ~flagged & digit).sum()),
        empty_right=round(float(((value == EMPTY) & ~flagged)[labels == EMPTY].mean()), 5),
        illegible_flagged=round(float(flagged[labels == ILLEGIBLE].mean()), 5),
    )
