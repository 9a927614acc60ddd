"""The training data as arrays: hands drawn in parallel, in an order that depends on the seed alone."""

from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial

import numpy as np

from klausur.learn.crops import DRAWN, Crops, Split, by_hand
from klausur.read.crop import SIDE

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
        samples: at least so many windows.
        executor: where windows are drawn; each hand's depend on its own number only.
        progress: called with (windows drawn, windows in all).
    """
    hands = -(-samples // len(DRAWN))
    total = hands * len(DRAWN)
    windows, labels = np.empty((total, SIDE, SIDE, 3), np.uint8), np.empty(total, np.int64)
    tasks = [tuple(range(i, min(i + _HANDS_PER_TASK, hands))) for i in range(0, hands, _HANDS_PER_TASK)]
    done = 0
    for part in executor.map(partial(_hands, seed, split), tasks):
        upto = done + len(part.labels)
        windows[done:upto], labels[done:upto] = part.windows, part.labels
        done = upto
        if progress is not None:
            progress(done, total)
    return Crops(windows, labels)


def _hands(seed: int, split: Split, numbers: tuple[int, ...]) -> Crops:
    """A worker's task: the windows of some hands."""
    parts = [by_hand(seed, split, number) for number in numbers]
    return Crops(np.concatenate([p.windows for p in parts]), np.concatenate([p.labels for p in parts]))
