"""Which seats a room has, what they are called, and which of them are given to candidates.

How a room is written down is `klausur.roster.rooms`' business; who gets which seat `klausur.roster.seats`'.
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from string import ascii_uppercase

PATTERN = "{row}{place}"
"""How seats are called if the room says nothing: A1, A2 … B1."""

_HOLE = re.compile(r"\{(row|row_number|place)(?::([1-4]))?\}")


class Fill(StrEnum):
    """At which end of the room seats are given first."""

    FRONT = "front"
    BACK = "back"


class UnknownSeatError(ValueError):
    """A seat that the room does not have; ``first`` and ``last`` are names of seats that it has."""

    def __init__(self, seat: str, first: str, last: str) -> None:
        super().__init__(seat)
        self.first = first
        self.last = last


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat: its name, its row from the front and its place in the row, both from 1."""

    name: str
    row: int
    place: int


@dataclass(frozen=True, slots=True)
class Shape:
    """A room as it is written down.

    Attributes:
        rows: how many seats each row has, from the front.
        free_rows: rows that stay empty between two that are used.
        free_seats: seats that stay empty between two candidates of a row.
        blocked: seats that nobody may have, each a name or a run within a row, ``C3..C9``.
        blocked_rows: rows that nobody may have, from 1.
        fill: the end from which the room is filled.
        pattern: how seats are called: ``{row}`` is a letter, ``{row_number}`` and ``{place}`` count from 1,
            ``{place:2}`` has at least two digits.
    """

    rows: tuple[int, ...]
    free_rows: int = 0
    free_seats: int = 0
    blocked: tuple[str, ...] = ()
    blocked_rows: tuple[int, ...] = ()
    fill: Fill = Fill.FRONT
    pattern: str = PATTERN


@dataclass(frozen=True, slots=True)
class Seats:
    """All seats of a room, each in one of three parts, in the order of filling."""

    given: tuple[Seat, ...]
    left_free: tuple[Seat, ...]
    blocked: tuple[Seat, ...]


def plan(shape: Shape) -> Seats:
    """Work out which seats are given.

    From the end where filling begins, a row is used if it has a seat that is not blocked and enough rows were
    left free since the last used one; likewise for the seats of a row, from the left. No other choice gives
    more seats in a row.

    Raises:
        UnknownSeatError: a blocked seat is not in the room.
        ValueError: the pattern calls two seats the same, or is none.
    """
    rows = [
        [Seat(_called(shape.pattern, row, place), row, place) for place in range(1, width + 1)]
        for row, width in enumerate(shape.rows, start=1)
    ]
    named: dict[str, Seat] = {}
    for seat in chain.from_iterable(rows):
        other = named.setdefault(seat.name, seat)
        if other is not seat:
            raise ValueError(f"the pattern {shape.pattern!r} calls more than one seat {seat.name!r}")
    blocked = {seat for item in shape.blocked for seat in _run(item, named)}
    blocked |= {seat for row in shape.blocked_rows if row <= len(rows) for seat in rows[row - 1]}
    order = rows if shape.fill is Fill.FRONT else rows[::-1]
    given = tuple(_given(order, shape, blocked))
    every = tuple(chain.from_iterable(order))
    free = set(every) - set(given) - blocked
    return Seats(given, tuple(s for s in every if s in free), tuple(s for s in every if s in blocked))


def _given(order: Sequence[Sequence[Seat]], shape: Shape, blocked: AbstractSet[Seat]) -> Iterator[Seat]:
    rest = 0  # rows that must still stay empty
    for row in order:
        if rest:
            rest -= 1
            continue
        last = None
        for seat in row:
            if seat not in blocked and (last is None or seat.place - last > shape.free_seats):
                last = seat.place
                yield seat
        if last is not None:
            rest = shape.free_rows


def _run(item: str, named: dict[str, Seat]) -> list[Seat]:
    """The seats that an item of ``blocked`` means."""
    ends = [item] if item in named else [end.strip() for end in item.split("..", 1)]
    seats = [named[end] for end in ends if end in named]
    if len(seats) < len(ends) or seats[0].row != seats[-1].row or seats[0].place > seats[-1].place:
        raise UnknownSeatError(item, next(iter(named), ""), next(reversed(named), ""))
    first, last = seats[0], seats[-1]
    return [s for s in named.values() if s.row == first.row and first.place <= s.place <= last.place]


def _called(pattern: str, row: int, place: int) -> str:
    values = {"row": letters(row), "row_number": str(row), "place": str(place)}
    name = _HOLE.sub(lambda hole: values[hole[1]].zfill(int(hole[2] or 0)), pattern)
    if "{" in name or "}" in name:
        raise ValueError(f"{pattern!r} is no pattern for seats")
    return name


def letters(row: int) -> str:
    """A row's letters: A for 1, Z for 26, AA for 27, as spreadsheets count columns."""
    text = ""
    while row > 0:
        row, letter = divmod(row - 1, 26)
        text = ascii_uppercase[letter] + text
    return text
