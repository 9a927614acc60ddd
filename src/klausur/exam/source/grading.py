"""How exam.toml says that an exam is graded: scheme for crosses, grade key, rounding, struck questions.

Whether thresholds and questions make sense together is `klausur.exam.check`'s business.
"""

import re
from dataclasses import replace
from fractions import Fraction

from klausur.base.credits import parse_credits, show_credits
from klausur.exam import formula
from klausur.exam.curve import GRADES, linear, marks
from klausur.exam.model import (
    ROW_SCHEMES,
    BonusFor,
    GradeKey,
    Grading,
    RoundAt,
    Rounding,
    RoundKind,
    Scheme,
    SchemeKind,
    Strike,
)
from klausur.exam.source.keys import Keys, default_to

GERMAN = GradeKey(linear(GRADES, Fraction(95), Fraction(50)), "5.0", percent=True)
"""The grade key of an exam that gives none."""

ROUND = re.compile(r"(?P<kind>half-up|up|down) to (?P<step>[0-9.,]+)")
"""How a rule for rounding is written, apart from ``none``."""

_STEPS = (Fraction(1, 100), Fraction(10))
"""The finest and the coarsest step that credits are rounded to."""


def scheme(keys: Keys) -> Scheme:
    """How crosses earn credits where a question says nothing else."""
    kind = keys.word("choice.scheme", SchemeKind.ALL_OR_NOTHING)
    if kind in ROW_SCHEMES | {SchemeKind.WEIGHTS}:
        keys.wrong("choice.scheme", f"{kind} is not for all questions: name it in the headings of those")
        kind = SchemeKind.ALL_OR_NOTHING
    floor = keys.number("choice.floor") or Fraction(0)
    text = keys.text("choice.formula") or ""
    if kind is SchemeKind.FORMULA and keys.get("choice.formula") is None:
        keys.missing("choice.formula", 'formula = "max(0, (rt - wt) / r) * credits"')
    elif kind is not SchemeKind.FORMULA and text:
        keys.wrong("choice.formula", 'write scheme = "formula" beside it, or remove it')
    elif text:
        try:
            formula.check(text)
        except formula.FormulaError as error:
            message = f"the formula {text!r} cannot be used"
            keys.report("formula-syntax", "choice.formula", message, str(error))
            return Scheme(kind, floor)
    return Scheme(kind, floor, text)


def grades(keys: Keys) -> GradeKey:
    """The grade key."""
    if not isinstance(keys.get("grades"), dict):
        return GERMAN
    unit = keys.either("grades.unit", tuple(_TAKES), "percent")
    _refuse_others(keys, unit)
    if unit == "linear":
        return _proportional(keys)
    key = replace(_by_thresholds(keys, unit), pass_share=_share(keys, "grades.pass_share"))
    glide, floor = keys.number("grades.glide"), keys.number("grades.glide_floor")
    if glide is not None and not 0 <= glide < 100:
        keys.wrong("grades.glide", "it is a percentage of the mean, from 0 and below 100")
        glide = None
    if glide is not None and (key.pass_share is not None or key.best_share is not None):
        keys.wrong(
            "grades.glide", "leave out pass_share and best_share: one rule fits the key to the results"
        )
        glide = None
    if floor is not None and glide is None:
        keys.wrong("grades.glide_floor", "write glide = 22 beside it, or remove it")
        floor = None
    if floor is not None and not 0 <= floor <= key.pass_mark:
        keys.wrong("grades.glide_floor", "it lies between 0 and the threshold of the last grade that passes")
        floor = None
    return replace(key, glide=glide, glide_floor=floor)


def _by_thresholds(keys: Keys, unit: str) -> GradeKey:
    """A key that names its thresholds, or the first and the last of them."""
    fail = keys.text("grades.fail", must=True) or ""
    if unit == "curve":
        names = keys.texts("grades.grades") or GRADES
        best = default_to(keys.number("grades.best"), Fraction(95))
        worst = default_to(keys.number("grades.pass"), Fraction(50))
        if len(set(names)) < len(names):
            keys.wrong("grades.grades", "name each grade once, from the best to the worst that passes")
        key = GradeKey(linear(names, best, worst), fail, percent=True, linear=True)
        return replace(key, best_share=_share(keys, "grades.best_share"))
    table = keys.get("grades.thresholds")
    if not isinstance(table, dict) or not table:
        hint = 'list them from best to worst: thresholds = {"1.0" = 90, "4.0" = 50}'
        keys.report("attribute-missing", "grades.thresholds", "the grade key has no thresholds", hint)
        return GradeKey((), fail, percent=unit == "percent")
    thresholds = [(str(grade), keys.number(f"grades.thresholds.{grade}", table[grade])) for grade in table]
    read_ones = tuple((grade, value) for grade, value in thresholds if value is not None)
    return GradeKey(read_ones, fail, percent=unit == "percent")


