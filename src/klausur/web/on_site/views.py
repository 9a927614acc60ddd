"""Slots of the review on site: planned by the examiner, opened and ended by who watches over the tables."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from klausur.actions import publish, review_on_site
from klausur.actions.review_on_site import OpenedSlot, SeenSlot
from klausur.actions.roles import Verb
from klausur.base.errors import NotFoundError, UsageError
from klausur.state.facts import Role
from klausur.state.publication import Part
from klausur.state.review_slots import SlotGrid, SlotStatus
from klausur.web.access import Here, acts, shows
from klausur.web.moments import field, moment

STATUSES = {
    SlotStatus.PLANNED: gettext_lazy("planned"),
    SlotStatus.OPEN: gettext_lazy("is looking"),
    SlotStatus.ENDED: gettext_lazy("over"),
    SlotStatus.MISSED: gettext_lazy("did not come"),
    SlotStatus.CANCELLED: gettext_lazy("cancelled"),
}
"""How far slots are."""

MOST_MINUTES = 480


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A slot in the list. ``begin`` and ``end`` are by the clock, ``left`` in minutes."""

    of: SeenSlot
    called: str
    begin: str
    end: str
    left: int

    @property
    def ends(self) -> bool:
        """Whether it can still be ended or cancelled."""
        return self.of.status in {SlotStatus.PLANNED, SlotStatus.OPEN}


@shows(Role.EXAMINER, Role.PROCTOR)
def slots(request: HttpRequest, here: Here) -> HttpResponse:
    """All slots by day, and the form to plan more."""
    return _page(request, here)


@acts(Verb.PLAN_REVIEW)
def plan(request: HttpRequest, here: Here) -> HttpResponse:
    """Give candidates times."""
    given = request.POST
    named = given.get("registrations", "").replace(",", " ").replace(";", " ").split()
    many = review_on_site.plan(here.folder, _grid(given), here.author(), registrations=named or None)
    said = ngettext("%(n)d candidate has a time.", "%(n)d candidates have a time.", many)
    messages.success(request, said % {"n": many})
    return redirect("day-review", slug=here.exam.slug)


@acts(Verb.PLAN_REVIEW)
def cancel(request: HttpRequest, here: Here) -> HttpResponse:
    """Take a slot back."""
    review_on_site.cancel(here.folder, _slot(request.POST), here.author())
    return redirect("day-review", slug=here.exam.slug)


@acts(Verb.KEEP_REVIEW)
def open_(request: HttpRequest, here: Here) -> HttpResponse:
    """Open a slot; its code is shown this once."""
    opened = review_on_site.open_slot(here.folder, _slot(request.POST), here.author())
    page = _page(request, here, opened)
    page.headers["Cache-Control"] = "private, no-store"
    return page


@acts(Verb.KEEP_REVIEW)
def end(request: HttpRequest, here: Here) -> HttpResponse:
    """End a slot."""
    review_on_site.end(here.folder, _slot(request.POST), here.author())
    return redirect("day-review", slug=here.exam.slug)


def _page(request: HttpRequest, here: Here, opened: OpenedSlot | None = None) -> HttpResponse:
    now = datetime.now(UTC)
    try:
        found = review_on_site.listed(here.folder, now=now)
    except NotFoundError:
        if not here.folder.is_dir():
            raise
        return render(request, "on_site/slots.html", {"printed": False})
    days: dict[str, list[SlotRow]] = {}
    for each in found:
        days.setdefault(localtime(each.of.time.begin).date().isoformat(), []).append(_row(each, now))
    tomorrow = localtime(now).replace(hour=10, minute=0) + timedelta(days=1)
    page = {
        "printed": True,
        "days": [(rows[0].of.of.time.begin, rows) for rows in days.values()],
        "opened": opened,
        "who": None if opened is None else next(e.candidate for e in found if e.of.id == opened.slot.id),
        "at": settings.KLAUSUR_HOME.address + reverse("table", args=[here.exam.slug]),
        "begin": field(tomorrow),
        "end": field(tomorrow + timedelta(hours=4)),
        "may_plan": here.may(Verb.PLAN_REVIEW),
        "most": MOST_MINUTES,
        **_published(here),
    }
    part = getattr(request, "htmx", False) and opened is None
    return render(request, "on_site/slots_part.html" if part else "on_site/slots.html", page)


def _published(here: Here) -> dict[str, bool]:
    holds = publish.look(here.folder).publication
    return {
        "published": holds.published,
        "script": Part.SCRIPT in holds.terms.shows | holds.terms.on_site,
    }


def _row(each: SeenSlot, now: datetime) -> SlotRow:
    time = each.of.time
    begin, end_ = (f"{localtime(moment_):%H:%M}" for moment_ in (time.begin, time.end))
    left = max(0, round((time.end - now).total_seconds() / 60))
    return SlotRow(each, str(STATUSES[each.status]), begin, end_, left)


def _grid(given: QueryDict) -> SlotGrid:
    begin, end_ = moment(given.get("begin", "")), moment(given.get("end", ""))
    tables = tuple(dict.fromkeys(t for line in given.get("tables", "").split(",") if (t := line.strip())))
    if begin is None or end_ is None or not tables:
        raise UsageError(_("A time or a table is missing."), _("Say from when to when, and at which tables."))
    return SlotGrid(
        begin, end_, _minutes(given, "minutes", least=1), _minutes(given, "pause", least=0), tables
    )


def _minutes(given: QueryDict, name: str, *, least: int) -> timedelta:
    text = given.get(name, "")
    if not (text.isascii() and text.isdigit() and least <= int(text[:9]) <= MOST_MINUTES):
        raise UsageError(
            _("Slots are 1 to %(most)d minutes long.") % {"most": MOST_MINUTES}, _("Say how many minutes.")
        )
    return timedelta(minutes=int(text))


def _slot(given: QueryDict) -> int:
    text = given.get("slot", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
