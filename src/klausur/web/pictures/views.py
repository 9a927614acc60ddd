"""Pictures of scanned pages, each with a version in its query: what has the right one may be kept for good.

Answers are shown to those who settle them, covers and lists to those who say whose a booklet is. Whoever is
not shown names sees no picture in which one may stand, nor an image of which nobody knows what is on it: to
them, there is none.
"""

from django.http import Http404, HttpRequest, HttpResponse

from klausur.actions.attendance import signatures
from klausur.actions.page_parts import page_tells_a_name
from klausur.actions.page_pictures import WHOLE, Pictures, Shows, spot_shown, version
from klausur.actions.roles import Verb
from klausur.paper.code import Sheet
from klausur.state.facts import Role, Spot, StoredImage
from klausur.store import pages, printings
from klausur.store.folder import opened
from klausur.web.access import Here, shows
from klausur.web.pictures.making import pictures

_KEPT = "private, max-age=31536000, immutable"
_ASKED_AGAIN = "private, no-cache"


@shows(Role.EXAMINER, Role.CORRECTOR, Role.PROCTOR)
def image(request: HttpRequest, here: Here, image: int) -> HttpResponse:
    """All of an image: upright if it is a page, else as it was scanned."""
    return _whole(request, here, image, Shows.PAGE)


@shows(Role.EXAMINER, Role.CORRECTOR, Role.PROCTOR)
def cleaned(request: HttpRequest, here: Here, image: int) -> HttpResponse:
    """The same, as the restorer makes it look."""
    return _whole(request, here, image, Shows.CLEANED)


@shows(Role.EXAMINER, Role.CORRECTOR, Role.PROCTOR)
def page(request: HttpRequest, here: Here, sheet: str, number: int, page: int) -> HttpResponse:
    """A page: the image that counts as it now."""
    if sheet not in {each.value for each in Sheet}:
        raise Http404(sheet)
    with opened(here.folder) as records:
        found = pages.occupant(Spot(number, page, Sheet(sheet)))
        if found is None:
            raise Http404(page)
        if not may_see(here, found):
            raise Http404(found.called)
        return _answer(request, here, found, pictures(here, records, found, Shows.PAGE), WHOLE)


@shows(Role.EXAMINER, Role.CORRECTOR, Role.PROCTOR)
def field(request: HttpRequest, here: Here, booklet: int, field: str) -> HttpResponse:
    """A box of a booklet's page, with some room round it."""
    with opened(here.folder) as records:
        found = _named_by(request, booklet) or _page_of(booklet, field=field)
        return _answer(request, here, found, pictures(here, records, found, Shows.BOXES), field)


@shows(Role.EXAMINER, Role.PROCTOR)
def on_list(request: HttpRequest, here: Here, number: int, field: str) -> HttpResponse:
    """A signature on an attendance list, with some room round it."""
    with opened(here.folder) as records:
        found = _named_by(request, number, Sheet.ATTENDANCE)
        if found is None:
            spot = signatures(printings.part_of_layout(sheets={Sheet.ATTENDANCE})).get(field)
            found = None if spot is None or spot.booklet != number else pages.occupant(spot)
        if found is None:
            raise Http404(field)
        return _answer(request, here, found, pictures(here, records, found, Shows.BOXES), field)


@shows(Role.EXAMINER, Role.CORRECTOR)
def question(request: HttpRequest, here: Here, booklet: int, question: str) -> HttpResponse:
    """What of a booklet's page belongs to a question; of its first page, where the address names none."""
    with opened(here.folder) as records:
        found = _named_by(request, booklet) or _page_of(booklet, question=question)
        return _answer(request, here, found, pictures(here, records, found, Shows.QUESTIONS), question)


@shows(Role.EXAMINER, Role.CORRECTOR)
def space(request: HttpRequest, here: Here, booklet: int, field: str) -> HttpResponse:
    """The space of a booklet's page in which an answer is written."""
    with opened(here.folder) as records:
        found = _named_by(request, booklet) or _page_of(booklet, field=field)
        return _answer(request, here, found, pictures(here, records, found, Shows.QUESTIONS), field)


def _whole(request: HttpRequest, here: Here, image: int, how: Shows) -> HttpResponse:
    with opened(here.folder) as records:
        found = pages.image(image)
        if found is None:
            raise Http404(image)
        if not may_see(here, found):
            raise Http404(found.called)
        return _answer(request, here, found, pictures(here, records, found, how), WHOLE)


def may_see(here: Here, image: StoredImage) -> bool:
    """Whether all of an image may be shown."""
    spot = spot_shown(image)
    if spot is None:
        return here.may(Verb.SETTLE_PAGE) and here.shows_names
    return _may(here, named=page_tells_a_name(spot))


def _may(here: Here, *, named: bool) -> bool:
    """Whether a picture may be shown; ``named``: a person may stand in it."""
    if named:
        return here.shows_names and (here.may(Verb.SETTLE) or here.may(Verb.SETTLE_BOOKLET))
    return here.may(Verb.SETTLE)


def _named_by(request: HttpRequest, paper: int, sheet: Sheet = Sheet.BOOKLET) -> StoredImage | None:
    """The image that an address names, if it is still a page of the booklet, or of another kind of sheet."""
    number = request.GET.get("i", "")
    found = pages.image(int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else None
    at = None if found is None else found.spot
    return found if at is not None and (at.sheet, at.booklet) == (sheet, paper) else None


def _page_of(booklet: int, *, field: str | None = None, question: str | None = None) -> StoredImage:
    """The image that counts as the page with this Field, or with the first one of this question."""
    layout = printings.part_of_layout({booklet})
    places = (n for n, f in layout.fields(booklet) if (f.id == field if field else f.question == question))
    number = next(places, None)
    found = None if number is None else pages.occupant(Spot(booklet, number))
    if found is None:
        raise Http404(booklet)
    return found


def _answer(request: HttpRequest, here: Here, image: StoredImage, seen: Pictures, name: str) -> HttpResponse:
    """One of the pictures of an image."""
    if name not in seen.files:
        raise Http404(name)
    named = name in seen.named or (name == WHOLE and spot_shown(image) is None)
    if not (_may(here, named=named) or (name == WHOLE and may_see(here, image))):
        raise Http404(name)
    current = request.GET.get("v") == version(image)
    kept = _KEPT if current else _ASKED_AGAIN
    return HttpResponse(seen.files[name], "image/jpeg", headers={"Cache-Control": kept})
