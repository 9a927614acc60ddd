"""When what is typed in TeX is what was computed."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from klausur.exam.evidence.agreement import TypedError, agree, equal, number, show

x, y, p, q = sympy.symbols("x y p q")


@pytest.mark.parametrize(
    ("computed", "typed"),
    [
        (3200, "3200"),
        (224, r"8 \cdot (27 + 1)"),
        (Fraction(1, 4), r"\tfrac14"),
        (0.25, r"\frac{1}{4}"),
        (np.log(2), "0.69"),
        (np.log(2), r"\ln 2"),
        (4 * x + 4, r"4 \cdot (x + 1)"),
        (sympy.exp(-x) / (1 + sympy.exp(-x)) ** 2, r"\frac{e^{-x}}{(1 + e^{-x})^2}"),
        (y - y**2, r"y\,(1 - y)"),
        (p + q - p * q, r"1 - (1 - q)(1 - p)"),
        (np.array([[0], [-0.25]]), r"\begin{pmatrix} 0 \\ -\tfrac14 \end{pmatrix}"),
        (sympy.Matrix([[1, 0], [1, -1]]), r"\begin{pmatrix} 1 & 0 \\ 1 & -1 \end{pmatrix}"),
    ],
)
def test_what_is_the_same_agrees(computed: Any, typed: str) -> None:  # noqa: ANN401 - of any kind
    assert agree(computed, typed).agrees


@pytest.mark.parametrize(
    ("computed", "typed"),
    [
        (3200, "3100"),
        (np.log(2), "0.70"),
        (0.696, "0.69"),
        (4 * x + 4, "4x"),
        (p + q - p * q, "p + q - 2pq"),
        (np.array([[0], [0.25]]), r"\begin{pmatrix} 0 & \frac14 \end{pmatrix}"),
        (np.array([0, 0.25]), "0"),
    ],
)
def test_what_differs_does_not(computed: Any, typed: str) -> None:  # noqa: ANN401 - of any kind
    assert not agree(computed, typed).agrees


@given(st.integers(-(10**6), 10**6), st.integers(1, 4))
def test_a_rounded_number_agrees_with_what_it_was_rounded_from(digits: int, places: int) -> None:
    value = Fraction(digits, 10**4)
    typed = f"{float(round(value, places)):.{places}f}"
    assert agree(value, typed).agrees
    assert not agree(value + Fraction(2, 10**places), typed).agrees


def test_what_is_no_maths_is_refused() -> None:
    with pytest.raises(TypedError, match="read as maths"):
        agree(1, r"\nonsense{")
    with pytest.raises(TypedError, match="no number"):
        number("x + 1")
    assert number(r"\frac12") == 0.5


def test_computed_values_are_compared_to_rounding() -> None:
    assert equal(0.1 + 0.2, 0.3)
    assert not equal([1, 2], [1, 2, 3])
    assert equal(x * (x + 1), x**2 + x)
    assert show(np.array([1.0, 0.5])) == "[1, 0.5]"
