"""Second looks: which unflagged marks people look at once more, and what that says of all the others.

A sample is drawn by state, each state in proportion to how often it was read. Which readings are in it
follows from its seed and from what was read alone: every reading has a number that is drawn for it once, and
those with the least numbers are the sample (permanent random numbers: Ohlsson, "Coordination of samples using
permanent random numbers", 1995). So a larger sample has the smaller one in it, and where more pages are
scanned later it stays a sample of all: some of their marks are drawn too.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil, floor

import numpy as np

CONFIDENCE = 0.95
"""How sure the bounds are."""


@dataclass(frozen=True, slots=True)
class StoredSample:
    """That a sample of ``size`` was drawn by ``seed``; the newest counts."""

    id: int
    seed: int
    size: int
    who: str
    when: datetime


@dataclass(frozen=True, slots=True)
class Stratum:
    """The unflagged readings of one state: how many there are, and those that are drawn, in their order."""

    state: str
    of: int
    drawn: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StratumLooks:
    """What people found in one state.

    Attributes:
        state: what was read.
        of: unflagged readings of it.
        drawn: how many are drawn.
        looked: how many of these were looked at before the first that was not. What counts must be a sample,
            too: somebody who leaves out the hard ones makes none.
        misread: how many of those were misread.
    """

    state: str
    of: int
    drawn: int
    looked: int
    misread: int


def sample(unflagged: Mapping[str, Sequence[int]], seed: int, size: int) -> tuple[Stratum, ...]:
    """Draw about ``size`` of all unflagged readings, at least one of each state.

    Args:
        unflagged: their keys, by what was read.
        seed: of the numbers that are drawn for readings, at least 0.
        size: how many; all if there are not so many.
    """
    known = {state: np.array(keys, np.int64) for state, keys in sorted(unflagged.items()) if len(keys)}
    if not known:
        return ()
    share = min(1.0, size / sum(map(len, known.values())))
    # The bits of this generator are promised to stay the same (NEP 19); its distributions are not.
    numbers = np.random.PCG64(seed).random_raw(max(int(keys.max()) for keys in known.values()) + 1)
    found = []
    for state, keys in known.items():
        order = keys[np.argsort(numbers[keys], kind="stable")]
        drawn = order[: ceil(share * len(keys) - 1e-9)]
        found.append(Stratum(state, len(keys), tuple(drawn.tolist())))
    return tuple(found)


def in_order(strata: Sequence[Stratum]) -> tuple[int, ...]:
    """All that is drawn, mixed: of the first ones, however many, each state has its share."""
    placed = [((n + 0.5) / len(s.drawn), s.state, key) for s in strata for n, key in enumerate(s.drawn)]
    return tuple(key for _, _, key in sorted(placed))


def looks_of(stratum: Stratum, right: Collection[int], wrong: Collection[int]) -> StratumLooks:
    """What people found among the drawn ones, of which they looked at those ``right`` and ``wrong``."""
    looked = 0
    for key in stratum.drawn:
        if key not in right and key not in wrong:
            break
        looked += 1
    misread = sum(key in wrong for key in stratum.drawn[:looked])
    return StratumLooks(stratum.state, stratum.of, len(stratum.drawn), looked, misread)


def upper(misread: int, looked: int) -> float:
    """The share of misread ones that is not exceeded with 95 % confidence, if so many of these were misread.

    The exact binomial bound of Clopper and Pearson (Biometrika 26, 1934): the share at which a sample of
    ``looked`` has ``misread`` or fewer with a probability of 5 %, by the beta distribution's quantile.
    """
    from scipy.special import betaincinv  # noqa: PLC0415 - who only looks at records need not wait for it

    if misread >= looked:
        return 1.0
    return float(betaincinv(misread + 1, looked - misread, CONFIDENCE))


def at_most(strata: Sequence[StratumLooks]) -> int:
    """How many of all unflagged readings are misread at most, with 95 % confidence; found ones among them.

    Within a state the misread ones of a sample without replacement are distributed as a sum of independent
    trials with unequal chances (Vatutin and Mikhailov, Theory of Probability and its Applications 27, 1982),
    so all states together are. Few of them are never more likely than where all chances are the mean one
    (Hoeffding, Annals of Mathematical Statistics 27, 1956). So `upper` of all that was looked at bounds the
    mean of the states' shares, weighted by what was looked at of each. A state of which relatively less was
    looked at than of others might hold all: the least share looked at weighs. A state that nobody looked at
    counts whole.
    """
    seen = [s for s in strata if s.looked]
    rest = sum(s.of for s in strata if not s.looked)
    if not seen:
        return rest
    looked, misread = sum(s.looked for s in seen), sum(s.misread for s in seen)
    least = min(s.looked / s.of for s in seen)
    most = floor(upper(misread, looked) * looked / least + 1e-9)
    return rest + min(most, sum(s.of for s in seen))
