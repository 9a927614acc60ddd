"""How correctors judge, in figures: how many, how fast, how high, and how far from each other."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import combinations, pairwise
from statistics import correlation, median, pstdev

from klausur.base.credits import Credits
from klausur.state.judgements import COMPARISONS, Round

PAUSE = 600.0
"""Seconds between two judgements from which on somebody was elsewhere."""


@dataclass(frozen=True, slots=True)
class Given:
    """A Judgement that was not taken back, as far as figures need it. The fields are those of the records.

    ``counted_anew`` says that nobody looked at the answer for it: a changed rubric counted it.
    """

    id: int
    booklet: int
    question: str
    credits: Credits
    who: str
    when: datetime
    round: Round
    counted_anew: bool = False


@dataclass(frozen=True, slots=True)
class Apart:
    """How far somebody's credits lie from others' for the same answers: so many, by how much on average.

    ``mean`` has a sign, above 0 where they give more; ``distance`` has none.
    """

    count: int = 0
    mean: Credits = Fraction(0)
    distance: Credits = Fraction(0)


LEAST = 20
"""Judgements from whom on anything is said of how somebody's changed; of fewer the p below is no good."""

_LIKELY = 0.01
"""The p below which a change is told: there is one for each corrector and question, so not at 0.05."""


@dataclass(frozen=True, slots=True)
class Drift:
    """How somebody's credits changed from their first judgement of a question to their last.

    Answers are judged in an order that knows nothing of them, so nothing but the corrector changes along it.

    ``by`` is what a straight line through them (least squares) gains in credits from the first to the last;
    ``p`` how likely at least so much is if the order makes no difference: over all orders the correlation r
    of order and credits has the mean 0 and the variance 1 / (n - 1) (Pitman 1937), and is taken as normal.
    """

    by: float
    p: float

    @property
    def told(self) -> bool:
        """Whether it is more than chance brings along often."""
        return self.p < _LIKELY


@dataclass(frozen=True, slots=True)
class CorrectorFigures:
    """One corrector's figures on one question.

    Attributes:
        question: its id.
        who: they.
        judged: the answers of which theirs is the judgement of a round.
        pace: the median of the seconds between two of their judgements, without pauses; None for one alone.
        mean: of the credits that they give; None if all were comparisons.
        spread: their standard deviation.
        drift: how they changed in the time; None of fewer than LEAST, or of equal ones.
        doubles: against those who judged the same answers in another round.
        repeats: against themselves, where they were given their own answers again.
        seeds: against what counts, where all were given the same answers.
    """

    question: str
    who: str
    judged: int
    pace: float | None
    mean: Credits | None
    spread: float | None
    drift: Drift | None
    doubles: Apart
    repeats: Apart
    seeds: Apart


@dataclass(frozen=True, slots=True)
class Difference:
    """Two judgements of one answer that give something else; ``against`` is empty for what counts."""

    question: str
    booklet: int
    round: Round
    who: str
    credits: Credits
    against: str
    other: Credits

    @property
    def by(self) -> Credits:
        """How much more the first of the two gives."""
        return self.credits - self.other


def figures(given: Sequence[Given], worth: Mapping[tuple[int, str], Credits]) -> tuple[CorrectorFigures, ...]:
    """The figures of everybody on every question, by question and name.

    Args:
        given: all judgements that were not taken back, the oldest first.
        worth: what answers earn, by booklet and question: of those that everybody is given.
    """
    looked = [each for each in given if not each.counted_anew]
    mine: defaultdict[tuple[str, str], list[Credits]] = defaultdict(list)
    seen: defaultdict[tuple[str, str], list[datetime]] = defaultdict(list)
    pairs: defaultdict[tuple[str, str], list[Difference]] = defaultdict(list)
    standing = _standing(given)
    for each in sorted(standing, key=lambda each: (each.when, each.id)):
        mine[each.question, each.who].append(each.credits)
    for each in looked:
        seen[each.question, each.who].append(each.when)
    for pair in _pairs(standing, given, worth):
        pairs[pair.question, pair.who].append(pair)
    return tuple(
        _of_one(question, who, mine[question, who], moments, pairs[question, who])
        for (question, who), moments in sorted(seen.items())
    )


