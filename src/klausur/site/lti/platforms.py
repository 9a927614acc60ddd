"""Learning platforms as the administrator registers them: changed here alone, each time with an event."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from klausur.base.errors import UsageError
from klausur.site import audit
from klausur.site.home_settings import PROVEN
from klausur.site.models import LtiLaunch, LtiPlatform, Person

SOURCED = "lis.person_sourcedid"
"""The claim that platforms have for a person's number in the institution's own books."""

_CLAIM = re.compile(rf"({re.escape(SOURCED)}|custom\.\w{{1,60}})?", re.ASCII)
_HOST = re.compile(r"[a-z0-9.-]+(:\d{1,5})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Registered:
    """What is registered of a platform, as `klausur.site.models.LtiPlatform` has it."""

    name: str
    issuer: str
    client: str
    login_url: str
    token_url: str
    keys_url: str
    deployments: tuple[str, ...]
    hosts: tuple[str, ...] = ()
    registration: str = SOURCED
    trust_mail: bool = False
    active: bool = True


def save(said: Registered, by: Person, platform: LtiPlatform | None = None) -> LtiPlatform:
    """Register a platform, or change what is registered.

    Raises:
        UsageError: an address is not by HTTPS, or something else cannot be meant.
    """
    _check(said)
    others = LtiPlatform.objects.filter(issuer=said.issuer, client=said.client)
    if (others if platform is None else others.exclude(pk=platform.pk)).exists():
        raise UsageError("this issuer has this client id already", "change the platform that is there")
    now = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(said).items()}
    with transaction.atomic():
        if platform is None:
            made = LtiPlatform.objects.create(**now)
            audit.append("add-platform", by, **now)
            return made
        changed = {key: value for key, value in now.items() if getattr(platform, key) != value}
        if changed:
            if "keys_url" in changed:  # keys of elsewhere are none of its
                changed |= {"keys": [], "keys_fetched": None}
            LtiPlatform.objects.filter(pk=platform.pk).update(**changed)
            told = {key: value for key, value in changed.items() if key in now and key != "name"}
            audit.append("change-platform", by, name=said.name, **told)
            platform.refresh_from_db()
    return platform


def _check(said: Registered) -> None:
    for url in (said.login_url, said.token_url, said.keys_url):
        if not re.match(PROVEN, url):
            raise UsageError(f"{url} is no address with https", "copy it from the platform")
    if not said.name or not said.issuer or not said.client:
        raise UsageError("a platform has a name, an issuer and a client id", "copy them from the platform")
    if not _CLAIM.fullmatch(said.registration):
        raise UsageError(
            f"{said.registration} is no claim by which numbers are told",
            f"write {SOURCED}, or custom. and a name",
        )
    for host in said.hosts:
        if not _HOST.fullmatch(host):
            raise UsageError(f"{host} is no name of a host", "write it without https:// and without slashes")


def forget(now: datetime) -> None:
    """Delete what launches have said, once nobody can go on with them."""
    LtiLaunch.objects.filter(until__lt=now).delete()
