"""Annotated scripts to be fetched: of one booklet, or of all in one file; a worker writes them."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from klausur.actions.roles import Verb
from klausur.base.errors import UsageError
from klausur.site import files, jobs
from klausur.site.jobs import JobState, Kind
from klausur.site.models import Job
from klausur.state.facts import Role
from klausur.web import asked_jobs
from klausur.web.access import Here, acts, shows
from klausur.web.core_words import remedy

SHOWN = 20
"""So many of those that were written last are offered."""


@shows(Role.EXAMINER)
def scripts(request: HttpRequest, here: Here) -> HttpResponse:
    """What was written, and what is being written."""
    newest = asked_jobs.newest(here.exam, Kind.SCRIPTS)
    ended = asked_jobs.ended_meanwhile(request, newest)
    if ended is not None:
        return ended
    done = Job.objects.filter(exam=here.exam, kind=Kind.SCRIPTS, state=JobState.DONE).order_by("-ended")
    page = {
        "job": newest if newest is not None and newest.state != JobState.DONE else None,
        "remedy": "" if newest is None else remedy(newest.remedy),
        "ask": reverse("results-scripts", args=[here.exam.slug]),
        "written": [job for job in done[:SHOWN] if files.here().size(job.result["file"]) is not None],
    }
    return render(request, "results/scripts.html", page)


@acts(Verb.GRADE)
def ask(request: HttpRequest, here: Here) -> HttpResponse:
    """Have one written, or all."""
    text = request.POST.get("booklet", "").strip()
    if text and not (text.isascii() and text.isdigit() and len(text) < 10):
        raise UsageError(f"{text!r} is no booklet's number", "write the number that stands on its cover")
    asked: dict[str, object] = {"booklet": int(text)} if text else {"merged": "merged" in request.POST}
    jobs.ask(Kind.SCRIPTS, here.exam, here.person, here.role, **asked)
    return redirect("results-scripts", slug=here.exam.slug)


@shows(Role.EXAMINER)
def script_file(request: HttpRequest, here: Here, job: UUID) -> HttpResponseBase:
    """What a job has written."""
    del request
    made = asked_jobs.of(here.exam, job, Kind.SCRIPTS)
    if made.state != JobState.DONE or files.here().size(made.result["file"]) is None:
        raise Http404(str(job))
    file = files.here().open(made.result["file"])
    return FileResponse(file, as_attachment=True, filename=made.result["name"])
