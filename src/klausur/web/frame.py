"""What stands round every page: the site's name, who is logged in, and the desks that they may come to."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from klausur.site import candidate_logins
from klausur.state.facts import Role
from klausur.web.access import EVERYBODY, Here


@dataclass(frozen=True, slots=True)
class Desk:
    """A place in an exam: the name of its first page's address, what it is called, and whose it is."""

    page: str
    called: Promise | str
    roles: frozenset[Role] = EVERYBODY


DESKS: tuple[Desk, ...] = (
    Desk("overview", _("Overview")),
    Desk("author", _("Author"), frozenset({Role.EXAMINER})),
    Desk("people", _("People"), frozenset({Role.EXAMINER, Role.PROCTOR})),
    Desk("prints", _("Print"), frozenset({Role.EXAMINER, Role.PROCTOR})),
    Desk("day", _("Exam day"), frozenset({Role.EXAMINER, Role.PROCTOR})),
    Desk("scans", _("Scans")),
    Desk("readings", _("Readings"), frozenset({Role.EXAMINER, Role.CORRECTOR})),
    Desk("grading", _("Grading"), frozenset({Role.EXAMINER, Role.CORRECTOR})),
    Desk("owners", _("Owners"), frozenset({Role.EXAMINER, Role.PROCTOR})),
    Desk("results", _("Results"), frozenset({Role.EXAMINER, Role.CORRECTOR})),
    Desk("team", _("Team"), frozenset({Role.EXAMINER, Role.ADMINISTRATOR})),
)
"""In the order in which an exam comes by them."""


def frame(request: HttpRequest) -> dict[str, Any]:
    """Django's context processor of all pages."""
    here: Here | None = getattr(request, "here", None)
    found = {
        "site_name": settings.KLAUSUR_HOME.name,
        "here": here,
        "single": settings.KLAUSUR_HOME.single,
        "candidates_log_in": candidate_logins.any_open,  # a page that does not say it does not ask
    }
    if here is None:
        return found
    at = request.resolver_match
    name = "" if at is None else at.view_name.partition("-")[0]

    def desks() -> list[dict[str, Any]]:  # a part of a page does not ask for them
        return [
            {
                "called": desk.called,
                "address": reverse(desk.page, args=[here.exam.slug]),
                "open": name == desk.page.partition("-")[0],
            }
            for desk in DESKS
            if here.role in desk.roles
        ]

    return {**found, "desks": desks}
