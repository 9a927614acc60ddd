"""Hints of copying: neighbours whose answers are alike more often than those of two who work apart.

The index is the generalised binomial test of van der Linden and Sotaridona (2006): given one person's
answers, the number of questions that another answers in the same way is a sum of independent draws, each
with the probability that somebody as able as the other answers so. The probability of at least as many is
p; of the two directions the smaller counts, twice.

How likely an answer is for somebody of some ability is estimated without a model of questions: over all
others, weighted by how near they are in what they earned on all other questions (a normal kernel of
Silverman's width). As if `PRIOR` more people had answered so, it is drawn towards what Rasch's model says:
the odds of full credits are those of the person times those of the question, over those of all; what is not
full is shared as among all. So two who are better than all others and agree are no hint, and two who make
the same rare mistakes are.

Neighbours alone are tested, and p is corrected for their number by Holm (1979). How often two who sat apart
are as alike is told beside it: that holds whatever the estimate is worth.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
import numpy.typing as npt

from klausur.report.item_analysis import Table, holm

Ints = npt.NDArray[np.intp]

LEAST_PEOPLE = 20
"""People from whom on an answer's probability can be estimated."""

LEAST_QUESTIONS = 5

PRIOR = 2.0
"""How many people the model stands for. An answer that nobody else gave counts as if half a person had."""

REACH = 2
"""Places to the side up to which somebody in the next row sits near."""

APART = 20_000
"""Pairs of people who sat apart that are looked at, at most."""

_LIKELY = 0.01

_SEAT = re.compile(r"(.*?)(\d+)\D*")


@dataclass(frozen=True, slots=True)
class Sitter:
    """Somebody's booklet, where they sat, and their answers.

    Attributes:
        booklet: its number.
        room: empty if it is not known.
        seat: its name, likewise.
        answers: to each question, in words that are equal if the answers are; None where it is not known.
    """

    booklet: int
    room: str
    seat: str
    answers: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """Two neighbours whose answers are alike.

    Attributes:
        booklets: theirs.
        room: where they sat.
        seats: theirs.
        same: questions with the same answer.
        wrong: those of them whose answer is none that earned all credits.
        of: questions that both answered.
        expected: how many would be the same.
        p: of at least as many, corrected for the number of neighbours.
        apart: the share of pairs that sat apart and are at least as alike; None if there were none.
    """

    booklets: tuple[int, int]
    room: str
    seats: tuple[str, str]
    same: int
    wrong: int
    of: int
    expected: float
    p: float
    apart: float | None

    @property
    def told(self) -> bool:
        """Whether it is worth a look."""
        return self.p < _LIKELY


@dataclass(frozen=True, slots=True)
class Copying:
    """The neighbours, those first whose answers are most alike, and how many pairs were compared.

    ``neighbours`` counts the pairs that were tested, ``apart`` those that they are held against; ``seated``
    is false where no seats are known, so that everybody is everybody's neighbour.
    """

    pairs: tuple[Alike, ...]
    neighbours: int
    apart: int
    seated: bool


def hints(sitters: Sequence[Sitter], earned: Table, most: Table, *, shown: int = 50) -> Copying:
    """Compare neighbours' answers.

    Args:
        sitters: the people.
        earned: their credits, (people, questions).
        most: what each question gives, (questions,).
        shown: how many pairs to return at most.

    Returns:
        no pair if there are fewer than `LEAST_PEOPLE` people or `LEAST_QUESTIONS` questions.
    """
    near = neighbours(sitters)
    seated = bool(near)
    if len(sitters) < LEAST_PEOPLE or earned.shape[1] < LEAST_QUESTIONS:
        return Copying((), 0, 0, seated)
    if not seated:
        near = set(combinations(range(len(sitters)), 2))
    pairs = np.array(sorted(near), np.intp)
    apart = _apart(len(sitters), near) if seated else np.empty((0, 2), np.intp)
    model = _Answers(sitters, earned, most)
    every, expected = model.test(np.concatenate([pairs, apart]))
    p, p_apart = every[: len(pairs)], np.sort(every[len(pairs) :])
    corrected = holm(p)
    found = []
    for at in np.lexsort((p, corrected))[:shown]:
        one, other = (int(n) for n in pairs[at])
        same = model.same(one, other)
        as_alike = np.searchsorted(p_apart, p[at], side="right") / len(p_apart) if len(p_apart) else None
        found.append(
            Alike(
                (sitters[one].booklet, sitters[other].booklet),
                sitters[one].room if sitters[one].room == sitters[other].room else "",
                (sitters[one].seat, sitters[other].seat),
                int(same.sum()),
                int((same & ~model.full[one]).sum()),
                model.both(one, other),
                float(expected[at]),
                float(corrected[at]),
                None if as_alike is None else float(as_alike),
            )
        )
    return Copying(tuple(found), len(pairs), len(apart), seated)


