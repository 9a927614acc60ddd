"""How long an exam's data are kept, deleting them with a look first, and the certificates."""

from collections.abc import Collection
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klausur.actions import delete_data, retention
from klausur.actions.retention import RetentionClock
from klausur.actions.roles import Verb
from klausur.base.errors import NotFoundError, UsageError
from klausur.site import jobs
from klausur.site.jobs import JobState, Kind
from klausur.state.facts import Role
from klausur.state.retention import LONGEST, Data, RetentionTerms, Stage
from klausur.web import asked_jobs
from klausur.web.access import Here, acts, shows
from klausur.web.core_words import remedy

DATA = {
    Data.SCANS: gettext_lazy("Scans"),
    Data.RESULTS: gettext_lazy("Results, and all that is known of candidates"),
}
"""What is kept."""

STAGES = {
    Stage.KEPT: gettext_lazy("kept"),
    Stage.SOON: gettext_lazy("to be deleted soon"),
    Stage.DUE: gettext_lazy("to be deleted now"),
    Stage.DELETED: gettext_lazy("deleted"),
}
"""How far the time of something is."""

ROLES = Role.EXAMINER, Role.ADMINISTRATOR


def clock(folder: Path) -> RetentionClock | None:
    """How long data are kept; None as long as nothing is printed."""
    try:
        return retention.look(folder, localdate(), settings.KLAUSUR_HOME.retention)
    except NotFoundError:
        return None


@shows(*ROLES)
def keeping(request: HttpRequest, here: Here) -> HttpResponse:
    """How long data are kept, and what was deleted."""
    newest = asked_jobs.newest(here.exam, Kind.DELETE)
    ended = asked_jobs.ended_meanwhile(request, newest)
    return _page(request, here) if ended is None else ended


@acts(Verb.SET_RETENTION)
def terms(request: HttpRequest, here: Here) -> HttpResponse:
    """Say how long data are kept."""
    given = request.POST
    said = RetentionTerms(_months(given, Data.SCANS), _months(given, Data.RESULTS))
    retention.set_terms(here.folder, said, here.author(given.get("why", "")))
    messages.success(request, _("So long data are kept from now on."))
    return redirect("team-keeping", slug=here.exam.slug)


@shows(*ROLES)
def look(request: HttpRequest, here: Here) -> HttpResponse:
    """What would be deleted; nothing is."""
    what = _what(request.GET)
    return _page(request, here, {"planned": delete_data.plan(here.folder, what), "what": sorted(what)})


@acts(Verb.DELETE_DATA)
def delete(request: HttpRequest, here: Here) -> HttpResponse:
    """Have data deleted by a worker."""
    what = _what(request.POST)
    why = request.POST.get("why", "").strip()
    if not why:
        raise UsageError(
            _("There is no reason."), _("Say why they are deleted: it stands in the certificate.")
        )
    jobs.ask(Kind.DELETE, here.exam, here.person, here.role, what=sorted(what), why=why)
    messages.success(request, _("A worker deletes them now; the certificate will stand here."))
    return redirect("team-keeping", slug=here.exam.slug)


@shows(*ROLES)
def certificate(request: HttpRequest, here: Here, deletion: int) -> HttpResponse:
    """The certificate of a deletion."""
    del request
    found = clock(here.folder)
    one = next((each for each in found.deletions if each.id == deletion), None) if found else None
    if one is None:
        raise Http404(deletion)
    name = f"{here.exam.slug}-{one.when:%Y-%m-%d}-{'-'.join(sorted(one.what))}.json"
    return HttpResponse(
        one.certificate,
        "application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _page(request: HttpRequest, here: Here, more: dict[str, object] | None = None) -> HttpResponse:
    found = clock(here.folder)
    newest = asked_jobs.newest(here.exam, Kind.DELETE)
    times = () if found is None else found.times
    page = {
        "found": found,
        "times": [(str(DATA[each.data]), each, str(STAGES[each.stage])) for each in times],
        "choices": [
            (each.data.value, str(DATA[each.data])) for each in times if each.stage is not Stage.DELETED
        ],
        "deletions": []
        if found is None
        else [(each, [str(DATA[data]) for data in sorted(each.what)]) for each in found.deletions],
        "longest": LONGEST,
        "may_set": here.may(Verb.SET_RETENTION),
        "job": newest if newest is not None and newest.state != JobState.DONE else None,
        "remedy": "" if newest is None else remedy(newest.remedy),
        "ask": request.path,
    }
    return render(request, "keeping/keeping.html", {**page, **(more or {})})


def _months(given: QueryDict, data: Data) -> int | None:
    text = given.get(data.value, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise UsageError(_("%(text)s is no number of months.") % {"text": text}, _("Load the page again."))
    return int(text)


def _what(given: QueryDict) -> Collection[Data]:
    known = {each.value for each in Data}
    return frozenset(Data(each) for each in given.getlist("what") if each in known)
