"""Where two formulas are compared: what their letters stand for, and the points at which they must agree.

A letter stands for any real number unless the author says otherwise. Among the points are those at which
formulas that look alike part: nothing, negative and large numbers, the bounds of what a letter stands for.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import sympy

from klausur.evidence import Domains
from klausur.exam.evidence.details import Detail

NOWHERE_ELSE: Domains = MappingProxyType({})
"""Nothing is said: all letters are real numbers."""

_REAL = tuple(sympy.Rational(*ratio) for ratio in (
    (0, 1), (1, 1), (-1, 1), (2, 1), (-2, 1), (1, 2), (-1, 2), (3, 1), (-7, 3), (1, 1000), (-1, 1000),
    (50, 1), (-50, 1), (1000, 1), (-1000, 1),
))  # fmt: skip
_WHOLE = tuple(map(sympy.Integer, (0, 1, -1, 2, -2, 3, 5, -5, 10, 17, 100)))

_RANDOM = 24
"""Points drawn at random beside them."""

_ALL = 250
"""As many points of named values at most; where there are more, so many of them are drawn."""

_ASSUMED: Mapping[str, Mapping[str, bool]] = {
    "real": {"real": True},
    "positive": {"positive": True},
    "nonnegative": {"nonnegative": True},
    "integer": {"integer": True},
    "natural": {"integer": True, "positive": True},
}


def assumed(value: Any, domains: Domains) -> Any:  # noqa: ANN401 - sympy's classes share no base
    """A formula whose letters know what they stand for."""
    return value.subs({symbol: _symbol(symbol.name, domains) for symbol in value.free_symbols})


def where(letters: Iterable[Any], domains: Domains) -> tuple[Detail, ...]:
    """What letters stand for: "where x is real, y is between 0 and 1"; nothing where there are none."""
    names = sorted({str(symbol.name) for symbol in letters})
    parts = tuple(_stands_for(name, domains.get(name, "real")) for name in names)
    return (Detail("where", (), parts),) if parts else ()


def points(letters: Iterable[Any], domains: Domains) -> Iterator[Mapping[Any, Any]]:
    """The points at which formulas are compared, each by its letters; always the same."""
    names = sorted(letters, key=lambda symbol: str(symbol.name))
    rng = np.random.default_rng(0)
    values = [_values(domains.get(name.name, "real")) for name in names]
    count = int(np.prod([float(len(some)) for some in values]))
    if count <= _ALL:
        yield from (dict(zip(names, point, strict=True)) for point in itertools.product(*values))
    else:
        for _ in range(_ALL):
            yield {name: some[int(rng.integers(len(some)))] for name, some in zip(names, values, strict=True)}
    for _ in range(_RANDOM):
        yield {name: _drawn(domains.get(name.name, "real"), rng) for name in names}


def _symbol(name: str, domains: Domains) -> Any:  # noqa: ANN401 - the same
    wanted = domains.get(name, "real")
    if isinstance(wanted, str):
        return sympy.Symbol(name, **_ASSUMED[wanted])
    low, _high = wanted
    return sympy.Symbol(name, **_ASSUMED["positive" if low > 0 else "nonnegative" if low == 0 else "real"])


def _stands_for(letter: str, domain: str | tuple[float, float]) -> Detail:
    if isinstance(domain, tuple):
        return Detail("between", (letter, f"{domain[0]:g}", f"{domain[1]:g}"))
    return Detail(domain, (letter,))


def _values(domain: str | tuple[float, float]) -> list[Any]:
    """Named values of a letter."""
    if isinstance(domain, tuple):
        low, high = map(sympy.nsimplify, domain)
        return [low, high, (low + high) / 2, *(value for value in _REAL if low < value < high)]
    some = _WHOLE if domain in {"integer", "natural"} else _REAL
    if domain in {"positive", "natural"}:
        return [value for value in some if value > 0]
    return [value for value in some if value >= 0] if domain == "nonnegative" else list(some)


def _drawn(domain: str | tuple[float, float], rng: np.random.Generator) -> Any:  # noqa: ANN401 - the same
    """Any value of a letter."""
    if isinstance(domain, tuple):
        low, high = map(sympy.nsimplify, domain)
        return low + (high - low) * sympy.Rational(int(rng.integers(1, 997)), 997)
    whole = domain in {"integer", "natural"}
    size = int(rng.integers(1, 40)) if whole else sympy.Rational(int(rng.integers(1, 4000)), 997)
    signed = domain in {"real", "integer"}
    return -size if signed and rng.random() < 0.5 else size
