"""The site's own key pairs, RSA of 2048 bits: the newest signs; older ones are shown a while longer."""

import json
import secrets
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import transaction
from jwt.algorithms import RSAAlgorithm

from klausur.site import audit
from klausur.site.models import LtiKey, Person

ALGORITHM = "RS256"
"""The one that the standard asks of everybody."""

SHOWN_ON = timedelta(days=7)
"""So long an older key is shown after a newer one was made: platforms keep what they have fetched."""


def current() -> LtiKey:
    """The key that signs; made when it is first asked for."""
    return LtiKey.objects.order_by("-pk").first() or _make()


def rotate(by: Person) -> LtiKey:
    """Make a newer key, which signs from now on; keys that are shown no more are deleted."""
    with transaction.atomic():
        made = _make()
        audit.append("make-lti-key", by, key=made.name)
        shown = {key.pk for key in _shown()}
        LtiKey.objects.exclude(pk__in=shown).delete()
    return made


def published() -> dict[str, Any]:
    """The public keys, as platforms fetch them (a JSON Web Key Set)."""
    return {"keys": [_public(key) for key in _shown()]}


def _shown() -> list[LtiKey]:
    """The newest, and those whose successor is younger than they are shown on."""
    keys = list(LtiKey.objects.order_by("-pk"))
    since = datetime.now(UTC) - SHOWN_ON
    return keys[:1] + [old for newer, old in pairwise(keys) if newer.made > since]


def _make() -> LtiKey:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return LtiKey.objects.create(name=secrets.token_hex(8), private=private.decode())


def _public(key: LtiKey) -> dict[str, Any]:
    private = serialization.load_pem_private_key(key.private.encode(), None)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise TypeError("keys are made here, as RSA")
    found: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(private.public_key()))
    return {"kty": "RSA", "n": found["n"], "e": found["e"], "kid": key.name, "alg": ALGORITHM, "use": "sig"}
