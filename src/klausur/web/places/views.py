"""Where paper scripts lie: looked for, and noted."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from klausur.actions import script_places
from klausur.actions.roles import Verb
from klausur.base.errors import NotFoundError
from klausur.state.facts import Role
from klausur.state.script_places import LONGEST
from klausur.web.access import Here, acts, shows

AT_ONCE = 100


@shows(Role.EXAMINER, Role.CORRECTOR, Role.PROCTOR)
def places(request: HttpRequest, here: Here) -> HttpResponse:
    """The booklets that lie somewhere, or those that are looked for."""
    asked = request.GET.get("q", "").strip()
    try:
        found = script_places.find(here.folder, asked, names=here.shows_names)
        printed = True
    except NotFoundError:
        found, printed = (), False
    page = {
        "printed": printed,
        "asked": asked,
        "more": f"&q={asked}" if asked else "",
        "page": Paginator(found, AT_ONCE).get_page(request.GET.get("page")),
        "named": here.shows_names,
        "longest": LONGEST,
    }
    return render(request, "places/places.html", page)


@acts(Verb.NOTE_PLACE)
def note(request: HttpRequest, here: Here) -> HttpResponse:
    """Note where booklets lie."""
    given = request.POST
    first = given.get("first", "").strip()
    many = script_places.note(
        here.folder,
        script_places.named(given.get("booklets", "")),
        given.get("box", ""),
        here.author(),
        first=int(first) if first.isascii() and first.isdigit() and len(first) < 7 else None,
    )
    said = ngettext("%(n)d booklet is noted.", "%(n)d booklets are noted.", many)
    messages.success(request, said % {"n": many})
    return redirect("scans-places", slug=here.exam.slug)
