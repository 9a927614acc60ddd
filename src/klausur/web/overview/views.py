"""The overview of an exam."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from klausur.web.access import Here, shows


@shows()
def overview(request: HttpRequest, here: Here) -> HttpResponse:
    """Where the exam stands."""
    return render(request, "overview/overview.html", {"title": here.exam.title})
