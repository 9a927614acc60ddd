"""How django-allauth makes accounts here: by invitation alone, also for who logs in elsewhere."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from klausur.site.models import Person
from klausur.web.accounts.leaving import came_by
from klausur.web.failures import told


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Nobody signs up of themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No."""
        del request
        return False

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Where who came by another place is told what remains there."""
        by = came_by(request) if request.user.is_authenticated else None
        return super().get_logout_redirect_url(request) if by is None else reverse("left", args=[by.id])


class SingleSignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]  # the same
    """Who logs in elsewhere gets into an account that is there, and none is made.

    That is the account with which they have connected the other place; else the one with their mail address,
    where the other place says that it has checked the address, or is trusted to do so (``trust_mail``). What
    it says not to have checked opens no account.
    """

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        """No, and what to do instead."""
        del sociallogin
        remedy = _(
            "If you have an account here, log in by password, and connect the other place on the page of "
            "your account. If not, ask whoever examines for an invitation."
        )
        raise ImmediateHttpResponse(
            told(request, 403, _("What the other place says of you opens no account here."), remedy)
        )

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:  # noqa: ANN401 - the same
        """Find the account of who comes, if they have connected none."""
        said = _said(sociallogin.account.extra_data)
        if len({each["sub"] for each in said if "sub" in each}) > 1:  # OpenID Connect Core 1.0, 5.3.2
            what = _("The other place contradicts itself about who you are.")
            raise ImmediateHttpResponse(told(request, 403, what, _("Tell the administrator of the site.")))
        unchecked = any(str(each.get("email_verified", "true")).lower() in _NO for each in said)
        if sociallogin.is_existing or unchecked:
            return
        checked = [each.email.lower() for each in sociallogin.email_addresses if each.verified]
        person = Person.objects.filter(email__in=checked).first()
        if person is not None:
            sociallogin.user = person


_NO = {"false", "0", "no", "none", ""}
"""Forms in which providers say that they have not checked an address."""


def _said(data: dict[str, Any]) -> list[dict[str, Any]]:
    """What an OpenID Connect provider says of somebody, at each place where it says something."""
    return [data[name] for name in ("userinfo", "id_token") if isinstance(data.get(name), dict)]
