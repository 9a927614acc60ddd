"""Files that a browser sends in pieces: what it says of them, in JSON, and how refusals are told to it.

Who may send them is said where they are taken: by whoever scans, and by candidates who hand in from home.
"""

import errno
import json
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import PurePath
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from klausur.base import file_names
from klausur.base.errors import KlausurError, NotFoundError, RefusedError, UsageError
from klausur.site import uploads
from klausur.web.core_words import remedy, said

View = Callable[..., HttpResponseBase]

TEXTS = {
    "waits": gettext_noop("waits"),
    "sending": gettext_noop("{done} of {size}"),
    "checking": gettext_noop("is compared with what is there"),
    "read": gettext_noop("all there, waits to be read"),
    "known": gettext_noop("known already: nothing changes"),
    "lost": gettext_noop("the connection is lost, it is tried again"),
    "stopped": gettext_noop("stopped"),
    "login": gettext_noop("you are logged out: log in again, and choose the file once more"),
    "insecure": gettext_noop("this browser sends files over HTTPS only: ask the administrator"),
    "leave": gettext_noop("Files are still being sent."),
}
"""What the script says of each file."""


def texts() -> dict[str, str]:
    """What the script says of each file, in the reader's language."""
    return {name: _(text) for name, text in TEXTS.items()}


def in_json(view: View) -> View:
    """What is refused is told as JSON: a script asks. Of a full disk it is told with 507, and asks again."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:  # noqa: ANN401
        try:
            return view(request, *args, **named)
        except uploads.NotNextError as error:
            return _refused(error, 409, received=error.received)
        except uploads.DamagedError as error:
            return _refused(error, 409, again=True)
        except NotFoundError as error:
            return _refused(error, 404)
        except RefusedError as error:
            return _refused(error, 422)
        except KlausurError as error:
            return _refused(error, 507 if _is_full(error) else 400)

    return answer


def _is_full(error: KlausurError) -> bool:
    """Whether there was no room: the same can be asked again once there is."""
    cause = error.__cause__
    return isinstance(cause, OSError) and cause.errno in {errno.ENOSPC, errno.EDQUOT}


def file_told(request: HttpRequest) -> tuple[str, int, bool]:
    """A file's name and size, and whether what is there of it is another one's.

    Raises:
        UsageError: they are not told.
        RefusedError: it is what file managers leave beside files.
    """
    told = _told(request)
    name, size, fresh = told.get("name"), told.get("size"), told.get("fresh") is True
    if not isinstance(name, str) or type(size) is not int:
        raise UsageError("an upload has a name and a size", "load the page again")
    if file_names.is_junk(PurePath(name)):
        raise RefusedError("file managers leave such files beside others: it is no scan", "nothing to do")
    return name, size, fresh


def piece_told(request: HttpRequest) -> tuple[int, str]:
    """From which byte on a piece is, and its SHA-256.

    Raises:
        UsageError: they are not told.
    """
    offset, digest = request.GET.get("offset", ""), request.headers.get("X-Digest", "")
    if not (offset.isascii() and offset.isdigit() and len(offset) < 16) or not uploads.is_digest(digest):
        raise UsageError("a piece says where it belongs, and its SHA-256", "load the page again")
    return int(offset), digest


def _refused(error: KlausurError, status: int, **more: object) -> JsonResponse:
    return JsonResponse({"what": said(str(error)), "remedy": remedy(error.remedy), **more}, status=status)


def _told(request: HttpRequest) -> Mapping[str, Any]:
    try:
        told = json.loads(request.body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise UsageError("this request cannot be understood", "load the page again")
    return told
