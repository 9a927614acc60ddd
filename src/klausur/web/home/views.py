"""The start page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from klausur.site import candidate_logins
from klausur.site.models import Exam, Member, Person
from klausur.state.facts import Role
from klausur.web.access import person_page


@person_page()
def home(request: HttpRequest, person: Person) -> HttpResponse:
    """The exams in which somebody has a role; of an administrator all. One alone opens at once.

    Who has no role anywhere, and is a candidate, comes to their own exams instead.
    """
    roles = {m.exam_id: Role(m.role) for m in Member.objects.filter(person=person)}
    exams = Exam.objects.order_by("archived", "-added")
    mine = [exam for exam in exams if exam.pk in roles or person.administrator]
    if not mine and not person.administrator and any(candidate_logins.exams_of(person)):
        return redirect("mine")
    if len(mine) == 1 and not person.administrator:
        return redirect("overview", slug=mine[0].slug)
    found = [{"exam": exam, "role": roles.get(exam.pk, Role.ADMINISTRATOR)} for exam in mine]
    sits = candidate_logins.any_open()
    return render(request, "home/home.html", {"exams": found, "sits": sits})
