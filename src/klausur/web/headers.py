"""What every answer tells the browser: what it may load and run, and that no page is kept."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_LEAVING = re.compile(r"/accounts/(oidc|saml)/[^/]+/login/$")
"""Where a form leads to another place to log in, which may send on to a third: browsers look at both."""


_COMPILING = "/static/day/zxing/worker.js"
"""A script that runs beside its page, by a policy of its own: it compiles WebAssembly, which reads codes."""


class Headers:
    """Middleware that sends ``settings.SECURE_CSP``, as Django 6 does of itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = policy(settings.SECURE_CSP)
        forms = [*settings.SECURE_CSP["form-action"], "https:", *_local()]
        compiling = [*settings.SECURE_CSP["script-src"], "'wasm-unsafe-eval'"]
        self.compiling = policy({**settings.SECURE_CSP, "script-src": compiling})
        self.leaving = policy({**settings.SECURE_CSP, "form-action": forms})

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the headers."""
        response = self.get_response(request)
        sent = self.leaving if _LEAVING.match(request.path) else self.policy
        if request.path == _COMPILING:
            sent = self.compiling
        response.headers.setdefault("Content-Security-Policy", sent)
        response.headers.setdefault("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def policy(of: Mapping[str, list[str]]) -> str:
    """A policy as it is sent."""
    return "; ".join(f"{name} {' '.join(allowed)}" for name, allowed in of.items())


def _local() -> list[str]:
    """Other places to log in that are on this machine, and need no HTTPS."""
    at = [urlsplit(each.server) for each in settings.KLAUSUR_HOME.logins]
    return [f"{place.scheme}://{place.netloc}" for place in at if place.scheme == "http"]
