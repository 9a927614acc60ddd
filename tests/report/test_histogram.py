"""Bars of results: each result is in one of them, and none lies off the axis."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from klausur.report.histogram import histogram

RESULTS = st.lists(st.fractions(-20, 120, max_denominator=8), max_size=40)


def test_by_hand() -> None:
    found = histogram([Fraction(n) for n in (0, 7, 8, 8, 20)], Fraction(20), 10)
    assert (found.start, found.width, found.end) == (Fraction(0), Fraction(2), Fraction(20))
    assert found.bars == (1, 0, 0, 1, 2, 0, 0, 0, 0, 1)  # 20 lies in the last
    assert found.ticks() == tuple(range(0, 21, 2))
    assert found.place(Fraction(5)) == 0.25


@given(RESULTS, st.integers(0, 200), st.integers(10, 60))
def test_every_result_is_in_its_bar(values: list[Fraction], most: int, bars: int) -> None:
    found = histogram(values, Fraction(most), bars)
    assert sum(found.bars) == len(values)
    assert found.start <= 0 <= max(most, 0) <= found.end
    for n, many in enumerate(found.bars):
        low, high = found.start + n * found.width, found.start + (n + 1) * found.width
        inside = [value for value in values if low <= value < high or value == high == found.end]
        assert many == len(inside)
    assert all(found.start <= tick <= found.end for tick in found.ticks())
    assert all(0 <= found.place(value) <= 1 for value in values)
