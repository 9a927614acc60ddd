"""Item analysis: how hard each question is, how well it tells people apart, how reliable the whole exam is.

Everything here is a function of what was earned, an array of a row for each person and a column for each
question, all known. Formulas and their sources:

- facility: the mean of a question's credits as a share of those that it gives;
- ``discrimination``: the correlation of a question with the sum of all others, corrected for its own part in
  the sum (Henrysson 1963);
- ``alpha``: k / (k - 1) · (1 - Σ s²ⱼ / s²) over k questions, with s² the variance of the sum (Cronbach 1951);
- the standard error of measurement: s · √(1 - alpha);
- DIF: whether people who are alike in all else do otherwise on a question when they are in a group, by
  Mantel's (1963) chi-square over strata of the rest score, and how much, as the mean difference over these
  strata in standard deviations of the question, in the classes of Zwick, Thayer and Mazzeo (1997). p is
  corrected for the number of tests by Holm (1979).

Variances and standard deviations are those of a sample, with n - 1.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[np.float64]

LEAST = 3
"""People from whom on anything is said of how questions go together."""

PARTS = ("low", "middle", "high")
"""Thirds of the people by what they earned in all."""

STRATA = 5
"""Parts of equal size by the rest score, within which groups are compared."""

_SOME, _MUCH = 0.17, 0.25
_LIKELY = 0.05


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of a question: its letter, whether it is right, and the share of each third that crossed it.

    ``discrimination`` is the correlation of crossing it with the sum of all other questions; None where
    everybody did the same.
    """

    letter: str
    right: bool
    chosen: float
    by_part: tuple[float, float, float]
    discrimination: float | None


@dataclass(frozen=True, slots=True)
class Item:
    """A question's figures. What cannot be said of so few or equal people is None.

    Attributes:
        question: its id.
        number: as the paper has it.
        credits: that it gives.
        mean: of what was earned.
        spread: its standard deviation.
        facility: 0 to 1.
        none: the share of people who earned nothing.
        full: the share who earned all.
        discrimination: -1 to 1.
        alpha_without: of the exam without it.
        by_part: its facility in each third of the people.
        choices: of a multiple-choice question.
        people: how many were asked it, where that is not everybody.
    """

    question: str
    number: str
    credits: float
    mean: float
    spread: float | None
    facility: float
    none: float
    full: float
    discrimination: float | None
    alpha_without: float | None
    by_part: tuple[float, float, float]
    choices: tuple[Choice, ...] = ()
    people: int | None = None


class Class(StrEnum):
    """How much a group differs on a question, after Zwick, Thayer and Mazzeo."""

    NONE = "A"
    SOME = "B"
    MUCH = "C"


@dataclass(frozen=True, slots=True)
class Difference:
    """How a group does on a question beside others with the same rest score.

    ``by`` is what groups them, such as room; ``many`` how many they are. ``by_sd`` is positive where they do
    better, in standard deviations of the question; ``p`` is after Holm's correction.
    """

    question: str
    number: str
    by: str
    group: str
    many: int
    by_sd: float
    chi_square: float
    p: float

    @property
    def size(self) -> Class:
        """What to make of it."""
        if self.p >= _LIKELY or abs(self.by_sd) <= _SOME:
            return Class.NONE
        return Class.SOME if abs(self.by_sd) <= _MUCH else Class.MUCH


