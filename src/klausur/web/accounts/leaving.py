"""Logging out where somebody came by another place: here at once; what remains there is said.

A session that came by another place ends here alone when its person logs out. A page says so then, with
the way to the other place's own page for logging out. A SAML provider that ends its session sends the
browser here (single logout): that ends sessions which it began, if it has signed what it says; else anybody
may have sent it.
"""

from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from klausur.site.home import Login
from klausur.web.access import open_page
from klausur.web.failures import told


def came_by(request: HttpRequest) -> Login | None:
    """The other place by which a session was begun, if it was by any."""
    shown = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    by = {str(way.get("provider")) for way in shown if way.get("method") == "socialaccount"}
    return next((each for each in settings.KLAUSUR_HOME.logins if each.provider in by), None)


@open_page()
def left(request: HttpRequest, login: str) -> HttpResponse:
    """What remains of a login elsewhere, once somebody has logged out here."""
    found = next((each for each in settings.KLAUSUR_HOME.logins if each.id == login), None)
    if found is None:
        raise Http404(login)
    return render(request, "accounts/left.html", {"login": found})


@open_page()
def by_saml(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """A SAML provider says that its session has ended, or that it ended the one that was asked about."""
    from allauth.socialaccount.providers.saml.utils import build_auth, get_app_or_404  # noqa: PLC0415 - an extra
    from onelogin.saml2.errors import OneLogin_Saml2_Error  # noqa: PLC0415 - the same

    app = get_app_or_404(request, organization_slug)
    if not request.GET.get("Signature"):
        return _refused(request)
    auth = build_auth(request, app.get_provider(request))
    here = came_by(request)
    mine = here is not None and here.id == organization_slug
    try:
        to = auth.process_slo(
            keep_local_session=not mine, delete_session_cb=lambda: get_adapter(request).logout(request)
        )
    except (OneLogin_Saml2_Error, ValueError):
        return _refused(request)
    if auth.get_errors():
        return _refused(request)
    return cast("HttpResponse", redirect(to or "account_login"))


def _refused(request: HttpRequest) -> HttpResponse:
    what = _("What came from the other place is not signed by it: nothing was ended.")
    return told(request, 400, what, _("Log out here by the menu under your name."))
