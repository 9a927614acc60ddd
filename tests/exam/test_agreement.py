"""When a computed value is what is typed: numbers by their digits, formulas wherever their letters stand."""

from fractions import Fraction

import numpy as np
import pytest
import sympy

from klausur.evidence import Domains, exact
from klausur.exam.evidence import agreement, kept_value

x, n, s = sympy.symbols("x n s")

FORMULAS: list[tuple[object, str, Domains, bool]] = [
    (sympy.Abs(x), "x", {}, False),
    (sympy.Abs(x), "x", {"x": (0, 1)}, True),
    (sympy.Max(0, x), "x", {}, False),
    (sympy.sign(x), "1", {}, False),
    (sympy.sign(x), "1", {"x": "positive"}, True),
    (1 - x, r"\sqrt{(x-1)^2}", {}, False),
    (1 - x, r"\sqrt{(x-1)^2}", {"x": (0, 1)}, True),
    (sympy.floor(x), "x", {}, False),
    (sympy.floor(n), "n", {"n": "integer"}, True),
    (sympy.sqrt(s**2), "s", {}, False),
    (sympy.sqrt(s**2), "s", {"s": "nonnegative"}, True),
    (sympy.log(x * x), r"2 \log x", {}, False),
    (sympy.log(x * x), r"2 \log x", {"x": "positive"}, True),
    (sympy.Heaviside(x - 5), "0", {}, False),
    (sympy.Heaviside(x - 5), "0", {"x": (-1, 1)}, True),
    (sympy.cos(sympy.pi * n), "(-1)^n", {"n": "natural"}, True),
    (1 / (1 + sympy.exp(-x)), r"\frac{e^x}{1 + e^x}", {}, True),
    ((x**2 - 1) / (x - 1), "x + 1", {}, True),
]

NUMBERS: list[tuple[float, str, bool]] = [
    (9.1e-31, r"1.6 \cdot 10^{-19}", False),
    (9.109e-31, r"9.1 \cdot 10^{-31}", True),
    (6.02214e23, r"6.02 \cdot 10^{23}", True),
    (6.02214e23, r"6.02 \times 10^{23}", True),
    (6.02214e23, r"6.03 \cdot 10^{23}", False),
    (9.1e-31, r"\frac{1}{3} \cdot 10^{-30}", False),
    (1e-10, r"2 \cdot 10^{-10}", False),
    (2.5e6, r"2.5 \cdot 10^6", True),
    (0.1 + 0.2 - 0.3, "0", True),
    (1e-9, "0", False),
    (1 / 3, r"\frac{1}{3}", True),
]


@pytest.mark.parametrize(("computed", "typed", "domain", "same"), FORMULAS)
def test_formulas_are_the_same_wherever_their_letters_may_stand(
    computed: object, typed: str, domain: Domains, *, same: bool
) -> None:
    found = agreement.agree(computed, typed, domain)
    assert found.agrees is same
    assert same or ("it is" in found.detail and "where " in found.detail)


@pytest.mark.parametrize(("computed", "typed", "same"), NUMBERS)
def test_numbers_are_compared_by_their_typed_digits(computed: float, typed: str, *, same: bool) -> None:
    assert agreement.agree(computed, typed).agrees is same


def test_a_formula_without_a_value_is_told() -> None:
    with pytest.raises(agreement.TypedError, match="no value"):
        agreement.agree(sympy.Function("f")(x), "x^2")


def test_a_domain_that_is_none_is_refused_where_it_is_written() -> None:
    with pytest.raises(TypeError, match="domain of x: 'big' is none of"):
        exact("q", solution="@", domain={"x": "big"})


VALUES = [True, np.bool_(0), 3, 0.1, Fraction(1, 3), np.array([[1.0, 2.0]]), np.float64(2.5)]


@pytest.mark.parametrize("value", VALUES)
def test_what_an_experiment_gave_is_read_as_it_was(value: object) -> None:
    again = kept_value.read(kept_value.written(value))
    assert agreement.show(again) == agreement.show(value)
    if isinstance(value, float):
        assert again == value


def test_a_kept_formula_is_never_evaluated() -> None:
    assert kept_value.written(x + 1) == ""
    with pytest.raises(ValueError, match="no value"):
        kept_value.read('["formula", "__import__(\'os\')"]')
