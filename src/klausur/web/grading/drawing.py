"""Drawing on answers: what a page sends of it."""

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from klausur.actions import annotate as annotating
from klausur.actions import judging_rounds
from klausur.actions.roles import Verb
from klausur.base.errors import UsageError
from klausur.base.ink import Drawing
from klausur.paper.code import Sheet
from klausur.state.facts import Spot
from klausur.web.access import Here, acts
from klausur.web.grading import shown

_LONGEST = 120_000
"""Characters of a drawing at most; one with as many points as may be has 40,000."""


@acts(Verb.ANNOTATE)
def annotate(request: HttpRequest, here: Here, question: str) -> HttpResponse:
    """Record what was drawn on an answer."""
    given = request.POST
    booklet = shown.number(given.get("booklet", ""))
    annotating.annotate(
        here.folder,
        booklet,
        question,
        _spot(given.get("sheet", ""), given.get("number", ""), given.get("page", "")),
        _drawing(given.get("drawing", "")),
        here.author(),
        act=shown.act_of(request),
        handed=judging_rounds.handed_by(given.get("handed", ""), booklet, question, here.actor),
    )
    return JsonResponse({})


@acts(Verb.ANNOTATE)
def erase(request: HttpRequest, here: Here, question: str) -> HttpResponse:
    """Rub out what was drawn by an act."""
    given = request.POST
    booklet = shown.number(given.get("booklet", ""))
    handed = judging_rounds.handed_by(given.get("handed", ""), booklet, question, here.actor)
    annotating.erase(here.folder, shown.act_of(request), here.author(), handed=handed)
    return JsonResponse({})


def _drawing(text: str) -> Drawing:
    if len(text) > _LONGEST:
        raise UsageError(_("This drawing is too large."), _("Draw shorter lines."))
    try:
        return msgspec.json.decode(text, type=Drawing)
    except (msgspec.DecodeError, RecursionError) as error:  # a ValidationError is one
        raise UsageError(_("This request cannot be understood."), _("Load the page again.")) from error


def _spot(sheet: str, number: str, page: str) -> Spot:
    if sheet not in {each.value for each in Sheet}:
        raise UsageError(_("This request cannot be understood."), _("Load the page again."))
    return Spot(shown.number(number), shown.number(page), Sheet(sheet))
