"""Publishing results: what candidates see and when they may object, signatures, and links given out."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from klausur.actions import objections, own_results, personal_links, publish
from klausur.actions.personal_links import MadeLink
from klausur.actions.roles import Verb
from klausur.base.errors import NotFoundError, UsageError
from klausur.report.text import guarded
from klausur.site import exams
from klausur.site.candidate_logins import LoginRule
from klausur.state.facts import Enrolled, Role
from klausur.state.personal_links import StoredLink
from klausur.state.publication import Part, Publication, Step, StoredStep, Terms, Window
from klausur.web.access import Here, acts, keeps, shows
from klausur.web.candidate import shown
from klausur.web.candidate.views import page_of
from klausur.web.moments import end_of_day, field, moment

GOOD_FOR = timedelta(days=60)
"""How long links are good, if nothing else is said."""

LOGIN_RULES = {
    LoginRule.NOBODY: gettext_lazy("They do not log in"),
    LoginRule.MAIL: gettext_lazy(
        "By their mail address, where a mail to it or another place has shown that it is theirs"
    ),
    LoginRule.REGISTRATION: gettext_lazy(
        "By their registration number, as another place or the administrator says it of their account"
    ),
}
"""By what candidates who log in are known."""

AT_ONCE = 50
"""Links on a page."""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A candidate, and their link."""

    of: Enrolled
    link: StoredLink | None
    good: bool


@shows(Role.EXAMINER)
def publication(request: HttpRequest, here: Here) -> HttpResponse:
    """How far the publication is, and all that can be done about it."""
    try:
        found = publish.look(here.folder)
    except NotFoundError:
        return render(request, "results/publication.html", {"found": None})
    now, terms = datetime.now(UTC), found.publication.terms
    rows = [
        LinkRow(who, link, link is not None and link.is_good(now))
        for who, link in personal_links.listed(here.folder)
    ]
    asked = request.GET.get("q", "").strip()
    wanted = [row for row in rows if _fits(row.of, asked)]
    window = terms.objections
    page = {
        "found": found,
        "status": found.publication.status.value,
        "terms": terms,
        "parts": [
            (part.value, called, part in terms.shows, part in terms.on_site)
            for part, called in shown.PARTS.items()
        ],
        "begins": field(None if window is None else window.begins),
        "ends": field(None if window is None else window.ends),
        "mine": any(each.who == here.person.name for each in found.signed),
        "others": [each for each in found.signed if each.who != here.person.name],
        "may_lift": not terms.four_eyes or here.person.name != found.publication.asked,
        "printed": found.publication.printed,
        "listed": bool(rows),
        "asked": asked,
        "more": f"&{urlencode({'q': asked})}" if asked else "",
        "links": Paginator(wanted, AT_ONCE).get_page(request.GET.get("page")),
        "good": sum(row.good for row in rows),
        "until": localtime(now + GOOD_FOR).date().isoformat(),
        "rule": here.exam.login_by,
        "rules": LOGIN_RULES.items(),
        "unknown": _unknown(row.of for row in rows),
        "figures": objections.figures(here.folder),
    }
    return render(request, "results/publication.html", page)


def _fits(who: Enrolled, asked: str) -> bool:
    """Whether somebody's name has these letters, or their registration number these digits."""
    return asked.casefold() in who.candidate.name.casefold() or asked in who.candidate.registration


def _unknown(people: Iterable[Enrolled]) -> int:
    """How many have no mail address, or one that somebody else has, too."""
    mails = [each.candidate.mail.casefold() for each in people]
    return sum(not mail or mails.count(mail) > 1 for mail in mails)


@acts(Verb.PUBLISH)
def terms(request: HttpRequest, here: Here) -> HttpResponse:
    """Say what candidates see, and when they may object."""
    publish.set_terms(here.folder, _terms(request.POST), here.author())
    messages.success(request, _("So results are shown from now on, where they are published."))
    return redirect("results-publication", slug=here.exam.slug)


@acts(Verb.SIGN_GRADES)
def sign(request: HttpRequest, here: Here) -> HttpResponse:
    """Sign the grades that were seen."""
    publish.sign(here.folder, request.POST.get("grades", ""), here.author())
    messages.success(request, _("You have signed the grades as they are now."))
    return redirect("results-publication", slug=here.exam.slug)


