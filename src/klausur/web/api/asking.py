"""How a program asks: its token, how often it may, and what it is told that is refused."""

from collections.abc import Callable
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from klausur.base.errors import KlausurError, MeanwhileError, NotFoundError, RefusedError, UsageError
from klausur.site import tokens, uploads
from klausur.web.access import Access, Here, View, folder_of, marked
from klausur.web.accounts.logged import address
from klausur.web.api.operations import Operation
from klausur.web.api.shapes import Refusal
from klausur.web.limits import Limit

LIMIT = Limit(times=600, seconds=60, of="tokens")
"""Requests of one token."""

STRANGERS = Limit(times=30, seconds=600, of="strangers")
"""Requests without a good token, of one place."""

Act = Callable[..., Any]


def asked(operation: Operation, act: Act) -> View:
    """The view of an operation: ``act`` gets `Here`, what was sent, the request, and parts of the address."""

    def view(request: HttpRequest, slug: str, **parts: Any) -> HttpResponseBase:  # noqa: ANN401
        bearer = None
        if not STRANGERS.spent(address(request)):
            bearer = tokens.find(request.headers.get("authorization", "").removeprefix("Bearer ").strip())
        if bearer is None or bearer.exam.slug != slug:
            STRANGERS.takes(address(request))
            return refused(401, "no token of this exam is good", "make one on the page of its team")
        if not LIMIT.takes(str(bearer.token)):
            return refused(429, "this token asked too often", "wait a minute")
        if bearer.role not in operation.roles:
            return refused(403, f"{bearer.role}s may not do this", "make a token of another role")
        here = Here(bearer.exam, folder_of(bearer.exam), bearer.person, bearer.role)
        try:
            if not here.folder.is_dir():
                raise NotFoundError("the folder of this exam is gone", "ask whoever keeps the site")
            sent = () if operation.sent is None else (_decoded(operation.sent, request.body),)
            answer = act(here, *sent, request, **parts)
        except KlausurError as error:
            return _told(error)
        content = answer if isinstance(answer, bytes) else msgspec.json.encode(answer)
        return HttpResponse(content, content_type="application/json")

    methods = ("GET", "HEAD") if operation.method == "GET" else (operation.method,)
    return csrf_exempt(marked(view, Access("token", methods, operation.roles, operation.verb)))


def refused(status: int, what: str, remedy: str, received: int | None = None) -> HttpResponse:
    """What a program is told that is refused."""
    content = msgspec.json.encode(Refusal(what, remedy, received))
    return HttpResponse(content, status=status, content_type="application/json")


def _decoded(shape: type, body: bytes) -> object:
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.MsgspecError as error:
        raise UsageError(f"what was sent is not as the API has it: {error}", "see its document") from error


def _told(error: KlausurError) -> HttpResponse:
    received = error.received if isinstance(error, uploads.NotNextError) else None
    kinds: tuple[tuple[type[KlausurError] | tuple[type[KlausurError], ...], int], ...] = (
        ((MeanwhileError, uploads.NotNextError, uploads.DamagedError), 409),
        (NotFoundError, 404),
        (RefusedError, 422),
    )
    status = next((number for kind, number in kinds if isinstance(error, kind)), 400)
    return refused(status, str(error), error.remedy, received)
