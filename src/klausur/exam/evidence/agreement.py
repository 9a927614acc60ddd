"""Is what the key says what was computed? TeX to sympy, and when two values agree.

Runs in evidence's own processes only: sympy and its parser take a moment to load.
"""

import math
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from numbers import Number
from typing import Any

import numpy as np
import sympy
from sympy.core.function import AppliedUndef
from sympy.parsing.latex import parse_latex

from klausur.exam.plain_numbers import number as number_typed

_PROBES = 12
"""Points at which two formulas are compared where algebra alone does not decide."""

_CLOSE = 1e-9
_DECIMAL = re.compile(r"[-+]?\d*\.\d+")
_SPACING = re.compile(r"(?<!\\)\\[,;:!\s]|\\(?:quad|qquad|displaystyle|left|right)(?![a-zA-Z])|~")
_SHORT_FRACTION = re.compile(r"\\frac\s*(\d)\s*(\d)")


class TypedError(ValueError):
    """What is typed is neither a number nor a formula that can be compared."""


def agree(computed: Any, typed: str) -> bool:  # noqa: ANN401 - a number, an array or a sympy value
    """Whether a computed value is what the key says.

    A number typed with decimals is right if the value rounds to it, half a unit of the last place either way.

    Raises:
        TypedError: the typed text cannot be read as maths.
    """
    plain = _cleaned(typed)
    if _DECIMAL.fullmatch(plain):
        return _rounds_to(computed, plain)
    wanted = number_typed(plain)
    if wanted is not None and isinstance(computed, int | Fraction) and not isinstance(computed, bool):
        return computed == wanted
    value = _value(computed)
    return any(_equal(value, reading) for reading in _readings(plain))


def equal(one: Any, other: Any) -> bool:  # noqa: ANN401 - the same
    """Whether two computed values are equal, to rounding."""
    if isinstance(one, sympy.Basic | sympy.MatrixBase) or isinstance(other, sympy.Basic | sympy.MatrixBase):
        return _equal(_value(one), _value(other))
    left, right = (np.asarray(v, dtype=float) for v in (one, other))
    return left.shape == right.shape and bool(np.allclose(left, right, rtol=1e-9, atol=1e-12))


def number(typed: str) -> float:
    """The number that is typed.

    Raises:
        TypedError: it is no number.
    """
    for reading in _readings(_cleaned(typed)):
        if isinstance(reading, sympy.Basic) and reading.is_number:
            return float(reading)
    raise TypedError(f"{typed!r} is no number")


def show(value: Any) -> str:  # noqa: ANN401 - the same
    """A value for people, on one line."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating):
        return f"{float(value):.6g}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(show(v) for v in value) + "]"
    return " ".join(str(value).split())


def _cleaned(typed: str) -> str:
    text = _SPACING.sub(" ", typed.strip().strip("$").rstrip(" .,;:"))
    text = text.replace(r"\tfrac", r"\frac").replace(r"\dfrac", r"\frac").replace("−", "-")
    return " ".join(_SHORT_FRACTION.sub(r"\\frac{\1}{\2}", text).split())


def _rounds_to(computed: Any, typed: str) -> bool:  # noqa: ANN401 - the same
    try:
        wanted = Decimal(typed)
        exponent = int(wanted.as_tuple().exponent)
        quick = isinstance(computed, float | Fraction) and math.isfinite(computed)
        value = Fraction(computed) if quick else Fraction(str(sympy.N(_value(computed), 30)))
    except (InvalidOperation, ValueError, TypeError):
        return False
    return abs(value - Fraction(wanted)) <= Fraction(1, 2) * Fraction(10) ** exponent


def _readings(typed: str) -> Iterator[Any]:
    """The ways to read TeX as maths; most texts have one."""
    try:
        tree = parse_latex(typed, backend="lark")
    except Exception as error:  # parsers of two layers, each with errors of its own
        raise TypedError(f"{typed!r} cannot be read as maths: {str(error).splitlines()[0]}") from error
    options = tree.children if hasattr(tree, "children") else [tree]
    readings = [_with_constants(o) for o in options if isinstance(o, sympy.Basic | sympy.MatrixBase)]
    sensible = [r for r in readings if not r.atoms(AppliedUndef)]
    if not readings:
        raise TypedError(f"{typed!r} cannot be read as maths")
    yield from sensible or readings


def _with_constants(expression: Any) -> Any:  # noqa: ANN401 - sympy's classes share no base with matrices
    """Euler's number and pi for the letters that stand for them."""
    return expression.subs({sympy.Symbol("e"): sympy.E, sympy.Symbol("pi"): sympy.pi})


def _value(computed: Any) -> Any:  # noqa: ANN401 - the same
    """A computed value as sympy sees it; arrays become matrices."""
    if isinstance(computed, sympy.MatrixBase | sympy.Basic):
        plain = {s: sympy.Symbol(s.name) for s in computed.free_symbols}
        return computed.subs(plain)
    if isinstance(computed, Fraction):
        return sympy.Rational(computed.numerator, computed.denominator)
    if isinstance(computed, Number):
        return sympy.sympify(computed.item() if isinstance(computed, np.generic) else computed)
    array = np.asarray(computed)
    if array.ndim == 0:
        return sympy.sympify(array.item())
    if array.ndim > 2:
        raise TypedError(f"an array of {array.ndim} dimensions cannot be compared with what is typed")
    rows = array.tolist() if array.ndim == 2 else [[v] for v in array.tolist()]
    return sympy.Matrix(rows)


def _equal(one: Any, other: Any) -> bool:  # noqa: ANN401 - the same
    matrices = [isinstance(v, sympy.MatrixBase) for v in (one, other)]
    if any(matrices):
        if not all(matrices) or one.shape != other.shape:
            return False
        return all(_equal(a, b) for a, b in zip(one, other, strict=True))
    difference = one - other
    if difference.is_number:
        size = abs(complex(one.evalf(20))) if one.is_number else 0.0
        return bool(abs(complex(difference.evalf(20))) <= _CLOSE * max(1.0, size))
    return sympy.simplify(difference) == 0 or _equal_at_probes(difference)


def _equal_at_probes(difference: Any) -> bool:  # noqa: ANN401 - the same
    """Whether a formula is zero at points drawn at random: algebra does not see through every form."""
    rng = np.random.default_rng(0)
    names = sorted(difference.free_symbols, key=str)
    seen = 0
    for _ in range(_PROBES):
        at = dict(zip(names, rng.uniform(0.05, 0.95, len(names)), strict=True))
        value = complex(difference.evalf(20, subs=at))
        if np.isfinite(value):
            seen += 1
            if abs(value) > _CLOSE:
                return False
    return seen > 0
