"""Somebody comes from a course: sent to their platform and back, and what it says held against its keys.

    begin   the platform names somebody; the browser is sent back to it with a state and a nonce
    accept  it comes again with both and a token that the platform has signed

The state is signed here, names platform, nonce and browser, and is good for ten minutes; nothing is written
before a token has proved to be good. Then it is, under the state's digest, so that a second one is refused.
"""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from django.core import signing
from django.db import IntegrityError, transaction

from klausur.base.errors import KlausurError, RefusedError
from klausur.site.lti.calls import Call, call
from klausur.site.lti.keys import ALGORITHM
from klausur.site.models import LtiLaunch, LtiPlatform

STATE_GOOD = timedelta(minutes=10)
"""From begin to accept, and how old what the platform has signed may be."""

GOES_ON = timedelta(minutes=30)
"""So long somebody may take to log in here and to choose an exam."""

SKEW = timedelta(minutes=1)
"""So much clocks may differ."""

FETCHED_AGAIN = timedelta(seconds=30)
"""A platform's keys are not fetched again before, for whatever key is named."""

KEYS_KEPT = timedelta(hours=1)
"""So long keys are believed that were fetched: a platform that takes one back is heard then."""

_SALT = "klausur.site.lti"
_CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
_ENDPOINT = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
_ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
_LONGEST = 255
_SHORT = 1000


class LaunchRefusedError(RefusedError):
    """What came is not believed."""

    def __init__(self, message: str, platform: LtiPlatform | None = None) -> None:
        super().__init__(message, "open the activity in the course once more, in a window of its own")
        self.platform = platform


class NoCookieError(LaunchRefusedError):
    """The browser shows no secret, as most do within a frame; ``asked`` is how it was begun, if short."""

    def __init__(self, platform: LtiPlatform, asked: Mapping[str, str]) -> None:
        super().__init__("it was begun in another browser, or the browser keeps no cookies", platform)
        self.asked = asked


class Said(msgspec.Struct, frozen=True):
    """What a platform has said of who comes, and from where; ``number`` and ``mail`` as it is trusted."""

    sub: str
    deployment: str
    resource: str
    context: str = ""
    title: str = ""
    name: str = ""
    number: str = ""
    mail: str = ""
    instructor: bool = False
    learner: bool = False
    lineitem: str = ""
    lineitems: str = ""
    scopes: tuple[str, ...] = ()


def begin(platform: LtiPlatform, hint: str, message: str, back: str, browser: str) -> str:
    """The address at the platform to which a browser is sent.

    Args:
        platform: that says who comes.
        hint: its word for them.
        message: its word for what they opened.
        back: where the browser comes again.
        browser: a secret of this browser alone.
    """
    nonce = secrets.token_urlsafe(24)
    held = {"platform": platform.pk, "nonce": nonce, "browser": digest(browser)}
    if len(hint) + len(message) <= _SHORT:  # the state is part of an address
        held |= {"hint": hint, "message": message}
    state = signing.dumps(held, salt=_SALT)
    asked = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": platform.client,
        "redirect_uri": back,
        "login_hint": hint,
        "state": state,
        "nonce": nonce,
        **({"lti_message_hint": message} if message else {}),
    }
    return platform.login_url + ("&" if "?" in platform.login_url else "?") + urlencode(asked)


def accept(state: str, token: str, browser: str, ask: Call = call) -> LtiLaunch:
    """Take what a platform says of who comes, once.

    Args:
        state: that `begin` made.
        token: what the platform has signed.
        browser: the secret of the browser that brings it.
        ask: how the platform's keys are fetched.

    Raises:
        NoCookieError: the browser has no secret.
        LaunchRefusedError: and why it is not believed.
    """
    try:
        begun = signing.loads(state, salt=_SALT, max_age=STATE_GOOD)
    except signing.BadSignature as error:  # one that is over, too
        raise LaunchRefusedError("it was not begun here, or took too long") from error
    platform = LtiPlatform.objects.filter(pk=begun["platform"], active=True).first()
    if platform is None:
        raise LaunchRefusedError("the platform is not registered any more")
    if not browser:
        raise NoCookieError(platform, _again(platform, begun))
    if not compare_digest(begun["browser"], digest(browser)):
        raise LaunchRefusedError("it was begun in another browser, or the browser keeps no cookies", platform)
    said = _said(platform, _claims(platform, token, begun["nonce"], ask))
    now = datetime.now(UTC)
    try:
        with transaction.atomic():
            return LtiLaunch.objects.create(
                state=digest(state),
                browser=digest(browser),
                platform=platform,
                said=msgspec.to_builtins(said),
                until=now + GOES_ON,
            )
    except IntegrityError as error:
        raise LaunchRefusedError("it came a second time", platform) from error


def _again(platform: LtiPlatform, begun: Mapping[str, str]) -> dict[str, str]:
    """What the platform asked with; empty if it was too long to be kept."""
    if "hint" not in begun:
        return {}
    asked = {"iss": platform.issuer, "client_id": platform.client, "login_hint": begun["hint"]}
    return asked | ({"lti_message_hint": begun["message"]} if begun["message"] else {})


def find(pk: UUID, browser: str) -> LtiLaunch | None:
    """A launch that this browser brought and that may go on; None if there is none."""
    now = datetime.now(UTC)
    found = LtiLaunch.objects.select_related("platform").filter(pk=pk, until__gt=now, used=None).first()
    if found is None or not found.platform.active:
        return None
    return found if browser and compare_digest(found.browser, digest(browser)) else None


def said_of(launch: LtiLaunch) -> Said:
    """What the platform has said."""
    return msgspec.convert(launch.said, Said)


