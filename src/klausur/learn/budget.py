"""How many marks may be misread without a flag: an upper bound that does not take copies for evidence.

Marks of one person resemble each other, and copies of one trace with other pens even more, so that many
windows say less than as many people would. How much less is the design effect, measured by what happens
often enough to be measured: that a mark is not read rightly and at once.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import beta

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

SURE = 0.95
"""With which confidence the bound holds."""

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """What readings say about silent misreads.

    Attributes:
        windows: how many were read.
        silent: how many of them were misread without a flag.
        people: how many wrote them.
        effective: how many independent marks they are worth.
        per_million: the rate of silent misreads, with each class as frequent as on paper.
        bound: the most that it is, per million marks, with a confidence of `SURE`.
    """

    windows: int
    silent: int
    people: int
    effective: float
    per_million: float
    bound: float


def evidence(silent: Flags, troubled: Flags, people: npt.NDArray[np.int64], weights: Floats) -> Evidence:
    """The bound of Clopper and Pearson for clustered data.

    Its source: Korn and Graubard 1998, "Confidence intervals for proportions with small expected number of
    positive counts estimated from survey data".

    Args:
        silent: which marks were misread without a flag, (n,).
        troubled: which were misread or flagged; tells how much a person's marks resemble each other.
        people: who wrote each.
        weights: how much more frequent its class is on paper than among these.
    """
    total = float(weights.sum())
    rate = float(weights @ silent) / total
    spread = total**2 / float(weights @ weights)
    effective = spread / _design_effect(troubled, people, weights)
    found = rate * effective
    bound = float(beta.ppf(SURE, found + 1.0, max(effective - found, 1e-9)))
    count = len(np.unique(people))
    return Evidence(
        len(silent),
        int(silent.sum()),
        count,
        round(effective, 1),
        round(rate * MILLION, 1),
        round(bound * MILLION, 1),
    )


def threshold(
    wrong: Flags,
    flagged: Flags,
    confidence: Floats,
    people: npt.NDArray[np.int64],
    weights: Floats,
    budget: float,
) -> float:
    """The least confidence that keeps silent misreads within a budget.

    Where the evidence is too weak for the budget at any confidence, the least at which fewest are misread:
    a higher one would only flag for want of people.

    Args:
        wrong: which marks are read as what they are not, (n,).
        flagged: which are flagged whatever their confidence.
        confidence: of each reading.
        people: who wrote each.
        weights: as in `evidence`.
        budget: the most per million marks, with a confidence of `SURE`.
    """
    tried = np.unique(np.round(np.concatenate([[0.5], confidence[wrong & ~flagged] + 1e-4]), 4))
    tried = tried[(tried >= _LEAST) & (tried <= 1.0)]
    found: dict[float, int] = {}
    for least in [_LEAST, *tried.tolist()]:
        unsure = flagged | (confidence < least)
        known = evidence(wrong & ~unsure, wrong | unsure, people, weights)
        if known.bound <= budget:
            return float(least)
        found[least] = known.silent
    return min(found, key=lambda least: (found[least], least))


_LEAST = 0.5
"""A reading that is more likely wrong than right is no reading."""


def _design_effect(troubled: Flags, people: npt.NDArray[np.int64], weights: Floats) -> float:
    """How many marks are worth one: the variance of their mean by people, over that of independent marks."""
    total, share = float(weights.sum()), float(weights @ troubled) / float(weights.sum())
    _, who = np.unique(people, return_inverse=True)
    count = int(who.max()) + 1
    alone = share * (1.0 - share) * float(weights @ weights) / total**2
    if count < _FEW or alone == 0.0:
        return max(1.0, len(people) / count)
    off = np.bincount(who, weights * (troubled - share))
    clustered = float(off @ off) / total**2 * count / (count - 1)
    return max(1.0, clustered / alone)


_FEW = 5
"""With fewer people nothing can be said about how their marks differ: each counts as one mark."""