@acts(Verb.PUBLISH)
def publish_(request: HttpRequest, here: Here) -> HttpResponse:
    """Publish results."""
    publish.publish(here.folder, here.author(request.POST.get("why", "")))
    messages.success(request, _("The results are published."))
    return redirect("results-publication", slug=here.exam.slug)


@acts(Verb.PUBLISH)
def revoke(request: HttpRequest, here: Here) -> HttpResponse:
    """Publish them no more."""
    publish.revoke(here.folder, here.author(request.POST.get("why", "")))
    messages.success(request, _("No candidate sees anything now."))
    return redirect("results-publication", slug=here.exam.slug)


@keeps(Role.EXAMINER)
def logins(request: HttpRequest, here: Here) -> HttpResponse:
    """Say by what the account of somebody who logs in is known as a candidate's."""
    asked = request.POST.get("rule", "")
    if asked not in {each.value for each in LoginRule}:
        raise UsageError(_("There is no such way to log in."), _("Load the page again."))
    exams.let_in(here.exam, here.person, LoginRule(asked))
    messages.success(request, _("So candidates log in from now on."))
    return redirect(reverse("results-publication", args=[here.exam.slug]) + "#logins")


@acts(Verb.MAKE_LINKS)
def make_links(request: HttpRequest, here: Here) -> HttpResponse:
    """Make links, everybody's or one candidate's, and give them out as a file: they are shown this once."""
    one = request.POST.get("registration", "")
    made = personal_links.make(
        here.folder,
        end_of_day(request.POST.get("until", "")),
        here.author(),
        registrations=[one] if one else None,
    )
    name = f"{here.exam.slug}-links.csv"
    return HttpResponse(
        _csv(here, made),
        "text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


@acts(Verb.MAKE_LINKS)
def revoke_links(request: HttpRequest, here: Here) -> HttpResponse:
    """Have links be good no more."""
    one = request.POST.get("registration", "")
    many = personal_links.revoke(here.folder, here.author(), registrations=[one] if one else None)
    told = ngettext("%(n)d link is good no more.", "%(n)d links are good no more.", many)
    messages.success(request, told % {"n": many})
    return redirect(reverse("results-publication", args=[here.exam.slug]) + "#links")


@shows(Role.EXAMINER)
def preview(request: HttpRequest, here: Here, candidate: int) -> HttpResponse:
    """What a candidate sees, or would see if results were published."""
    who = next((who for who, _link in personal_links.listed(here.folder) if who.id == candidate), None)
    if who is None:
        raise Http404(candidate)
    holds: Publication = publish.look(here.folder).publication
    step = StoredStep(0, Step.PUBLISHED, None, "", "", datetime.now(UTC))
    found = own_results.own_results(here.folder, who, holds.terms)
    page = page_of(found, Publication(holds.terms, step), objections.of_candidate(here.folder, who))
    request.here = None  # type: ignore[attr-defined]  # the page is the candidate's, without desks
    return render(request, "candidate/review.html", {**page, "visit": here, "preview": True})


def _terms(given: QueryDict) -> Terms:
    ends, begins = moment(given.get("ends", "")), moment(given.get("begins", ""))
    if ends is None and begins is not None:
        raise UsageError(_("Objections begin, and have no end."), _("Say until when they are taken."))
    return Terms(
        _parts(given, "shows"),
        correctors="correctors" in given,
        objections=None if ends is None else Window(ends, begins),
        four_eyes="four_eyes" in given,
        on_site=_parts(given, "on_site"),
    )


def _parts(given: QueryDict, name: str) -> frozenset[Part]:
    return frozenset(Part(part) for part in given.getlist(name) if part in {each.value for each in Part})


def _csv(here: Here, made: Iterable[MadeLink]) -> str:
    """A line for each candidate, for a program that writes mail: number, name, link, how long it is good."""
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(["registration", "name", "link", "until"])
    for each in made:
        address = reverse("review", args=[here.exam.slug, each.secret])
        who = each.candidate.candidate
        until = localtime(each.until).strftime("%Y-%m-%d %H:%M")
        lines.writerow(
            [guarded(who.registration), guarded(who.name), settings.KLAUSUR_HOME.address + address, until]
        )
    return out.getvalue()
