"""Digits as people write them into boxes: made-up strokes in several forms, varied by each hand.

Nothing here is taken from a collection of real handwriting, so that a reader trained on one can be measured
on these.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np

from klausur.base.geometry import Box
from klausur.rehearse.hands import Hand
from klausur.rehearse.strokes import Points, Stroke, pull, smooth

_FORMS = {
    "0": (
        "45,100 12,85 0,45 15,5 45,0 70,30 70,75 42,102",
        "50,97 20,98 0,60 5,15 40,0 75,25 72,80 40,100 30,93",
    ),
    "1": (
        "35,100 33,50 32,0",
        "8,62 25,80 42,100 | 42,100 40,50 40,0",
        "12,75 40,100 | 40,100 40,2 | 12,0 68,2",
    ),
    "2": (
        "5,78 25,100 62,95 66,62 35,28 2,2 | 2,2 75,0",
        "8,80 35,102 70,80 50,40 12,5 8,20 35,12 80,2",
    ),
    "3": (
        "8,90 40,102 68,82 50,57 25,53 55,50 76,25 45,0 3,10",
        "8,100 68,99 | 68,99 33,60 62,52 75,25 45,0 5,8",
    ),
    "4": (
        "25,100 12,68 3,40 | 3,40 82,40 | 58,75 54,35 52,0",
        "60,0 60,50 62,100 | 62,100 2,32 | 2,32 86,33",
        "10,100 8,55 65,52 | 64,100 62,45 62,0",
    ),
    "5": (
        "18,100 12,56 | 12,56 45,64 74,38 60,5 30,-2 2,10 | 18,100 72,100",
        "72,98 22,100 14,57 50,62 72,35 50,2 3,6",
    ),
    "6": (
        "60,100 25,70 4,30 20,0 58,5 68,33 40,48 10,30",
        "68,92 40,98 10,60 6,15 38,-2 70,20 50,46 12,38",
    ),
    "7": (
        "4,97 74,100 | 74,100 42,50 28,0",
        "4,97 74,100 | 74,100 45,50 28,0 | 20,48 68,54",
        "6,84 8,100 | 8,100 74,99 | 74,99 38,45 30,0",
    ),
    "8": (
        "62,88 35,102 10,82 35,55 70,28 45,0 8,15 25,45 60,72 60,92",
        "38,54 10,78 35,102 62,80 38,54 6,22 38,-2 70,24 38,54",
    ),
    "9": (
        "66,84 36,103 4,78 22,48 55,56 68,88 | 68,88 65,40 56,0",
        "66,84 36,103 4,78 22,48 55,56 69,92 70,55 62,12 38,-2 10,8",
    ),
}
"""For each digit the forms that it has, in hundredths of its height: x to the right, y up from the base line;
strokes apart by a bar."""

_TALL = (5.0, 7.6)
"""Height of digits in mm: cells are 9 mm high."""


def row(text: str, cells: Sequence[Box], hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    """The strokes of digits in a row of cells, from the left, as one hand writes them.

    Args:
        text: digits; a blank leaves its cell empty.
        cells: the row's cells in mm.
        hand: who writes.
        rng: all chance comes from here; a person's forms come first out of it.
    """
    form = forms(rng)
    tall = float(np.clip(rng.normal(6.2, 0.7) * (0.8 + 0.2 * hand.size), *_TALL))
    wide = tall * float(rng.uniform(0.72, 1.0))
    drift = rng.normal(0.0, 0.45, 2)
    strokes: list[Stroke] = []
    for what, cell in zip(text, cells, strict=False):
        if what not in _FORMS:
            continue
        middle = np.array(cell.centre) + drift + rng.normal(0.0, 0.3, 2)
        strokes += digit(what, form[what], middle, (wide, tall), hand, rng)
    return strokes


def forms(rng: np.random.Generator) -> dict[str, int]:
    """Which form a person has for each digit."""
    return {what: int(rng.integers(len(known))) for what, known in _FORMS.items()}


def digit(
    what: str,
    form: int,
    middle: Points,
    size: tuple[float, float],
    hand: Hand,
    rng: np.random.Generator,
) -> list[Stroke]:
    """One digit round a place in mm, so wide and high; mostly in a person's ``form``."""
    known = _FORMS[what]
    if rng.random() < 0.06:  # nobody keeps to one form
        form = int(rng.integers(len(known)))
    stretch = np.array(size) * rng.uniform(0.92, 1.08, 2)
    lean = hand.slant + rng.normal(0.0, 0.05)
    strokes = []
    for path in _strokes(known[form]):
        points = path + rng.normal(0.0, 0.022, path.shape)
        points = smooth(points, 3) - np.array((0.36, 0.5))
        points[:, 0] += lean * points[:, 1]
        strokes.append(pull(middle + points * stretch * np.array((1.0, -1.0)), hand, rng, shake=0.6))
    return strokes


@cache
def _strokes(form: str) -> tuple[Points, ...]:
    """The strokes of a form of `_FORMS`, each (n, 2), 1 high."""
    return tuple(
        np.array([point.split(",") for point in stroke.split()], np.float64) / 100
        for stroke in form.split("|")
    )
