"""Statistics of the final booklets: figures of each question, a picture of all, and answers as rows."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from klausur.actions.statistics import ROOM, Statistics, write_report, write_rows
from klausur.actions.statistics import copying as alike_neighbours
from klausur.actions.statistics import statistics as figures
from klausur.base.errors import NotFoundError, RefusedError
from klausur.report.copying import Alike
from klausur.report.item_analysis import Choice, Class, Difference, Item
from klausur.state.facts import Role
from klausur.web.access import Here, shows
from klausur.web.numbers import localized

LITTLE = 0.2
"""The discrimination below which a question tells little of what the others tell."""

WIDE, HIGH, EDGE = 640.0, 240.0, 34.0
"""Of the picture, in its own units: facility to the right, discrimination upwards."""

NAMED = 20
"""Questions up to which each has its number in the picture; of more only those with a remark have it."""

OTHERS = 10
"""Pairs that are shown though they are no hint, so that one sees what is usual."""

TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}


@dataclass(frozen=True, slots=True)
class ChoiceShown:
    """A choice; ``odd`` where the best third crosses a wrong one more often, or a right one less."""

    letter: str
    right: bool
    shares: tuple[str, ...]
    discrimination: str
    odd: bool


@dataclass(frozen=True, slots=True)
class ItemShown:
    """A question; ``remark`` says what to look at, ``x`` and ``y`` are its place in the picture."""

    number: str
    of: str
    mean: str
    facility: str
    parts: tuple[str, ...]
    discrimination: str
    without: str
    remark: str
    bad: bool
    x: str
    y: str
    choices: tuple[ChoiceShown, ...]


@dataclass(frozen=True, slots=True)
class DifferenceShown:
    """A group that does otherwise."""

    number: str
    by: str
    group: str
    many: int
    by_sd: str
    p: str
    size: str
    much: bool


@dataclass(frozen=True, slots=True)
class AlikeShown:
    """Two neighbours whose answers are alike."""

    of: Alike
    expected: str
    p: str
    apart: str


@shows(Role.EXAMINER)
def statistics(request: HttpRequest, here: Here) -> HttpResponse:
    """The page of statistics."""
    try:
        found = figures(here.folder)
    except NotFoundError:
        return render(request, "results/statistics.html", {"found": None})
    whole = found.analysis
    page = {
        "found": found,
        "whole": whole,
        "stages": list(_stages(found)),
        "items": [_item(item) for item in whole.items],
        "differences": [_difference(one) for one in whole.differences if one.size is not Class.NONE],
        "tested": bool(whole.differences),
        "struck": ", ".join(found.struck),
        "few": len(whole.items) <= NAMED,
        "lines": [(_signed(f"{at:g}"), _y(at)) for at in (1.0, 0.5, 0.0, -0.5)],
        "little": _y(LITTLE),
        "shares": [
            (f"{at:.0%}".replace("%", "\N{NO-BREAK SPACE}%"), _x(at)) for at in (0, 0.25, 0.5, 0.75, 1)
        ],
        "width": f"{WIDE:g}",
        "height": f"{HIGH:g}",
        "left": f"{EDGE:g}",
        "right": f"{WIDE - EDGE / 2:g}",
        "bottom": f"{HIGH - EDGE + 18:g}",
    }
    return render(request, "results/statistics.html", page)


@shows(Role.EXAMINER)
def copying(request: HttpRequest, here: Here) -> HttpResponse:
    """Which neighbours' answers are alike more often than chance has it."""
    try:
        found = alike_neighbours(here.folder)
    except NotFoundError:
        return render(request, "results/copying.html", {"found": None})
    told = [pair for pair in found.pairs if pair.told]
    page = {
        "found": found,
        "told": map(_alike, told),
        "others": map(_alike, found.pairs[len(told) :][:OTHERS]),
    }
    return render(request, "results/copying.html", page)


