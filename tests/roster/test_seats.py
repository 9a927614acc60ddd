from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from klausur.roster.made_up import made_up
from klausur.roster.model import Candidate, SeatRule
from klausur.roster.rooms import Room, Rooms
from klausur.roster.seat_plan import Shape, plan
from klausur.roster.seats import (
    Seated,
    assign,
    evenly,
    natural,
    needs_reserved,
    share,
)

RULES = (SeatRule.SPREAD, SeatRule.ALPHABETICAL, SeatRule.RANDOM)


def room(name: str, *rows: int, reserved: bool = False, blocked: tuple[str, ...] = ()) -> Room:
    seats = plan(Shape(rows, free_seats=1, blocked=blocked))
    return Room(name, seats.given, seats.left_free, seats.blocked, reserved=reserved)


def people(count: int, *, extra: int = 0) -> list[Candidate]:
    """So many, without room and seat; the last ``extra`` of them have more time."""
    plain = [replace(c, room="", seat="") for c in made_up(count, 1)]
    return plain[: count - extra] + [replace(c, extra_minutes=30) for c in plain[count - extra :]]


def spots(found: Seated) -> list[str]:
    return [f"{c.room} {c.seat}" for c in found.candidates]


@st.composite
def days(draw: st.DrawFn) -> tuple[list[Candidate], Rooms]:
    many = draw(st.integers(1, 4))
    shapes = draw(
        st.lists(st.lists(st.integers(1, 12), min_size=1, max_size=5), min_size=many, max_size=many)
    )
    reserved = draw(st.lists(st.booleans(), min_size=many, max_size=many))
    rooms = Rooms(
        tuple(
            room(f"Room {n}", *rows, reserved=r)
            for n, (rows, r) in enumerate(zip(shapes, reserved, strict=True))
        )
    )
    count = draw(st.integers(0, sum(len(r.seats) for r in rooms.rooms)))
    return people(count, extra=draw(st.integers(0, min(count, 4)))), rooms


@given(days(), st.sampled_from(RULES), st.integers(0, 2**40))
def test_everybody_gets_one_seat_and_no_seat_is_given_twice(
    day: tuple[list[Candidate], Rooms], rule: SeatRule, seed: int
) -> None:
    candidates, rooms = day
    found = assign(candidates, rooms, rule, seed)
    there = {(r.name, seat.name): r for r in rooms.rooms for seat in r.seats}
    reserved = any(r.reserved for r in rooms.rooms)
    need = sum(needs_reserved(c) for c in candidates) if reserved else 0
    room_for = sum(len(r.seats) for r in rooms.rooms if r.reserved)
    if found.diagnostics:
        others = sum(len(r.seats) for r in rooms.rooms) - room_for
        lacking = [need - room_for] * (need > room_for) + [len(candidates) - need - others] * (
            len(candidates) - need > others
        )
        assert {d.code for d in found.diagnostics} == {"seats-short"}
        assert (
            sorted(f"{n} are lacking" in str(d) for d in found.diagnostics for n in lacking).count(True) >= 1
        )
        assert len(found.diagnostics) == len(lacking)
        assert found.candidates == tuple(candidates)
        return
    given_ = [(c.room, c.seat) for c in found.candidates]
    assert set(given_) <= set(there)
    assert max(Counter(given_).values(), default=1) == 1
    plain = sorted((c.registration, c.extra_minutes) for c in found.candidates)
    assert plain == sorted((c.registration, c.extra_minutes) for c in candidates)
    if reserved:
        assert all(there[c.room, c.seat].reserved == needs_reserved(c) for c in found.candidates)
    assert found == assign(candidates, rooms, rule, seed)
    places = [(r.name, s.name) for r in rooms.rooms for s in r.seats]  # filled from the front, so in order
    assert given_ == sorted(given_, key=places.index)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=6), st.data())