@dataclass(frozen=True, slots=True)
class Analysis:
    """An exam's figures: over ``people`` whose results are final; None where too few or equal.

    ``error`` is the standard error of measurement, in credits. ``differences`` are all that were tested.
    """

    people: int
    of: float
    mean: float | None
    median: float | None
    spread: float | None
    lowest: float | None
    highest: float | None
    skewness: float | None
    alpha: float | None
    error: float | None
    items: tuple[Item, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that is analysed: its id, number and credits, its choices' letters, and the right ones."""

    question: str
    number: str
    credits: float
    letters: tuple[str, ...] = ()
    right: frozenset[str] = frozenset()


def analyse(
    asked: Sequence[Asked],
    earned: Table,
    *,
    crossed: Sequence[Sequence[frozenset[str] | None]] = (),
    groups: dict[str, Sequence[str]] | None = None,
) -> Analysis:
    """The figures of an exam.

    Args:
        asked: the questions that count.
        earned: credits, (people, questions), all known.
        crossed: for each person and question the letters that they crossed; None where that is unknown.
        groups: for what groups people, such as room, the group of each; "" is none.

    Raises:
        ValueError: the table has other columns than the questions.
    """
    people, columns = earned.shape
    if columns != len(asked):
        raise ValueError(f"{columns} columns of {len(asked)} questions")
    total = earned.sum(axis=1)
    part = thirds(total)
    whole = alpha(earned)
    spread = _spread(total)
    items = []
    for n, question in enumerate(asked if people else ()):
        rest = total - earned[:, n]
        letters = [row[n] for row in crossed]
        items.append(
            replace(
                _item(question, earned[:, n], rest, part),
                alpha_without=alpha(np.delete(earned, n, axis=1)),
                choices=tuple(_choices(question, letters, rest, part)) if letters else (),
            )
        )
    tested = [
        one
        for by, of in (groups or {}).items()
        for n, question in enumerate(asked)
        for one in _differences(question, earned[:, n], total - earned[:, n], by, of)
    ]
    return Analysis(
        people=people,
        of=sum(question.credits for question in asked),
        mean=float(total.mean()) if people else None,
        median=float(np.median(total)) if people else None,
        spread=spread,
        lowest=float(total.min()) if people else None,
        highest=float(total.max()) if people else None,
        skewness=skewness(total),
        alpha=whole,
        error=None if whole is None or spread is None else spread * math.sqrt(max(0.0, 1.0 - whole)),
        items=tuple(items),
        differences=tuple(
            replace(one, p=p)
            for one, p in zip(
                tested, holm(np.array([one.p for one in tested], np.float64)).tolist(), strict=True
            )
        ),
    )


def alpha(earned: Table) -> float | None:
    """Cronbach's alpha of a table, (people, questions); None of one question, or if all earned the same."""
    people, k = earned.shape
    if people < LEAST or k < 2:
        return None
    whole = float(earned.sum(axis=1).var(ddof=1))
    if whole < 1e-12:
        return None
    return float(k / (k - 1)) * (1.0 - float(earned.var(axis=0, ddof=1).sum()) / whole)


def correlation(a: Table, b: Table) -> float | None:
    """Pearson's, of two rows of numbers, (people,); None where one of them has no variance."""
    if len(a) < LEAST or a.std() < 1e-9 or b.std() < 1e-9:
        return None
    return float(np.corrcoef(a, b)[0, 1])


def skewness(values: Table) -> float | None:
    """The third standardised moment, m₃ / m₂^(3/2); None where all are equal."""
    if len(values) < LEAST or values.std() < 1e-9:
        return None
    return float(((values - values.mean()) ** 3).mean() / values.std() ** 3)


def thirds(total: Table) -> npt.NDArray[np.intp]:
    """Which third of the people each is in by their total, (people,): 0, 1 or 2.

    People with one total are together, in the third of their middle.
    """
    return _parts(total, len(PARTS))


def _parts(values: Table, many: int) -> npt.NDArray[np.intp]:
    below = np.searchsorted(np.sort(values), values, side="left")
    up_to = np.searchsorted(np.sort(values), values, side="right")
    middle = (below + up_to) / 2
    return np.minimum((middle * many / max(len(values), 1)).astype(np.intp), many - 1)


def _spread(values: Table) -> float | None:
    return float(values.std(ddof=1)) if len(values) > 1 else None


def _by_part(values: Table, part: npt.NDArray[np.intp]) -> tuple[float, float, float]:
    low, middle, high = (
        float(values[part == n].mean()) if (part == n).any() else math.nan for n in range(len(PARTS))
    )
    return low, middle, high


def _item(asked: Asked, earned: Table, rest: Table, part: npt.NDArray[np.intp]) -> Item:
    share = earned / asked.credits if asked.credits else np.zeros_like(earned)
    return Item(
        question=asked.question,
        number=asked.number,
        credits=asked.credits,
        mean=float(earned.mean()),
        spread=_spread(earned),
        facility=float(share.mean()),
        none=float((earned <= 0).mean()),
        full=float((earned >= asked.credits).mean()),
        discrimination=correlation(earned, rest),
        alpha_without=None,
        by_part=_by_part(share, part),
    )


def _choices(
    asked: Asked, crossed: Sequence[frozenset[str] | None], rest: Table, part: npt.NDArray[np.intp]
) -> Iterable[Choice]:
    known = np.array([one is not None for one in crossed], np.bool_)
    if not known.any():
        return
    for letter in asked.letters:
        chose = np.array([letter in one for one in crossed if one is not None], np.float64)
        yield Choice(
            letter,
            letter in asked.right,
            float(chose.mean()),
            _by_part(chose, part[known]),
            correlation(chose, rest[known]),
        )


def _differences(
    asked: Asked, earned: Table, rest: Table, by: str, of: Sequence[str]
) -> Iterable[Difference]:
    group_of = np.array(of)
    known = group_of != ""
    names = sorted(set(group_of[known].tolist()))
    if len(names) < 2 or earned.std() < 1e-9:
        return
    stratum = _parts(rest[known], STRATA)
    spread = float(earned.std(ddof=1))
    for name in names:
        focal = group_of[known] == name
        found = mantel(earned[known], focal, stratum)
        if found is not None:
            chi_square, difference = found
            p = math.erfc(math.sqrt(chi_square / 2))
            yield Difference(
                asked.question, asked.number, by, name, int(focal.sum()), difference / spread, chi_square, p
            )


def mantel(
    earned: Table, focal: npt.NDArray[np.bool_], stratum: npt.NDArray[np.intp]
) -> tuple[float, float] | None:
    """Mantel's test of whether a group earns as much as others in the same strata.

    Args:
        earned: credits, (people,).
        focal: who is in the group, (people,).
        stratum: with whom each is compared, (people,).

    Returns:
        the chi-square with one degree of freedom, and the mean difference of the group to the others over
        the strata, weighed by how many of the group are there; None where no stratum has both and differs.
    """
    off = variance = apart = 0.0
    weight = 0
    for one in np.unique(stratum):
        here, mine = earned[stratum == one], focal[stratum == one]
        many, own = len(here), int(mine.sum())
        if not 0 < own < many:
            continue
        off += float(here[mine].sum()) - own * float(here.mean())
        variance += (
            own
            * (many - own)
            / (many**2 * (many - 1))
            * (many * float((here**2).sum()) - float(here.sum()) ** 2)
        )
        apart += own * (float(here[mine].mean()) - float(here[~mine].mean()))
        weight += own
    if variance < 1e-12:
        return None
    return off**2 / variance, apart / weight


def holm(p: Table) -> Table:
    """Probabilities of tests, (tests,), corrected for how many they are, after Holm."""
    order = np.argsort(p, kind="stable")
    found = np.empty_like(p)
    found[order] = np.maximum.accumulate(np.minimum(1.0, p[order] * np.arange(len(p), 0, -1)))
    return found
