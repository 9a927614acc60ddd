"""The rooms on the exam day, and the list at which a room is checked in."""

from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from klausur.actions import exam_day, home_times
from klausur.actions.exam_day import DayRoom, ExamDay
from klausur.base.errors import NotFoundError
from klausur.state.facts import Role
from klausur.store import candidates
from klausur.store.folder import opened
from klausur.web.access import Here, shows
from klausur.web.day import shown
from klausur.web.day.words import CHECKED_IN

ROLES = Role.EXAMINER, Role.PROCTOR
SEARCHED = 5
WORKER = Path(__file__).with_name("worker.js")


def unchanged(request: HttpRequest, here: Here) -> bool:
    """Whether who asks for a part of a page has it already as it is."""
    seen = request.GET.get("seen", "")
    return bool(seen) and getattr(request, "htmx", False) and exam_day.stamp(here.folder) == seen


def nothing_new() -> HttpResponse:
    """An answer that leaves a part of a page as it is."""
    return HttpResponse(status=204)


def asked_room(request: HttpRequest, day: ExamDay) -> DayRoom:
    """The room that an address names.

    Raises:
        Http404: there is none of this name.
    """
    found = day.room(request.GET.get("room", ""))
    if found is None:
        raise Http404("room")
    return found


def told(day: ExamDay, room: DayRoom | None = None) -> dict[str, Any]:
    """What all pages of the day know."""
    return {"day": day, "room": room, "now": int(timezone.now().timestamp() * 1000)}


@shows(*ROLES)
def rooms(request: HttpRequest, here: Here) -> HttpResponse:
    """All rooms with their counts."""
    if unchanged(request, here):
        return nothing_new()
    try:
        day = exam_day.exam_day(here.folder)
    except NotFoundError:
        if not here.folder.is_dir():
            raise
        return render(request, "day/day.html", {"day": None})
    words = [word for word in shown.COUNTED if day.all.by[word] or word.value in {"expected", "present"}]
    page = {
        **told(day),
        "words": [CHECKED_IN[word] for word in words],
        "rows": [(each, [each.count.by[word] for word in words]) for each in day.rooms],
        "sums": [day.all.by[word] for word in words],
        "differences": len(day.differences),
        "home": home_times.times(here.folder) is not None,
    }
    part = "day/rooms_part.html" if getattr(request, "htmx", False) else "day/day.html"
    return render(request, part, page)


@shows(*ROLES)
def room(request: HttpRequest, here: Here) -> HttpResponse:
    """A room's people, by seat; asked for again every few seconds, and not sent where nothing is new."""
    if unchanged(request, here):
        return nothing_new()
    day = exam_day.exam_day(here.folder)
    found = asked_room(request, day)
    page = {
        **told(day, found),
        "rows": shown.rows(day, found),
        "counts": shown.counts(found.count),
        "all": [each for each in shown.counts(day.all) if each[2]],
    }
    part = "day/room_part.html" if getattr(request, "htmx", False) else "day/room.html"
    return render(request, part, page)


@shows(*ROLES)
def find(request: HttpRequest, here: Here) -> JsonResponse:
    """Where people sit whose name or number has what was typed in it, for who is in the wrong room."""
    text = request.GET.get("q", "").strip()
    with opened(here.folder):
        found = candidates.like(text, SEARCHED) if text else ()
    lines = [
        _("%(name)s sits in %(room)s, %(seat)s")
        % {"name": c.name, "room": c.room or _("no room"), "seat": c.seat or "–"}
        for c in (each.candidate for each in found)
    ]
    return JsonResponse({"people": lines})


@shows(*ROLES)
def worker(request: HttpRequest, here: Here) -> HttpResponse:
    """The program that keeps the day's pages on a device: it looks after this folder and no other."""
    del request, here
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
