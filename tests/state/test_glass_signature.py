"""A signature on glass: what is one, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.state.glass_signature import FEWEST, HEIGHT, LONGEST, WIDTH, lines

POINTS = st.tuples(st.integers(0, WIDTH), st.integers(0, HEIGHT))
LINES = st.lists(st.lists(POINTS, min_size=1, max_size=20), min_size=1, max_size=8)


@given(LINES)
def test_what_was_drawn_comes_back(drawn: list[list[tuple[int, int]]]) -> None:
    text = ";".join(" ".join(f"{x},{y}" for x, y in line) for line in drawn)
    found = lines(text)
    if sum(map(len, drawn)) < FEWEST:
        assert found is None
    else:
        assert found == tuple(map(tuple, drawn))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,1",
        "1,1 2,2 3,3 801,1",
        "1,1 2,2 3,3 1,301",
        "1,1 2,2 3,3 4",
        "1,1 2,2 3,3 4,-4",
        "1,1  2,2 3,3 4,4",
        "<svg/>",
        "1,1 " * LONGEST,
        "١,1 2,2 3,3 4,4",
    ],
)
def test_what_is_none_is_refused(text: str) -> None:
    assert lines(text) is None
