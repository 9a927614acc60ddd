"""Who lets programs in: an examiner makes tokens and ends them, an administrator ends them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from klausur.base.errors import KlausurError
from klausur.site import tokens
from klausur.site.models import ROLES
from klausur.state.facts import Role
from klausur.web.access import Here, keeps, shows
from klausur.web.core_words import said
from klausur.web.tags import ROLES as CALLED

LEADS = (Role.EXAMINER, Role.ADMINISTRATOR)
DAYS = 90
"""So long a token is good, if nobody says otherwise."""


@shows(*LEADS)
def listing(request: HttpRequest, here: Here) -> HttpResponse:
    """The tokens that are good, and a form for another one."""
    return _page(request, here, secret="")


@keeps(Role.EXAMINER)
def make(request: HttpRequest, here: Here) -> HttpResponse:
    """Make a token, and show its secret once."""
    days = request.POST.get("days", "")
    role = request.POST.get("role", "")
    try:
        secret = tokens.make(
            here.exam,
            here.person,
            Role(role) if role in {each.value for each in ROLES} else Role.CANDIDATE,
            request.POST.get("name", ""),
            int(days) if days.isdecimal() and len(days) < 6 else 0,
            here.person,
        )
    except KlausurError as error:
        messages.error(request, said(str(error)))
        return redirect("team-tokens", slug=here.exam.slug)
    return _page(request, here, secret=secret)


@keeps(*LEADS)
def revoke(request: HttpRequest, here: Here) -> HttpResponse:
    """End a token."""
    number = request.POST.get("token", "")
    try:
        ended = tokens.revoke(
            here.exam, int(number) if number.isdecimal() and len(number) < 18 else 0, here.person
        )
        messages.success(request, _("%(name)s is no longer let in.") % {"name": ended.name})
    except KlausurError as error:
        messages.error(request, said(str(error)))
    return redirect("team-tokens", slug=here.exam.slug)


def _page(request: HttpRequest, here: Here, *, secret: str) -> HttpResponse:
    shown = {
        "tokens": tokens.of(here.exam),
        "secret": secret,
        "roles": [(role.value, CALLED[role]) for role in ROLES],
        "days": DAYS,
        "longest": tokens.LONGEST,
    }
    return render(request, "tokens/tokens.html", shown)
