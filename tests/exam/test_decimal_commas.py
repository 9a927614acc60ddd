"""Decimal commas that TeX takes for the comma of a list: which are asked about, and which are lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.exam.source.decimal_commas import find


@pytest.mark.parametrize(
    ("tex", "numbers"),
    [
        ("4,76", ["4,76"]),
        ("a = 10,5 + 2,75", ["10,5", "2,75"]),
        (r"\frac{3,5}{2}", ["3,5"]),
        (r"\sqrt{2,5}\,\mathrm{m}", ["2,5"]),
        ("a_{1}2,5", ["2,5"]),
        (r"\SI{1,5}{m} = 2,5", ["2,5"]),
    ],
)
def test_numbers_are_asked_about(tex: str, numbers: list[str]) -> None:
    assert [number for number, _ in find(tex)] == numbers
    assert all(tex[at:].startswith(number) for number, at in find(tex))


@pytest.mark.parametrize(
    "tex",
    [
        "f(1,2)", r"\{1,2\}", "[0,1]", r"\left(1,2\right)", r"\langle 1,2 \rangle", "(2,5 + x)",
        "x_{1,2}", "x_1,2", "A^{1,2}", "1,2,3", r"i=1,2,\dots,n", "1, 2", "a,b", "4{,}76",
        r"\num{4,76}", r"\SI{4,76}{m}", r"\qty[mode=text]{1,5}{m}", r"\text{4,76 Euro}", "1.000,5",
    ],
)  # fmt: skip
def test_lists_and_what_is_plain_already_are_not(tex: str) -> None:
    assert not list(find(tex))


@given(st.text(alphabet="12,.(){}[]_^\\ ax"))
def test_whatever_is_written_what_is_asked_about_stands_there(tex: str) -> None:
    for number, at in find(tex):
        assert tex[at : at + len(number)] == number
