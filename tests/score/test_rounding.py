from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.exam.model import Rounding, RoundKind
from klausur.score.rounding import rounded

values = st.fractions(-20, 60, max_denominator=60)
steps = st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(1, 4), Fraction(1, 10), Fraction(3)])
kinds = st.sampled_from(RoundKind)
FAR = Fraction(1000)


@pytest.mark.parametrize(
    ("value", "step", "half_up", "up", "down"),
    [
        ("1.25", "0.5", "1.5", "1.5", "1"),
        ("1.24", "0.5", "1", "1.5", "1"),
        ("4/3", "1", "1", "2", "1"),
        ("-0.25", "0.5", "0", "0", "-0.5"),
        ("-0.26", "0.5", "-0.5", "0", "-0.5"),
        ("2.5", "0.5", "2.5", "2.5", "2.5"),
        ("0.05", "0.1", "0.1", "0.1", "0"),
    ],
)
def test_rounding_by_hand(value: str, step: str, half_up: str, up: str, down: str) -> None:
    found = [rounded(Fraction(value), Rounding(kind, Fraction(step)), FAR) for kind in RoundKind]
    assert found == [Fraction(half_up), Fraction(up), Fraction(down)]


def test_nothing_is_rounded_above_what_can_be_reached() -> None:
    rule = Rounding(RoundKind.UP, Fraction(1, 2))
    assert rounded(Fraction(21, 2) - Fraction(1, 8), rule, Fraction(41, 4)) == Fraction(41, 4)


@given(values, steps, kinds)
def test_a_rounded_number_is_a_multiple_and_near(value: Fraction, step: Fraction, kind: RoundKind) -> None:
    found = rounded(value, Rounding(kind, step), FAR)
    assert (found / step).denominator == 1
    assert abs(found - value) < step
    if kind is RoundKind.HALF_UP:
        assert abs(found - value) <= step / 2
        assert found - value != -step / 2
    elif kind is RoundKind.UP:
        assert found >= value
    else:
        assert found <= value


@given(values, steps, kinds, st.fractions(0, 60, max_denominator=8))
def test_rounding_twice_changes_nothing(
    value: Fraction, step: Fraction, kind: RoundKind, most: Fraction
) -> None:
    rule = Rounding(kind, step)
    once = rounded(value, rule, FAR)
    assert rounded(once, rule, FAR) == once
    capped = rounded(min(value, most), rule, most)
    assert capped <= most


@given(values, values, steps, kinds, st.fractions(0, 60, max_denominator=8))
def test_more_stays_no_less(
    one: Fraction, other: Fraction, step: Fraction, kind: RoundKind, most: Fraction
) -> None:
    low, high = sorted((one, other))
    assert rounded(low, Rounding(kind, step), most) <= rounded(high, Rounding(kind, step), most)
