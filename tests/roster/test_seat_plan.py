from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.roster.seat_plan import Fill, Seat, Shape, UnknownSeatError, letters, plan


def names(seats: tuple[Seat, ...]) -> list[str]:
    return [seat.name for seat in seats]


def test_rows_are_letters_and_every_seat_is_given() -> None:
    assert names(plan(Shape((2, 3))).given) == ["A1", "A2", "B1", "B2", "B3"]


def test_every_second_row_and_seat_stays_free() -> None:
    seats = plan(Shape((5,) * 4, free_rows=1, free_seats=1))
    assert names(seats.given) == ["A1", "A3", "A5", "C1", "C3", "C5"]
    assert len(seats.left_free) == 14


def test_blocked_seats_move_the_others_up() -> None:
    seats = plan(Shape((5, 3), free_seats=1, blocked=("A1..A2", "B2")))
    assert names(seats.given) == ["A3", "A5", "B1", "B3"]
    assert names(seats.blocked) == ["A1", "A2", "B2"]


def test_a_blocked_row_is_no_free_row() -> None:
    seats = plan(Shape((1,) * 5, free_rows=1, blocked_rows=(1,)))
    assert names(seats.given) == ["B1", "D1"]


def test_filling_from_the_back() -> None:
    assert names(plan(Shape((2, 2, 2), free_rows=1, fill=Fill.BACK)).given) == ["C1", "C2", "A1", "A2"]


def test_other_names() -> None:
    shape = Shape((1, 2), pattern="R{row_number:2}-{place}", blocked=("R02-1",))
    assert names(plan(shape).given) == ["R01-1", "R02-2"]
    assert names(plan(Shape((2,), pattern="{place:3}")).given) == ["001", "002"]


def test_a_name_with_two_points_in_it_is_a_seat() -> None:
    assert names(plan(Shape((2,), pattern="{row}..{place}", blocked=("A..1",))).given) == ["A..2"]


@pytest.mark.parametrize("seat", ["Z1", "A3", "B2..A1", "A2..A1", "A1..", ""])
def test_seats_that_are_not_there_cannot_be_blocked(seat: str) -> None:
    with pytest.raises(UnknownSeatError) as caught:
        plan(Shape((2, 2), blocked=(seat,)))
    assert (str(caught.value), caught.value.first, caught.value.last) == (seat, "A1", "B2")


@pytest.mark.parametrize("pattern", ["{place}", "{row}", "{row}{place", "{row.__class__}{place}", "{}", "x"])
def test_patterns_that_do_not_name_every_seat(pattern: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        plan(Shape((2, 2), pattern=pattern))


def test_letters_go_on_after_z() -> None:
    assert [letters(n) for n in (1, 26, 27, 52, 53, 702, 703)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


shapes = st.builds(
    Shape,
    st.lists(st.integers(0, 9), max_size=7).map(tuple),
    free_rows=st.integers(0, 3),
    free_seats=st.integers(0, 3),
    blocked_rows=st.lists(st.integers(1, 9), max_size=2).map(tuple),
    fill=st.sampled_from(Fill),
)


@st.composite
def rooms(draw: st.DrawFn) -> Shape:
    shape = draw(shapes)
    every = [f"{letters(r)}{p}" for r, width in enumerate(shape.rows, start=1) for p in range(1, width + 1)]
    blocked = draw(st.lists(st.sampled_from(every), max_size=5)) if every else []
    return replace(shape, blocked=tuple(blocked))


@given(rooms())
def test_free_seats_stay_free_and_blocked_ones_are_never_given(shape: Shape) -> None:
    seats = plan(shape)
    parts = [set(seats.given), set(seats.left_free), set(seats.blocked)]
    assert sum(map(len, parts)) == len(set.union(*parts)) == sum(shape.rows)
    assert set(shape.blocked) <= set(names(seats.blocked))
    assert not {seat.row for seat in seats.given} & set(shape.blocked_rows)
    for one in seats.given:
        for other in seats.given:
            if one.row == other.row:
                assert one == other or abs(one.place - other.place) > shape.free_seats
            else:
                assert abs(one.row - other.row) > shape.free_rows


@given(rooms())
def test_no_row_could_take_one_more(shape: Shape) -> None:
    seats = plan(shape)
    for row in {seat.row for seat in seats.given}:
        open_places = {s.place for s in (*seats.given, *seats.left_free) if s.row == row}
        most, after = 0, 0  # the longest row of places with gaps, place by place
        best: dict[int, int] = {}
        for place in sorted(open_places):
            best[place] = 1 + max((n for p, n in best.items() if place - p > shape.free_seats), default=after)
            most = max(most, best[place])
        assert sum(seat.row == row for seat in seats.given) == most
