"""A grade key that is fitted to results: the worked-out thresholds, exact.

With shares, a key is lowered until enough of the results reach a grade; it is never raised. Write x(p) for
the highest total that at least p percent of the results reach: of n results the ⌈p·n/100⌉-th best.

- ``best_share`` p of a linear key: the best grade begins at min(best, x(p)), though not below the last one
  that passes; the others follow in equal steps.
- ``pass_share`` p: all thresholds are lowered by as much as the last one that passes lies above x(p), but no
  threshold below 0.

- ``glide`` g: the last grade that passes begins at p' = min(p, max(floor, (1 - g / 100) · m)), where p is
  what the key says and m the mean result. What lies above the pass mark keeps its share of what there is
  above it, up to the most M that can be reached without bonus: a threshold t becomes
  p' + (t - p) · (M - p') / (M - p). So German medical law has it (ÄAppO §14, 6 and 7).

A result that is not fitted with others, such as one that is still open, does not count.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from klausur.base.credits import Credits
from klausur.exam.curve import linear
from klausur.exam.model import GradeKey


def fit(key: GradeKey, results: Sequence[Fraction], most: Fraction = Fraction(100)) -> GradeKey:
    """The key with fixed thresholds, fitted to these results; without any, as it is written.

    Args:
        key: in credits, or in percent.
        results: those that count, as `reached` gives them.
        most: what can be reached without bonus: 100 by a key in percent.
    """
    plain = replace(key, linear=False, best_share=None, pass_share=None, glide=None, glide_floor=None)
    if not results or not key.thresholds:
        return plain
    falling = sorted(results, reverse=True)
    names = [name for name, _ in key.thresholds]
    best, worst = key.thresholds[0][1], key.pass_mark
    if key.glide is not None:
        mean = sum(results, Fraction(0)) / len(results)
        mark = max(key.glide_floor or Fraction(0), mean * (100 - key.glide) / 100)
        return replace(plain, thresholds=glided(key, min(worst, mark), most))
    if key.linear and key.best_share is not None:
        best = max(worst, min(best, nth(falling, key.best_share)))
        plain = replace(plain, thresholds=linear(names, best, worst))
    if key.pass_share is not None:
        lower = min(worst, max(Fraction(0), worst - nth(falling, key.pass_share)))
        plain = replace(plain, thresholds=tuple((n, at - lower) for n, at in plain.thresholds))
    return plain


def glided(key: GradeKey, mark: Fraction, most: Fraction) -> tuple[tuple[str, Fraction], ...]:
    """The thresholds with another pass mark: what lies above it keeps its share of what there is above."""
    old = key.pass_mark
    scale = (most - mark) / (most - old) if most > old else Fraction(1)
    return tuple((name, mark + (at - old) * scale) for name, at in key.thresholds)


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
        text: ``pass=45``, ``best=90``, ``pass-share=80``, ``best-share=10``, ``glide=22`` and ``shift=-2``,
            by blanks. ``pass``, ``best`` and ``best-share`` make the key linear; a shift moves every
            threshold, in the unit of the key.

    Raises:
        ValueError: the text says something else; the message says how it is written.
    """
    said = dict(_word(word) for word in text.split())
    if not said:
        raise ValueError(
            f"{text!r} changes nothing: write pass=45, best=90, pass-share=80, best-share=10, glide=22 "
            "or shift=-2"
        )
    if not key.thresholds:
        raise ValueError("the present grade key has no thresholds")
    of_thresholds = [word for word in said if word in {"best", "pass", "best-share"}]
    if key.passes and of_thresholds:
        raise ValueError(f"{of_thresholds[0]} is nothing for marks in proportion to credits: write shift=-2")
    fitting = {"glide", "pass-share", "best-share"} & set(said)
    if "glide" in said and len(fitting) > 1:
        raise ValueError(f"{text!r}: one rule fits a key to results, glide or shares")
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
        best_share=None if "glide" in said else said.get("best-share", key.best_share),
        pass_share=None if "glide" in said else said.get("pass-share", key.pass_share),
        glide=None if fitting - {"glide"} else said.get("glide", key.glide),
        glide_floor=None if fitting - {"glide"} else key.glide_floor,
    )


_WORDS = ("pass", "best", "pass-share", "best-share", "glide", "shift")


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
    if name == "glide" and not 0 <= value < 100:
        raise ValueError(f"{word!r}: it is a percentage of the mean, from 0 and below 100")
    return name, value
