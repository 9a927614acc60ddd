"""Where paper scripts lie: the last word counts, and a script is found by all that people know of it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import CORRECTOR, EXAMINER, PROCTOR

from klausur.actions.script_places import find, named, note, of_booklet
from klausur.actions.verify import verify
from klausur.base.errors import NotFoundError, UsageError
from klausur.state.facts import Author
from klausur.state.script_places import StoredPlace, numbers

PETRA, KONRAD = Author(PROCTOR), Author(CORRECTOR)


def found(folder: Path, text: str = "") -> dict[int, str]:
    return {each.booklet: str(each.place or "–") for each in find(folder, text)}


@pytest.mark.usefixtures("scanned")
def test_a_script_is_found_by_all_that_people_know_of_it(folder: Path) -> None:
    assert found(folder) == {}
    assert note(folder, named("3, 1-2"), " Box  3 ", PETRA, first=11) == 3
    assert found(folder) == {1: "Box 3, 12", 2: "Box 3, 13", 3: "Box 3, 11"}
    assert found(folder, "2") == {2: "Box 3, 13"}
    assert found(folder, "ada ex") == found(folder, "0371") == {1: "Box 3, 12"}
    assert found(folder, "box 3, 13") == {2: "Box 3, 13"}
    note(folder, [1], "Konrad's desk", KONRAD)
    place = of_booklet(folder, 1)
    assert place is not None
    assert (str(place), place.who) == ("Konrad's desk", KONRAD.who)
    note(folder, [1], "", KONRAD)
    assert of_booklet(folder, 1) is None
    assert found(folder, "0371") == {1: "–"}
    assert set(found(folder)) == {2, 3}
    assert verify(folder, actor=EXAMINER).holds


def test_what_cannot_be_noted(folder: Path) -> None:
    with pytest.raises(NotFoundError, match="no booklet 4"):
        note(folder, [4], "Box", PETRA)
    for numbers_, box, first in (([], "Box", None), ([1], "B" * 201, None), ([1], "Box", 0)):
        with pytest.raises(UsageError):
            note(folder, numbers_, box, PETRA, first=first)
    for text in ("", "a", "3-1", "0", "1-99999", "1-2-3", "-1", "١"):
        with pytest.raises(UsageError):
            named(text)


@pytest.mark.above_records
@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 20)), min_size=1, max_size=9))
def test_numbers_stand_in_the_order_in_which_they_are_named(runs: list[tuple[int, int]]) -> None:
    text = ", ".join(f"{first}-{first + more}" if more else str(first) for first, more in runs)
    every = [number for first, more in runs for number in range(first, first + more + 1)]
    assert numbers(text) == tuple(dict.fromkeys(every))


def test_a_place_is_told_with_its_position() -> None:
    place = StoredPlace(1, "Box 3", 12, "Petra", None)  # type: ignore[arg-type]
    assert str(place) == "Box 3, 12"
