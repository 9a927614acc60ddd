"""Several looks of a network at what it is not sure of at once, each time a little aside.

What a network says of a mark or a digit hangs on where it lies, and less so in the mean (of logarithms, so of
logits). How far aside, and what comes in there, is each reader's own.
"""

from collections.abc import Callable, Sequence

import numpy as np

from klausur.read.preprocess import Inputs

Once = Callable[[Inputs], Inputs]
"""Prepared windows, (n, channels, side, side), to probabilities, (n, classes)."""


def opinion(once: Once, fed: Inputs, at_once: float, aside: Callable[[Inputs], Sequence[Inputs]]) -> Inputs:
    """Probabilities for prepared windows, (n, classes); where one look is not sure, the mean of several.

    Args:
        once: what one look gives.
        fed: the windows.
        at_once: confidence from which on one look is enough.
        aside: windows to the same ones as they look a little aside, as often as there are more looks.
    """
    seen = once(fed)
    unsure = seen.max(axis=1) < at_once
    if unsure.any():
        views = np.concatenate(aside(fed[unsure]))  # one run of all costs less than one of each
        every = np.concatenate([seen[unsure], once(views)]).reshape(-1, int(unsure.sum()), seen.shape[1])
        mean = np.exp(np.log(np.maximum(every, 1e-12)).mean(axis=0))
        seen[unsure] = mean / mean.sum(axis=1, keepdims=True)
    return seen
