"""Numbers as answers: how they are written, which ones fit their boxes, and what a written one earns."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.exam.number import DigitBoxes, ExpectedNumber, earned, parse

NUMBERS = st.integers(-2000, 2000).map(lambda n: Fraction(n, 100))
BOXES = st.builds(DigitBoxes, st.integers(1, 2), st.integers(0, 2), st.booleans())


@pytest.mark.parametrize(
    ("text", "value", "within"),
    [
        ("9.81", "9.81", "0"),
        ("9,81 ± 0,02", "9.81", "0.02"),
        ("-273", "-273", "0"),
        ("−273 +- 1", "-273", "1"),
        (r"$9{,}81 \pm 0{,}5$", "9.81", "0.5"),
        ("-120 ± 5 %", "-120", "6"),
        (".5", "0.5", "0"),
    ],
)
def test_a_number_is_read_as_authors_write_it(text: str, value: str, within: str) -> None:
    assert parse(text, Fraction(2)) == ExpectedNumber(Fraction(value), Fraction(2), Fraction(within))


@pytest.mark.parametrize("text", ["", "about 9", "9.81 m", "1.2.3", "9 ±", "1e5", "± 3", "x"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write a number"):
        parse(text, Fraction(1))


def test_the_best_line_counts_that_is_met() -> None:
    lines = [parse("9.81 ± 0.02", Fraction(2)), parse("10", Fraction(1)), parse("9 ± 1", Fraction(1, 2))]
    told = {n: earned(lines, Fraction(n)) for n in ("9.79", "9.78", "9.83", "9.84", "10", "8", "7.99", "11")}
    half = Fraction(1, 2)
    assert told == {"9.79": 2, "9.78": half, "9.83": 2, "9.84": half, "10": 1, "8": half, "7.99": 0, "11": 0}
    assert earned(lines, None) == 0


@given(NUMBERS, st.sampled_from([Fraction(0), Fraction(1, 100), Fraction(3, 7), Fraction(5)]), BOXES)
def test_what_is_reachable_can_be_written(value: Fraction, within: Fraction, boxes: DigitBoxes) -> None:
    one = ExpectedNumber(value, Fraction(1), within)
    most = 10 ** (boxes.digits + boxes.decimals)
    signs = (1, -1) if boxes.sign else (1,)
    written = (Fraction(sign * n, 10**boxes.decimals) for n in range(most) for sign in signs)
    assert one.reachable(boxes) == any(one.meets(number) for number in written)
