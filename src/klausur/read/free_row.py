"""A number that is written freely, into a box or onto a line of any width: no cells say where digits stand.

The digit network looks at windows that lie half a millimetre apart, from one end of the row to the other,
with the weights that it has for cells. Of each character a few in a row see it in their middle; where none
stands, they see a gap. All that see a character tell together what it is: it is looked at about four times.
"""

import re
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from klausur.base.geometry import Box
from klausur.paper.fields import DIGIT_H, DIGIT_W
from klausur.read.cells import cell_inputs
from klausur.read.digits import CLASSES, DigitReader
from klausur.read.preprocess import Inputs
from klausur.scan.model import Placed

STEP = 0.5
"""mm from one window to the next."""

EDGE = 2.0
"""mm from either end of a row to the first window's middle: nearer, the network takes a frame for a 1."""

SURE = 0.9
"""A character that is less sure goes to a person. With `EDGE` and the bounds below chosen on 384 numbers by
pictures of MNIST's validation part (``benchmarks/free_rows.py --part validation --seed 1053``)."""

_GAP = CLASSES.index("empty")

_FEWEST, _MOST = 3, 10
"""Windows that see a character in their middle: fewer are a doubt, and more may see two of a kind."""

_NUMBER = re.compile(r"-?\d+([.,]\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Character:
    """A character of a row: what it is, how sure that is, and how many windows see it in their middle."""

    text: str
    confidence: float
    windows: int


def read(placed: Placed, row: Box, reader: DigitReader) -> str | None:
    """The number in a row of a page, as `number` tells it.

    Args:
        placed: the page.
        row: where the number stands, as wide as it likes; what is written keeps to the middle of its height.
        reader: one that tells signs from digits, from version 2 on.
    """
    return number(reader.probabilities(cell_inputs(placed, windows(row))))


def windows(row: Box) -> tuple[Box, ...]:
    """The places, each as large as a cell, that are looked at along a row."""
    count = max(1, round((row.w - 2 * EDGE) / STEP) + 1)
    xs, y = np.linspace(row.x + EDGE, row.right - EDGE, count).tolist(), row.centre[1]
    return tuple(Box(x - DIGIT_W / 2, y - DIGIT_H / 2, DIGIT_W, DIGIT_H) for x in xs)


def number(chances: Inputs) -> str | None:
    """The number that a row's windows show, with a point for its decimal sign; None if a person must look.

    Nothing at all is the empty text. What stands at an end of the row may go on beyond what is looked at.

    Args:
        chances: what the network says to the windows from the left, (n, 14), in the order of `CLASSES`.
    """
    seen = characters(chances)
    text = "".join(each.text for each in seen)
    at_end = any(int(chances[n].argmax()) != _GAP for n in (0, -1))
    if at_end or any(each.confidence < SURE or not _FEWEST <= each.windows <= _MOST for each in seen):
        return None
    return text.replace(",", ".") if not text or _NUMBER.fullmatch(text) else None


def characters(chances: Inputs) -> tuple[Character, ...]:
    """The characters of a row, from the left; arguments as of `number`.

    A single window between two characters, which sees something else while it passes from one to the other,
    is none.
    """
    runs = [(kind, len(list(run))) for kind, run in groupby(chances.argmax(axis=1).tolist())]
    found, at = [], 0
    for n, (kind, count) in enumerate(runs):
        seen = np.log(np.maximum(chances[at : at + count], 1e-12)).mean(axis=0)
        at += count
        beside = runs[max(n - 1, 0) : n] + runs[n + 1 : n + 2]
        passing = count == 1 and len(beside) == 2 and all(k != _GAP and wide > 1 for k, wide in beside)
        if kind != _GAP and not passing:
            share = np.exp(seen - seen.max())
            found.append(Character(CLASSES[kind], float(share[kind] / share.sum()), count))
    return tuple(found)
