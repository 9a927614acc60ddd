"""A candidate's own pages, by their personal link, by their login, or at a table on site.

All three come by the same addresses: where a link has its secret, the others have a word. Whose pages they
are follows from the link, the account or the code that opened the table, never from what a browser says.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from klausur.actions import personal_links, review_on_site
from klausur.actions.personal_links import Guest
from klausur.base.errors import NotFoundError
from klausur.site import candidate_logins
from klausur.site.models import Exam
from klausur.state.facts import Actor, Author, Role
from klausur.state.review_slots import StoredSlot
from klausur.web.access import Access, Answer, View, folder_of, log_in, marked, person_of
from klausur.web.accounts.logged import address
from klausur.web.limits import Tries

MINE = "mine"
"""What stands in an address instead of a personal link's secret where a candidate comes by their login."""

TABLE = "table"
"""The same where they look at a table on site, by the code that opened it: `klausur.web.table`."""

SITS = "sits"
"""Under what a browser's session has exam, slot and code of who looks at a table."""

SECRET = re.compile(r"[A-Za-z0-9_-]{32}", re.ASCII)
"""What the secret of a personal link looks like."""

TRIES = Tries(failures=30, seconds=600, of="links")
"""Links that lead nowhere: after so many a place is let in only by links that were good here before."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Where a candidate is who comes by link, login or table: the exam, they, and what they may see.

    ``slot`` is theirs where they look on site, and None elsewhere.
    """

    exam: Exam
    folder: Path
    guest: Guest
    slot: StoredSlot | None = None

    @property
    def key(self) -> str:
        """Whom limits are counted of, by however many links they come."""
        return f"{self.exam.folder} {self.guest.candidate.id}"

    @property
    def seconds_left(self) -> int:
        """How long they may still look on site."""
        return (
            0
            if self.slot is None
            else max(0, round((self.slot.time.end - datetime.now(UTC)).total_seconds()))
        )

    @property
    def author(self) -> Author:
        """Who acts: the candidate, by their registration number."""
        return Author(Actor(self.guest.candidate.candidate.registration, Role.CANDIDATE))


def guest_page(*methods: str, draft: bool = False, table: bool = False) -> Callable[[Answer], View]:
    """A page or act for a candidate who comes by a good link or their login, once results are published.

    With ``draft`` it is there before that, too, and says so itself; with ``table`` also on site, where
    nothing else is. The view gets the `Visit`.
    """
    return lambda view: _guest_view(
        view, Access("link", methods or ("GET", "HEAD")), draft=draft, table=table
    )


def _guest_view(view: Answer, access: Access, *, draft: bool, table: bool) -> View:
    @wraps(view)
    def checked(
        request: HttpRequest,
        slug: str,
        secret: str,
        *args: Any,  # noqa: ANN401
        **kwargs: Any,  # noqa: ANN401
    ) -> HttpResponseBase:
        if secret == TABLE:
            visit = _by_table(request, slug)
        else:
            visit = _by_login(request, slug) if secret == MINE else _by_link(request, slug, secret)
        if not isinstance(visit, Visit):
            return visit
        if visit.slot is not None and not table:
            raise Http404(slug)
        if not (draft or visit.guest.publication.published):
            raise Http404(slug)
        return view(request, visit, secret, *args, **kwargs)

    return marked(checked, access)


def _by_login(request: HttpRequest, slug: str) -> Visit | HttpResponse:
    """Who is logged in, as the candidate that they are in this exam."""
    person = person_of(request)
    if person is None:
        return log_in(request)
    exam = Exam.objects.filter(slug=slug).exclude(login_by="").first()
    guest = None if exam is None else candidate_logins.guest_of(exam, person)
    if exam is None or guest is None:
        raise Http404(slug)
    return Visit(exam, folder_of(exam), guest)


def _by_table(request: HttpRequest, slug: str) -> Visit | HttpResponse:
    """Who looks at a table on site while their slot is open; afterwards the page that asks for a code."""
    exam, taken = Exam.objects.filter(slug=slug).first(), request.session.get(SITS)
    if exam is None or not isinstance(taken, dict) or taken.get("exam") != slug:
        return _no_table(request, slug)
    try:
        found = review_on_site.sitting(folder_of(exam), taken["slot"], taken["key"])
    except NotFoundError:  # the folder is gone, or has no records
        found = None
    if found is None:
        return _no_table(request, slug)
    return Visit(exam, folder_of(exam), found.guest, found.slot)


def _no_table(request: HttpRequest, slug: str) -> HttpResponse:
    if request.method in {"GET", "HEAD"}:
        return redirect("table", slug=slug)
    return HttpResponse(status=401)


def _by_link(request: HttpRequest, slug: str, secret: str) -> Visit | HttpResponse:
    """Who comes by a personal link; where it leads nowhere, what is said instead."""
    key = sha256(secret.encode()).hexdigest()
    if not TRIES.lets(address(request), key):
        return render(request, "candidate/too_often.html", status=429)
    visit = _visit(slug, secret)
    if visit is None:
        TRIES.failed(address(request))
        return render(request, "candidate/no_link.html", status=404)
    TRIES.passed(key)
    return visit


def _visit(slug: str, secret: str) -> Visit | None:
    """Who comes by a link; None where it leads nowhere, for whatever reason."""
    exam = Exam.objects.filter(slug=slug).first()
    if exam is None or not SECRET.fullmatch(secret):
        return None
    folder = folder_of(exam)
    try:
        guest = personal_links.find(folder, secret, datetime.now(UTC))
    except NotFoundError:  # the folder is gone, or has no records
        return None
    return None if guest is None else Visit(exam, folder, guest)
