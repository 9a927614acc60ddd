"""Is what the key says what was computed? TeX to sympy, and when two values agree.

Runs in evidence's own processes only: sympy and its parser take a moment to load.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from numbers import Number
from typing import Any

import numpy as np
import sympy
from sympy.core.function import AppliedUndef
from sympy.parsing.latex import parse_latex

from klausur.evidence import Domains
from klausur.exam.evidence import probes
from klausur.exam.evidence.details import Detail, said
from klausur.exam.evidence.probes import NOWHERE_ELSE
from klausur.exam.plain_numbers import number as number_typed

_CLOSE = 1e-9
"""Relative to the larger of two numbers."""

_NOISE = 1e-12
"""What a sum of floats that should be nothing may leave."""

_SCIENTIFIC = re.compile(
    r"(?P<digits>[-+]?\d*\.\d+)\s*(?:\\cdot|\\times)\s*10\s*\^\s*(?:\{\s*(?P<power>[-+]?\d+)\s*\}|(?P<one>\d))"
)
_DECIMAL = re.compile(r"[-+]?\d*\.\d+")
_SPACING = re.compile(r"(?<!\\)\\[,;:!\s]|\\(?:quad|qquad|displaystyle|left|right)(?![a-zA-Z])|~")
_SHORT_FRACTION = re.compile(r"\\frac\s*(\d)\s*(\d)")


class TypedError(ValueError):
    """What is typed is neither a number nor a formula that can be compared."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Whether two values agree; ``details`` say where formulas were compared, or where they part."""

    agrees: bool
    details: tuple[Detail, ...] = ()

    @property
    def detail(self) -> str:
        """The same in words."""
        return said(self.details)


def agree(
    computed: Any,  # noqa: ANN401 - a number, an array or a sympy value
    typed: str,
    domain: Domains = NOWHERE_ELSE,
) -> Agreement:
    """Whether a computed value is what the key says.

    A number typed with decimals is right if the value rounds to it, half a unit of the last place either way,
    also before a power of ten. Formulas are the same if they are so wherever `probes.points` looks.

    Args:
        computed: what a function returned.
        typed: what stands in the key, as TeX.
        domain: what the letters of a formula stand for.

    Raises:
        TypedError: the typed text cannot be read as maths.
    """
    plain = _cleaned(typed)
    if _DECIMAL.fullmatch(plain):
        return Agreement(_rounds_to(computed, plain, 0))
    if match := _SCIENTIFIC.fullmatch(plain):
        return Agreement(_rounds_to(computed, match["digits"], int(match["power"] or match["one"])))
    wanted = number_typed(plain)
    if wanted is not None and isinstance(computed, int | Fraction) and not isinstance(computed, bool):
        return Agreement(computed == wanted)
    value = _value(computed)
    found = Agreement(agrees=False)
    for reading in _readings(plain):
        found = _equal(value, reading, domain)
        if found.agrees:
            break
    return found


def equal(one: Any, other: Any, domain: Domains = NOWHERE_ELSE) -> bool:  # noqa: ANN401 - the same
    """Whether two computed values are equal, to rounding."""
    if isinstance(one, sympy.Basic | sympy.MatrixBase) or isinstance(other, sympy.Basic | sympy.MatrixBase):
        return _equal(_value(one), _value(other), domain).agrees
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


def formula(typed: str) -> Any:  # noqa: ANN401 - sympy's classes share no base with matrices
    """The formula that is typed, or the number, as sympy has it.

    Raises:
        TypedError: it cannot be read as maths.
    """
    return next(_readings(_cleaned(typed)))


