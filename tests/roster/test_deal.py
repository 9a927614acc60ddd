"""Neighbours have different variants, in rooms as they are."""

from hypothesis import given
from hypothesis import strategies as st

from klausur.roster.deal import clashes, deal
from klausur.roster.seat_plan import Seat


def room(rows: int, width: int, *, row_step: int = 1, step: int = 1) -> list[Seat]:
    return [
        Seat(f"{row}-{place}", row, place)
        for row in range(1, rows * row_step + 1, row_step)
        for place in range(1, width * step + 1, step)
    ]


@given(
    rows=st.integers(1, 8),
    width=st.integers(1, 12),
    row_step=st.integers(1, 3),
    step=st.integers(1, 3),
    count=st.integers(2, 6),
)
def test_in_even_rooms_nobody_has_a_neighbours_paper(
    rows: int, width: int, row_step: int, step: int, count: int
) -> None:
    seats = room(rows, width, row_step=row_step, step=step)
    dealt = deal(seats, count)
    assert set(dealt) == set(seats)
    assert clashes(dealt) == 0
    used = [list(dealt.values()).count(v) for v in range(1, count + 1)]
    assert max(used) - min(used) <= max(rows, width)


@given(rows=st.integers(2, 6), width=st.integers(2, 8), count=st.integers(4, 5))
def test_from_four_variants_on_the_corners_differ_too(rows: int, width: int, count: int) -> None:
    dealt = {(s.row, s.place): v for s, v in deal(room(rows, width), count).items()}
    for (row, place), variant in dealt.items():
        around = [(row + r, place + p) for r in (-1, 0, 1) for p in (-1, 0, 1) if r or p]
        assert variant not in [dealt[spot] for spot in around if spot in dealt]


@given(st.data())
def test_people_close_beside_one_another_differ_wherever_they_sit(data: st.DataObject) -> None:
    every = room(5, 7)
    taken = data.draw(st.lists(st.sampled_from(every), unique=True, min_size=1))
    count = data.draw(st.integers(3, 4))
    dealt = deal(sorted(taken, key=lambda s: (s.row, s.place)), count)
    here = {(seat.row, seat.place): variant for seat, variant in dealt.items()}
    assert all(variant != here.get((row, place + 1)) for (row, place), variant in here.items())


def test_who_comes_late_gets_another_paper_than_those_who_sit_there() -> None:
    seats = room(3, 3)
    middle = seats[4]
    there = deal([seat for seat in seats if seat != middle], 4)
    dealt = deal([middle], 4, there)
    assert {seat: v for seat, v in dealt.items() if seat != middle} == there
    assert clashes(dealt) == clashes(there)


def seat(row: int, place: int) -> Seat:
    return Seat(f"{row}-{place}", row, place)


def test_whose_paper_is_avoided_first_where_not_all_can_be() -> None:
    """Of two variants: rather the paper of who sits behind than that of who sits beside, wherever that is."""
    right, behind = seat(1, 3), seat(2, 2)
    row = [seat(1, place) for place in (1, 2, 3, 4, 5)]
    for beside in (seat(1, 1), seat(1, 3)):
        assert deal([seat(1, 2)], 2, {beside: 1, behind: 2, right: 1})[seat(1, 2)] == 2
    # Who sits two empty seats further on is far: then the paper of who sits behind is the nearer one.
    far = {seat(1, 5): 1, seat(2, 2): 2, **{seat(3, place): place % 2 + 1 for place in range(1, 6)}}
    assert deal([seat(1, 2)], 2, far)[seat(1, 2)] == 1
    assert clashes({**dict.fromkeys(row, 1)}) == 4
    assert clashes({seat(1, 1): 1, seat(1, 2): 2, seat(1, 3): 1}) == 0, "one who sits between is a neighbour"
    assert clashes({seat(1, 1): 1, seat(2, 2): 1, seat(1, 2): 2, seat(2, 1): 2}) == 0, "corners are no clash"
    assert clashes({seat(1, 1): 1, seat(2, 1): 1}) == 1
    uneven = {seat(1, place): 1 for place in (1, 3, 5, 8)}
    assert clashes(uneven) == 3, "one seat more than usual between two people leaves them neighbours"
    beyond = {seat(1, 1): 3, seat(1, 2): 1}
    assert deal([seat(1, 3)], 3, beyond)[seat(1, 3)] == 3, "who sits beyond a neighbour is none"
    beyond = {seat(1, 2): 2, seat(1, 3): 1}
    assert deal([seat(1, 1)], 3, beyond)[seat(1, 1)] == 1, "on the right neither"
    wide = {seat(1, 1): 1, seat(1, 4): 2, seat(2, 2): 1}
    assert clashes(wide) == 1, "a little aside of three seats' room is still behind"
    assert clashes({seat(1, 1): 1, seat(1, 3): 2, seat(2, 2): 1}) == 0, "midway between two is at a corner"
