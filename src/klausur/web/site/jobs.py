"""Jobs of the site: running, waiting, and set aside with the reason why."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from klausur.site.jobs import again as again_
from klausur.site.models import Job, Person
from klausur.web.access import site_page

JOBS = 50
"""On one page."""


@site_page()
def jobs(request: HttpRequest, person: Person) -> HttpResponse:
    """All jobs, newest first; those of one state if it is asked for."""
    del person
    state = request.GET.get("state", "")
    found = Job.objects.select_related("exam", "by").order_by("-made")
    if state:
        found = found.filter(state=state)
    pages = Paginator(found, JOBS)
    shown = {"jobs": pages.get_page(request.GET.get("page")), "state": state}
    name = "site/jobs_table.html" if getattr(request, "htmx", False) else "site/jobs.html"
    return render(request, name, shown)


@site_page("POST")
def again(request: HttpRequest, person: Person, job_id: UUID) -> HttpResponse:
    """Let a job that was set aside be done again."""
    job = get_object_or_404(Job, pk=job_id)
    if again_(job, person):
        messages.success(request, _("It is done again as soon as a worker is free."))
    return redirect("site-jobs")
