"""Somebody comes from a course: the two requests of the standard, and what becomes of who came.

The browser is known by a cookie, which is sent from other sites, too, since the platform has the browser
send the token here; a session's is not. So who came is led on by an address of our own, where the session is
known. No page of ours is shown in a frame but the one that offers a window of its own.
"""

import secrets
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login as log_person_in
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from klausur.base.errors import NotFoundError, RefusedError, UsageError
from klausur.site import audit, candidate_logins
from klausur.site.lti import keys as own_keys
from klausur.site.lti import launches, links, people
from klausur.site.lti.launches import LaunchRefusedError, NoCookieError, Said
from klausur.site.models import LtiLaunch, LtiLink, LtiPlatform, Person
from klausur.state.facts import Role
from klausur.web.access import exam_called, log_in, open_page, person_of, person_page
from klausur.web.accounts.logged import NOBODY, address, by_link
from klausur.web.accounts.views import BACKEND
from klausur.web.core_words import remedy, said
from klausur.web.failures import told
from klausur.web.guests import MINE
from klausur.web.headers import policy
from klausur.web.limits import Limit

COOKIE = "course"
"""By which a browser is known between the two requests."""

COOKIE_AGE = 24 * 3600

LOGGED = Limit(times=20, seconds=600)
"""So often it is written down that a place was not let in."""

_FRAMES = {"iframe", "frame", "embed", "object"}
_ASKED = ("iss", "login_hint", "client_id", "lti_message_hint", "lti_deployment_id", "target_link_uri")


@csrf_exempt
@open_page("GET", "HEAD", "POST")
def login(request: HttpRequest) -> HttpResponse:
    """A platform names somebody; the browser is sent back to it, to come again with a token."""
    given = request.POST if request.method == "POST" else request.GET
    found = LtiPlatform.objects.filter(issuer=given.get("iss", ""), active=True)
    if given.get("client_id"):
        found = found.filter(client=given["client_id"])
    hint, known = given.get("login_hint", ""), list(found[:2])
    if len(known) != 1 or not hint:
        text = _("This learning platform is not registered here, or it does not say who comes.")
        return told(request, 400, text, _("Tell the administrator of the site."))
    (platform,) = known
    if request.headers.get("sec-fetch-dest") in _FRAMES:
        return _framed(request, platform, {name: given[name] for name in _ASKED if name in given})
    browser = request.COOKIES.get(COOKIE) or secrets.token_urlsafe(32)
    back = settings.KLAUSUR_HOME.address + reverse("lti-launch")
    message = given.get("lti_message_hint", "")
    response = redirect(launches.begin(platform, hint, message, back, browser))
    secure = settings.KLAUSUR_HOME.secure
    response.set_cookie(
        COOKIE,
        browser,
        max_age=COOKIE_AGE,
        path=reverse("lti-login").removesuffix("login/"),
        secure=secure,
        httponly=True,
        samesite="None" if secure else "Lax",
    )
    return response


@csrf_exempt
@open_page("POST")
def launch(request: HttpRequest) -> HttpResponse:
    """The browser comes again with the platform's token."""
    given, browser = request.POST, request.COOKIES.get(COOKIE, "")
    try:
        came = launches.accept(given.get("state", ""), given.get("id_token", ""), browser)
    except LaunchRefusedError as error:
        platform, place = error.platform, address(request)
        if platform is not None and LOGGED.takes(place):
            audit.append("launch-refused", NOBODY, of=platform.name, why=str(error), address=place)
        if isinstance(error, NoCookieError) and error.asked and platform is not None:
            return _framed(request, platform, error.asked, status=400)
        what = _("You cannot be let in from the course: %(why)s.") % {"why": said(str(error))}
        return told(request, 400, what, remedy(error.remedy))
    return redirect("lti-launched", launch=came.pk)


