"""Whose registration numbers were written: rows of digit cells to candidates, as one assignment problem.

Each row comes as the reader's probabilities for its cells, and each candidate writes one row at most. Both
together settle more than each row alone: a number that two rows resemble goes to the one that resembles it
more, and neither goes unseen. What is not plain is for a person to decide; nothing is read or stored here.
The assignment itself stands in `klausur.roster.assign`.

A registration number's likelihood in a row is that of its digits in its cells, the rest of the cells empty;
a short number may stand anywhere in the row, also with gaps. Against the candidates stands an option "not on
the roster": any other number of digits as the roster has them.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Scores = tuple[tuple[float, ...], ...]
"""A row as its reader saw it, (cells, 11): each cell's probabilities of the ten digits and of "empty"."""

MARGIN = 7.5
"""Log-likelihood by which a candidate must be ahead. docs/reference/readers.md tells how it was chosen."""

SLIP = 1e-3
"""Share of cells in which something else stands than the reader is sure of: its rarest errors, and slips of
the pen. It bounds what one cell can say against a number."""

STRANGER = 1e-2
"""Share of rows whose number is not on the roster."""

LIKELIEST = 5
"""How many candidates a person chooses from."""

_KEPT = 12
"""How many candidates of a row take part in the assignment: the likeliest ones."""

_WORTH = 20.0
"""Log-likelihood by which a candidate may be less likely than a stranger and still be shown to a person:
about two cells that say otherwise."""

_UNSEEN = 0.1
"""How often each digit is counted at each place beside the roster's own: strangers may have others."""

_ANYTHING = 1e-2
"""Share of strangers' rows that hold anything at all, also nothing."""

_ROUNDING = 1e-9

CLASSES = 11
_EMPTY = 10
_DIGITS = frozenset("0123456789")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Match:
    """Whose number a row is.

    Attributes:
        row: the row's place among those given, from 0.
        registration: the candidate who the joint assignment gives the row to; None for nobody on the roster.
        margin: the log-likelihood by which that is ahead of the next best: of the row's own, or of all
            assignments in which the row goes elsewhere, whichever is nearer. Below 0 where others were
            more likely to have written the row's own favourite.
        likeliest: candidates who a person would look at first, the likeliest first.
        flagged: a person decides: nobody, or the margin is too small.
    """

    row: int
    registration: str | None
    margin: float
    likeliest: tuple[str, ...]
    flagged: bool


def match(numbers: Sequence[Scores], roster: Sequence[str], margin: float = MARGIN) -> tuple[Match, ...]:
    """Find whose number each row is.

    Args:
        numbers: the rows; they need not have equally many cells.
        roster: the registration numbers of all who may have written one. Those that hold anything but
            digits, or more digits than a row has cells, cannot have been written there.
        margin: log-likelihood by which a candidate must be ahead, or a person decides.

    Returns:
        A Match for each row, in their order.

    Raises:
        ValueError: a cell has not eleven probabilities.
    """
    return together(likely(numbers, roster), margin)


@dataclass(frozen=True, slots=True)
class Likely:
    """Who may have written a row: all that is known of it without looking at the other rows.

    ``options`` are the likeliest candidates with their log-likelihoods, falling; ``stranger`` is that of
    nobody on the roster.
    """

    options: tuple[tuple[str, float], ...]
    stranger: float

    def above_stranger(self) -> list[tuple[str, float]]:
        """The candidates who may get the row: before the others goes a stranger, who is never taken."""
        return [(candidate, at) for candidate, at in self.options if at > self.stranger]


def likely(numbers: Sequence[Scores], roster: Sequence[str]) -> tuple[Likely, ...]:
    """Who may have written each of these rows.

    Raises:
        ValueError: a cell has not eleven probabilities.
    """
    groups = _groups(tuple(roster))
    return tuple(_options(_logs(scores), groups) for scores in numbers)


def together(rows: Sequence[Likely], margin: float = MARGIN) -> tuple[Match, ...]:
    """Whose number each row is, every candidate writing one row at most. Arguments as for `match`.

    Rows that share no candidate with another one are told alone: most often all are, and SciPy, which loads
    for 0.3 s, is not needed.
    """
    wanted = [row.above_stranger() for row in rows]
    shared = {
        candidate for candidate, count in Counter(c for row in wanted for c, _ in row).items() if count > 1
    }
    contested = [n for n, row in enumerate(wanted) if any(candidate in shared for candidate, _ in row)]
    found = {n: _matched(n, row, *_alone(row, wanted[n]), margin) for n, row in enumerate(rows)}
    if contested:
        from klausur.roster.assign import assign  # noqa: PLC0415 - see above

        assigned, joint = assign([wanted[n] for n in contested], [rows[n].stranger for n in contested])
        for n, candidate, ahead in zip(contested, assigned, joint, strict=True):
            found[n] = _matched(n, rows[n], candidate, ahead, margin)
    return tuple(found[n] for n in range(len(rows)))


def _alone(row: Likely, wanted: Sequence[tuple[str, float]]) -> tuple[str | None, float]:
    """Who gets a row that nobody else claims, and by how much that is ahead of the next best."""
    if not wanted:
        return None, math.inf
    (first, best), *rest = wanted
    return first, best - (rest[0][1] if rest else row.stranger)


