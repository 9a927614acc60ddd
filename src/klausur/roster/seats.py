"""Who sits where: candidates and rooms to candidates with seats, by one of the rules, exactly.

How rooms are written down is `klausur.roster.rooms`' business.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from klausur.base.diagnostics import Diagnostic, Place
from klausur.roster.model import Candidate, SeatRule
from klausur.roster.name_order import in_name_order
from klausur.roster.rooms import MAX_ROWS, NAME, Room, Rooms
from klausur.roster.seat_plan import Seat

_DIGITS = frozenset("0123456789")

RESERVED = ("reserved room", "separate room", "eigener raum", "reservierter raum")
"""A candidate whose note holds one of these sits in a reserved room, as one with extra minutes does."""


@dataclass(frozen=True, slots=True)
class Seated:
    """The candidates in room and seat order, and the findings. With errors nobody was moved."""

    candidates: tuple[Candidate, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def assign(
    candidates: Sequence[Candidate], rooms: Rooms, rule: SeatRule, seed: int, *, file: str = "candidates.csv"
) -> Seated:
    """Give every candidate a seat.

    - ``spread``: in the order of the list; each room gets its share by its number of seats, and in each room
      the candidates have equally many empty seats between them, as far as that goes.
    - ``alphabetical``: by family name, one room after another, no seat left out.
    - ``random``: the same in an order drawn from the seed.
    - ``file``: everybody keeps room and seat of the list; these are only checked.

    Candidates with extra minutes, or with a note that asks for it, sit in the reserved rooms if there are
    any; others never do.

    Args:
        candidates: in the order of the list.
        rooms: without any, there is nothing to give, and only ``file`` has a meaning.
        rule: one of the above.
        seed: what ``random`` draws from: the same seed gives the same seats, whatever the order of the list.
        file: the list, as findings name it.
    """
    if rule is SeatRule.FILE or not rooms.rooms:
        found = tuple(_doubled(candidates, file)) + tuple(_unknown(candidates, rooms, file))
        return Seated(in_order(candidates, rooms), found)
    reserved = [room for room in rooms.rooms if room.reserved]
    apart = [c for c in candidates if reserved and needs_reserved(c)]
    others = [c for c in candidates if not (reserved and needs_reserved(c))]
    seated: list[Candidate] = []
    short: list[Diagnostic] = []
    ordinary = [room for room in rooms.rooms if not room.reserved]
    for people, places, what in ((others, ordinary, "seats"), (apart, reserved, "reserved seats")):
        there = sum(len(room.seats) for room in places)
        if len(people) > there:
            short.append(_short(len(people), there, what, rooms.file))
        else:
            seated += _given(people, places, rule, seed)
    if short:
        return Seated(tuple(candidates), tuple(short))
    return Seated(in_order(seated, rooms))


def needs_reserved(candidate: Candidate) -> bool:
    """Whether the candidate sits in a reserved room if there is one."""
    note = candidate.note.casefold()
    return candidate.extra_minutes > 0 or any(words in note for words in RESERVED)


def _short(people: int, there: int, what: str, file: str) -> Diagnostic:
    message = f"{people} candidates need {what}, and there are {there}: {people - there} are lacking"
    hint = "add a room, or leave fewer rows and seats free"
    return Diagnostic("seats-short", message, Place(file), hint)


def _given(
    people: Sequence[Candidate], rooms: Sequence[Room], rule: SeatRule, seed: int
) -> Iterator[Candidate]:
    """The people with their seats; there are enough of them."""
    counts = [len(room.seats) for room in rooms]
    if rule is SeatRule.SPREAD:
        shares = share(len(people), counts)
        places = [
            (room, room.seats[n])
            for room, many in zip(rooms, shares, strict=True)
            for n in evenly(many, len(room.seats))
        ]
        ordered = list(people)
    else:
        places = [(room, seat) for room in rooms for seat in room.seats]
        alphabetical = rule is SeatRule.ALPHABETICAL
        ordered = in_name_order(people) if alphabetical else sorted(people, key=partial(_draw, seed))
    for person, (room, seat) in zip(ordered, places, strict=False):
        yield replace(person, room=room.name, seat=seat.name)


def _draw(seed: int, candidate: Candidate) -> bytes:
    """A number drawn for the candidate; it hangs on nothing but the seed and the registration number."""
    return hashlib.sha256(f"{seed} {candidate.registration}".encode()).digest()


def share(people: int, seats: Sequence[int]) -> list[int]:
    """How many people each room gets: its part by seats, what is left over to the largest remainders.

    No room gets more than it has seats, as long as there are enough seats for all.
    """
    total = sum(seats)
    if not total:
        return [0] * len(seats)
    exact = [Fraction(people * there, total) for there in seats]
    shares = [int(part) for part in exact]
    left = people - sum(shares)
    for n in sorted(range(len(seats)), key=lambda n: (shares[n] - exact[n], n))[:left]:
        shares[n] += 1
    return shares


def evenly(people: int, seats: int) -> list[int]:
    """Which of so many seats in a row, from 0, as many people take with equal gaps as nearly as possible."""
    return [(2 * n + 1) * seats // (2 * people) for n in range(people)]


def natural(text: str) -> tuple[tuple[bool, int, str], ...]:
    """What seats and rooms are ordered by: numbers inside count as numbers, so that A2 comes before A10."""
    parts = re.findall(r"[0-9]+|[^0-9]+", text.casefold())
    return tuple((part[0] in _DIGITS, int(part) if part[0] in _DIGITS else 0, part) for part in parts)


def in_order(candidates: Iterable[Candidate], rooms: Rooms) -> tuple[Candidate, ...]:
    """Candidates by room in the order of rooms.toml, other rooms after them by name; then by row and place.

    Seats that rooms.toml does not have are ordered by their names; who has no room comes last, as listed.
    """
    rank = {room.name.casefold(): n for n, room in enumerate(rooms.rooms)}
    spot = {
        (room.name.casefold(), seat.name.casefold()): (seat.row, seat.place)
        for room in rooms.rooms
        for seat in (*room.seats, *room.left_free, *room.blocked)
    }

    def key(candidate: Candidate) -> tuple[object, ...]:
        room, seat = candidate.room.casefold(), candidate.seat.casefold()
        return (
            not room,
            rank.get(room, len(rank)),
            natural(room),
            spot.get((room, seat), (MAX_ROWS + 1, 0)),
            not seat,
            natural(seat),
        )

    return tuple(sorted(candidates, key=key))


def _doubled(candidates: Iterable[Candidate], file: str) -> Iterator[Diagnostic]:
    """Seats of the list that two candidates have."""
    seen: dict[tuple[str, str], Candidate] = {}
    for candidate in candidates:
        if not candidate.seat:
            continue
        other = seen.setdefault((candidate.room.casefold(), candidate.seat.casefold()), candidate)
        if other is not candidate:
            where = f"{candidate.room}, {candidate.seat}" if candidate.room else candidate.seat
            message = f"{other.registration} and {candidate.registration} both sit at {where}"
            yield Diagnostic("seat-taken", message, Place(file), "give one of them another seat")


def _unknown(candidates: Iterable[Candidate], rooms: Rooms, file: str) -> Iterator[Diagnostic]:
    """Rooms and seats of the list that rooms.toml does not have."""
    by_name = {room.name.casefold(): room for room in rooms.rooms}
    for candidate in candidates if by_name else ():
        who, room = candidate.registration, by_name.get(candidate.room.casefold())
        if not candidate.room or not candidate.seat:
            what = "no seat" if candidate.room else "no room"
            hint = "fill it in, or let Klausur give the seats with another rule"
            yield Diagnostic("seat-unknown", f"{who} has {what}", Place(file), hint)
        elif room is None:
            hint = f"the rooms are {', '.join(r.name for r in rooms.rooms)}"
            message = f"{who} sits in {candidate.room}, which {NAME} does not have"
            yield Diagnostic("seat-unknown", message, Place(file), hint)
        elif (seat := candidate.seat.casefold()) not in _called(room.seats + room.left_free):
            blocked = seat in _called(room.blocked)
            state = "is blocked" if blocked else f"{room.name} does not have"
            message = f"{who} sits at {candidate.seat}, which {state}"
            hint = f"the room has {room.seats[0].name} to {room.seats[-1].name}; correct the seat"
            yield Diagnostic("seat-unknown", message, Place(file), hint)


def _called(seats: Iterable[Seat]) -> set[str]:
    return {seat.name.casefold() for seat in seats}