_FITTED = ("fail", "pass_share", "glide", "glide_floor")
_TAKES = {
    "percent": ("thresholds", *_FITTED),
    "credits": ("thresholds", *_FITTED),
    "curve": ("pass", "best", "grades", "best_share", *_FITTED),
    "linear": ("from", "to", "pass", "round"),
}
"""The units, and what else a key in each of them says."""


def _refuse_others(keys: Keys, unit: str) -> None:
    """Keys that this unit has no use for."""
    for name in dict.fromkeys(name for names in _TAKES.values() for name in names):
        if name not in _TAKES[unit] and keys.get(f"grades.{name}") is not None:
            takes = {"curve": "pass and best", "linear": "from, to, pass and round"}.get(unit, "thresholds")
            keys.wrong(f"grades.{name}", f'unit = "{unit}" takes {takes} instead')


def _proportional(keys: Keys) -> GradeKey:
    """Marks in proportion to the credits, such as the French ones from 0 to 20."""
    least = default_to(keys.number("grades.from"), Fraction(0))
    most = default_to(keys.number("grades.to"), Fraction(20))
    passes = default_to(keys.number("grades.pass"), Fraction(10))
    text = default_to(keys.text("grades.round"), "half-up to 0.5")
    match = ROUND.fullmatch(text)
    try:
        step = parse_credits(match["step"]) if match and match["kind"] != "up" else Fraction(0)
    except ValueError:
        step = Fraction(0)
    nothing = GradeKey((), show_credits(least), percent=True)
    if match is None or step <= 0:
        keys.wrong("grades.round", '"half-up to 0.5" or "down to 0.25"')
    elif most <= least:
        keys.wrong("grades.to", "it is the mark for all credits, above that for none, from")
    elif (steps := (most - least) / step).denominator != 1 or steps > _MOST_MARKS:
        keys.wrong("grades.round", f"from and to are whole steps apart, at most {_MOST_MARKS}")
    elif not least < passes <= most or ((passes - least) / step).denominator != 1:
        keys.wrong(
            "grades.pass", "it is the last mark that passes: above from, up to to, and whole steps above"
        )
    else:
        table = marks(least, most, step, half_up=match["kind"] == "half-up")
        return replace(nothing, thresholds=table, passes=show_credits(passes))
    return nothing


_MOST_MARKS = 400


def _share(keys: Keys, key: str) -> Fraction | None:
    value = keys.number(key)
    if value is not None and not 0 < value <= 100:
        keys.wrong(key, "it is a percentage of the results, above 0 and up to 100")
        return None
    return value


def rules(keys: Keys) -> Grading:
    """Rounding, questions that are struck, whose bonus counts."""
    whose = keys.either("grading.bonus_for", tuple(BonusFor), BonusFor.ALL)
    return Grading(_rounding(keys), _struck(keys), BonusFor(whose))


def _rounding(keys: Keys) -> Rounding | None:
    text = keys.text("grading.round")
    at = keys.either("grading.round_at", tuple(RoundAt), RoundAt.TOTAL)
    if text is None or text == "none":
        return None
    match = ROUND.fullmatch(text)
    try:
        step = parse_credits(match["step"]) if match else Fraction(0)
    except ValueError:
        step = Fraction(0)
    if match is None or not _STEPS[0] <= step <= _STEPS[1]:
        keys.wrong(
            "grading.round", '"none", "half-up to 0.5", "up to 0.5" or "down to 1"; steps from 0.01 to 10'
        )
        return None
    return Rounding(RoundKind(match["kind"]), step, RoundAt(at))


def _struck(keys: Keys) -> tuple[tuple[str, Strike], ...]:
    """Questions by id: a list drops them, a table says what becomes of each."""
    key = "grading.struck"
    value = keys.get(key)
    if value is None:
        return ()
    how = 'write struck = ["speed"], or struck = {speed = "dropped", sound = "full", light = "better"}'
    if isinstance(value, list):
        value = dict.fromkeys(value, str(Strike.DROPPED)) if all(isinstance(v, str) for v in value) else None
    if not isinstance(value, dict) or not set(value.values()) <= set(map(str, Strike)):
        keys.wrong(key, how)
        return ()
    return tuple((question, Strike(strike)) for question, strike in value.items())