def plain(typed: str) -> int | float:
    """The number that is typed; a whole one without a decimal sign is an int.

    Raises:
        TypedError: it is no number, and what to ask for instead.
    """
    text = _cleaned(typed)
    if match := _SCIENTIFIC.fullmatch(text):
        return float(Fraction(match["digits"]) * Fraction(10) ** int(match["power"] or match["one"]))
    value = number_typed(text)
    if value is None:
        found = formula(typed)
        if not isinstance(found, sympy.Basic) or not found.is_number or not found.is_real:
            raise TypedError(f"{typed!r} is no number; given_formula() hands over formulas")
        value = Fraction(int(found)) if found.is_Integer else Fraction(float(found))
    return int(value) if value.denominator == 1 and "." not in text else float(value)


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


def _rounds_to(computed: Any, typed: str, power: int) -> bool:  # noqa: ANN401 - the same
    """Whether a value rounds to the typed digits times a power of ten."""
    try:
        digits = Decimal(typed)
        exponent = int(digits.as_tuple().exponent) + power
        wanted = Fraction(digits) * Fraction(10) ** power
        quick = isinstance(computed, float | Fraction) and math.isfinite(computed)
        value = Fraction(computed) if quick else Fraction(str(sympy.N(_value(computed), 30)))
    except (InvalidOperation, ValueError, TypeError):
        return False
    return abs(value - wanted) <= Fraction(1, 2) * Fraction(10) ** exponent


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


def _equal(one: Any, other: Any, domain: Domains) -> Agreement:  # noqa: ANN401 - the same
    matrices = [isinstance(v, sympy.MatrixBase) for v in (one, other)]
    if any(matrices):
        if not all(matrices) or one.shape != other.shape:
            return Agreement(agrees=False)
        parts = [_equal(a, b, domain) for a, b in zip(one, other, strict=True)]
        return next((part for part in parts if not part.agrees), Agreement(agrees=True))
    if one.is_number and other.is_number:
        return Agreement(_close(one.evalf(25), other.evalf(25)))
    one, other = (probes.assumed(value, domain) for value in (one, other))
    if sympy.simplify(one - other) == 0:
        return Agreement(agrees=True, details=probes.where(one.free_symbols | other.free_symbols, domain))
    return _equal_at_probes(one, other, domain)


def _equal_at_probes(one: Any, other: Any, domain: Domains) -> Agreement:  # noqa: ANN401 - the same
    """Whether two formulas have the same values: algebra does not see through every form.

    Raises:
        TypedError: they have no values there.
    """
    letters, seen = one.free_symbols | other.free_symbols, 0
    where = probes.where(letters, domain)
    for point in probes.points(letters, domain):
        left, right = (_at(value, point) for value in (one, other))
        if left is None or right is None:
            continue
        seen += 1
        if not _close(left, right):
            place = ", ".join(f"{symbol} = {value}" for symbol, value in point.items())
            apart = Detail("apart", (place, _short(left), _short(right)))
            return Agreement(agrees=False, details=(apart, *where))
    if not seen:
        raise TypedError(f"the formulas have no values to be compared at; {said(where)}")
    return Agreement(agrees=True, details=where)


def _at(value: Any, point: Mapping[Any, Any]) -> Any:  # noqa: ANN401 - the same
    """A formula's value at a point, to 25 digits; None where it has none.

    Raises:
        TypedError: it cannot be told.
    """
    found = value.subs(point)
    found = found.evalf(25) if hasattr(found, "evalf") else sympy.nan
    if found is sympy.nan:
        return None
    if not found.is_number or found.has(sympy.nan):
        raise TypedError(f"{show(value)} has no value that can be told at {show(found)}")
    return found


def _short(value: Any) -> str:  # noqa: ANN401 - the same
    return show(float(value)) if value.is_real else str(sympy.N(value, 6))


def _close(one: Any, other: Any) -> bool:  # noqa: ANN401 - the same
    """Whether two numbers are the same to rounding: relative to the larger, but where one is nothing."""
    if one == other:
        return True
    sizes = [abs(one), abs(other)]
    if not all(size.is_finite for size in sizes):
        return False
    if min(sizes) == 0:
        return bool(max(sizes) <= _NOISE)
    return bool(abs(one - other) <= _CLOSE * max(sizes))
