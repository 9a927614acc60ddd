"""A number that is written freely into a box: no cells say where its digits stand, but it is one of a few.

The digit network looks at windows that lie half a millimetre apart, from one end of the box to the other,
with the weights that it has for cells. Of each character several in a row see it in their middle; where none
stands, they see a gap. Each spelling of each number that can be meant is laid along the windows as well as it
goes (Viterbi 1967), and the best one is held against the best of another number, and against what
the windows say if anything could be meant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from klausur.base.geometry import Box
from klausur.paper.fields import DIGIT_H, DIGIT_W
from klausur.read.digits import CLASSES
from klausur.read.preprocess import Inputs

STEP = 0.5
"""mm from one window to the next."""

EDGE = 2.0
"""mm from either end of a box to the first window's middle: nearer, the network takes a frame for a 1."""

_GAP = CLASSES.index("empty")

_FEWEST = 2
"""Windows in a row that see a character, at least."""

_LEAST = 1e-4
"""No window rules a character out by more than this chance."""

Scores = npt.NDArray[np.float64]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Likeliest(Generic[T]):
    """The number that windows show best, of those that can be meant.

    Attributes:
        number: which one.
        margin: by how much its likelihood is greater than that of every other number; the logarithm.
        loss: by how much that of whatever the windows show is greater than its own; the logarithm.
    """

    number: T
    margin: float
    loss: float


def windows(row: Box) -> tuple[Box, ...]:
    """The places, each as large as a cell, that are looked at along a box."""
    count = max(1, round((row.w - 2 * EDGE) / STEP) + 1)
    xs, y = np.linspace(row.x + EDGE, row.right - EDGE, count).tolist(), row.centre[1]
    return tuple(Box(x - DIGIT_W / 2, y - DIGIT_H / 2, DIGIT_W, DIGIT_H) for x in xs)


def likeliest(chances: Inputs, spellings: Mapping[T, Sequence[str]]) -> Likeliest[T]:
    """The number that the windows along a box show.

    What stands at an end of the box may go on beyond what is looked at: it counts against every number.

    Args:
        chances: what the network says to the windows from the left, (n, 14), in the order of `CLASSES`.
        spellings: for each number that can be meant, two at least, its spellings, out of the signs of
            `CLASSES`; the empty one is that of an empty box.
    """
    logs = np.log(np.maximum(chances.astype(np.float64), _LEAST))
    scores = {number: max(_laid(logs, text) for text in texts) for number, texts in spellings.items()}
    best, second = sorted(scores, key=lambda number: scores[number], reverse=True)[:2]
    return Likeliest(best, scores[best] - scores[second], float(logs.max(axis=1).sum()) - scores[best])


def _laid(logs: Scores, text: str) -> float:
    """The logarithm of the likelihood of a text, laid along the windows as well as it goes.

    Before the first character and behind the last there is a gap, between two of a kind as well; between
    others there may be one.
    """
    states, stays, jumps = [_GAP], [True], [False]
    for at, sign in enumerate(text):
        states += [CLASSES.index(sign)] * _FEWEST + [_GAP]
        stays += [False] * (_FEWEST - 1) + [True, True]
        # from a character's last window straight to the first of the next one
        jumps += [at > 0 and text[at - 1] != sign] + [False] * _FEWEST
    stay, jump = np.array(stays), np.array(jumps)
    score = np.full(len(states), -np.inf)
    score[0] = logs[0, _GAP]
    for seen in logs[1:, states]:
        on = np.maximum(np.where(stay, score, -np.inf), np.concatenate(([-np.inf], score[:-1])))
        over = np.concatenate(([-np.inf, -np.inf], score[:-2]))[: len(states)]
        score = np.maximum(on, np.where(jump, over, -np.inf)) + seen
    return float(score[-1])
