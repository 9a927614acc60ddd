"""Objections: those that wait first, and one of them beside the answer that it is about."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from klausur.actions import answer_seen, judging_rounds, objections
from klausur.actions.answer_seen import SeenAnswer
from klausur.actions.objections import SeenObjection
from klausur.actions.roles import Verb
from klausur.base.errors import KlausurError, MeanwhileError, NotFoundError, RefusedError, UsageError
from klausur.base.geometry import Box, Size
from klausur.state.facts import Role
from klausur.state.judgements import Round
from klausur.store import pages
from klausur.store.folder import opened
from klausur.web.access import Here, acts, shows
from klausur.web.candidate import shown
from klausur.web.core_words import remedy, said
from klausur.web.numbers import show_credits
from klausur.web.pictures import addresses
from klausur.web.pictures.views import may_see


@dataclass(frozen=True, slots=True)
class Row:
    """An objection in the list."""

    of: SeenObjection
    about: str
    outcome: str
    own: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """What of a page is shown: its picture, its size in mm, and the place that was marked there."""

    address: str
    called: str
    size: Size
    mark: Box | None = None


@shows(Role.EXAMINER, Role.CORRECTOR)
def objections_(request: HttpRequest, here: Here) -> HttpResponse:
    """All objections, those that wait first, and how long they take."""
    try:
        found = objections.listed(here.folder)
    except NotFoundError:  # nothing was printed
        found = ()
    figures = objections.figures(here.folder) if found else None
    page = {
        "rows": [_row(here, each) for each in found],
        "figures": figures,
        "typical": "" if figures is None else _long(figures.typical),
        "longest": "" if figures is None else _long(figures.longest),
        "named": here.shows_names,
    }
    return render(request, "objections/objections.html", page)


@shows(Role.EXAMINER, Role.CORRECTOR)
def objection(request: HttpRequest, here: Here, objection: int) -> HttpResponse:
    """One objection, beside the answer and what it earns."""
    return _page(request, here, objections.seen_one(here.folder, objection))


@acts(Verb.ANSWER_OBJECTION)
def answer(request: HttpRequest, here: Here, objection: int) -> HttpResponse:
    """Answer it; where that cannot be, the page says why, with what was written."""
    try:
        objections.answer(here.folder, objection, request.POST.get("text", ""), here.author())
    except MeanwhileError:
        raise
    except (UsageError, RefusedError) as error:
        return _page(request, here, objections.seen_one(here.folder, objection), error)
    messages.success(request, _("The answer stands; the candidate sees it."))
    return redirect("results-objections", slug=here.exam.slug)


def _page(
    request: HttpRequest, here: Here, seen: SeenObjection, error: KlausurError | None = None
) -> HttpResponse:
    found = _answer_seen(here, seen)
    page = {
        "row": _row(here, seen),
        "named": here.shows_names,
        "answer": found,
        "items": () if seen.judged is None else tuple(shown.items(seen.judged)),
        "told": "" if seen.objection.told.credits is None else show_credits(seen.objection.told.credits),
        "now": "" if seen.credits is None else show_credits(seen.credits),
        "pictures": _pictures(here, seen, found),
        "anew": seen.judged_anew(here.person.name),
        "judges": _judge_address(here, seen, found),
        "settles": ""
        if seen.question is None or seen.question.kind.corrected
        else reverse("readings", args=[here.exam.slug]),
        "text": request.POST.get("text", ""),
        "problem": "" if error is None else said(str(error)),
        "next": "" if error is None else remedy(error.remedy),
    }
    return render(request, "objections/objection.html", page, status=200 if error is None else 400)


def _row(here: Here, seen: SeenObjection) -> Row:
    one = seen.objection
    outcome = "" if one.reply is None else str(shown.OUTCOMES[one.reply.outcome])
    return Row(seen, str(shown.ABOUTS[one.about]), outcome, not seen.may_answer(here.person.name))


def _answer_seen(here: Here, seen: SeenObjection) -> SeenAnswer | None:
    """The answer that people judge, with its pages; None of a question that they don't."""
    if seen.question is None or seen.booklet is None or not seen.question.kind.corrected:
        return None
    return answer_seen.answer_seen(here.folder, seen.booklet, seen.question.id)


def _pictures(here: Here, seen: SeenObjection, found: SeenAnswer | None) -> list[Picture]:
    """The page on which a place is marked; else those of the answer, or what of it may be seen."""
    mark = seen.objection.mark
    slug = here.exam.slug
    with opened(here.folder):
        image = None if mark is None else pages.occupant(mark.spot)
    if mark is not None and image is not None and may_see(here, image):
        size = Size(210, 297) if found is None else found.size
        called = _("page %(page)s") % {"page": mark.spot.page}
        return [Picture(addresses.of_page(slug, image, mark.spot), called, size, mark.box)]
    if found is None or seen.booklet is None:
        return []
    return [
        Picture(
            addresses.of_question(slug, image, seen.booklet, found.question.id),
            _("page %(page)s") % {"page": image.spot.page},
            found.size,
        )
        for image in found.pages
        if image.spot is not None
    ]


def _judge_address(here: Here, seen: SeenObjection, found: SeenAnswer | None) -> str:
    """The grading desk with this answer before it: in its turn, or for the examiner's last word."""
    if found is None or seen.booklet is None or not seen.may_answer(here.person.name):
        return ""
    name = found.question.id
    handed = None
    try:
        own = answer_seen.answer_seen(here.folder, seen.booklet, name, here.actor)
    except RefusedError:  # it is assigned to others
        own = None
    if own is None or own.round is None:
        if not here.may(Verb.OVERRULE):
            return ""
        handed = Round.FINAL
    asked = {
        "booklet": seen.booklet,
        "handed": judging_rounds.token(handed, seen.booklet, name, here.actor),
    }
    return f"{reverse('grading-desk', args=[here.exam.slug, name])}?{urlencode(asked)}"


def _long(time: timedelta | None) -> str:
    """A time in words: minutes, hours, or days."""
    if time is None:
        return ""
    minutes = max(1, round(time.total_seconds() / 60))
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    if hours < 48:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = round(hours / 24)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
