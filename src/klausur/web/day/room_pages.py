"""Further pages of a room: its protocol, the counting of its booklets, its clock."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from klausur.actions import exam_day
from klausur.actions.exam_day import DayRoom
from klausur.actions.room_record import room_records
from klausur.state.day import CAME, BookletFate, Difference, Incident
from klausur.web.access import Here, shows
from klausur.web.day import shown
from klausur.web.day.views import ROLES, asked_room, nothing_new, told, unchanged
from klausur.web.day.words import INCIDENTS

NOTED = (Incident.QUESTION, Incident.CHEATING, Incident.FIRE_ALARM, Incident.LOST_MINUTES, Incident.OTHER)
"""What the protocol's page offers; who leaves the room for a moment is noted at their name."""

ANNOUNCED = 3
"""So many announcements stand on the clock."""


def _part(request: HttpRequest, name: str, page: dict[str, Any]) -> HttpResponse:
    only = getattr(request, "htmx", False)
    return render(request, f"day/{name}_part.html" if only else f"day/{name}.html", page)


@shows(*ROLES)
def book(request: HttpRequest, here: Here) -> HttpResponse:
    """What happened in a room, and how it is noted and closed."""
    if unchanged(request, here):
        return nothing_new()
    day = exam_day.exam_day(here.folder)
    room = asked_room(request, day)
    page = {
        **told(day, room),
        "incidents": [(each.value, INCIDENTS[each]) for each in NOTED],
        "happened": shown.happened(room),
        "closed_at": "" if room.closed is None else shown.clock(room.closed.done.at),
        "begin": shown.clock(room.clock.begin),
        "end": shown.clock(room.clock.end),
    }
    return _part(request, "book", page)


@shows(*ROLES)
def count(request: HttpRequest, here: Here) -> HttpResponse:
    """The booklets of a room: which are out, which are back, and what does not fit."""
    if unchanged(request, here):
        return nothing_new()
    day = exam_day.exam_day(here.folder)
    room = asked_room(request, day)
    page = {
        **told(day, room),
        "counted": [each.number for each in room.fates if each.counted is not None],
        "out": [each for each in room.fates if each.handed and each.counted is None],
        "unnumbered": sum(each.check_in in CAME and not each.booklets for each in room.people),
        "differences": [shown.difference(each) for each in room.fates if _wrong(room, each)],
        "elsewhere": len(day.differences) - sum(bool(each.differences) for each in room.fates),
    }
    return _part(request, "count", page)


def _wrong(room: DayRoom, fate: BookletFate) -> bool:
    """Whether a booklet does not fit; as long as the room is open one that is out is merely out."""
    merely_out = fate.differences == (Difference.NOT_COUNTED,)
    return bool(fate.differences) and (room.closed is not None or not merely_out)


@shows(*ROLES)
def clock(request: HttpRequest, here: Here) -> HttpResponse:
    """The clock of a room, to be seen by all who sit there: no names."""
    if unchanged(request, here):
        return nothing_new()
    day = exam_day.exam_day(here.folder)
    room = asked_room(request, day)
    time = room.clock
    page = {
        **told(day, room),
        "zone": timezone.get_current_timezone_name(),
        "now_clock": shown.clock(timezone.now()),
        "begin": shown.clock(time.begin),
        "end": shown.clock(time.end),
        "begin_ms": int(time.begin.timestamp() * 1000),
        "end_ms": int(time.end.timestamp() * 1000),
        "longer": [
            {"minutes": more, "people": people, "end": shown.clock(time.end_with(more))}
            for more, people in time.longer
        ],
        "announced": [
            {"at": shown.clock(each.done.at), "text": each.done.text} for each in time.announced[:ANNOUNCED]
        ],
    }
    return _part(request, "clock", page)


@shows(*ROLES)
def protocol(request: HttpRequest, here: Here) -> HttpResponse:
    """The record of a room as a PDF."""
    made = room_records(here.folder, request.GET.get("room", ""))
    return HttpResponse(
        made,
        content_type="application/pdf",
        headers={"Content-Disposition": 'attachment; filename="protocol.pdf"'},
    )