def use(launch: LtiLaunch) -> bool:
    """Let nobody go on with a launch; whether nobody had before."""
    row = LtiLaunch.objects.filter(pk=launch.pk, used=None)
    return bool(row.update(used=datetime.now(UTC)))


def digest(secret: str) -> str:
    """The SHA-256 of a secret."""
    return sha256(secret.encode()).hexdigest()


def _claims(platform: LtiPlatform, token: str, nonce: str, ask: Call) -> dict[str, Any]:
    """What the token says, which the platform has signed for this site, lately, for this launch."""
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") != ALGORITHM:
            raise LaunchRefusedError("it is not signed as it must be", platform)
        key = _key(platform, str(header.get("kid", "")), ask)
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=platform.client,
            issuer=platform.issuer,
            leeway=SKEW,
            options={"require": ["exp", "iat", "aud", "iss", "sub", "nonce"]},
        )
    except jwt.ExpiredSignatureError as error:
        raise LaunchRefusedError("it is too old", platform) from error
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise LaunchRefusedError("the platform has not said it so, or not to this site", platform) from error
    audience = claims["aud"]
    others = "azp" in claims or (not isinstance(audience, str) and len(audience) > 1)
    if others and claims.get("azp") != platform.client:
        raise LaunchRefusedError("it was said to another site", platform)
    if claims["iat"] < (datetime.now(UTC) - STATE_GOOD - SKEW).timestamp():
        raise LaunchRefusedError("it is too old", platform)
    if not compare_digest(str(claims["nonce"]), nonce):
        raise LaunchRefusedError("it belongs to another launch", platform)
    return claims


def _said(platform: LtiPlatform, claims: Mapping[str, Any]) -> Said:
    deployment = _text(claims.get(_CLAIM + "deployment_id"))
    if deployment not in platform.deployments:
        raise LaunchRefusedError(f"deployment {deployment!r} of the platform is not registered", platform)
    kind, version = claims.get(_CLAIM + "message_type"), claims.get(_CLAIM + "version")
    if (kind, version) != ("LtiResourceLinkRequest", "1.3.0"):
        raise LaunchRefusedError("it opens no activity by LTI 1.3", platform)
    link, context = _part(claims, _CLAIM + "resource_link"), _part(claims, _CLAIM + "context")
    sub, resource = _text(claims["sub"]), _text(link.get("id"))
    if not sub or not resource:
        raise LaunchRefusedError("it does not say who comes from where", platform)
    roles = claims.get(_CLAIM + "roles")
    roles = {str(each).removeprefix(_ROLE) for each in roles} if isinstance(roles, list) else set()
    scores = _part(claims, _ENDPOINT)
    scopes = scores.get("scope")
    titles = (_text(context.get("title")), _text(link.get("title")))
    return Said(
        sub,
        deployment,
        resource,
        _text(context.get("id")),
        " – ".join(each for each in titles if each)[:400],
        _text(claims.get("name")),
        _number(platform, claims),
        _mail(claims) if platform.trust_mail else "",
        "Instructor" in roles,
        "Learner" in roles,
        _text(scores.get("lineitem"), 1000),
        _text(scores.get("lineitems"), 1000),
        tuple(map(str, scopes)) if isinstance(scopes, list) else (),
    )


def _number(platform: LtiPlatform, claims: Mapping[str, Any]) -> str:
    """The registration number, by the one claim that the administrator trusts."""
    part, _, name = platform.registration.partition(".")
    found = _text(_part(claims, _CLAIM + part).get(name), 100) if name else ""
    return "" if found.startswith("$") else found  # a variable that the platform has not filled in


def _mail(claims: Mapping[str, Any]) -> str:
    """The address, unless the platform says that it has not checked it."""
    checked = str(claims.get("email_verified", "true")).lower() == "true"
    found = _text(claims.get("email"), 254).lower()
    return found if checked and "@" in found else ""


def _part(claims: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = claims.get(name)
    return found if isinstance(found, dict) else {}


def _text(value: object, longest: int = _LONGEST) -> str:
    """A text; nothing where it is none, or longer than any that is meant."""
    return value.strip() if isinstance(value, str) and len(value) <= longest and "\0" not in value else ""


def _key(platform: LtiPlatform, name: str, ask: Call) -> RSAPublicKey:
    """The platform's key of this name, fetched where it is not known or was fetched a while ago."""
    now, fetched = datetime.now(UTC), platform.keys_fetched
    found = _named(platform.keys, name)
    if fetched is None or fetched < now - KEYS_KEPT or (found is None and fetched < now - FETCHED_AGAIN):
        _fetch(platform, ask, now)
        found = _named(platform.keys, name)
    if found is None:
        raise LaunchRefusedError("it is signed by a key that the platform does not show", platform)
    key = jwt.PyJWK(found, algorithm=ALGORITHM).key
    if not isinstance(key, RSAPublicKey) or key.key_size < 2048:
        raise LaunchRefusedError("the platform's key is too weak", platform)
    return key


def _named(keys: list[dict[str, Any]], name: str) -> dict[str, Any] | None:
    return next((each for each in keys if name and each.get("kid") == name), None)


def _fetch(platform: LtiPlatform, ask: Call, now: datetime) -> None:
    try:
        answer = ask("GET", platform.keys_url, {"Accept": "application/json"}, None)
    except KlausurError as error:
        raise LaunchRefusedError("the platform's keys cannot be fetched", platform) from error
    said = answer.json()
    keys = said.get("keys") if answer.status == 200 and isinstance(said, dict) else None
    if not isinstance(keys, list):
        raise LaunchRefusedError("the platform's keys cannot be fetched", platform)
    platform.keys = [each for each in keys if isinstance(each, dict) and each.get("use", "sig") == "sig"]
    platform.keys_fetched = now
    LtiPlatform.objects.filter(pk=platform.pk).update(keys=platform.keys, keys_fetched=now)
