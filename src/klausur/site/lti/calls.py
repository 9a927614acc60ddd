"""Requests to learning platforms: by HTTPS, within limits, and never on to where an answer sends one."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec
from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError

from klausur.base.errors import RefusedError, ToolError
from klausur.site.home_settings import PROVEN
from klausur.site.models import LtiPlatform

MOST = 1 << 20
"""Bytes of an answer; keys and lists of a course's columns are far smaller."""

_POOL = PoolManager(retries=False, timeout=Timeout(connect=5, read=20))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform answers."""

    status: int
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 - whatever it says
        """Its body; None where that is no JSON."""
        try:
            return msgspec.json.decode(self.body)
        except msgspec.DecodeError:
            return None


Call = Callable[[str, str, Mapping[str, str], bytes | None], Answer]
"""Takes method, address, headers and body. Tests hand in others."""


def call(method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
    """Ask a platform.

    Raises:
        RefusedError: the address is neither HTTPS nor on this machine.
        ToolError: it does not answer, or with too much.
    """
    if not re.match(PROVEN, url):
        raise RefusedError(f"{url} is no address with https", "tell the administrator of the site")
    host = urlsplit(url).netloc
    try:
        found = _POOL.request(
            method, url, headers=dict(headers), body=body, redirect=False, preload_content=False
        )
        try:
            data = found.read(MOST + 1)
        finally:
            found.close()
    except (HTTPError, OSError) as error:
        raise ToolError(f"{host} does not answer", "try it again later") from error
    if len(data) > MOST:
        raise ToolError(f"{host} answers with more than {MOST >> 20} MB", "look at its address")
    return Answer(found.status, data)


def is_theirs(platform: LtiPlatform, url: str) -> bool:
    """Whether an address that a platform names lies where the administrator has registered it."""
    known = (platform.issuer, platform.login_url, platform.token_url, platform.keys_url)
    hosts = {urlsplit(each).netloc.lower() for each in known} | {str(each) for each in platform.hosts}
    return re.match(PROVEN, url) is not None and urlsplit(url).netloc.lower() in hosts - {""}
