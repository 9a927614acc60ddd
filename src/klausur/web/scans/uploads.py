"""Scans that a browser sends in pieces: what it asks of them, in JSON."""

import uuid
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse

from klausur.actions import scan_look
from klausur.actions.roles import Verb
from klausur.site import uploads
from klausur.web.access import Here, acts
from klausur.web.sent_files import file_told, in_json, piece_told

_NOTHING = "0" * 64


@acts(Verb.SCAN)
@in_json
def begin(request: HttpRequest, here: Here) -> HttpResponseBase:
    """What of a file is there already, and in which pieces the rest is wanted."""
    name, size, fresh = file_told(request)
    scan_look.is_known(here.folder, _NOTHING)  # tells where nothing was printed, before anything is sent
    uploads.sweep(datetime.now(UTC))
    limit = settings.KLAUSUR_HOME.upload
    found = uploads.begin(here.exam, here.person, name, size, limit=limit, fresh=fresh)
    at = reverse("scans-piece", args=[here.exam.slug, found.pk])
    return JsonResponse({**uploads.told(found), "at": at})


@acts(Verb.SCAN)
@in_json
def piece(request: HttpRequest, here: Here, upload: uuid.UUID) -> HttpResponseBase:
    """Take a piece; once all are there, the file waits to be read."""
    found = uploads.find(here.exam, here.person, upload)
    found = uploads.take(found, *piece_told(request), request.body)
    if found.received < found.size:
        return JsonResponse({"received": found.received})
    job = uploads.hand_over(found, here.folder, here.person, here.role)
    said = {"known": True} if job is None else {"job": str(job.pk)}
    return JsonResponse({"received": found.received, **said})


@acts(Verb.SCAN)
@in_json
def leave(request: HttpRequest, here: Here, upload: uuid.UUID) -> HttpResponseBase:
    """Forget an upload that was begun, or was refused."""
    del request
    uploads.drop(uploads.mine(here.exam, here.person, upload))
    return JsonResponse({})
