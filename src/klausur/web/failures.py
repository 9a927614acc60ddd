"""What people see when something cannot be done: a page that says what happened, and what to do next."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from klausur.base.doing import REQUEST
from klausur.base.errors import KlausurError, NotFoundError, RefusedError, UsageError
from klausur.web.access import open_page
from klausur.web.core_words import remedy, said

_ELSEWHERE = re.compile(r"/accounts/(oidc|saml)/")
_STATUS = {NotFoundError: 404, RefusedError: 409, UsageError: 400}


class Failures:
    """Middleware that turns errors of `klausur.base.errors` into pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, named: Mapping[str, object]
    ) -> HttpResponse | None:
        """The page for who sends a zero byte, which no form does and no text of PostgreSQL can hold."""
        del view, args
        said_ = [*named.values(), *(value for each in _fields(request) for value in each)]
        if not any("\0" in value for value in said_ if isinstance(value, str)):
            return None
        return told(request, 400, _("This request cannot be understood."), _("Load the page again."))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of an error that says itself what to do; nothing for bugs, which are Django's to tell."""
        if _ELSEWHERE.match(request.path):
            return _elsewhere(request, error)
        if not isinstance(error, KlausurError):
            return None
        status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 503)
        return told(request, status, said(str(error)), remedy(error.remedy))


def _fields(request: HttpRequest) -> Iterator[Sequence[object]]:
    for given in (request.GET, request.POST):
        for _name, values in given.lists():
            yield values


def _elsewhere(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """What went wrong at another place to log in, which the libraries for it do not tell in words."""
    again = _("Try again; if that does not help, log in by password, and tell the administrator.")
    if isinstance(error, OSError):
        return told(request, 503, _("The other place does not answer."), again)
    if isinstance(error, (SyntaxError, ValueError, LookupError)):
        return told(request, 400, _("What came from the other place cannot be understood."), again)
    return None


def told(request: HttpRequest, status: int, what: str, next_: str) -> HttpResponse:
    """A page that says what happened; a few words alone where a part of a page was asked for."""
    part = bool(getattr(request, "htmx", False))
    name = "failure_part.html" if part else "failure.html"
    return render(request, name, {"status": status, "what": what, "remedy": next_}, status=status)


@open_page("GET", "HEAD", "POST")
def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    del exception
    return told(request, 403, _("This is not yours to see or do."), _("Ask the examiner for another role."))


@open_page("GET", "HEAD", "POST")
def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    del exception
    return told(request, 404, _("There is no such page."), _("It may have moved: look from the start page."))


@open_page("GET", "HEAD", "POST")
def bad(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    del exception
    return told(request, 400, _("This request cannot be understood."), _("Load the page again."))


@open_page("GET", "HEAD", "POST")
def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or came from elsewhere."""
    del reason
    return told(
        request, 403, _("This form is no longer good."), _("Load the page again, and send it once more.")
    )


@open_page("GET", "HEAD", "POST")
def broken(request: HttpRequest) -> HttpResponse:
    """500: as `told`, by a page that looks nothing up, since who is logged in may be what cannot be told."""
    said_ = {
        "what": _("Something broke."),
        "remedy": _(
            "Nothing of what was recorded is lost. Try again; if it happens again, tell the administrator "
            "the time and this: %(request)s"
        )
        % {"request": REQUEST.get()},
    }
    name = "failure_part.html" if getattr(request, "htmx", False) else "broken.html"
    return HttpResponse(render_to_string(name, said_), status=500)
