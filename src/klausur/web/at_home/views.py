"""An exam at home: its times, its candidates, what they handed in, and what is decided about late ones."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from klausur.actions import home_desk, home_times
from klausur.actions.home_desk import HomeRow
from klausur.actions.roles import Verb
from klausur.base import file_names
from klausur.base.errors import NotFoundError, UsageError
from klausur.site import jobs
from klausur.site.jobs import JobState, Kind
from klausur.state.facts import Role
from klausur.state.hand_ins import HomePaper, LateVerdict
from klausur.web import asked_jobs
from klausur.web.access import Here, acts, shows
from klausur.web.core_words import remedy
from klausur.web.moments import field, moment

AT_ONCE = 100
"""Candidates on one page."""


_VERDICTS = {
    "accept": LateVerdict.ACCEPTED,
    "refuse": LateVerdict.REFUSED,
    "undo": LateVerdict.UNDONE,
}

SHOWN: dict[str, tuple[str, Callable[[HomeRow], bool]]] = {
    "all": (gettext_noop("All"), lambda _: True),
    "nothing": (gettext_noop("Nothing handed in"), lambda row: not row.hand_ins),
    "missing": (gettext_noop("Pages missing"), lambda row: row.counting is not None and bool(row.missing)),
    "late": (gettext_noop("Late"), lambda row: bool(row.late)),
    "foreign": (gettext_noop("Pages of others"), lambda row: row.foreign > 0),
}
"""Which candidates are shown."""


@shows(Role.EXAMINER, Role.PROCTOR)
def at_home(request: HttpRequest, here: Here) -> HttpResponse:
    """All of it."""
    job = asked_jobs.newest(here.exam, Kind.TAKE)
    if (gone := asked_jobs.ended_meanwhile(request, job)) is not None:
        return gone
    now = datetime.now(UTC)
    try:
        found = home_desk.look(here.folder, now=now)
    except NotFoundError:
        return render(request, "at_home/at_home.html", {"found": None})
    chosen = request.GET.get("show", "all")
    chosen = chosen if chosen in SHOWN else "all"
    wanted = [row for row in found.rows if SHOWN[chosen][1](row)]
    whose = {each.id: row.enrolled.candidate for row in found.rows for each in row.late}
    late = [each for row in found.rows for each in row.late]
    times = found.times
    page = {
        "found": found,
        "pages": Paginator(wanted, AT_ONCE).get_page(request.GET.get("page")),
        "more": f"&show={chosen}",
        "tabs": [(name, _(called), sum(map(of, found.rows))) for name, (called, of) in SHOWN.items()],
        "chosen": chosen,
        "late": [(each, whose[each.id]) for each in sorted(late, key=lambda one: -one.id)],
        "booklets": found.count_fetched(HomePaper.BOOKLET),
        "questions": found.count_fetched(HomePaper.QUESTIONS),
        "moved": found.times != found.printed,
        "grace": int(times.grace.total_seconds() // 60),
        "forms": {name: field(getattr(times, name)) for name in ("release", "questions", "until")},
        "may": {
            "decide": here.may(Verb.DECIDE_HAND_IN),
            "take": here.may(Verb.TAKE_HAND_INS),
            "set": here.may(Verb.SET_HOME_TIMES),
        },
        "job": None if job is None or job.state == JobState.DONE else job,
        "remedy": "" if job is None else remedy(job.remedy),
        "done": job if job is not None and job.state == JobState.DONE else None,
        "ask": request.path,
    }
    return render(request, "at_home/at_home.html", page)


@acts(Verb.SET_HOME_TIMES)
def times(request: HttpRequest, here: Here) -> HttpResponse:
    """Have other times hold."""
    given = request.POST
    home_times.set_times(
        here.folder,
        here.author(given.get("why", "").strip()[:500]),
        release=moment(given.get("release", "")),
        questions=moment(given.get("questions", "")),
        until=moment(given.get("until", "")),
        grace=_minutes(given.get("grace", "")),
    )
    messages.success(request, _("These times hold from now on."))
    return redirect("day-home", slug=here.exam.slug)


@acts(Verb.DECIDE_HAND_IN)
def decide(request: HttpRequest, here: Here) -> HttpResponse:
    """Accept or refuse a late hand-in, or take that back."""
    what, number, seen = (request.POST.get(name, "") for name in ("do", "hand_in", "seen"))
    if what not in _VERDICTS or not all(_is_number(each) for each in (number, seen)):
        raise UsageError("this form cannot be understood", "load the page again")
    home_desk.decide(
        here.folder,
        int(number),
        _VERDICTS[what],
        here.author(request.POST.get("why", "").strip()[:500]),
        seen=int(seen),
    )
    messages.success(request, _("That is recorded."))
    return redirect("day-home", slug=here.exam.slug)


@acts(Verb.TAKE_HAND_INS)
def take(request: HttpRequest, here: Here) -> HttpResponse:
    """Have what counts scanned."""
    if asked_jobs.newest(here.exam, Kind.TAKE, states=asked_jobs.ON_THE_WAY) is None:
        jobs.ask(Kind.TAKE, here.exam, here.person, here.role)
    del request
    return redirect("day-home", slug=here.exam.slug)


@shows(Role.EXAMINER)
def file(request: HttpRequest, here: Here, hand_in: int, digest: str) -> HttpResponseBase:
    """A file as it was handed in, to be kept, never to be shown by the browser itself."""
    del request
    found = home_desk.file_of(here.folder, hand_in, digest)
    name = file_names.short(found.name)
    return FileResponse(
        found.path.open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream"
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


def _minutes(text: str) -> timedelta | None:
    if not text:
        return None
    if not _is_number(text):
        raise UsageError(_("%(text)s is no time.") % {"text": text}, _("Load the page again."))
    return timedelta(minutes=int(text))
