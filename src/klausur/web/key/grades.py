"""The grade key beside the results: how many earned what, and thresholds that are moved on the picture."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from klausur.actions import results_so_far
from klausur.actions.mend_key import KeyNow
from klausur.base.credits import parse_credits
from klausur.base.errors import UsageError
from klausur.exam.model import GradeKey
from klausur.report.histogram import Histogram, histogram
from klausur.report.results import ResultRow, Results, Status
from klausur.score.curve import reached
from klausur.web.access import Here
from klausur.web.key import words
from klausur.web.numbers import localized, show_credits

MOST = 16
"""Thresholds up to which each can be moved by hand; marks in proportion to credits have more."""

FIELD = "grade-"
"""What a form's fields of thresholds begin with; the rest is their place, from the best grade on."""

WIDE, HIGH = 900.0, 300.0
LEFT, RIGHT, TOP, FOOT = 34.0, 12.0, 52.0, 30.0
"""Of the picture, in its own units: round what is drawn is room for numbers, and above it for grades."""

_BARS = 50
"""At most."""


@dataclass(frozen=True, slots=True)
class Bar:
    """How many results lie in a part of the axis, with its place in the picture."""

    x: str
    y: str
    width: str
    height: str
    told: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """A grade: its name, where it begins, its handle in the picture, and how many have it now.

    ``typed`` is in the form, ``value`` for the handle; ``high`` says in which of two rows its label stands.
    """

    name: str
    at: int
    typed: str
    value: str
    x: str
    high: bool
    passes: bool
    many: int


def key_of(now: KeyNow, given: QueryDict) -> GradeKey:
    """The grade key that a form says: fixed thresholds for the grades that there are.

    Raises:
        UsageError: a threshold cannot be read, or they do not fall from the best grade on.
    """
    old = now.exam.grades
    thresholds: list[tuple[str, Fraction]] = []
    for n, (name, _old) in enumerate(old.thresholds):
        text = given.get(f"{FIELD}{n}", "").strip()
        try:
            value = parse_credits(text)
        except ValueError as error:
            raise UsageError(
                _("Grade %(grade)s begins at no number: %(text)s") % {"grade": name, "text": text or "–"},
                _("Write a number."),
            ) from error
        if thresholds and value >= thresholds[-1][1]:
            better = thresholds[-1][0]
            raise UsageError(
                _("Grade %(grade)s begins no lower than %(better)s.") % {"grade": name, "better": better},
                _("Let each grade begin below the one before."),
            )
        thresholds.append((name, value))
    fixed = tuple(thresholds)
    if fixed == old.thresholds and not _fits(old):
        return old
    return replace(
        old, thresholds=fixed, linear=False, best_share=None, pass_share=None, glide=None, glide_floor=None
    )


def page(
    request: HttpRequest,
    here: Here,
    now: KeyNow,
    *,
    wrong: tuple[str, str] | None = None,
    meanwhile: object = None,
) -> HttpResponse:
    """The results as bars, and the thresholds as the key has them or as they were typed."""
    results = results_so_far.so_far(here.folder).results
    key = results.key
    final = [row for row in results.rows if row.status is Status.FINAL and row.total is not None]
    values = sorted(reached(key, row.total or Fraction(0), row.worth) for row in final)
    drawn = histogram(values, Fraction(100) if key.percent else results.of, _BARS)
    movable = bool(key.thresholds) and not key.passes and len(key.thresholds) <= MOST
    said = {
        "now": now,
        "key": words.grades(now.exam.grades),
        "fits": _fits(now.exam.grades),
        "unit": _("percent") if key.percent else _("credits"),
        "people": len(final),
        "open": sum(row.status is Status.OPEN for row in results.rows),
        "bars": _bars(drawn, "\N{NO-BREAK SPACE}%" if key.percent else ""),
        "ticks": [(_x(drawn.place(Fraction(at))), localized(str(at))) for at in drawn.ticks()],
        "movable": movable,
        "thresholds": _thresholds(key, results, final, drawn, request.POST) if movable else (),
        "fail": key.fail,
        "failed": sum(row.grade == key.fail for row in final),
        "results": "[" + ",".join(f"{float(value):.6g}" for value in values) + "]",
        "axis": {"from": f"{float(drawn.start):g}", "to": f"{float(drawn.end):g}"},
        "size": {
            "wide": f"{WIDE:g}",
            "high": f"{HIGH:g}",
            "left": f"{LEFT:g}",
            "right": f"{WIDE - RIGHT:g}",
            "top": f"{TOP:g}",
            "foot": f"{HIGH - FOOT:g}",
            "label": f"{HIGH - FOOT + 18:g}",
        },
        "wrong": wrong,
        "meanwhile": meanwhile,
    }
    return render(request, "key/grades.html", said, status=200 if wrong is None else 400)


def _fits(key: GradeKey) -> bool:
    """Whether its thresholds follow from the results."""
    return not key.best_share == key.pass_share == key.glide


def _thresholds(
    key: GradeKey, results: Results, final: Sequence[ResultRow], drawn: Histogram, given: QueryDict
) -> list[Threshold]:
    many = Counter(row.grade for row in final)
    names = {name for name, _value in results.key.thresholds}
    return [
        Threshold(
            name,
            n,
            given.get(f"{FIELD}{n}", show_credits(value)),
            f"{float(value):.6g}",
            _x(drawn.place(value)),
            n % 2 == 1,
            name in key.passing,
            many[name] if name in names else 0,
        )
        for n, (name, value) in enumerate(key.thresholds)
    ]


def _x(share: float) -> str:
    """Where in the picture a share of the axis lies."""
    return f"{LEFT + share * (WIDE - LEFT - RIGHT):.1f}"


def _bars(found: Histogram, unit: str) -> list[Bar]:
    """The bars that are not empty; ``unit`` is written after numbers."""
    tallest = max(1, *found.bars)
    wide = (WIDE - LEFT - RIGHT) / len(found.bars)
    return [
        _bar(found, n, many, (HIGH - TOP - FOOT) * many / tallest, wide, unit)
        for n, many in enumerate(found.bars)
        if many
    ]


def _bar(found: Histogram, n: int, many: int, height: float, wide: float, unit: str) -> Bar:
    start = found.start + n * found.width
    told = _("%(from)s to %(to)s%(unit)s: %(n)s") % {
        "from": show_credits(start),
        "to": show_credits(start + found.width),
        "unit": unit,
        "n": many,
    }
    return Bar(
        f"{LEFT + n * wide + 0.5:.1f}",
        f"{HIGH - FOOT - height:.1f}",
        f"{wide - 1:.1f}",
        f"{height:.1f}",
        told,
    )
