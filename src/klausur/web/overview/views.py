"""The overview of an exam."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from klausur.actions.glance import Glance, glance
from klausur.actions.retention import RetentionClock
from klausur.base.errors import NotFoundError
from klausur.site.models import Job
from klausur.store.glance import QuestionCount
from klausur.web import frame
from klausur.web.access import Here, shows
from klausur.web.judging import theirs
from klausur.web.keeping.views import ROLES, clock

STAGES: tuple[str | Promise, ...] = (
    gettext_lazy("printed"),
    gettext_lazy("scanned"),
    gettext_lazy("complete"),
    gettext_lazy("final"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do next: how many of what, and where."""

    count: int
    what: str
    address: str


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question with its progress in percent, and who decided how much: boxes settled, answers judged."""

    count: QuestionCount
    number: str
    percent: int
    people: tuple[tuple[str, int], ...]


@shows()
def overview(request: HttpRequest, here: Here) -> HttpResponse:
    """Where the exam stands, and what to do next."""
    try:
        found = glance(here.folder)
    except NotFoundError:
        return render(request, "overview/not_printed.html", {"title": here.exam.title})
    running = Job.objects.filter(exam=here.exam, state__in=("waiting", "running")).order_by("made")
    shown = {
        "title": here.exam.title,
        "glance": found,
        "steps": _steps(found, here),
        "stages": zip(
            STAGES, (found.booklets, found.used, found.used - found.lacking, found.final), strict=True
        ),
        "questions": _questions(found),
        "left": None if found.left is None else _about(found.left),
        "jobs": running,
        "pressing": theirs.pressing(here),
        "keeping": _keeping(here),
    }
    return render(request, "overview/overview.html", shown)


def _keeping(here: Here) -> RetentionClock | None:
    """How long data are kept, if some are to be deleted now or soon, and who looks has a say in it."""
    found = clock(here.folder) if here.role in ROLES else None
    return found if found is not None and found.pressing else None


def _steps(found: Glance, here: Here) -> list[Step]:
    """What waits for a person, in the order in which it is best done, with the desk where it is done."""
    waiting = ngettext("image that is no page yet", "images that are no pages yet", found.waiting)
    lacking = ngettext("booklet lacks a page", "booklets lack pages", found.lacking)
    untied = ngettext("booklet is nobody's yet", "booklets are nobody's yet", found.untied)
    loose = ngettext(
        "extra sheet belongs to no booklet yet", "extra sheets belong to no booklet yet", found.loose
    )
    open_ = ngettext("answer that a person must read", "answers that a person must read", found.open)
    unjudged = ngettext("answer to grade", "answers to grade", found.unjudged)
    refused = ngettext("file could not be used", "files could not be used", found.refused)
    steps = (
        (found.refused, refused, "scans"),
        (found.waiting, waiting, "scans"),
        (found.lacking, lacking, "scans"),
        (found.loose, loose, "scans"),
        (found.untied, untied, "owners"),
        (found.open, open_, "readings"),
        (found.unjudged, unjudged, "grading"),
    )
    return [Step(count, what, _address(page, here)) for count, what, page in steps if count]


def _address(page: str, here: Here) -> str:
    """Where a desk is, if this role has it."""
    desk = next((d for d in frame.DESKS if d.page == page.partition("-")[0]), None)
    if desk is None or here.role not in desk.roles:
        return ""
    try:
        return reverse(page, args=[here.exam.slug])
    except NoReverseMatch:
        return reverse(desk.page, args=[here.exam.slug])


def _questions(found: Glance) -> list[QuestionRow]:
    people: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for each in found.people:
        people[each.question].append((each.who, each.decisions))
    rows: list[Any] = []
    for count in found.questions:
        percent = 100 * count.decided // count.booklets if count.booklets else 0
        number = found.numbers.get(count.question, "")
        rows.append(QuestionRow(count, number, percent, tuple(people[count.question])))
    return rows


def _about(left: timedelta) -> str:
    """A length of time as people say it."""
    minutes = max(1, round(left.total_seconds() / 60))
    if minutes < 90:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    return _("%(n)s hours") % {"n": round(minutes / 60)}
