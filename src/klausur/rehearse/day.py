"""The exam day beside the marks: who comes, which booklet they take, what they stick, write and sign.

Decided by chance for the whole print run before anything is drawn. How it looks lives in
`klausur.rehearse.numerals`, `klausur.rehearse.signing` and `klausur.rehearse.stuck_labels`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from klausur.paper.run import PrintRun
from klausur.rehearse.candidates import POPULATION
from klausur.rehearse.hands import Hand, hand, stream
from klausur.rehearse.stuck_labels import Way
from klausur.roster.model import Candidate

_DAY = 6
"""Name of the day's random stream; booklets and shots have theirs."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How often people do what on the day; shares 0 … 1.

    Attributes:
        absent: of the candidates.
        spoilt: of the spare booklets, those that somebody takes in place of the own one.
        unstuck: of the stickers, those forgotten: such candidates write their number.
        also_written: of the candidates with a sticker, those who write their number as well.
        second_sticker: of the covers with a sticker, those with a second one, of somebody else.
        ways: how stickers are stuck on, with the share of each; the rest is neat.
        unsigned: of the candidates present, those who forget to sign.
        dashed: of the absent, those whose signature field gets a dash.
        extra: of the candidates present, those who take an extra sheet.
        extra_registration: of these, those who write their registration number on it too.
        extra_blank: of these, those who write no booklet number.
    """

    absent: float = 0.03
    spoilt: float = 0.5
    unstuck: float = 0.02
    also_written: float = 0.6
    second_sticker: float = 0.01
    ways: Mapping[Way, float] | None = None
    unsigned: float = 0.01
    dashed: float = 0.4
    extra: float = 0.1
    extra_registration: float = 0.85
    extra_blank: float = 0.03


_WAYS = {
    Way.TURNED: 0.06,
    Way.UPSIDE_DOWN: 0.02,
    Way.SHIFTED: 0.05,
    Way.OVER_THE_EDGE: 0.015,
    Way.HALF_COVERED: 0.015,
}


@dataclass(frozen=True, slots=True)
class Sitting:
    """One booklet that was used: whose it is, and how one can tell.

    ``stickers`` are numbers and ways; ``written`` are the digits in its registration boxes.
    """

    booklet: int
    candidate: Candidate
    stickers: tuple[tuple[int, Way], ...] = ()
    written: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """An extra sheet that was used, and what stands in its digit boxes."""

    number: int
    booklet: int
    digits: str
    registration: str


@dataclass(frozen=True, slots=True)
class Day:
    """Everything that happens. Booklets that are in no sitting stay unused, and nobody scans them.

    ``signed`` names whose attendance row is signed; ``dashed`` whose has a dash.
    """

    sittings: Mapping[int, Sitting]
    extras: Mapping[int, tuple[Taken, ...]]
    """By booklet."""
    signed: frozenset[str]
    dashed: frozenset[str]


def day(run: PrintRun, seed: int, habits: Habits | None = None) -> Day:
    """Let the day happen."""
    habits = habits or Habits()
    rng = stream(POPULATION, seed, _DAY)
    sittings = {s.booklet: s for s in _sittings(run, habits, rng)}
    present = {s.candidate.registration for s in sittings.values()}
    away = [c.registration for c in run.candidates if c.registration not in present]
    return Day(
        sittings=sittings,
        extras=_extras(run, sittings, habits, rng),
        signed=frozenset(r for r in sorted(present) if rng.random() >= habits.unsigned),
        dashed=frozenset(r for r in away if rng.random() < habits.dashed),
    )


def signer(seed: int, field: str) -> Hand:
    """The hand that signs in a field."""
    return hand(stream(POPULATION, seed, _DAY, *field.encode()), POPULATION)


def _sittings(run: PrintRun, habits: Habits, rng: np.random.Generator) -> Iterator[Sitting]:
    if run.stickers:
        yield from _with_stickers(run, habits, rng)
        # Those who came onto the list later may have a booklet with their name, where stickers ran out.
        late = [(b.number, b.candidate) for b in run.booklets if b.candidate is not None]
        yield from (Sitting(number, person) for number, person in late if rng.random() >= habits.absent)
        return
    spares = [b.number for b in run.booklets if b.candidate is None]
    named = [(b.number, b.candidate) for b in run.booklets if b.candidate is not None]
    come = [at for at in named if rng.random() >= habits.absent]
    order = rng.permutation(len(come))
    takers = {come[int(n)][0] for n, _ in zip(order, spares, strict=False) if rng.random() < habits.spoilt}
    left = iter(spares)
    for number, candidate in come:
        if number in takers:
            yield Sitting(next(left), candidate, written=candidate.registration)
        else:
            yield Sitting(number, candidate)


def _with_stickers(run: PrintRun, habits: Habits, rng: np.random.Generator) -> Iterator[Sitting]:
    """Unnamed booklets, laid out anyhow; each candidate sticks a sticker on the one at the seat."""
    ways = habits.ways if habits.ways is not None else _WAYS
    kinds, shares = list(ways), np.array(list(ways.values()), np.float64)
    booklets = [int(n) for n in rng.permutation([b.number for b in run.booklets if b.candidate is None])]
    numbers = [s.number for s in run.stickers]
    for sticker, booklet in zip(run.stickers, booklets, strict=False):
        chance = rng.random(5)
        if chance[0] < habits.absent:
            continue
        drawn = int(np.searchsorted(np.cumsum(shares), chance[1], side="right"))
        way = kinds[drawn] if drawn < len(kinds) else Way.NEATLY
        forgot = chance[2] < habits.unstuck
        stuck = [] if forgot else [(sticker.number, way)]
        if stuck and chance[3] < habits.second_sticker and len(numbers) > 1:
            other = numbers[(numbers.index(sticker.number) + 1) % len(numbers)]
            stuck.append((other, Way.SHIFTED))
        writes = forgot or chance[4] < habits.also_written
        written = sticker.candidate.registration if writes else ""
        yield Sitting(booklet, sticker.candidate, tuple(stuck), written)


def _extras(
    run: PrintRun, sittings: Mapping[int, Sitting], habits: Habits, rng: np.random.Generator
) -> dict[int, tuple[Taken, ...]]:
    left = iter(run.extras)
    taken: dict[int, tuple[Taken, ...]] = {}
    for booklet in sorted(sittings):
        chance = rng.random(4)
        if chance[0] >= habits.extra:
            continue
        number = next(left, None)
        if number is None:
            break
        digits = str(booklet) if chance[1] < 0.6 else f"{booklet:05d}"
        known = sittings[booklet].candidate.registration
        taken[booklet] = (
            Taken(
                number,
                booklet,
                "" if chance[2] < habits.extra_blank else digits,
                known if chance[3] < habits.extra_registration else "",
            ),
        )
    return taken
