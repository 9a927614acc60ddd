import operator
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.exam import formula
from klausur.exam.formula import LONGEST, NAMES, Counts, FormulaError

Meant = tuple[str, Callable[[Counts], Fraction]]
"""A formula and what it means, put together side by side."""

OPERATORS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def number(text: str) -> Meant:
    return text, lambda _: Fraction(text)


def name(text: str) -> Meant:
    return text, lambda of: Fraction(getattr(of, text))


def joined(left: Meant, sign: str, right: Meant) -> Meant:
    return f"({left[0]} {sign} {right[0]})", lambda of: OPERATORS[sign](left[1](of), right[1](of))


def called(largest: bool, one: Meant, other: Meant) -> Meant:  # noqa: FBT001 - Hypothesis passes it
    choose = max if largest else min
    return f"{choose.__name__}({one[0]}, {other[0]})", lambda of: choose(one[1](of), other[1](of))


def turned(inner: Meant) -> Meant:
    return f"(-{inner[0]})", lambda of: -inner[1](of)


def absolute(inner: Meant) -> Meant:
    return f"abs({inner[0]})", lambda of: abs(inner[1](of))


LEAVES = st.builds(number, st.integers(0, 99).map(str) | st.sampled_from(["0.5", "2.25", "0.1", "1e3"]))
PLAIN = st.recursive(
    LEAVES | st.builds(name, st.sampled_from(NAMES)),
    lambda inner: st.one_of(
        st.builds(joined, inner, st.sampled_from("+-*/"), inner),
        st.builds(called, st.booleans(), inner, inner),
        st.builds(turned, inner),
        st.builds(absolute, inner),
    ),
    max_leaves=8,
)
COUNTS = st.builds(
    lambda right, wrong, data: formula.counts(
        right, wrong, min(data[0], right), min(data[1], wrong), Fraction(data[2], 4)
    ),
    st.integers(0, 9),
    st.integers(0, 9),
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 40)),
)


@given(PLAIN.filter(lambda meant: len(meant[0]) <= LONGEST), COUNTS)
def test_a_formula_is_exact(meant: Meant, of: Counts) -> None:
    text, means = meant
    try:
        expected = means(of)
    except ZeroDivisionError:
        with pytest.raises(ZeroDivisionError):
            formula.value(text, of)
        return
    assert formula.value(text, of) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("max(0, (rt - wt) / r) * credits", "2/3"),
        ("credits * (rt + wu) / n", "1"),
        ("credits - ru - wt / 3", "2/3"),
        ("0.1 + 0.2", "3/10"),
        ("-rt + +wt", "-1"),
        ("2 - 3 - 4", "-5"),
        ("1 / 2 / 3", "1/6"),
        ("min(rt)", "2"),
    ],
)
def test_formulas_of_a_question_with_one_right_choice_missed_and_one_wrong_crossed(
    text: str, expected: str
) -> None:
    assert formula.value(text, formula.counts(3, 1, 2, 1, Fraction(2))) == Fraction(expected)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "cannot be read"),
        ("(", "cannot be read"),
        ("rt; wt", "cannot be read"),
        ("rt = 1", "cannot be read"),
        ("x + 1", "no name 'x'"),
        ("RT", "no name 'RT'"),
        ("rt ** 2", "no place"),
        ("rt // 2", "no place"),
        ("rt % 2", "no place"),
        ("rt < wt", "no place"),
        ("rt if wt else 0", "no place"),
        ("rt and wt", "no place"),
        ("not rt", "no place"),
        ("rt.real", "no place"),
        ("rt[0]", "no place"),
        ("[rt]", "no place"),
        ("'rt'", "no place"),
        ("f'{rt}'", "no place"),
        ("True", "no place"),
        ("1j", "no place"),
        ("lambda: 1", "no place"),
        ("__import__('os').getcwd()", "no place"),
        ("open('x')", "no place"),
        ("min(*[1])", "no place"),
        ("max(1, key=abs)", "no place"),
        ("max()", "takes"),
        ("abs(1, 2)", "takes"),
        ("1e999", "number"),
        ("9999999", "digits"),
        ("0.0000001", "digits"),
        ("1+" * 100 + "1", "characters"),
        ("-" * 120 + "1", "parts"),
        ("(" * 150 + "1" + ")" * 20, "cannot be read"),
    ],
)
def test_what_is_no_formula_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(FormulaError, match=why):
        formula.check(text)


@given(st.text(max_size=40))
def test_no_text_does_anything_else(text: str) -> None:
    try:
        formula.check(text)
    except FormulaError as error:
        assert str(error)  # noqa: PT017 - most texts are refused, a few are formulas


@given(st.integers(0, 6), st.integers(0, 6))
def test_every_outcome_comes_once_and_the_right_answer_first(right: int, wrong: int) -> None:
    found = list(formula.outcomes(right, wrong, Fraction(2)))
    assert len({(of.rt, of.wt) for of in found}) == len(found) == (right + 1) * (wrong + 1)
    assert (found[0].rt, found[0].wt) == (right, 0)
    assert all(of.rt + of.ru == of.r == right and of.wt + of.wu == of.w == wrong for of in found)
    assert all(of.n == right + wrong for of in found)


def test_a_formula_is_shown_with_signs_of_print() -> None:
    assert formula.shown("a * b - c") == "a × b − c"
