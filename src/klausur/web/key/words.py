"""What the key says, in the reader's language."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klausur.actions.key_effects import Way
from klausur.exam.differences import DifferenceKind
from klausur.exam.differences.parts import Value
from klausur.exam.model import GradeKey, Scheme, SchemeKind, Strike
from klausur.web.numbers import mixed_credits, show_credits, show_grade

SCHEMES: Mapping[SchemeKind, Promise | str] = {
    SchemeKind.ALL_OR_NOTHING: gettext_lazy("all or nothing"),
    SchemeKind.PER_CHOICE: gettext_lazy("each choice its share"),
    SchemeKind.RIGHT_MINUS_WRONG: gettext_lazy("right minus wrong"),
    SchemeKind.PARTIAL: gettext_lazy("partial: a wrong cross costs its share"),
    SchemeKind.FORMULA: gettext_lazy("a formula"),
    SchemeKind.WEIGHTS: gettext_lazy("each choice has credits of its own"),
    SchemeKind.PER_ROW: gettext_lazy("each row its share"),
    SchemeKind.KPRIM: gettext_lazy("kprim: one wrong row costs half"),
}
"""What schemes are called."""

STRIKES: Mapping[Strike | None, Promise | str] = {
    None: gettext_lazy("it counts"),
    Strike.DROPPED: gettext_lazy("it counts for nobody, and the exam is worth that much less"),
    Strike.FULL: gettext_lazy("everybody gets its credits"),
    Strike.BETTER: gettext_lazy("for each booklet it counts or is dropped, whichever is better"),
}
"""What may become of a question."""

KINDS: Mapping[DifferenceKind, Promise | str] = {
    DifferenceKind.RIGHT: gettext_lazy("right choices"),
    DifferenceKind.ACCEPTED: gettext_lazy("accepted as well"),
    DifferenceKind.SCHEME: gettext_lazy("scheme"),
    DifferenceKind.STRUCK: gettext_lazy("what becomes of it"),
    DifferenceKind.RUBRIC: gettext_lazy("rubric"),
    DifferenceKind.SOLUTION: gettext_lazy("solution"),
    DifferenceKind.CREDITS: gettext_lazy("credits"),
    DifferenceKind.EXPECTED: gettext_lazy("right numbers"),
    DifferenceKind.GRADES: gettext_lazy("grade key"),
    DifferenceKind.ROUNDING: gettext_lazy("rounding"),
}
"""What parts of a key are called; of the others their name says enough."""

WAYS: Mapping[Way, Promise | str] = {
    Way.GAINS: gettext_lazy("Who gains"),
    Way.LOSES: gettext_lazy("Who loses"),
    Way.EVEN: gettext_lazy("Who neither gains nor loses"),
    Way.OPEN: gettext_lazy("Who has no result yet"),
}
"""What stands above those who fare alike."""


def letters(some: Sequence[str]) -> str:
    """Letters of choices."""
    return ", ".join(some) or _("no choice")


def accepted(sets: Sequence[Sequence[str]]) -> str:
    """Sets of letters that are right as well."""
    return _(" or ").join(map(letters, sets)) or _("nothing else")


def scheme(used: Scheme | None) -> str:
    """A scheme; None is that of the exam."""
    if used is None:
        return _("the exam's")
    name = str(SCHEMES[used.kind])
    if used.formula:
        return f"{name}: {used.formula}"
    return f"{name}, {_('at least %(n)s') % {'n': show_credits(used.floor)}}" if used.floor else name


def grades(key: GradeKey) -> str:
    """A grade key with its thresholds, and how it is fitted to the results."""
    unit = "\N{NO-BREAK SPACE}%" if key.percent else ""
    if not key.thresholds:
        return _("there are no grades")
    if key.passes:
        first, last = key.thresholds[0], key.thresholds[-1]
        said = _("%(n)s marks in proportion to credits, from %(worst)s to %(best)s, pass from %(pass)s") % {
            "n": len(key.thresholds) + 1,
            "worst": show_grade(key.fail or last[0]),
            "best": show_grade(first[0]),
            "pass": show_grade(key.passes),
        }
    else:
        steps = (f"{show_grade(name)}: {show_credits(at)}{unit}" for name, at in key.thresholds)
        said = "; ".join(steps) + _("; else %(grade)s") % {"grade": show_grade(key.fail)}
    more = {
        _("the best grade for %(n)s"): key.best_share,
        _("pass for %(n)s"): key.pass_share,
        _("pass also %(n)s below the mean"): key.glide,
    }
    fitted = [
        text % {"n": f"{show_credits(n)}\N{NO-BREAK SPACE}%"} for text, n in more.items() if n is not None
    ]
    return "; ".join([said, *fitted])


_TOLD: Mapping[DifferenceKind, Callable[[Any], str]] = {
    DifferenceKind.RIGHT: letters,
    DifferenceKind.ACCEPTED: accepted,
    DifferenceKind.SCHEME: scheme,
    DifferenceKind.STRUCK: lambda value: str(STRIKES[value]),
    DifferenceKind.GRADES: grades,
    DifferenceKind.CREDITS: mixed_credits,
}


def told(kind: DifferenceKind, value: Value) -> str:
    """A value of a part of the key, if it is one that is mended in the browser; else nothing."""
    tell = _TOLD.get(kind)
    return "" if tell is None else tell(value)
