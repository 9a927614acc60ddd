"""Values that a program draws for its parameters, and how each is written into a text.

Runs in evidence's own processes only. sympy is not loaded for those who do not use it.
"""

import math
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

_UNFIT = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_FLOATING = frozenset("eEfFgG%")
_KINDS = "a whole number, a Fraction, a finite float, a text, True or False, or a sympy expression"


class ValueKindError(ValueError):
    """A value that no text can be made of; the message says which and why."""


def draw(function: Callable[..., Any], seed: Sequence[int]) -> dict[str, Any]:
    """The values of one variant.

    Raises:
        ValueKindError: the function returns something else than names with values.
    """
    values = function(np.random.default_rng(list(seed)))
    if not isinstance(values, Mapping) or not all(isinstance(n, str) and n.isidentifier() for n in values):
        raise ValueKindError(f"parameters() returns no dict of names and values, but {_short(values)}")
    return {name: _plain(name, value) for name, value in values.items()}


def text(value: Any, form: str) -> str:  # noqa: ANN401 - any of the kinds
    """A value as it stands in the Markdown; ``form`` is a format as in Python's ``format``.

    Raises:
        ValueKindError: the format does not fit the value.
    """
    try:
        return _text(value, form.strip())
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueKindError(f"{_short(value)} cannot be written as {form!r}: {error}") from None


def _text(value: Any, form: str) -> str:  # noqa: ANN401 - the same
    if isinstance(value, bool):
        if form:
            raise ValueKindError("True and False take no format")
        return "true" if value else "false"
    if _is_sympy(value):
        if not form:
            return str(sys.modules["sympy"].latex(value))
        if not value.is_number:
            raise ValueKindError("only numbers take a format")
        value = Fraction(int(value.p), int(value.q)) if value.is_Rational else float(value)
    if isinstance(value, Fraction):
        if form[-1:] in _FLOATING:
            return format(float(value), form)
        if value.denominator == 1:
            return format(int(value), form)
        if form not in {"", "+"}:
            raise ValueKindError("it is no whole number")
        return f"{'+' if form and value > 0 else ''}{value}"
    return format(value, form)


def is_number(value: Any, form: str) -> bool:  # noqa: ANN401 - any of the kinds
    """Whether a value is written as a number, and not as a text or as TeX."""
    if _is_sympy(value):
        return bool(form) or bool(value.is_Float)
    return isinstance(value, int | float | Fraction)


def _plain(name: str, value: Any) -> Any:  # noqa: ANN401 - the same
    """The value as one of the known kinds."""
    if isinstance(value, np.generic):
        value = value.item()
    if _is_sympy(value):
        return bool(value) if str(value) in {"True", "False"} else value
    if isinstance(value, str) and _UNFIT.search(value):
        raise ValueKindError(f"{name} holds a line break or another control character: {_short(value)}")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueKindError(f"{name} is {value}, which is no number")
    if isinstance(value, bool | int | Fraction | float | str):
        return value
    raise ValueKindError(f"{name} is {_short(value)}; a value is {_KINDS}")


def _is_sympy(value: Any) -> bool:  # noqa: ANN401 - the same
    sympy = sys.modules.get("sympy")
    return sympy is not None and isinstance(value, sympy.Basic | sympy.MatrixBase)


def _short(value: Any) -> str:  # noqa: ANN401 - the same
    said = " ".join(repr(value).split())
    said = said if len(said) <= 60 else said[:59] + "…"
    return f"{type(value).__name__} {said}"
