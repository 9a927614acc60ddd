from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.exam.model import GradeKey
from klausur.score.key import grade

CREDITS = GradeKey((("1.0", Fraction(35)), ("2.0", Fraction(57, 2)), ("4.0", Fraction(19))), "5.0")
PERCENT = GradeKey((("1.0", Fraction(90)), ("2.0", Fraction(75)), ("4.0", Fraction(50))), "5.0", percent=True)


@pytest.mark.parametrize(
    ("credits", "expected"),
    [
        (Fraction(38), "1.0"),
        (Fraction(35), "1.0"),
        (Fraction(139, 4), "2.0"),
        (Fraction(57, 2), "2.0"),
        (Fraction(113, 4), "4.0"),
        (Fraction(19), "4.0"),
        (Fraction(75, 4), "5.0"),
        (Fraction(0), "5.0"),
        (Fraction(-2), "5.0"),
    ],
)
def test_a_threshold_in_credits_is_reached_when_it_is_met(credits: Fraction, expected: str) -> None:
    assert grade(CREDITS, credits, Fraction(38)) == expected


@pytest.mark.parametrize(
    ("credits", "of", "expected"),
    [
        # 90 % of 37 is 33.3: a third of a credit decides, and nothing is rounded
        (Fraction(333, 10), Fraction(37), "1.0"),
        (Fraction(133, 4), Fraction(37), "2.0"),
        (Fraction(37, 2), Fraction(37), "4.0"),
        (Fraction(73, 4), Fraction(37), "5.0"),
        (Fraction(1, 2), Fraction(1), "4.0"),
        (Fraction(1, 4), Fraction(1, 2), "4.0"),
        # 75 % of 4/3 is exactly one credit
        (Fraction(1), Fraction(4, 3), "2.0"),
    ],
)
def test_a_threshold_in_percent_is_compared_exactly(credits: Fraction, of: Fraction, expected: str) -> None:
    assert grade(PERCENT, credits, of) == expected


def test_a_key_without_thresholds_gives_its_last_grade() -> None:
    assert grade(GradeKey((), "not passed"), Fraction(90), Fraction(90)) == "not passed"


def test_percent_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no percentage"):
        grade(PERCENT, Fraction(0), Fraction(0))


quarters = st.integers(0, 400).map(lambda n: Fraction(n, 4))


@given(quarters, quarters, st.sampled_from([CREDITS, PERCENT]))
def test_more_credits_never_make_a_worse_grade(one: Fraction, other: Fraction, key: GradeKey) -> None:
    names = [*(name for name, _ in key.thresholds), key.fail]
    low, high = sorted((one, other))
    assert names.index(grade(key, high, Fraction(100))) <= names.index(grade(key, low, Fraction(100)))


@given(quarters, quarters.filter(bool))
def test_percent_and_credits_agree(credits: Fraction, of: Fraction) -> None:
    spelled = GradeKey(tuple((name, part * of / 100) for name, part in PERCENT.thresholds), PERCENT.fail)
    assert grade(spelled, credits, of) == grade(PERCENT, credits, of)
