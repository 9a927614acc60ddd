"""Each request has an id, is counted by its desk, and is told of in the log: who asked is not.

The id is the one that a reverse proxy gave it, or a new one; the answer names it, and so does all that is
logged meanwhile.
"""

import logging
import re
import time
from collections.abc import Callable
from secrets import token_hex

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from klausur.base.doing import REQUEST, doing

HEADER = "X-Request-ID"
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
_LOG = logging.getLogger("klausur.requests")


class Counting:
    """Middleware round all others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.counts = settings.KLAUSUR_HOME.metrics is not None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and count."""
        given = request.headers.get(HEADER, "")
        called = given if _ID.fullmatch(given) else token_hex(8)
        began = time.perf_counter()
        with doing(REQUEST, called):
            response = self.get_response(request)
            seconds = time.perf_counter() - began
            at = request.resolver_match
            page = "static" if request.path.startswith("/static/") else at.view_name if at else "none"
            if self.counts:
                from klausur.web.watching import figures  # noqa: PLC0415 - its library is wanted where there are figures

                figures.count(page.partition("-")[0] or "none", response.status_code, seconds)
            fields = {
                "method": request.method,
                "page": page,
                "status": response.status_code,
                "ms": round(1000 * seconds, 1),
            }
            if not page.startswith("watching"):  # several times a minute, and nobody wants to read of it
                _LOG.info("answered", extra={"fields": fields})
        response.headers[HEADER] = called
        return response
