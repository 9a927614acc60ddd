"""Who may see a page and do an act: said at each view, checked here, and walked by a test.

Every view of the site is made by one of these decorators. What acts on an exam names a `Verb` of
`klausur.actions.roles`; who may do it stands there, and nowhere else. What shows something of an exam names
the roles that may see it. A view without a decorator fails a test.

Who has no business in an exam is told that there is none of that name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from hmac import compare_digest
from pathlib import Path
from typing import Any, Protocol, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from klausur.actions.roles import RULES, Verb
from klausur.base.errors import NotFoundError
from klausur.site.models import Exam, Member, Person
from klausur.state.facts import Actor, Author, Role
from klausur.store.compiled import Compiled

EVERYBODY = frozenset({Role.EXAMINER, Role.CORRECTOR, Role.PROCTOR, Role.ADMINISTRATOR})
"""All who have to do with an exam."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may come to a view, and how.

    Attributes:
        kind: "open" to all, "person" for whoever is logged in, "site" for administrators, "exam", "token"
            for a program that acts on an exam by a token (`klausur.web.api.asking`), "link"
            for a candidate who comes by their personal link, whoever is logged in, or by their login, or
            "watch" for programs that have the token for it or run on this machine.
        roles: as what in the exam.
        verb: what is done, or None where something is only shown.
        methods: the HTTP methods that it answers.
    """

    kind: str
    methods: tuple[str, ...]
    roles: frozenset[Role] = frozenset()
    verb: Verb | None = None


@dataclass(frozen=True, slots=True)
class Here:
    """Where a request is: the exam, its folder, who asks and as what."""

    exam: Exam
    folder: Path
    person: Person
    role: Role

    @property
    def actor(self) -> Actor:
        """Who acts on the exam."""
        return Actor(self.person.name, self.role)

    def author(self, why: str = "") -> Author:
        """Who decides, and why."""
        return Author(self.actor, why)

    @property
    def shows_names(self) -> bool:
        """Whether candidates' names are shown; correctors see them where the examiner says so."""
        return self.role is not Role.CORRECTOR or self.exam.names_for_correctors

    def may(self, verb: Verb) -> bool:
        """Whether who asks may do this."""
        return self.role in RULES[verb].roles


class View(Protocol):
    """A view that says who may come to it."""

    access: Access

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401
        """Answer."""


Answer = Callable[..., HttpResponseBase]


def shows(*roles: Role) -> Callable[[Answer], View]:
    """A page of an exam, for these roles; for everybody in it if none is named. The view gets `Here`."""
    return lambda view: _exam_view(view, Access("exam", ("GET", "HEAD"), frozenset(roles) or EVERYBODY))


def keeps(*roles: Role) -> Callable[[Answer], View]:
    """An act on what the site keeps of an exam, roles and names, for these roles. The view gets `Here`."""
    return lambda view: _exam_view(view, Access("exam", ("POST",), frozenset(roles)))


def acts(verb: Verb) -> Callable[[Answer], View]:
    """An act on an exam, for those who may do it. The view gets `Here`."""
    return lambda view: _exam_view(view, Access("exam", ("POST",), RULES[verb].roles, verb))


def site_page(*methods: str) -> Callable[[Answer], View]:
    """A page or act of the site, for administrators. The view gets the person."""
    return lambda view: _person_view(view, Access("site", methods or ("GET", "HEAD")))


def person_page(*methods: str) -> Callable[[Answer], View]:
    """A page or act for whoever is logged in. The view gets the person."""
    return lambda view: _person_view(view, Access("person", methods or ("GET", "HEAD")))


def open_page(*methods: str) -> Callable[[Answer], View]:
    """A page for all, also those who are not logged in."""
    access = Access("open", methods or ("GET", "HEAD"))
    return lambda view: marked(view, access)


def watched_page(view: Answer) -> View:
    """A page for programs that watch over the site; it is not there where nothing is counted."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401
        if settings.KLAUSUR_HOME.metrics is None:
            raise Http404
        if not _watches(request, settings.KLAUSUR_HOME.metrics):
            return HttpResponse("Authorization: Bearer TOKEN\n", status=403, content_type="text/plain")
        return view(request, *args, **kwargs)

    return marked(checked, Access("watch", ("GET", "HEAD")))


def person_of(request: HttpRequest) -> Person | None:
    """Who asks, if they are logged in."""
    return request.user if isinstance(request.user, Person) else None


def exam_called(slug: str, person: Person) -> tuple[Exam | None, Role | None]:
    """The exam of an address, and as what a person acts on it: by their role in it, else as administrator."""
    for *row, role in _exams(slug, person.pk):
        exam = Exam.from_db("default", _COLUMNS, row)
        return exam, Role(role) if role else Role.ADMINISTRATOR if person.administrator else None
    return None, None


_COLUMNS = tuple(field.attname for field in Exam._meta.concrete_fields)  # noqa: SLF001 - Django's documented API

_exams = Compiled(
    lambda slug, person: Exam.objects.filter(slug=slug).values_list(
        *_COLUMNS, Subquery(Member.objects.filter(exam=OuterRef("pk"), person=person).values("role")[:1])
    ),
    on=lambda: connection,
)


def folder_of(exam: Exam) -> Path:
    """The folder of an exam."""
    return settings.KLAUSUR_HOME.folder(exam.folder)


def _exam_view(view: Answer, access: Access) -> View:
    @wraps(view)
    def checked(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401
        person = person_of(request)
        if person is None:
            return log_in(request)
        exam, role = exam_called(slug, person)
        if exam is None or role is None:
            raise Http404(slug)
        if role not in access.roles:
            raise PermissionDenied
        here = Here(exam, folder_of(exam), person, role)
        if not here.folder.is_dir():
            raise NotFoundError(
                _("The folder of this exam is gone."), _("Whoever keeps the site can say where it is.")
            )
        request.here = here  # type: ignore[attr-defined]
        return view(request, here, *args, **kwargs)

    return marked(checked, access)


def _person_view(view: Answer, access: Access) -> View:
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401
        person = person_of(request)
        if person is None:
            return log_in(request)
        if access.kind == "site" and not person.administrator:
            raise PermissionDenied
        return view(request, person, *args, **kwargs)

    return marked(checked, access)


def _watches(request: HttpRequest, token: str) -> bool:
    """Whether who asks has the token; where there is none, whether it is a program on this machine.

    What a reverse proxy on this machine hands on is no program's here: it names who asked, or the site.
    """
    if token:
        given = request.headers.get("authorization", "")
        return compare_digest(given.encode(), f"Bearer {token}".encode())
    handed_on = any(name in request.headers for name in ("x-forwarded-for", "forwarded", "via", "x-real-ip"))
    local = request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"}
    host = request.get_host().rpartition(":")[0] or request.get_host()
    return local and not handed_on and host in {"127.0.0.1", "localhost", "[::1]"}


def marked(view: Answer, access: Access) -> View:
    """A view that says who may come to it, and answers no other methods."""
    made = cast("View", require_http_methods(access.methods)(view))
    made.access = access
    return made


def log_in(request: HttpRequest) -> HttpResponse:
    """Send who is not logged in to do so; what is no page view gets a status that scripts understand."""
    if request.method in {"GET", "HEAD"} and not getattr(request, "htmx", False):
        return cast("HttpResponse", redirect_to_login(request.get_full_path()))
    return HttpResponse(status=401, headers={"HX-Refresh": "true"})
