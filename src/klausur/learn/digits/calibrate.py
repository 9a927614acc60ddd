"""From a trained digit network to the confidences that call a person, and what they cost.

Two bounds: one for registration numbers, which are held against a list, one for numbers that are answers,
where nothing stands behind a digit but this. Both come from pictures and writers that neither train nor
judge.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from klausur.learn import budget
from klausur.learn.budget import Evidence
from klausur.learn.digits.cells import Cells
from klausur.learn.digits.labels import EMPTY, ILLEGIBLE
from klausur.read import card
from klausur.read.preprocess import Inputs

ALLOWED = 0.005
"""Share of digits, read rightly, that the flag bound may call a person for. A row of eight has one in 25."""

BUDGET = 2_500.0
"""Digits and empty cells of answers, per million, misread without a flag at most, at a confidence of 95 %.
So few people cannot prove less at a price that anybody would pay; what is expected is a small part of it."""

TRACES = 2
"""Dark pixels that a cell may have in black and white if it passes for empty: a speck of one pixel at 300 dpi
makes as many. Of 565 of MNIST's validation digits, by 96 pens and cut at seven grey levels from 200 to 70,
557 passed for empty: 453 of these cells had no dark pixel, 51 had more than two. Of 1,422 empty cells of the
rehearsal's black and white scans one had more."""

OUTLINE = 0.25
"""Least darkness of a cell's frame there. Frames are printed in middle grey: where the threshold is above
them they measure 1, where it falls among their noise about 0.55, and 0 below."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The confidences under which a person decides, and what stands behind the second.

    ``flag_below`` is for registration numbers, ``answers_below`` for answers.
    """

    flag_below: float
    answers_below: float
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class DigitFigures:
    """How a reader did on some cells.

    Attributes:
        digits: how many cells hold a digit.
        digits_right: share of them whose most probable class is right.
        digits_flagged: share of them that are flagged.
        digits_misread: digits read wrongly without a flag.
        answers_flagged: share of them that are flagged in an answer.
        answers_misread: digits of answers read wrongly without a flag.
        signs_right: share of minus, comma and point whose most probable class is right; 0 without any.
        empty_right: share of empty cells that are read as such without a flag.
        illegible_flagged: share of cells that nobody can read which are flagged.
        calibration_error: how far confidence and share right are apart, of digits.
    """

    digits: int
    digits_right: float
    digits_flagged: float
    digits_misread: int
    answers_flagged: float
    answers_misread: int
    signs_right: float
    empty_right: float
    illegible_flagged: float
    calibration_error: float


def bounds(probabilities: Inputs, cells: Cells) -> Bounds:
    """The bounds for windows of people who neither learn nor calibrate, by those with a digit or nothing."""
    flags = flag_below(probabilities, cells.labels)
    plain = cells.labels <= EMPTY
    value, sure = in_cells(probabilities[plain])
    confidence, wrong = sure.astype(np.float64), value != cells.labels[plain]
    people, weights = cells.people[plain], np.ones(int(plain.sum()))
    answers = budget.threshold(wrong, np.zeros_like(wrong), confidence, people, weights, BUDGET)
    answers = max(answers, flags)
    unsure = confidence < answers
    found = budget.evidence(wrong & ~unsure, wrong | unsure, people, weights)
    return Bounds(flags, answers, found)


def in_black_and_white(temperature: float, found: Bounds) -> card.Bounds:
    """What holds on scans in black and white: as on all others, and what the scan may have eaten is asked."""
    return card.Bounds(temperature, found.flag_below, TRACES, TRACES, OUTLINE)


def flag_below(probabilities: Inputs, labels: npt.NDArray[np.int64]) -> float:
    """The confidence under which a person decides, as high as `ALLOWED` permits."""
    value, sure = in_cells(probabilities)
    return round(float(np.quantile(sure[(labels < EMPTY) & (value == labels)], ALLOWED)), 4)


def in_cells(probabilities: Inputs) -> tuple[npt.NDArray[np.int64], Inputs]:
    """What cells are read as, (n,), and how sure that is: a digit or "empty", nothing else belongs there."""
    seen = probabilities[:, : EMPTY + 1]
    return seen.argmax(axis=1), seen.max(axis=1)


def outcome(
    probabilities: Inputs, labels: npt.NDArray[np.int64], bound: float, for_answers: float
) -> DigitFigures:
    """How readings with these bounds compare with the labels."""
    value, sure = in_cells(probabilities)
    flagged, wrong = sure < bound, value != labels
    unsure = sure < for_answers
    digit, sign = labels < EMPTY, (labels > EMPTY) & (labels < ILLEGIBLE)
    return DigitFigures(
        digits=int(digit.sum()),
        digits_right=_share(~wrong, digit),
        digits_flagged=_share(flagged, digit),
        digits_misread=int((wrong & ~flagged & digit).sum()),
        answers_flagged=_share(unsure, digit),
        answers_misread=int((wrong & ~unsure & digit).sum()),
        signs_right=_share(probabilities.argmax(axis=1) == labels, sign),
        empty_right=_share((value == EMPTY) & ~flagged, labels == EMPTY),
        illegible_flagged=_share(flagged, labels == ILLEGIBLE),
        calibration_error=round(calibration_error(sure[digit], ~wrong[digit]), 5),
    )


def calibration_error(sure: npt.NDArray[Any], right: npt.NDArray[np.bool_]) -> float:
    """The expected calibration error (Naeini et al. 2015) of confidences, (n,), that are right or not."""
    bins = np.minimum((sure * _BINS).astype(np.int64), _BINS - 1)
    off = np.bincount(bins, sure - right, _BINS)
    return float(np.abs(off).sum() / len(sure))


_BINS = 15


def _share(said: npt.NDArray[np.bool_], among: npt.NDArray[np.bool_]) -> float:
    return round(float(said[among].mean()), 5) if among.any() else 0.0
