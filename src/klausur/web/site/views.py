"""The administrator's first page, and what was done to the site."""

import platform
import shutil

import django
from django.conf import settings
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from klausur import __version__
from klausur.exam.evidence import confined
from klausur.site.audit import LOGINS, LOGINS_KEPT
from klausur.site.models import Exam, Job, Person, SiteEvent
from klausur.web.access import site_page
from klausur.web.site.events import REFUSED, told

EVENTS = 100
"""On one page of the log."""

KINDS = (
    ("", _("All")),
    ("logins", _("Logins")),
    ("refused", _("Kept out")),
    ("changes", _("Accounts, roles and exams")),
)
"""Parts of the log, by their names in the address."""


@site_page()
def site(request: HttpRequest, person: Person) -> HttpResponse:
    """Who and what is here, what workers do, how full the disk is, and which versions run."""
    del person
    home = settings.KLAUSUR_HOME
    disk = shutil.disk_usage(home.root)
    jobs = {state: Job.objects.filter(state=state).count() for state in ("waiting", "running", "aside")}
    return render(
        request,
        "site/site.html",
        {
            "people": Person.objects.filter(is_active=True).count(),
            "exams": Exam.objects.filter(archived=False).count(),
            "jobs": jobs,
            "disk": {"free": disk.free, "total": disk.total, "used": disk.used * 100 // disk.total},
            "home": home.root,
            "versions": [
                ("Klausur", __version__),
                ("Python", platform.python_version()),
                ("Django", django.__version__),
                (connection.display_name, _database_version()),
            ],
            "confined": confined.told(),
            "events": told(SiteEvent.objects.exclude(verb__in=LOGINS).order_by("-pk")[:8]),
        },
    )


@site_page()
def log(request: HttpRequest, person: Person) -> HttpResponse:
    """What was done to the site, newest first."""
    del person
    kind = request.GET.get("kind", "")
    events = SiteEvent.objects.order_by("-pk")
    if kind == "logins":
        events = events.filter(verb__in=LOGINS)
    elif kind == "changes":
        events = events.exclude(verb__in=LOGINS)
    elif kind == "refused":
        events = events.filter(verb__in=REFUSED)
    pages = Paginator(events, EVENTS).get_page(request.GET.get("page"))
    return render(
        request,
        "site/log.html",
        {
            "events": told(pages.object_list),
            "pages": pages,
            "kind": kind,
            "kinds": KINDS,
            "more": f"&kind={kind}" if kind in dict(KINDS) else "",
            "days": LOGINS_KEPT.days,
        },
    )


def _database_version() -> str:
    found = connection.get_database_version()
    return ".".join(map(str, found))
