"""The administrator's desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from klausur.site.models import Exam, Person
from klausur.web.access import site_page


@site_page()
def site(request: HttpRequest, person: Person) -> HttpResponse:
    """Who and what is here."""
    del person
    people, exams = Person.objects.order_by("name"), Exam.objects.order_by("-added")
    return render(request, "site/site.html", {"people": people, "exams": exams})
