"""Which variant of the exam lies at which seat, so that neighbours have different ones.

Left and right count most, then the seats in front and behind, then those at the corners: with two variants
nobody has the paper of who sits beside them, in front or behind; from four on, nor of those at the corners.
What cannot be had between seats that are placed unevenly is given up from the corners on.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from klausur.roster.seat_plan import Seat

_BESIDE, _BEFORE, _FAR, _CORNER = 1000, 100, 20, 10
"""What it costs to have the paper of a neighbour; one beside whom seats stay empty is far."""

_NEAR = 1.5
"""So many times the usual distance between two people of a row, and somebody counts as a neighbour."""


Rows = Mapping[int, Sequence[Seat]]
"""The seats that somebody sits on by their rows, from the front; those of a row from the left."""


def deal(order: Sequence[Seat], count: int, fixed: Mapping[Seat, int] | None = None) -> dict[Seat, int]:
    """Give each seat of one room its variant.

    Args:
        order: the seats that are given one, in the order of filling.
        count: how many variants there are.
        fixed: seats that have one already; they are among the result.
    """
    dealt = dict(fixed or {})
    rows = _rows({*order, *dealt})
    step = _step(rows)
    nth = {row: n for n, row in enumerate(rows)}
    first = min((seat.place for seats in rows.values() for seat in seats), default=1)
    for seat in order:
        if seat in dealt:
            continue
        cost = [0] * count
        for other, weight in _neighbours(seat, rows, nth, step):
            if other in dealt:
                cost[(dealt[other] - 1) % count] += weight
        usual = ((seat.place - first) // step + 2 * nth[seat.row]) % count
        dealt[seat] = 1 + min(range(count), key=lambda v: (cost[v], (v - usual) % count))
    return dealt


def clashes(dealt: Mapping[Seat, int]) -> int:
    """How many pairs of people who sit beside, before or behind one another have the same variant."""
    rows = _rows(dealt)
    step, nth = _step(rows), {row: n for n, row in enumerate(rows)}
    pairs = {
        frozenset((seat, other))
        for seat in dealt
        for other, weight in _neighbours(seat, rows, nth, step)
        if weight >= _BEFORE and dealt[seat] == dealt[other]
    }
    return len(pairs)


def _rows(seats: Iterable[Seat]) -> dict[int, list[Seat]]:
    rows: dict[int, list[Seat]] = {}
    for seat in sorted(seats, key=lambda seat: (seat.row, seat.place)):
        rows.setdefault(seat.row, []).append(seat)
    return rows


def _step(rows: Rows) -> int:
    """The usual distance between two people of a row."""
    gaps = sorted(b.place - a.place for seats in rows.values() for a, b in pairwise(seats))
    return gaps[len(gaps) // 2] if gaps else 1


def _neighbours(seat: Seat, rows: Rows, nth: Mapping[int, int], step: int) -> Iterator[tuple[Seat, int]]:
    """Who sits round a seat, and how much they count."""
    own = rows[seat.row]
    at = own.index(seat)
    for other in (*own[max(at - 1, 0) : at], *own[at + 1 : at + 2]):
        yield other, _BESIDE if abs(other.place - seat.place) <= _NEAR * step else _FAR
    order = tuple(rows)
    n = nth[seat.row]
    for row in (*order[max(n - 1, 0) : n], *order[n + 1 : n + 2]):
        for other in rows[row]:
            far = abs(other.place - seat.place)
            if far <= _NEAR * step:
                yield other, _BEFORE if 2 * far < step or far == 0 else _CORNER
