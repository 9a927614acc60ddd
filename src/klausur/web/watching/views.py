"""Whether the server is there, whether it is ready for people, and its figures.

The first asks nothing of anybody, so that a server is not ended because its database is; the second one says
whether requests should come here.
"""

import os
import shutil
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from klausur.web.access import open_page, watched_page

LITTLE = 64 << 20
"""Bytes on the disk without which nothing can be taken in."""


@open_page()
def healthy(request: HttpRequest) -> HttpResponse:
    """Say that requests are answered."""
    del request
    return HttpResponse("ok\n", content_type="text/plain")


@open_page()
def ready(request: HttpRequest) -> JsonResponse:
    """Say whether people can work here: the database answers, and files can be written."""
    del request
    parts = {"database": _database(), "files": _files(settings.KLAUSUR_HOME.files)}
    return JsonResponse({"ready": all(parts.values()), **parts}, status=200 if all(parts.values()) else 503)


@watched_page
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the figures in Prometheus' text format."""
    from klausur.web.watching import figures  # noqa: PLC0415 - its library is wanted where there are figures

    del request
    return HttpResponse(figures.text(), content_type=figures.FORM)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        connection.close()
        return False
    return True


def _files(folder: Path) -> bool:
    try:
        return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > LITTLE
    except OSError:
        return False