def test_shares_add_up_and_fit_and_follow_the_seats(seats: list[int], data: st.DataObject) -> None:
    count = data.draw(st.integers(0, sum(seats)))
    shares = share(count, seats)
    assert sum(shares) == count
    assert all(0 <= got <= there for got, there in zip(shares, seats, strict=True))
    assert all(abs(got * sum(seats) - count * there) < sum(seats) or not there
               for got, there in zip(shares, seats, strict=True))  # fmt: skip


@given(st.integers(1, 80), st.integers(0, 80))
def test_gaps_differ_by_one_at_most(count: int, more: int) -> None:
    seats = count + more
    taken = evenly(count, seats)
    gaps = [b - a for a, b in pairwise(taken)]
    assert len(taken) == count
    assert taken[0] >= 0
    assert taken[-1] < seats
    assert not gaps or (min(gaps) >= 1 and max(gaps) - min(gaps) <= 1)
    assert abs(taken[0] - (seats - 1 - taken[-1])) <= 1


@given(st.permutations(people(12)), st.integers(0, 99))
def test_a_draw_hangs_on_the_seed_alone(order: list[Candidate], seed: int) -> None:
    rooms = Rooms((room("H", 30),))
    assert assign(order, rooms, SeatRule.RANDOM, seed) == assign(people(12), rooms, SeatRule.RANDOM, seed)


def test_another_seed_seats_people_otherwise() -> None:
    rooms = Rooms((room("H", 60),))
    one, other = (assign(people(30), rooms, SeatRule.RANDOM, seed).candidates for seed in (1, 2))
    assert sum(a == b for a, b in zip(one, other, strict=True)) < 6


def test_a_draw_gives_each_seat_alike() -> None:
    rooms = Rooms((room("H", 9),))
    first = Counter(assign(people(5), rooms, SeatRule.RANDOM, seed).candidates[0].name for seed in range(500))
    assert len(first) == 5
    assert min(first.values()) > 60


def test_spread_keeps_the_order_of_the_list_and_uses_every_room() -> None:
    rooms = Rooms((room("H", 20), room("I", 10, 10)))
    found = assign(people(4), rooms, SeatRule.SPREAD, 1)
    assert spots(found) == ["H A5", "H A15", "I A5", "I B5"]
    assert [c.name for c in found.candidates] == [c.name for c in people(4)]


def test_alphabetical_fills_one_room_after_another() -> None:
    names = ["Zoë Adam", "Ada Önal", "Otto, Z.", "Ada Oz", "adam Zoe"]
    listed = [Candidate(str(n), name) for n, name in enumerate(names)]
    found = assign(listed, Rooms((room("H", 5), room("I", 5))), SeatRule.ALPHABETICAL, 1)
    assert [c.name for c in found.candidates] == ["Zoë Adam", "Ada Önal", "Otto, Z.", "Ada Oz", "adam Zoe"]
    assert spots(found) == ["H A1", "H A3", "H A5", "I A1", "I A3"]


@pytest.mark.parametrize(
    ("person", "apart"),
    [
        (Candidate("1", "A"), False),
        (Candidate("1", "A", extra_minutes=1), True),
        (Candidate("1", "A", note="needs a Reserved Room"), True),
        (Candidate("1", "A", note="eigener Raum"), True),
        (Candidate("1", "A", note="left-handed"), False),
    ],
)
def test_who_sits_in_a_reserved_room(person: Candidate, apart: bool) -> None:  # noqa: FBT001 - a table's column
    rooms = Rooms((room("Quiet", 5, reserved=True), room("Hall", 5)))
    assert needs_reserved(person) is apart
    for rule in RULES:
        assert assign([person], rooms, rule, 1).candidates[0].room == ("Quiet" if apart else "Hall")
        alone = assign([person], Rooms((room("Hall", 5),)), rule, 1)
        assert alone.candidates[0].room == "Hall"


