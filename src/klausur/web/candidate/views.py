"""A candidate's results, their script and its pages, by their personal link."""

from fractions import Fraction
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from klausur.actions import annotated_script, home_times, objections, own_data, own_results, review_on_site
from klausur.actions.own_results import OwnResults
from klausur.actions.page_pictures import WHOLE, Shows
from klausur.base.errors import NotFoundError
from klausur.base.ink import svg
from klausur.paper.code import Sheet
from klausur.state.facts import Enrolled, Spot, StoredImage
from klausur.state.objections import StoredObjection
from klausur.state.publication import Part, Publication, Terms
from klausur.store.folder import opened
from klausur.web.candidate import shown
from klausur.web.guests import Visit, guest_page
from klausur.web.limits import Limit
from klausur.web.numbers import localized
from klausur.web.pictures.making import pictures

SCRIPTS = Limit(times=6, seconds=600, of="scripts")
"""So often a script is made for the same link: each takes a second of the server's time."""

PICTURES = Limit(times=400, seconds=600, of="pictures")

_PRIVATE = {"Cache-Control": "private, no-store"}


@guest_page(draft=True, table=True)
def review(request: HttpRequest, visit: Visit, secret: str) -> HttpResponse:
    """All that is published of their results."""
    guest = visit.guest
    home = visit.slot is None and home_times.times(visit.folder) is not None
    if not guest.publication.published:
        if home:
            return redirect("review-home", slug=visit.exam.slug, secret=secret)
        return render(request, "candidate/not_published.html", {"visit": visit})
    found = own_results.own_results(visit.folder, guest.candidate, guest.publication.terms)
    raised = objections.of_candidate(visit.folder, guest.candidate)
    page = page_of(found, guest.publication, raised)
    slots = () if visit.slot else review_on_site.of_candidate(visit.folder, guest.candidate)
    return render(
        request,
        "candidate/review.html",
        {**page, "visit": visit, "secret": secret, "home": home, "slots": slots},
    )


def page_of(
    found: OwnResults, publication: Publication, raised: tuple[StoredObjection, ...]
) -> dict[str, Any]:
    """What stands on the page of results."""
    terms: Terms = publication.terms
    grades = shown.grades(found)
    return {
        "found": found,
        "terms": terms,
        "shows_total": Part.TOTAL in terms.shows,
        "questions": shown.questions(found, raised),
        "grades": grades,
        "mean": "" if found.statistics is None else localized(f"{float(found.statistics.mean):.1f}"),
        "most": max((each.many for each in grades), default=0) or 1,
        "window": terms.objections,
        "clerical": [each for each in raised if each.about.clerical],
        "abouts": shown.ABOUTS,
        "outcomes": shown.OUTCOMES,
    }


@guest_page()
def script(request: HttpRequest, visit: Visit, secret: str) -> HttpResponse:
    """Their annotated script, with their name across each page."""
    guest = visit.guest
    _see(guest.publication, Part.SCRIPT)
    if not SCRIPTS.takes(visit.key):
        return render(request, "candidate/too_often.html", status=429)
    shows = guest.publication.terms.shows
    terms = Terms(frozenset({Part.SCRIPT}) | (shows & {Part.TOTAL}))
    found = own_results.own_results(visit.folder, guest.candidate, terms)
    if found.booklet is None or not found.pages:
        raise Http404(secret)
    made = annotated_script.of_candidate(
        visit.folder,
        found.booklet,
        lambda image: _picture(visit, image),
        watermark(guest.candidate),
        shows if found.total is not None else shows - {Part.TOTAL},
        annotated_script.total_said(found.total, found.of or Fraction(0), found.grade),
    )
    name = f"{visit.exam.slug}-{found.booklet:05}.pdf"
    kept = {"Content-Disposition": f'attachment; filename="{name}"', **_PRIVATE}
    return HttpResponse(made, "application/pdf", headers=kept)


@guest_page()
def data(request: HttpRequest, visit: Visit, secret: str) -> HttpResponse:
    """What is recorded of them, as far as it is published, as files."""
    del secret
    if not SCRIPTS.takes(visit.key):
        return render(request, "candidate/too_often.html", status=429)
    guest = visit.guest
    made = own_data.of_guest(
        visit.folder, guest.candidate, guest.publication, lambda image: _picture(visit, image)
    )
    name = f"{visit.exam.slug}-{guest.candidate.candidate.registration}.zip"
    kept = {"Content-Disposition": f'attachment; filename="{name}"', **_PRIVATE}
    return HttpResponse(made, "application/zip", headers=kept)


def watermark(candidate: Enrolled) -> str:
    """Whose copy it is."""
    return f"{candidate.candidate.name} · {candidate.candidate.registration}"


@guest_page(table=True)
def picture(
    request: HttpRequest, visit: Visit, secret: str, sheet: str, number: int, page: int
) -> HttpResponse:
    """A page of their script."""
    del secret
    _see(visit.guest.publication, Part.SCRIPT)
    if not PICTURES.takes(visit.key):
        return render(request, "candidate/too_often.html", status=429)
    found = own_results.own_page(visit.folder, visit.guest.candidate, _spot(sheet, number, page))
    made = _picture(visit, found.image)
    if made is None:
        raise Http404(page)
    return HttpResponse(made, "image/jpeg", headers=_PRIVATE)


@guest_page(table=True)
def drawn(
    request: HttpRequest, visit: Visit, secret: str, sheet: str, number: int, page: int
) -> HttpResponse:
    """What is drawn on a page of their script, as a picture that lies over it."""
    del request, secret
    guest = visit.guest
    _see(guest.publication, Part.SCRIPT)
    found = own_results.own_page(visit.folder, guest.candidate, _spot(sheet, number, page))
    made = svg(found.drawings, found.size)
    return HttpResponse(made, "image/svg+xml; charset=utf-8", headers=_PRIVATE)


def _see(publication: Publication, part: Part) -> None:
    """Go on where this part is published."""
    if not publication.shows(part):
        raise Http404(part)


def _spot(sheet: str, number: int, page: int) -> Spot:
    if sheet not in {each.value for each in Sheet}:
        raise Http404(sheet)
    return Spot(number, page, Sheet(sheet))


def _picture(visit: Visit, image: StoredImage) -> bytes | None:
    """The picture of a page, kept from before if somebody looked at it."""
    with opened(visit.folder) as records:
        try:
            return pictures(visit, records, image, Shows.PAGE).files.get(WHOLE)
        except NotFoundError:
            return None