def _of_one(
    question: str,
    who: str,
    credits: Sequence[Credits],
    moments: Sequence[datetime],
    pairs: Sequence[Difference],
) -> CorrectorFigures:
    return CorrectorFigures(
        question,
        who,
        len(credits),
        pace(moments),
        sum(credits, Fraction(0)) / len(credits) if credits else None,
        pstdev(map(float, credits)) if credits else None,
        drift(credits),
        _apart(pair for pair in pairs if pair.round not in COMPARISONS),
        _apart(pair for pair in pairs if pair.round is Round.REPEAT),
        _apart(pair for pair in pairs if pair.round is Round.SEED),
    )


def differences(given: Sequence[Given], worth: Mapping[tuple[int, str], Credits]) -> tuple[Difference, ...]:
    """Comparisons and rounds in which something else was given, the farthest apart first; each pair once.

    Args:
        given: as for `figures`.
        worth: likewise.
    """
    found: dict[tuple[object, ...], Difference] = {}
    for pair in _pairs(_standing(given), given, worth):
        if pair.by:
            people = frozenset({pair.who, pair.against})
            at = pair.round in COMPARISONS and (pair.round, pair.who)
            found.setdefault((pair.question, pair.booklet, people, at), pair)
    return tuple(sorted(found.values(), key=lambda d: (-abs(d.by), d.question, d.booklet)))


def pace(moments: Iterable[datetime]) -> float | None:
    """The median of the seconds between one and the next, without pauses; None if there are none."""
    gaps = [(later - sooner).total_seconds() for sooner, later in pairwise(sorted(moments))]
    worked = [gap for gap in gaps if gap <= PAUSE]
    return median(worked) if worked else None


def drift(credits: Sequence[Credits]) -> Drift | None:
    """How credits change along their order; None of fewer than LEAST, or of equal ones."""
    many = len(credits)
    if many < LEAST or len(set(credits)) == 1:
        return None
    given, order = [float(one) for one in credits], range(many)
    r = correlation(order, given)
    by = r * pstdev(given) / pstdev(order) * (many - 1)
    return Drift(by, math.erfc(abs(r) * math.sqrt((many - 1) / 2)))


def _standing(given: Iterable[Given]) -> list[Given]:
    """The judgement of each round of each answer; one that was counted anew is that of who judged."""
    found: dict[tuple[int, str, Round], Given] = {}
    for each in given:
        at = each.booklet, each.question, each.round
        if each.round in COMPARISONS:
            continue
        before = found.get(at)
        if before is not None and each.counted_anew:
            found[at] = Given(
                before.id, each.booklet, each.question, each.credits, before.who, before.when, each.round
            )
        else:
            found[at] = each
    return list(found.values())


def _pairs(
    standing: Sequence[Given], given: Sequence[Given], worth: Mapping[tuple[int, str], Credits]
) -> Iterable[Difference]:
    """Every judgement beside each that it can be held against."""
    rounds: dict[tuple[int, str], list[Given]] = {}
    for each in standing:
        rounds.setdefault((each.booklet, each.question), []).append(each)
    for (booklet, question), made in rounds.items():
        for one, other in combinations(sorted(made, key=lambda each: each.id), 2):
            for mine, theirs in ((one, other), (other, one)):
                yield Difference(
                    *(question, booklet, mine.round, mine.who, mine.credits, theirs.who, theirs.credits)
                )
    for each in given:
        at = each.booklet, each.question
        if each.round is Round.REPEAT:
            own = next((one for one in rounds.get(at, ()) if one.who == each.who), None)
            if own is not None:
                yield Difference(
                    *(each.question, each.booklet, each.round, each.who, each.credits, each.who, own.credits)
                )
        elif each.round is Round.SEED and at in worth:
            yield Difference(
                *(each.question, each.booklet, each.round, each.who, each.credits, "", worth[at])
            )


def _apart(pairs: Iterable[Difference]) -> Apart:
    found = [pair.by for pair in pairs]
    if not found:
        return Apart()
    count = len(found)
    return Apart(count, sum(found, Fraction(0)) / count, sum(map(abs, found), Fraction(0)) / count)
