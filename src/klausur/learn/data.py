"""The training data as arrays: hands drawn in parallel, in an order that depends on the seed alone."""

from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial

import numpy as np

from klausur.learn.crops import CLASSES, Crops, Split, by_hand

_HANDS_PER_TASK = 32


def draw(
    seed: int,
    split: Split,
    samples: int,
    executor: Executor,
    progress: Callable[[int, int], None] | None = None,
) -> Crops:
    """The windows of one split.

    Args:
        seed: of the whole data set.
        split: whose hands.
        samples: at least so many windows, the same number of each class.
        executor: where windows are drawn; each hand's depend on its own number only.
        progress: called with (windows drawn, windows in all).
    """
    hands = -(-samples // len(CLASSES))
    drawn: list[Crops] = []
    tasks = [tuple(range(i, min(i + _HANDS_PER_TASK, hands))) for i in range(0, hands, _HANDS_PER_TASK)]
    for part in executor.map(partial(_hands, seed, split), tasks):
        drawn.append(part)
        if progress is not None:
            progress(sum(len(p.labels) for p in drawn), hands * len(CLASSES))
    return _joined(drawn)


def _hands(seed: int, split: Split, numbers: tuple[int, ...]) -> Crops:
    """A worker's task: the windows of some hands."""
    return _joined([by_hand(seed, split, number) for number in numbers])


def _joined(parts: list[Crops]) -> Crops:
    return Crops(np.concatenate([p.windows for p in parts]), np.concatenate([p.labels for p in parts]))
