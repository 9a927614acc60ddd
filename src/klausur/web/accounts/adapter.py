"""How django-allauth makes accounts here: by invitation, and for candidates who log in elsewhere."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from klausur.site import accounts, candidate_logins
from klausur.site.home import Login
from klausur.site.models import LONGEST_NUMBER, Person
from klausur.web.accounts.leaving import came_by
from klausur.web.failures import told


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Nobody signs up of themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No."""
        del request
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Where another password is chosen: at the site's own address, whatever host was asked."""
        at = urlsplit(str(super().get_reset_password_from_key_url(key)))
        own = urlsplit(settings.KLAUSUR_HOME.address)
        return (at._replace(scheme=own.scheme, netloc=own.netloc) if own.netloc else at).geturl()

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one of allauth's own mails, which say whose site it is: ours, whatever host was asked."""
        home = settings.KLAUSUR_HOME
        of = SimpleNamespace(name=home.name, domain=urlsplit(home.address).netloc)
        super().send_mail(template_prefix, email, {**context, "current_site": of})

    def format_email_subject(self, subject: str) -> str:
        """A subject that says the same."""
        return f"[{settings.KLAUSUR_HOME.name}] {subject}"

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Where who came by another place is told what remains there."""
        by = came_by(request) if request.user.is_authenticated else None
        return super().get_logout_redirect_url(request) if by is None else reverse("left", args=[by.id])


class SingleSignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]  # the same
    """Who logs in elsewhere gets into an account that is there.

    None is made but for who is on a list of candidates, where the settings say so (``candidates``). It is
    the account with which they have connected the other place; else the one with their mail address, where
    the other place says that it has checked the address, or is trusted to do so (``trust_mail``). What it
    says not to have checked opens no account. The registration number that it says is noted.
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
        mails = [each.email.lower() for each in sociallogin.email_addresses if each.verified]
        checked = [] if unchecked else mails
        person = sociallogin.user if sociallogin.is_existing else None
        if person is None and checked:
            person = Person.objects.filter(email__in=checked).first()
        login = next((each for each in settings.KLAUSUR_HOME.logins if _is_by(sociallogin, each)), None)
        number = "" if login is None else _number(login, sociallogin.account.extra_data)
        if accounts.is_taken(number, person):
            what = _("Somebody else here has the registration number that the other place says of you.")
            raise ImmediateHttpResponse(told(request, 403, what, _("Tell the administrator of the site.")))
        if person is not None:
            accounts.note(person, number, sociallogin.account.provider, mail_checked=person.email in checked)
        elif login is not None and login.candidates and checked and not request.user.is_authenticated:
            person = _of_candidate(checked[0], number, sociallogin)
        if person is not None and not sociallogin.is_existing:
            sociallogin.user = person


def _is_by(sociallogin: Any, login: Login) -> bool:  # noqa: ANN401 - allauth has no types
    return bool(sociallogin.account.provider == login.provider)


def _of_candidate(mail: str, number: str, sociallogin: Any) -> Person | None:  # noqa: ANN401 - the same
    """A new account for who comes, where they are on a list that lets candidates log in."""
    if not candidate_logins.is_listed(mail, number):
        return None
    said = sociallogin.user
    name = getattr(said, "name", "") or _first(_said(sociallogin.account.extra_data), "name")
    return accounts.from_elsewhere(mail, name, number, sociallogin.account.provider)


def _number(login: Login, data: dict[str, Any]) -> str:
    """The registration number that the other place says; empty if it says none, or what is none."""
    if not login.registration:
        return ""
    found = _first([data, *_said(data)], login.registration)
    return found if len(found) <= LONGEST_NUMBER else ""


def _first(some: list[dict[str, Any]], name: str) -> str:
    """The first text under this name; SAML's are lists, and several that differ are none."""
    for each in some:
        value = each.get(name)
        texts = {str(one).strip() for one in (value if isinstance(value, list) else [value]) if one}
        if len(texts) == 1:
            return texts.pop()
    return ""


_NO = {"false", "0", "no", "none", ""}
"""Forms in which providers say that they have not checked an address."""


def _said(data: dict[str, Any]) -> list[dict[str, Any]]:
    """What an OpenID Connect provider says of somebody, at each place where it says something."""
    return [data[name] for name in ("userinfo", "id_token") if isinstance(data.get(name), dict)]
