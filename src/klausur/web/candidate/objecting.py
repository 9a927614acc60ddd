"""A candidate objects: to what a question earned, or to how their papers were treated."""

import math
import uuid

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from klausur.actions import objections, own_results
from klausur.base.errors import KlausurError, MeanwhileError, NotFoundError, RefusedError, UsageError
from klausur.base.geometry import Box
from klausur.paper.code import Sheet
from klausur.state.facts import Spot
from klausur.state.objections import About, Marked, Said
from klausur.web.candidate import shown
from klausur.web.core_words import remedy, said
from klausur.web.guests import Visit, guest_page
from klausur.web.limits import Limit

ACTS = Limit(times=20, seconds=600, of="objecting")
"""So often somebody objects by the same candidate."""


@guest_page(table=True)
def question(request: HttpRequest, visit: Visit, secret: str, question: str) -> HttpResponse:
    """A question with its pages, on which a place can be marked, and the form to object."""
    return _question_page(request, visit, secret, question)


@guest_page(table=True)
def papers(request: HttpRequest, visit: Visit, secret: str) -> HttpResponse:
    """The form for what is wrong with papers."""
    return _papers_page(request, visit, secret)


@guest_page("POST", table=True)
def object_(request: HttpRequest, visit: Visit, secret: str) -> HttpResponse:
    """Object; where that cannot be, the form says why, with what was written in it."""
    given = request.POST
    if not ACTS.takes(visit.key):
        return render(request, "candidate/too_often.html", status=429)
    name = given.get("question", "")
    try:
        objections.raise_objection(
            visit.folder,
            visit.guest.candidate,
            _said(given),
            visit.author,
            act=_act(given),
            at_table=visit.slot is not None,
        )
    except (UsageError, RefusedError) as error:
        if isinstance(error, MeanwhileError):
            raise
        if name:
            return _question_page(request, visit, secret, name, error)
        return _papers_page(request, visit, secret, error)
    at = f"#q-{name}" if name else "#papers"
    return redirect(reverse("review", args=[visit.exam.slug, secret]) + at)


def _question_page(
    request: HttpRequest, visit: Visit, secret: str, name: str, error: KlausurError | None = None
) -> HttpResponse:
    guest = visit.guest
    found = own_results.own_results(visit.folder, guest.candidate, guest.publication.terms)
    asked = next((each for each in found.questions if each.id == name), None)
    if asked is None:
        raise Http404(name)
    raised = objections.of_candidate(visit.folder, guest.candidate)
    page = {
        "found": found,
        "question": shown.question(asked, raised),
        "may": objections.may_raise(guest.publication, raised, About.QUESTION, name),
    }
    return _form(request, "candidate/question.html", visit, secret, page, error)


def _papers_page(
    request: HttpRequest, visit: Visit, secret: str, error: KlausurError | None = None
) -> HttpResponse:
    guest = visit.guest
    raised = objections.of_candidate(visit.folder, guest.candidate)
    kinds = [
        (about.value, shown.ABOUTS[about])
        for about in About
        if about.clerical and objections.may_raise(guest.publication, raised, about, "")
    ]
    page = {"kinds": kinds, "clerical": [each for each in raised if each.about.clerical]}
    return _form(request, "candidate/papers.html", visit, secret, page, error)


def _form(
    request: HttpRequest,
    template: str,
    visit: Visit,
    secret: str,
    page: dict[str, object],
    error: KlausurError | None,
) -> HttpResponse:
    words = {
        "visit": visit,
        "secret": secret,
        "act": uuid.uuid4(),
        "outcomes": shown.OUTCOMES,
        "abouts": shown.ABOUTS,
        "window": visit.guest.publication.terms.objections,
        "text": request.POST.get("text", ""),
        "about": request.POST.get("about", ""),
        "problem": "" if error is None else said(str(error)),
        "next": "" if error is None else remedy(error.remedy),
    }
    return render(request, template, {**page, **words}, status=200 if error is None else 400)


def _said(given: QueryDict) -> Said:
    about = given.get("about", About.QUESTION.value)
    if about not in {each.value for each in About}:
        raise UsageError("this cannot be objected to", "load the page again")
    return Said(About(about), given.get("question", ""), given.get("text", ""), _mark(given))


def _mark(given: QueryDict) -> Marked | None:
    """The place that was marked, as ``x y w h`` in mm on a page; None if none was."""
    place, page = given.get("mark", "").split(), given.get("page", "").split()
    if not place:
        return None
    try:
        x, y, w, h = (round(float(each), 1) for each in place)
        sheet, number, n = page
        spot = Spot(int(number), int(n), Sheet(sheet))
    except ValueError as error:
        raise UsageError("this place is on no page of yours", "mark it again") from error
    if not all(map(math.isfinite, (x, y, w, h))):
        raise UsageError("this place is on no page of yours", "mark it again")
    return Marked(spot, Box(x, y, w, h))


def _act(given: QueryDict) -> str:
    text = given.get("act", "")
    try:
        return str(uuid.UUID(text))
    except ValueError as error:
        raise NotFoundError("this form is no longer good", "load the page again") from error
