"""The browser on a table at which candidates look at their scripts: a code lets in, time or a button out.

Whoever watches over the tables opens a slot at the desk (`klausur.web.on_site`) and types its code here. From
then on this browser shows that candidate's pages alone; what they are is said in `klausur.web.candidate`.
"""

from datetime import UTC, datetime
from hashlib import sha256

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from klausur.actions import review_on_site
from klausur.actions.review_on_site import Sitting
from klausur.base.errors import NotFoundError
from klausur.site.models import Exam
from klausur.state.facts import Actor, Author, Role
from klausur.web.access import folder_of, open_page
from klausur.web.accounts.logged import address
from klausur.web.guests import SITS, TABLE
from klausur.web.limits import Tries

TRIES = Tries(failures=20, seconds=600, of="tables")
"""Codes that let nobody in: after so many from a place none is looked up there for a while."""


@open_page("GET", "HEAD", "POST")
def table(request: HttpRequest, slug: str) -> HttpResponse:
    """The page that asks for a code; who is in already is led on."""
    exam = _exam(slug)
    if _sitting(request, exam) is not None:
        return redirect("review", slug=slug, secret=TABLE)
    if request.method != "POST":
        return _asks(request, exam)
    place, code = address(request), request.POST.get("code", "")
    if not TRIES.lets(place, sha256(code.encode()).hexdigest()):
        return render(request, "candidate/too_often.html", status=429)
    slot = _let_in(exam, code)
    if slot is None:
        TRIES.failed(place)
        return _asks(request, exam, wrong=True)
    request.session.flush()  # whoever was logged in here is no longer
    request.session[SITS] = {"exam": slug, "slot": slot, "key": review_on_site.digest(code)}
    return redirect("review", slug=slug, secret=TABLE)


@open_page()
def left(request: HttpRequest, slug: str) -> HttpResponse:
    """How many seconds are left, by the server's clock; none where nobody looks."""
    sits = _sitting(request, _exam(slug))
    seconds = 0.0 if sits is None else (sits.slot.time.end - datetime.now(UTC)).total_seconds()
    return JsonResponse({"left": max(0, round(seconds))}, headers={"Cache-Control": "private, no-store"})


@open_page("POST")
def end(request: HttpRequest, slug: str) -> HttpResponse:
    """Whoever looks is done: the table is free."""
    exam = _exam(slug)
    sits = _sitting(request, exam)
    if sits is not None:
        who = Actor(sits.guest.candidate.candidate.registration, Role.CANDIDATE)
        review_on_site.leave(folder_of(exam), sits.slot.id, Author(who))
    request.session.flush()
    return redirect("table", slug=slug)


def _let_in(exam: Exam, code: str) -> int | None:
    """The slot for which a code lets this browser in."""
    try:
        found = review_on_site.by_code(folder_of(exam), code)
        if found is None:
            return None
        slot, author = found
        return (
            slot if review_on_site.sit(folder_of(exam), slot, review_on_site.digest(code), author) else None
        )
    except NotFoundError:  # the folder is gone, or has no records
        return None


def _asks(request: HttpRequest, exam: Exam, *, wrong: bool = False) -> HttpResponse:
    page = render(request, "table/table.html", {"exam": exam, "wrong": wrong}, status=400 if wrong else 200)
    page.headers["Cache-Control"] = "private, no-store"
    return page


def _exam(slug: str) -> Exam:
    found = Exam.objects.filter(slug=slug).first()
    if found is None:
        raise Http404(slug)
    return found


def _sitting(request: HttpRequest, exam: Exam) -> Sitting | None:
    """Who looks in this browser just now."""
    taken = request.session.get(SITS)
    if not isinstance(taken, dict) or taken.get("exam") != exam.slug:
        return None
    try:
        return review_on_site.sitting(folder_of(exam), taken["slot"], taken["key"])
    except NotFoundError:
        return None
