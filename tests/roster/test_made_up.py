import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.roster.candidates import read
from klausur.roster.made_up import made_up, write


@given(st.integers(0, 400), st.integers(-5, 2**40))
def test_numbers_and_seats_are_unique_and_the_seed_decides(count: int, seed: int) -> None:
    found = made_up(count, seed)
    assert len({c.registration for c in found}) == len(found) == count
    assert len({(c.room, c.seat) for c in found}) == count
    assert all(len(c.registration) == 8 and c.registration.isdigit() for c in found)
    assert all(c.registration.startswith("0") for c in found)
    assert found == made_up(count, seed)


def test_small_rooms_make_many() -> None:
    found = made_up(25, 1, in_room=10)
    assert [c.room for c in found] == ["Hall 1"] * 10 + ["Hörsaal 2"] * 10 + ["Hall 3"] * 5
    assert len({(c.room, c.seat) for c in found}) == 25
    assert [c.seat for c in found if c.room == "Hall 3"] == [c.seat for c in found][:5]
    assert found[0].seat == "A1"


@pytest.mark.parametrize(
    ("count", "in_room", "possible"),
    [(0, 40, True), (3, 1, True), (3, 40, True), (-1, 40, False), (3, 0, False), (3, 41, False)],
)
def test_rooms_and_counts_have_bounds(count: int, in_room: int, *, possible: bool) -> None:
    if possible:
        assert len(made_up(count, 1, in_room=in_room)) == count
    else:
        with pytest.raises(ValueError, match="cannot be made up"):
            made_up(count, 1, in_room=in_room)


def test_another_seed_gives_other_numbers() -> None:
    one, other = ({c.registration for c in made_up(50, seed)} for seed in (1, 2))
    assert len(one & other) < 5


def test_fifty_thousand_numbers_are_unique() -> None:
    assert len({c.registration for c in made_up(50_000, 7)}) == 50_000


@pytest.mark.parametrize("seed", range(40))
def test_numbers_repeat_only_once_all_ten_million_were_given(seed: int) -> None:
    first, second, third = (int(c.registration) for c in made_up(3, seed))
    assert (second - first) % 10**7 == (third - second) % 10**7
    assert math.gcd(second - first, 10**7) == 1


def test_names_are_plainly_made_up_and_test_typesetting() -> None:
    names = [c.name for c in made_up(30, 7)]
    assert all(name.startswith(f"Candidate {n:03d} ") for n, name in enumerate(names, start=1))
    assert any("ü" in name for name in names)
    assert any("ł" in name.casefold() for name in names)
    assert max(map(len, names)) > 80


def test_a_written_list_is_read_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "candidates.csv"
    write(made_up(60, 3), path)
    assert read(path).candidates == made_up(60, 3)
    assert read(path).diagnostics == ()


def test_extra_minutes_and_notes_are_written_too(tmp_path: Path) -> None:
    path = tmp_path / "candidates.csv"
    people = [replace(c, extra_minutes=15 * n, note="own room" * n) for n, c in enumerate(made_up(3, 3))]
    write(people, path)
    assert read(path).candidates == tuple(people)


def test_what_cannot_be_made_up_is_refused() -> None:
    with pytest.raises(ValueError, match="-1 candidates"):
        made_up(-1, 7)
    with pytest.raises(ValueError, match="41 in a room"):
        made_up(3, 7, in_room=41)
