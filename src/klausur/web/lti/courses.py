"""Courses of an exam: what is tied to it, who would get which score there, and sending them."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from klausur.actions.roles import Verb
from klausur.base.errors import NotFoundError
from klausur.site import jobs
from klausur.site.jobs import JobState, Kind
from klausur.site.lti import links, scores
from klausur.site.lti.scores import Fate, Hindrance, Line
from klausur.site.lti.services import SCORE
from klausur.site.models import LtiLink
from klausur.state.facts import Role
from klausur.web import asked_jobs
from klausur.web.access import Here, acts, keeps, shows
from klausur.web.core_words import remedy, said

FATES = {
    Fate.SENDS: gettext_lazy("would be sent"),
    Fate.SENT: gettext_lazy("is there"),
    Fate.ABSENT: gettext_lazy("has not opened the activity"),
    Fate.SEVERAL: gettext_lazy("several people of the course"),
    Fate.OPEN: gettext_lazy("no total yet"),
}
"""What becomes of a candidate's score."""

HINDRANCES = {
    Hindrance.UNPUBLISHED: gettext_lazy("The results are not published, so none is sent."),
    Hindrance.NO_TOTALS: gettext_lazy("Candidates are not shown their totals, so none is sent."),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as the page shows it."""

    of: Line
    fate: str
    fault: str


@shows(Role.EXAMINER)
def courses(request: HttpRequest, here: Here) -> HttpResponse:
    """The activities that are tied to the exam, and of one what would be sent."""
    job = asked_jobs.newest(here.exam, Kind.COURSE)
    if (ended := asked_jobs.ended_meanwhile(request, job)) is not None:
        return ended
    found = LtiLink.objects.filter(exam=here.exam).select_related("platform", "by").order_by("pk")
    asked = request.GET.get("activity", "")
    page = {
        "links": [(link, SCORE in link.scopes and bool(link.lineitem or link.lineitems)) for link in found],
        "job": job if job is not None and job.state != JobState.DONE else None,
        "done": job if job is not None and job.state == JobState.DONE else None,
        "remedy": "" if job is None else remedy(job.remedy),
        "ask": request.path,
        **_planned(here, next((link for link in found if str(link.pk) == asked), None)),
    }
    return render(request, "lti/courses.html", page)


@acts(Verb.SEND_GRADES)
def send(request: HttpRequest, here: Here) -> HttpResponse:
    """Send what was looked at."""
    link = _link(request, here)
    many = scores.ask(link, here.folder, request.POST.get("seen", ""))
    jobs.ask(Kind.COURSE, here.exam, here.person, here.role, link=link.pk)
    text = ngettext("%(n)d score is on its way.", "%(n)d scores are on their way.", many)
    messages.success(request, text % {"n": many})
    return redirect(reverse("results-courses", args=[here.exam.slug]) + f"?activity={link.pk}")


@keeps(Role.EXAMINER)
def untie(request: HttpRequest, here: Here) -> HttpResponse:
    """Tie an activity to nothing."""
    links.untie(here.exam, _link(request, here).pk, here.person)
    messages.success(
        request, _("The activity is tied to this exam no more; what was sent stays in the course.")
    )
    return redirect("results-courses", slug=here.exam.slug)


def _link(request: HttpRequest, here: Here) -> LtiLink:
    number = request.POST.get("activity", "")
    wanted = int(number) if number.isdecimal() and len(number) < 18 else 0
    found = LtiLink.objects.filter(exam=here.exam, pk=wanted).select_related("platform", "exam").first()
    if found is None:
        raise NotFoundError(_("This activity is not tied to the exam."), _("Load the page again."))
    return found


def _planned(here: Here, link: LtiLink | None) -> dict[str, object]:
    if link is None:
        return {}
    try:
        plan = scores.plan(link, here.folder)
    except NotFoundError:  # nothing was printed
        plan = scores.Plan(hindrance=Hindrance.UNPUBLISHED)
    lines = [Shown(line, str(FATES[line.fate]), said(line.fault)) for line in plan.lines]
    hindrance = "" if plan.hindrance is None else HINDRANCES[plan.hindrance]
    return {"link": link, "plan": plan, "lines": lines, "hindrance": hindrance}
