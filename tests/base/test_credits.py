"""Credits are exact, and what is shown can be read back."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.base.credits import mixed_credits, parse_credits, show_credits

decimals = st.builds(
    lambda n, places: Fraction(n, 10**places), st.integers(-(10**9), 10**9), st.integers(0, 4)
)
any_credits = st.fractions(min_value=-999_999, max_value=999_999, max_denominator=9999)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", Fraction(2)),
        ("+0.5", Fraction(1, 2)),
        ("-1", Fraction(-1)),
        ("−0.25", Fraction(-1, 4)),
        ("1,5", Fraction(3, 2)),
        ("3/4", Fraction(3, 4)),
        (" 007 ", Fraction(7)),
    ],
)
def test_spellings(text: str, value: Fraction) -> None:
    assert parse_credits(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "one",
        "1.",
        ".5",
        "1e3",
        "1/0",
        "--1",
        "0x2",
        "1 2",
        "nan",
        "inf",
        "1.23456",
        "1234567",
        "½",
        "٣",
        "1/2/3",
    ],
)
def test_what_is_no_number_of_credits(text: str) -> None:
    with pytest.raises(ValueError, match="credits are written as"):
        parse_credits(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(12), "12"),
        (Fraction(1, 2), "0.5"),
        (Fraction(-1, 4), "-0.25"),
        (Fraction(49, 4), "12.25"),
        (Fraction(1, 3), "1/3"),
        (Fraction(-7, 6), "-7/6"),
        (Fraction(1, 1000), "0.001"),
        (Fraction(-5), "-5"),
    ],
)
def test_shown_as_people_write(value: Fraction, text: str) -> None:
    assert show_credits(value) == text


@given(decimals.filter(lambda value: abs(value) < 10**6))
def test_decimals_read_back_exactly(value: Fraction) -> None:
    shown = show_credits(value)
    assert parse_credits(shown) == value
    assert re.fullmatch(r"-?\d+(\.\d*[1-9])?", shown)


@given(any_credits)
def test_every_fraction_is_shown_without_loss(value: Fraction) -> None:
    assert Fraction(show_credits(value)) == value


@given(st.integers(-(10**6), 10**6))
def test_quarters_never_need_a_slash(quarters: int) -> None:
    assert "/" not in show_credits(Fraction(quarters, 4))


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        value = parse_credits(text)
    except ValueError:
        return
    assert abs(value) < 10**6


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(37, 3), "12 1/3"),
        (Fraction(-4, 3), "-1 1/3"),
        (Fraction(1, 3), "1/3"),
        (Fraction(-1, 3), "-1/3"),
        (Fraction(25, 2), "12.5"),
        (Fraction(12), "12"),
    ],
)
def test_people_see_mixed_numbers(value: Fraction, shown: str) -> None:
    assert mixed_credits(value) == shown
