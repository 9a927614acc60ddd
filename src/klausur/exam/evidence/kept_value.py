"""What an experiment returned, written down so that it can be held against the key again.

Numbers, arrays and truth values. A formula is not kept: nothing that is read from a file shall be evaluated.
"""

import json
from fractions import Fraction
from typing import Any

import numpy as np


def written(value: Any) -> str:  # noqa: ANN401 - what an author returns
    """The value as text; empty if it cannot be kept."""
    plain = _plain(value)
    return "" if plain is None else json.dumps(plain)


def read(text: str) -> Any:  # noqa: ANN401 - the same
    """The value again.

    Raises:
        ValueError: nothing was written that can be read.
    """
    try:
        kind, value = json.loads(text)
        if kind == "truth":
            return bool(value)
        if kind == "fraction":
            return Fraction(value)
        if kind == "float":
            return float(value)
        if kind == "array":
            return np.array(value, dtype=float)
    except TypeError as error:
        raise ValueError(f"{text!r} is no value: {error}") from error
    raise ValueError(f"{text!r} is no value")


def _plain(value: Any) -> list[Any] | None:  # noqa: ANN401 - the same
    if isinstance(value, bool | np.bool_) or str(value) in {"True", "False"}:
        return ["truth", bool(value)]
    if isinstance(value, int | Fraction | np.integer):
        return ["fraction", str(Fraction(int(value)) if isinstance(value, np.integer) else Fraction(value))]
    if isinstance(value, float | np.floating):
        return ["float", repr(float(value))]
    try:
        return ["array", np.asarray(value, dtype=float).tolist()]
    except (TypeError, ValueError):
        return None