def neighbours(sitters: Sequence[Sitter]) -> set[tuple[int, int]]:
    """Who sat near whom: next to each other in a row, or in the next row and at most `REACH` places aside.

    A seat's name ends in its place; what stands before is its row. Rows and places that nobody had do not
    count: whoever sits behind an empty row sits behind the one before it.
    """
    rows: defaultdict[str, defaultdict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    for n, one in enumerate(sitters):
        seat = _SEAT.fullmatch(one.seat)
        if one.room and seat is not None:
            rows[one.room][seat[1]].append((int(seat[2]), n))
    found = set()
    for in_room in rows.values():
        ordered = [sorted(in_room[row]) for row in sorted(in_room, key=_natural)]
        for row in ordered:
            found |= {_pair(a, b) for (_at, a), (_beside, b) in pairwise(row)}
        for row, behind in pairwise(ordered):
            found |= {_pair(a, b) for at, a in row for place, b in behind if abs(at - place) <= REACH}
    return found


class _Answers:
    """All answers as numbers, and how likely each is for somebody who earns as much."""

    def __init__(self, sitters: Sequence[Sitter], earned: Table, most: Table) -> None:
        self.people, self.questions = earned.shape
        self.codes = np.full((self.people, self.questions), -1, np.intp)
        for q in range(self.questions):
            known: dict[str, int] = {}
            for n, one in enumerate(sitters):
                answer = one.answers[q]
                if answer is not None:
                    self.codes[n, q] = known.setdefault(answer, len(known))
        self.earned = earned
        self.full = earned >= most - 1e-9
        self.total = earned.sum(axis=1)

    def same(self, one: int, other: int) -> npt.NDArray[np.bool_]:
        """Which questions two answered alike, (questions,)."""
        return np.asarray((self.codes[one] == self.codes[other]) & (self.codes[one] >= 0), np.bool_)

    def both(self, one: int, other: int) -> int:
        """How many questions both answered."""
        return int(((self.codes[one] >= 0) & (self.codes[other] >= 0)).sum())

    def test(self, pairs: Ints) -> tuple[Table, Table]:
        """For each of these pairs, (pairs, 2), p and how many answers would be the same, (pairs,)."""
        there, back = np.split(self._likely(np.concatenate([pairs, pairs[:, ::-1]])), 2)
        same = ((self.codes[pairs[:, 0]] == self.codes[pairs[:, 1]]) & ~np.isnan(there)).sum(axis=1)
        sides = np.stack([at_least(likely, same) for likely in (there, back)])
        smaller = sides.argmin(axis=0)
        expected = np.stack([np.nansum(likely, axis=1) for likely in (there, back)])
        return np.minimum(1.0, 2 * sides.min(axis=0)), expected[smaller, np.arange(len(pairs))]

    def _likely(self, pairs: Ints) -> Table:
        """The probability that the second of each pair answers as the first, (pairs, questions).

        It is nan where an answer is not known.
        """
        first, second = pairs[:, 0], pairs[:, 1]
        found = np.full((len(pairs), self.questions), np.nan)
        for q in range(self.questions):
            code = self.codes[:, q]
            known = np.nonzero(code >= 0)[0]
            both = (code[first] >= 0) & (code[second] >= 0)
            if not both.any():
                continue
            rest = self.total - self.earned[:, q]
            spread = float(rest[known].std()) or 1.0
            width = 1.06 * spread * len(known) ** -0.2
            weight = np.exp(-(((rest[:, None] - rest[None, known]) / width) ** 2) / 2)  # (people, known)
            many = int(code.max()) + 1
            given = np.zeros((len(known), many))
            given[np.arange(len(known)), code[known]] = 1
            of_answer = weight @ given  # (people, answers)
            count = given.sum(axis=0)
            a, b = first[both], second[both]
            between = np.exp(-(((rest[b] - rest[a]) / width) ** 2) / 2)
            answer = code[a]
            agrees = code[b] == answer
            full = self.full[known, q]
            of_full = int(full.sum())
            # Neither of the two speaks about the probability.
            counted = of_answer[b, answer] - between - agrees
            others = count[answer] - 1 - agrees
            missed = len(known) - of_full - (~self.full[a, q]).astype(int) - (~self.full[b, q]).astype(int)
            likely = self._rasch(b, q, of_full - self.full[a, q].astype(int) - self.full[b, q].astype(int))
            among_missed = (others + 0.5) / (missed + 0.5 * many)
            prior = np.where(self.full[a, q], likely, (1 - likely) * np.minimum(1.0, among_missed))
            whole = weight.sum(axis=1)[b] - between - 1
            found[both, q] = np.clip((counted + PRIOR * prior) / (whole + PRIOR), 1e-6, 1 - 1e-6)
        return found

    def _rasch(self, people: Ints, q: int, of_full: Ints) -> Table:
        """How likely each of these people has full credits on a question, (people,).

        ``of_full`` is how many others have, without the two of a pair.
        """
        own = _odds(self.full[people].sum(axis=1) - self.full[people, q], self.questions - 1)
        odds = own * _odds(of_full, self.people - 2) / _odds(np.array(self.full.sum()), self.full.size)
        return np.asarray(odds / (1 + odds), np.float64)


def _odds(many: npt.NDArray[np.integer], of: int) -> Table:
    """The odds of so many of so many, half a one more on either side."""
    return np.asarray((many + 0.5) / (of - many + 0.5), np.float64)


def at_least(likely: Table, same: Ints) -> Table:
    """The probability of at least so many successes in draws with these probabilities, (rows,).

    Args:
        likely: of each draw, (rows, draws); nan where there is none.
        same: how many, (rows,).
    """
    rows, draws = likely.shape
    spread = np.zeros((rows, draws + 1))
    spread[:, 0] = 1
    for q in range(draws):
        p = np.nan_to_num(likely[:, q])[:, None]
        spread[:, 1:] = spread[:, 1:] * (1 - p) + spread[:, :-1] * p
        spread[:, :1] *= 1 - p
    above = np.cumsum(spread[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(above[np.arange(rows), same], np.float64)


def _apart(people: int, near: set[tuple[int, int]]) -> Ints:
    """Pairs that did not sit near each other: all, or as many as are looked at, drawn always alike."""
    many = people * (people - 1) // 2
    if many <= 2 * APART:
        every = [pair for pair in combinations(range(people), 2) if pair not in near]
        return np.array(every[:: max(1, -(-len(every) // APART))], np.intp).reshape(-1, 2)
    drawn = np.sort(np.random.default_rng(0).integers(0, people, (2 * APART, 2)), axis=1)
    unlike = [(a, b) for a, b in drawn.tolist() if a != b and (a, b) not in near]
    return np.array(list(dict.fromkeys(unlike))[:APART], np.intp)


def _pair(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def _natural(row: str) -> tuple[tuple[int, str], ...]:
    """Rows in the order in which people count them: 2 before 10, Z before AA."""
    return tuple(_parts(row))


def _parts(row: str) -> Iterator[tuple[int, str]]:
    for part in re.findall(r"\d+|\D+", row):
        yield (int(part), "") if part.isdigit() else (len(part), part)
