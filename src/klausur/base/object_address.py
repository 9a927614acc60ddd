"""Where an object store is: the address that settings and the environment have, and what it says.

    s3://BUCKET/PREFIX?endpoint=https://s3.example.org&region=eu-central-1&credentials=/run/secrets/s3

The file of ``credentials`` has two lines, key and secret; without it the environment has them
(AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY), or the machine's role. How it is used: `klausur.store.objects`.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from klausur.base.errors import UsageError

VARIABLE = "KLAUSUR_FILES"
"""The environment variable with the store's address."""

_SAID = {"endpoint", "region", "credentials"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where objects are.

    Attributes:
        bucket: its name.
        prefix: what all names there begin with; may be empty.
        endpoint: the server's address, with scheme; empty for Amazon's.
        region: the server's name for its region.
        credentials: the file with key and secret, or empty.
    """

    bucket: str
    prefix: str
    endpoint: str = ""
    region: str = "us-east-1"
    credentials: str = field(default="", repr=False)

    @property
    def shown(self) -> str:
        """What people are told of it; it names no secret."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")


def parsed(address: str) -> Place:
    """The place that an address names.

    Raises:
        ValueError: it is no address of an object store.
    """
    at = urlsplit(address)
    said = dict(parse_qsl(at.query, keep_blank_values=True))
    odd = sorted(set(said) - _SAID)
    if at.scheme != "s3" or not at.hostname or at.username or at.port or at.fragment:
        raise ValueError(
            f"{address.partition('?')[0]!r} is no address as s3://BUCKET/PREFIX?endpoint=https://HOST"
        )
    if odd:
        raise ValueError(f"the address of the object store says {odd[0]}, which is not known")
    endpoint = said.get("endpoint", "").rstrip("/")
    if endpoint and urlsplit(endpoint).scheme not in {"http", "https"}:
        raise ValueError(f"{endpoint!r} is no endpoint as https://HOST")
    region, file = said.get("region") or "us-east-1", said.get("credentials", "")
    if file and not Path(file).is_absolute():
        raise ValueError(f"{file!r} must be a whole path, from / on")
    return Place(at.hostname, at.path.strip("/"), endpoint, region, file)


def named() -> Place | None:
    """The place that the environment names, or None.

    Raises:
        UsageError: what it names is none.
    """
    address = os.environ.get(VARIABLE)
    if not address:
        return None
    try:
        return parsed(address)
    except ValueError as error:
        raise UsageError(f"{VARIABLE}: {error}", "mend it, or unset it") from error
