"""What is typed in a key, made ready to be read: decimal commas and macros."""

import pytest

from klausur.base.decimals import has_comma, with_comma
from klausur.base.maths import Notation
from klausur.exam.evidence.agreement import agree
from klausur.exam.evidence.typed_maths import expanded, read

COMMA, POINT = Notation(comma=True), Notation()
MACROS = Notation((("\\half", r"\frac{#1}{2}"), ("\\rate", r"0.25"), ("\\both", r"#2 + \half{#1}")))


@pytest.mark.parametrize(
    ("typed", "notation", "plain"),
    [
        ("4{,}25", COMMA, "4.25"),
        ("4{,}25", POINT, "4.25"),
        ("4,25", COMMA, "4.25"),
        ("-4,25$", COMMA, "-4.25"),
        ("4.25", COMMA, "4.25"),
        ("1.234,5", COMMA, "1234.5"),
        ("1{,}000", POINT, "1000"),
        ("1{,}000", COMMA, "1.000"),
        ("(4,25)", COMMA, "(4,25)"),
        ("4,25", POINT, "4,25"),
        (r"\num{4,25}", COMMA, "4.25"),
        ("x_{1,2}", COMMA, "x_{1,2}"),
    ],
)
def test_decimal_commas_are_read(typed: str, notation: Notation, plain: str) -> None:
    assert read(typed, notation) == plain


def test_macros_are_written_out() -> None:
    assert expanded(r"\half{x} \cdot \rate", MACROS) == r"\frac{x}{2} \cdot 0.25"
    assert expanded(r"\both{a}b", MACROS) == r"b + \frac{a}{2}"
    assert expanded(r"\halfway", MACROS) == r"\halfway"
    assert expanded(r"\a x", Notation((("\\a", r"\a"),))) == r"\a x"
    assert agree(1, read(r"\half{2}", MACROS)).agrees


def test_the_decimal_sign_is_the_languages() -> None:
    assert has_comma("de")
    assert not has_comma("en")
    assert with_comma("2.80") == "2,80"
    assert with_comma("-12,345.5", "{,}") == "-12.345{,}5"
    assert with_comma("3.5e-07") == "3,5e-07"
    assert with_comma("v1.2.3") == "v1.2.3"
