"""Who comes in and who is kept out is written down in the site's log, by the signals that tell of it.

Passwords and codes never are. A failed login keeps the name that was tried, since it tells a slip from an
attack; `klausur.site.tidying` deletes all of these events after a while.
"""

from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from allauth.socialaccount.signals import social_account_added, social_account_removed
from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from klausur.site import audit
from klausur.site.models import Person, SiteEvent

NOBODY = "nobody who is logged in"
"""Who fails to come in."""

LONGEST = 200
"""Letters that are kept of a name that was tried."""


def address(request: HttpRequest) -> str:
    """Where a request comes from: what a reverse proxy says that is believed, else who asks the server.

    One on this machine is, and those that ``proxies`` in ``klausur.toml`` names. Only the last entry of
    ``X-Forwarded-For`` is the proxy's own; those before it the browser may have sent.
    """
    asks = str(request.META.get("REMOTE_ADDR", ""))
    said = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return said if said and _is_proxy(asks) and _is_address(said) else asks


def by_link(request: HttpRequest, kind: str) -> None:
    """Say by which link somebody is about to be logged in: "invitation" or "terminal"."""
    request.coming_by = kind  # type: ignore[attr-defined]


@receiver(user_logged_in)
def _came_in(request: HttpRequest, user: Person, **_said: object) -> None:
    audit.append("login", user, by=_ways(request), address=address(request))


@receiver(user_logged_out)
def _went_out(request: HttpRequest, user: Person | None, **_said: object) -> None:
    if user is not None:
        audit.append("logout", user, address=address(request))


@receiver(user_login_failed)
def _failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_said: object) -> None:
    """A name and a password that do not go together; what axes refuses unseen it tells by itself."""
    if request is None or getattr(request, "axes_locked_out", False):
        return
    audit.append("login-failed", NOBODY, tried=_tried(credentials), address=address(request))


@receiver(user_locked_out)
def _locked_out(request: HttpRequest, username: str | None, **_said: object) -> None:
    """Once for as long as it lasts, however often somebody goes on trying."""
    tried, place = (username or "")[:LONGEST], address(request)
    since = datetime.now(UTC) - settings.AXES_COOLOFF_TIME
    told = SiteEvent.objects.filter(verb="lock-out", when__gte=since)
    if not told.filter(detail__tried=tried, detail__address=place).exists():
        audit.append("lock-out", NOBODY, tried=tried, address=place)


@receiver(authentication_failed)
def _wrong_code(request: HttpRequest, user: Person, **_said: object) -> None:
    audit.append("code-failed", NOBODY, tried=user.email, address=address(request))


@receiver(password_reset)
def _chosen_anew(request: HttpRequest, user: Person, **_said: object) -> None:
    audit.append("password-reset", user, address=address(request))


@receiver([password_changed, password_set])
def _changed(request: HttpRequest, user: Person, **_said: object) -> None:
    audit.append("password-change", user, address=address(request))


@receiver(authenticator_added)
def _second_factor(request: HttpRequest, user: Person, authenticator: Authenticator, **_: object) -> None:
    audit.append("second-factor-added", user, kind=authenticator.type, address=address(request))


@receiver(authenticator_removed)
def _no_second_factor(request: HttpRequest, user: Person, authenticator: Authenticator, **_: object) -> None:
    audit.append("second-factor-removed", user, kind=authenticator.type, address=address(request))


@receiver(authenticator_reset)
def _new_codes(request: HttpRequest, user: Person, authenticator: Authenticator, **_: object) -> None:
    audit.append("second-factor-renewed", user, kind=authenticator.type, address=address(request))


@receiver(social_account_added)
def _connected(request: HttpRequest, sociallogin: Any, **_said: object) -> None:  # noqa: ANN401 - allauth has no types
    account = sociallogin.account
    audit.append("connect-login", sociallogin.user, by=account.provider, address=address(request))


@receiver(social_account_removed)
def _disconnected(request: HttpRequest, socialaccount: Any, **_said: object) -> None:  # noqa: ANN401 - the same
    person = socialaccount.user
    audit.append("disconnect-login", person, by=socialaccount.provider, address=address(request))


def _ways(request: HttpRequest) -> str:
    """By what somebody has shown who they are: ``password + totp``, a provider's name, or a kind of link."""
    link = getattr(request, "coming_by", "")
    shown = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    ways = [str(way.get("type") or way.get("provider") or way.get("method")) for way in shown]
    return link or " + ".join(ways)


def _tried(credentials: dict[str, Any]) -> str:
    named = credentials.get("email") or credentials.get("username") or credentials.get("login") or ""
    return str(named)[:LONGEST]


def _is_proxy(asks: str) -> bool:
    if not _is_address(asks):
        return False
    at = ip_address(asks)
    return at.is_loopback or any(at in network for network in settings.KLAUSUR_HOME.proxies)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