def test_too_few_seats_say_how_many_lack() -> None:
    rooms = Rooms((room("Hall", 5), room("Quiet", 3, reserved=True)), file="rooms.toml")
    found = assign(people(9, extra=4), rooms, SeatRule.SPREAD, 1)
    assert [(d.code, d.message) for d in found.diagnostics] == [
        ("seats-short", "5 candidates need seats, and there are 3: 2 are lacking"),
        ("seats-short", "4 candidates need reserved seats, and there are 2: 2 are lacking"),
    ]


ORDERED = st.lists(st.from_regex(r"[A-C]?[0-9]{1,3}", fullmatch=True), max_size=8)


@given(ORDERED)
def test_natural_order_is_by_letter_and_number(seats: list[str]) -> None:
    def parts(seat: str) -> tuple[str, int]:
        letter = seat.rstrip("0123456789")
        return letter or chr(0x10FFFF), int(seat.removeprefix(letter))  # numbers come after letters

    ordered = sorted(seats, key=natural)
    assert [parts(s) for s in ordered] == sorted(map(parts, seats))


def test_the_seats_of_the_list_are_kept_and_put_in_order() -> None:
    listed = [
        Candidate("1", "A", "Hall 10", "A1"),
        Candidate("2", "B", "Hall 2", "A10"),
        Candidate("3", "C"),
        Candidate("4", "D", "Hall 2", "A2"),
        Candidate("5", "E", "Hall 2"),
        Candidate("6", "F"),
    ]
    found = assign(listed, Rooms(), SeatRule.FILE, 1)
    assert found.diagnostics == ()
    assert [c.registration for c in found.candidates] == ["4", "2", "5", "1", "3", "6"]


def test_rooms_of_the_file_come_in_its_order_and_seats_by_rows() -> None:
    rooms = Rooms((room("Z", *[3] * 28), room("B", 9)))
    listed = [
        Candidate(str(n), "A", where, seat)
        for n, (where, seat) in enumerate([("B", "A9"), ("b", "a2"), ("Z", "AA1"), ("Z", "B1")])
    ]
    found = assign(listed, rooms, SeatRule.FILE, 1)
    assert found.diagnostics == ()
    assert [c.seat for c in found.candidates] == ["B1", "AA1", "a2", "A9"]


def test_the_seats_of_the_list_are_checked() -> None:
    rooms = Rooms((room("Hall", 5, blocked=("A3",)),))
    listed = [
        Candidate("1", "A", "Hall", "A1"),
        Candidate("2", "B", "hall", "a1"),
        Candidate("3", "C", "Hall", "A3"),
        Candidate("4", "D", "Hall", "A9"),
        Candidate("5", "E", "Cellar", "A1"),
        Candidate("6", "F"),
        Candidate("7", "G", "Hall"),
        Candidate("8", "H", "Hall", "A2"),
    ]
    found = assign(listed, rooms, SeatRule.FILE, 1, file="list.csv")
    assert [(d.code, d.message) for d in found.diagnostics] == [
        ("seat-taken", "1 and 2 both sit at hall, a1"),
        ("seat-unknown", "3 sits at A3, which is blocked"),
        ("seat-unknown", "4 sits at A9, which Hall does not have"),
        ("seat-unknown", "5 sits in Cellar, which rooms.toml does not have"),
        ("seat-unknown", "6 has no room"),
        ("seat-unknown", "7 has no seat"),
    ]
    assert {d.place.file for d in found.diagnostics} == {"list.csv"}


@given(st.lists(st.tuples(st.sampled_from("HI"), st.integers(1, 5)), max_size=10))
def test_without_rooms_every_double_is_found(taken: list[tuple[str, int]]) -> None:
    assume(len(taken) > 1)
    listed = [Candidate(str(n), "A", where, f"A{seat}") for n, (where, seat) in enumerate(taken)]
    found = assign(listed, Rooms(), SeatRule.FILE, 1)
    assert len(found.diagnostics) == len(taken) - len(set(taken))