@shows(Role.EXAMINER)
def report(request: HttpRequest, here: Here) -> HttpResponse:
    """The statistics as a PDF that a committee reads."""
    del request
    with TemporaryDirectory() as made:
        file = Path(made) / "statistics.pdf"
        try:
            write_report(here.folder, file)
        except (NotFoundError, RefusedError) as error:
            raise Http404(file.name) from error
        content = file.read_bytes()
    name = f"{here.exam.slug}-statistics.pdf"
    return HttpResponse(
        content, "application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@shows(Role.EXAMINER)
def rows(request: HttpRequest, here: Here, form: str) -> HttpResponse:
    """All answers of the final booklets as rows."""
    del request
    if form not in TYPES:
        raise Http404(form)
    with TemporaryDirectory() as made:
        file = Path(made) / f"rows.{form}"
        try:
            write_rows(here.folder, file)
        except NotFoundError as error:
            raise Http404(form) from error
        content = file.read_bytes()
    name = f"{here.exam.slug}-rows.{form}"
    return HttpResponse(
        content, TYPES[form], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _stages(found: Statistics) -> Iterator[tuple[str, str]]:
    whole = found.analysis
    yield str(whole.people), _("final booklets")
    yield _number(whole.mean, 1), _("mean of %(of)s") % {"of": localized(f"{whole.of:g}")}
    yield _number(whole.median, 1), _("median")
    yield _number(whole.spread, 1), _("standard deviation")
    yield _number(whole.alpha, 2), _("Cronbach's alpha")
    yield _number(whole.error, 1), _("credits of error of measurement")


def _item(item: Item) -> ItemShown:
    r = item.discrimination
    return ItemShown(
        item.number,
        localized(f"{item.credits:g}"),
        _number(item.mean, 2),
        _share(item.facility),
        tuple(map(_share, item.by_part)),
        _number(r, 2),
        _number(item.alpha_without, 2),
        _remark(item),
        r is not None and r < 0,
        _x(item.facility),
        "" if r is None else _y(r),
        tuple(map(_choice, item.choices)),
    )


def _remark(item: Item) -> str:
    if item.discrimination is not None and item.discrimination < 0:
        return _("who does well otherwise fails it: look at its key")
    if item.facility in {0.0, 1.0}:
        return _("all did the same")
    if item.discrimination is not None and item.discrimination < LITTLE:
        return _("tells little of what the others tell")
    return ""


def _choice(choice: Choice) -> ChoiceShown:
    low, _middle, high = choice.by_part
    return ChoiceShown(
        choice.letter,
        choice.right,
        tuple(map(_share, (choice.chosen, *choice.by_part))),
        _number(choice.discrimination, 2),
        odd=high < low if choice.right else high > low,
    )


def _difference(one: Difference) -> DifferenceShown:
    return DifferenceShown(
        one.number,
        _("Room") if one.by == ROOM else _("Variant"),
        one.group,
        one.many,
        _signed(f"{one.by_sd:+.2f}"),
        localized(f"{one.p:.3f}"),
        one.size.value,
        one.size is Class.MUCH,
    )


def _alike(pair: Alike) -> AlikeShown:
    return AlikeShown(
        pair,
        localized(f"{pair.expected:.1f}"),
        localized(f"{pair.p:.3f}") if pair.p >= 0.001 else localized(f"{pair.p:.0e}"),
        "–" if pair.apart is None else localized(f"{100 * pair.apart:.2f}\N{NO-BREAK SPACE}%"),
    )


def _number(value: float | None, places: int) -> str:
    return "–" if value is None else _signed(f"{value:.{places}f}")


def _signed(number: str) -> str:
    return localized(number.replace("-", "\N{MINUS SIGN}"))


def _share(value: float) -> str:
    return "–" if math.isnan(value) else f"{100 * value:.0f}\N{NO-BREAK SPACE}%"


def _x(facility: float) -> str:
    return f"{EDGE + facility * (WIDE - 1.5 * EDGE):.1f}"


def _y(discrimination: float) -> str:
    """From 1 at the top to -0.5 at the foot; what lies lower stands there."""
    down = (1.0 - max(-0.5, discrimination)) / 1.5
    return f"{EDGE / 2 + down * (HIGH - 1.5 * EDGE):.1f}"