@open_page()
def launched(request: HttpRequest, launch: UUID) -> HttpResponse:
    """Where who came is led on to."""
    came = launches.find(launch, request.COOKIES.get(COOKIE, ""))
    if came is None:
        return _over(request)
    what = launches.said_of(came)
    link = links.of(came.platform, what)
    if link is not None:
        links.refresh(link, what)
    if what.instructor:
        return _instructor(request, came, what, link)
    if what.learner and link is not None:
        return _learner(request, came, what, link)
    raise NotFoundError(
        _("This activity is not tied to an exam yet."),
        _("Whoever teaches the course opens it first, and chooses the exam."),
    )


@person_page("POST")
def tie(request: HttpRequest, person: Person, launch: UUID) -> HttpResponse:
    """Tie an activity to an exam, by who came from it as an instructor."""
    came = launches.find(launch, request.COOKIES.get(COOKIE, ""))
    if came is None:
        return _over(request)
    number = request.POST.get("exam", "")
    exam = links.choices(person).filter(pk=int(number) if number.isdecimal() else 0).first()
    if exam is None:
        raise UsageError(_("This is no exam of yours."), _("Choose one of the list."))
    links.tie(came, exam, person)
    launches.use(came)
    return redirect("results-courses", slug=exam.slug)


@open_page()
def keys(request: HttpRequest) -> HttpResponse:
    """The site's public keys, for platforms."""
    del request
    own_keys.current()
    return JsonResponse(own_keys.published())


def _instructor(request: HttpRequest, came: LtiLaunch, what: Said, link: LtiLink | None) -> HttpResponse:
    """Who teaches there and has an account here: they choose an exam, or see that which was chosen."""
    person = person_of(request)
    if person is None:
        return log_in(request)
    before = people.known(came.platform, what)
    if before is not None and before != person:
        raise _another()
    if link is None:
        shown = {"exams": links.choices(person), "came": came, "what": what, "person": person}
        return render(request, "lti/tie.html", shown)
    _exam, role = exam_called(link.exam.slug, person)
    if role is Role.EXAMINER:
        return redirect("results-courses", slug=link.exam.slug)
    raise RefusedError(
        _("This activity is tied to an exam in which you do not examine."), _("Ask who has tied it.")
    )


def _learner(request: HttpRequest, came: LtiLaunch, what: Said, link: LtiLink) -> HttpResponse:
    """Who learns there: led to what is theirs in the exam, logged in by the course where that may be."""
    if not link.exam.login_by:
        raise RefusedError(
            _("Candidates do not log in to this exam."),
            _("Whoever examines can allow it, on the page of the publication."),
        )
    person, here = people.learner(came.platform, what), person_of(request)
    if here is not None and here != person:
        raise _another()
    if here is None and not people.is_plain(person):
        return log_in(request)
    links.came(link, people.identify(came.platform, what, person))
    guest = candidate_logins.guest_of(link.exam, person)
    if guest is None:
        raise NotFoundError(
            _("Nobody on the list of this exam is known to be you."),
            _("Ask whoever examines how candidates are known there."),
        )
    if not launches.use(came):
        return _over(request)
    if here is None:
        by_link(request, "course")
        log_person_in(request, person, BACKEND)
    if not guest.publication.published:
        return redirect("mine")
    return redirect("review", slug=link.exam.slug, secret=MINE)


def _another() -> RefusedError:
    return RefusedError(
        _("You are logged in here as somebody else than in the course."),
        _("Log out here, and open the activity in the course again."),
    )


def _over(request: HttpRequest) -> HttpResponse:
    text = _("What you opened in the course is over, or was opened in another browser.")
    return told(request, 410, text, _("Open the activity in the course again."))


def _framed(
    request: HttpRequest, platform: LtiPlatform, asked: Mapping[str, str], status: int = 200
) -> HttpResponse:
    """The one page that a platform may show in a frame: a link that opens a window, nothing of anybody."""
    place = urlsplit(platform.login_url)
    parents = [f"{place.scheme}://{place.netloc}", *(f"https://{host}" for host in platform.hosts)]
    shown = {"on": f"{reverse('lti-login')}?{urlencode(asked)}", "came_back": status != 200}
    response = render(request, "lti/framed.html", shown, status=status)
    response.headers["Content-Security-Policy"] = policy({**settings.SECURE_CSP, "frame-ancestors": parents})
    return response
