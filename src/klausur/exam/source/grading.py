"""How exam.toml says that an exam is graded: scheme for crosses, grade key, rounding, struck questions.

Whether thresholds and questions make sense together is `klausur.exam.check`'s business.
"""

import re
from dataclasses import replace
from fractions import Fraction

from klausur.base.credits import parse_credits
from klausur.exam import formula
from klausur.exam.curve import GRADES, linear
from klausur.exam.model import GradeKey, Grading, RoundAt, Rounding, RoundKind, Scheme, SchemeKind, Strike
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
    unit = keys.either("grades.unit", ("percent", "credits", "curve"), "percent")
    fail = keys.text("grades.fail", must=True) or ""
    _refuse_others(keys, unit)
    passing = _share(keys, "grades.pass_share")
    if unit == "curve":
        names = keys.texts("grades.grades") or GRADES
        best = default_to(keys.number("grades.best"), Fraction(95))
        worst = default_to(keys.number("grades.pass"), Fraction(50))
        if len(set(names)) < len(names):
            keys.wrong("grades.grades", "name each grade once, from the best to the worst that passes")
        key = GradeKey(linear(names, best, worst), fail, percent=True, linear=True, pass_share=passing)
        return replace(key, best_share=_share(keys, "grades.best_share"))
    table = keys.get("grades.thresholds")
    if not isinstance(table, dict) or not table:
        hint = 'list them from best to worst: thresholds = {"1.0" = 90, "4.0" = 50}'
        keys.report("attribute-missing", "grades.thresholds", "the grade key has no thresholds", hint)
        return GradeKey((), fail, percent=unit == "percent")
    thresholds = [(str(grade), keys.number(f"grades.thresholds.{grade}", table[grade])) for grade in table]
    read_ones = tuple((grade, value) for grade, value in thresholds if value is not None)
    return GradeKey(read_ones, fail, percent=unit == "percent", pass_share=passing)


_OF_A_CURVE = ("grades", "best", "pass", "best_share")


def _refuse_others(keys: Keys, unit: str) -> None:
    """Keys that this unit has no use for."""
    useless = ("thresholds",) if unit == "curve" else _OF_A_CURVE
    for name in useless:
        if keys.get(f"grades.{name}") is not None:
            takes = "pass and best" if unit == "curve" else "thresholds"
            keys.wrong(f"grades.{name}", f'unit = "{unit}" takes {takes} instead')


def _share(keys: Keys, key: str) -> Fraction | None:
    value = keys.number(key)
    if value is not None and not 0 < value <= 100:
        keys.wrong(key, "it is a percentage of the results, above 0 and up to 100")
        return None
    return value


def rules(keys: Keys) -> Grading:
    """Rounding, and questions that are struck."""
    return Grading(_rounding(keys), _struck(keys))


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