@dataclass(frozen=True, slots=True)
class _Group:
    """The roster's numbers of one length.

    ``digits`` are theirs, (n, length). ``likeness`` is how frequent each digit is at each place among them,
    (length, 10), and ``typical`` the logarithm of how likely each number is by that, (n,).
    """

    numbers: tuple[str, ...]
    digits: npt.NDArray[np.intp]
    likeness: Floats
    typical: Floats


@lru_cache(maxsize=4)
def _groups(roster: tuple[str, ...]) -> tuple[_Group, ...]:
    """The groups of a roster, which many rows are held against one after the other."""
    by_length: dict[int, list[str]] = defaultdict(list)
    for registration in dict.fromkeys(roster):
        if registration and _DIGITS.issuperset(registration):
            by_length[len(registration)].append(registration)
    return tuple(_group(numbers) for numbers in by_length.values())


def _group(numbers: Sequence[str]) -> _Group:
    digits = np.array([list(map(int, number)) for number in numbers], np.intp)
    counted = np.stack([np.bincount(place, minlength=_EMPTY) for place in digits.T])
    likeness = (counted + _UNSEEN) / (len(numbers) + _EMPTY * _UNSEEN)
    typical = np.log(likeness)[np.arange(digits.shape[1]), digits].sum(axis=1)
    return _Group(tuple(numbers), digits, np.asarray(likeness, np.float64), np.asarray(typical, np.float64))


def _logs(scores: Scores) -> Floats:
    """The logarithms of a row's probabilities, (cells, 11), none below what a slip allows."""
    if any(len(cell) != CLASSES for cell in scores):
        raise ValueError(f"a cell has not {CLASSES} probabilities")
    chances = np.array(scores, np.float64).reshape(-1, CLASSES)
    return np.asarray(np.log((1.0 - SLIP) * chances + SLIP / CLASSES), np.float64)


def _options(logs: Floats, groups: Sequence[_Group]) -> Likely:
    """A row's likeliest candidates, and how likely a stranger is beside them."""
    size = sum(len(group.numbers) for group in groups)
    found: list[tuple[float, str]] = []
    strangers = _ANYTHING * CLASSES ** -len(logs)
    for group in groups:
        if group.digits.shape[1] > len(logs):
            continue
        likelihoods = _likelihoods(logs, group.digits)
        few = np.argsort(-likelihoods, kind="stable")[:_KEPT]
        found += [(float(likelihoods[n]), group.numbers[n]) for n in few.tolist()]
        strangers += len(group.numbers) / size * _elsewhere(logs, group, likelihoods)
    found.sort(key=lambda option: -option[0])
    best = found[:_KEPT]
    # Each of the candidates writes a row with a chance of (1 - STRANGER) / size.
    stranger = math.log(strangers * STRANGER / (1.0 - STRANGER) * max(size, 1))
    return Likely(tuple((r, at) for at, r in best), stranger)


def _elsewhere(logs: Floats, group: _Group, likelihoods: Floats) -> float:
    """The likelihood that a row holds a number which is like a group's, but is none of them.

    What a number like them would give is summed over all numbers at once, by summing over the digits of each
    place; those that are on the roster are then taken away.
    """
    places = np.log(np.exp(logs[:, :_EMPTY]) @ group.likeness.T)  # (cells, length)
    best = _best_place(logs[:, _EMPTY], places.shape[1], lambda cell, k: places[cell, k : k + 1])
    like = math.exp(float(best[0]))
    known = float(np.exp(group.typical + likelihoods).sum())
    return max(like - known, _ROUNDING * like)


def _likelihoods(logs: Floats, digits: npt.NDArray[np.intp]) -> Floats:
    """The log-likelihood of each number, (n,), with digits (n, length), in a row of logs (cells, 11)."""
    by_place = np.ascontiguousarray(digits.T)
    return _best_place(logs[:, _EMPTY], len(by_place), lambda cell, k: logs[cell][by_place[k]])


def _best_place(empty: Floats, length: int, written: Callable[[int, int], Floats]) -> Floats:
    """The log-likelihoods of numbers, each at its best place in a row: (n,).

    Args:
        empty: of each cell being empty, (cells,).
        length: how many digits the numbers have, at most as many as there are cells.
        written: that of a cell holding the numbers' k-th digit, (n,), for (cell, k).

    After each cell ``best[k]`` holds the log-likelihood of the row so far with the first k digits in it.
    """
    spare = len(empty) - length
    best: list[Floats] = [np.zeros(1), *[np.full(1, -np.inf)] * length]
    for cell, blank in enumerate(empty):
        # So many digits must have been written that the others fit into the rest of the row.
        for k in range(min(length, cell + 1), max(0, cell - spare), -1):
            best[k] = np.maximum(best[k] + blank, best[k - 1] + written(cell, k - 1))
        best[0] = best[0] + blank
    return best[length]


def _matched(row: int, option: Likely, assigned: str | None, joint: float, least: float) -> Match:
    likelihood = dict(option.options)
    own = option.stranger if assigned is None else likelihood[assigned]
    others = [at for candidate, at in likelihood.items() if candidate != assigned]
    if assigned is not None:
        others.append(option.stranger)
    margin = min(joint, own - max(others, default=-math.inf))
    worth = [c for c, at in likelihood.items() if at >= option.stranger - _WORTH]
    return Match(row, assigned, margin, tuple(worth[:LIKELIEST]), assigned is None or margin < least)
