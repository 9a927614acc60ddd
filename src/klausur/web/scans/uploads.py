"""Files that a browser sends in pieces: what it asks, in JSON, and how refusals are told."""

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import wraps
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse

from klausur.actions import scan_look
from klausur.actions.roles import Verb
from klausur.base import file_names
from klausur.base.errors import KlausurError, NotFoundError, RefusedError, UsageError
from klausur.site import uploads
from klausur.web.access import Here, acts
from klausur.web.core_words import remedy, said

_NOTHING = "0" * 64


def _in_json(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """What is refused is told as JSON: a script asks."""

    @wraps(view)
    def answer(request: HttpRequest, here: Here, **named: Any) -> HttpResponseBase:  # noqa: ANN401
        try:
            return view(request, here, **named)
        except uploads.NotNextError as error:
            return _refused(error, 409, received=error.received)
        except uploads.DamagedError as error:
            return _refused(error, 409, again=True)
        except NotFoundError as error:
            return _refused(error, 404)
        except RefusedError as error:
            return _refused(error, 422)
        except KlausurError as error:
            return _refused(error, 400)

    return answer


def _refused(error: KlausurError, status: int, **more: object) -> JsonResponse:
    return JsonResponse({"what": said(str(error)), "remedy": remedy(error.remedy), **more}, status=status)


@acts(Verb.SCAN)
@_in_json
def begin(request: HttpRequest, here: Here) -> HttpResponseBase:
    """What of a file is there already, and in which pieces the rest is wanted."""
    said = _said(request)
    name, size, fresh = said.get("name"), said.get("size"), said.get("fresh") is True
    if not isinstance(name, str) or type(size) is not int:
        raise UsageError("an upload has a name and a size", "load the page again")
    if file_names.is_junk(PurePath(name)):
        raise RefusedError("file managers leave such files beside others: it is no scan", "nothing to do")
    scan_look.is_known(here.folder, _NOTHING)  # tells where nothing was printed, before anything is sent
    uploads.sweep(datetime.now(UTC))
    limit = settings.KLAUSUR_HOME.upload
    found = uploads.begin(here.exam, here.person, name, size, limit=limit, fresh=fresh)
    at = reverse("scans-piece", args=[here.exam.slug, found.pk])
    return JsonResponse({**uploads.told(found), "at": at})


@acts(Verb.SCAN)
@_in_json
def piece(request: HttpRequest, here: Here, upload: uuid.UUID) -> HttpResponseBase:
    """Take a piece; once all are there, the file waits to be read."""
    found = uploads.find(here.exam, here.person, upload)
    offset, digest = request.GET.get("offset", ""), request.headers.get("X-Digest", "")
    if not (offset.isascii() and offset.isdigit() and len(offset) < 16) or not uploads.is_digest(digest):
        raise UsageError("a piece says where it belongs, and its SHA-256", "load the page again")
    found = uploads.take(found, int(offset), digest, request.body)
    if found.received < found.size:
        return JsonResponse({"received": found.received})
    job = uploads.hand_over(found, here.folder, here.person, here.role)
    said = {"known": True} if job is None else {"job": str(job.pk)}
    return JsonResponse({"received": found.received, **said})


@acts(Verb.SCAN)
@_in_json
def leave(request: HttpRequest, here: Here, upload: uuid.UUID) -> HttpResponseBase:
    """Forget an upload that was begun, or was refused."""
    del request
    uploads.drop(uploads.mine(here.exam, here.person, upload))
    return JsonResponse({})


def _said(request: HttpRequest) -> Mapping[str, Any]:
    try:
        said = json.loads(request.body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise UsageError("this request cannot be understood", "load the page again")
    return said
