"""A grade key that is fitted to results: the worked-out thresholds, exact.

With shares, a key is lowered until enough of the results reach a grade; it is never raised. Write x(p) for
the highest total that at least p percent of the results reach: of n results the ⌈p·n/100⌉-th best.

- ``best_share`` p of a linear key: the best grade begins at min(best, x(p)), though not below the last one
  that passes; the others follow in equal steps.
- ``pass_share`` p: all thresholds are lowered by as much as the last one that passes lies above x(p), but no
  threshold below 0.

A result that is not fitted with others, such as one that is still open, does not count.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from klausur.base.credits import Credits
from klausur.exam.curve import linear
from klausur.exam.model import GradeKey


def fit(key: GradeKey, results: Sequence[Fraction]) -> GradeKey:
    """The key with fixed thresholds, fitted to these results; without any, as it is written.

    Args:
        key: in credits, or in percent.
        results: those that count, as `reached` gives them.
    """
    plain = replace(key, linear=False, best_share=None, pass_share=None)
    if not results or not key.thresholds:
        return plain
    falling = sorted(results, reverse=True)
    names = [name for name, _ in key.thresholds]
    best, worst = key.thresholds[0][1], key.thresholds[-1][1]
    if key.linear and key.best_share is not None:
        best = max(worst, min(best, nth(falling, key.best_share)))
        plain = replace(plain, thresholds=linear(names, best, worst))
    if key.pass_share is not None:
        lower = min(worst, max(Fraction(0), worst - nth(falling, key.pass_share)))
        plain = replace(plain, thresholds=tuple((n, at - lower) for n, at in plain.thresholds))
    return plain


def reached(key: GradeKey, total: Credits, of: Credits) -> Fraction:
    """A result in the key's unit: the total, or its percentage of ``of``.

    Raises:
        ValueError: percent of no credits.
    """
    if key.percent and of <= 0:
        raise ValueError(f"there is no percentage of {of} credits")
    return total * 100 / of if key.percent else total


def nth(falling: Sequence[Fraction], share: Fraction) -> Fraction:
    """The highest of these values, in falling order, that so many percent of them reach."""
    return falling[max(math.ceil(share * len(falling) / 100), 1) - 1]


def changed(key: GradeKey, text: str) -> GradeKey:
    """Another key, written as changes to this one.

    Args:
        key: the present one.
        text: ``pass=45``, ``best=90``, ``pass-share=80``, ``best-share=10`` and ``shift=-2``, by blanks.
            ``pass``, ``best`` and ``best-share`` make the key linear; a shift moves every threshold, in the
            unit of the key.

    Raises:
        ValueError: the text says something else; the message says how it is written.
    """
    said = dict(_word(word) for word in text.split())
    if not said:
        raise ValueError(
            f"{text!r} changes nothing: write pass=45, best=90, pass-share=80, best-share=10 or shift=-2"
        )
    if not key.thresholds:
        raise ValueError("the present grade key has no thresholds")
    names = [name for name, _ in key.thresholds]
    best = said.get("best", key.thresholds[0][1])
    worst = said.get("pass", key.thresholds[-1][1])
    if {"best", "pass", "best-share"} & set(said):
        if worst > best:
            raise ValueError(f"{text!r}: the best grade would begin below the last one that passes")
        key = replace(key, thresholds=linear(names, best, worst), linear=True)
    shift = said.get("shift", Fraction(0))
    key = replace(key, thresholds=tuple((name, at + shift) for name, at in key.thresholds))
    return replace(
        key,
        best_share=said.get("best-share", key.best_share),
        pass_share=said.get("pass-share", key.pass_share),
    )


_WORDS = ("pass", "best", "pass-share", "best-share", "shift")


def _word(word: str) -> tuple[str, Fraction]:
    name, _, number = word.partition("=")
    try:
        value = Fraction(number.replace(",", "."))
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{word!r} is no change of a key: write a number, as in pass=45") from None
    if name not in _WORDS:
        raise ValueError(f"{word!r} is no change of a key: it is one of {', '.join(_WORDS)}")
    if name.endswith("share") and not 0 < value <= 100:
        raise ValueError(f"{word!r}: a share is a percentage above 0 and up to 100")
    return name, value
