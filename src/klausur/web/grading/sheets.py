"""Several answers on one screen: a contact sheet, each judged alone, and a group, judged as one act."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from klausur.actions import judging_queue, sheet_seen
from klausur.actions.judge import RubricChangedError
from klausur.actions.judge_alike import Member, judge_alike
from klausur.actions.judging_queue import Next
from klausur.actions.roles import Verb
from klausur.actions.sheet_seen import SeenSheet, SeenTile
from klausur.base.errors import UsageError
from klausur.state.alike import BLANK, WRITTEN, crossed
from klausur.state.judgements import StoredJudgement
from klausur.web.access import Here, acts
from klausur.web.grading import shown
from klausur.web.numbers import show_credits
from klausur.web.pictures import addresses


@dataclass(frozen=True, slots=True)
class Tile:
    """One answer: its picture, and what the page sends of it."""

    seen: SeenTile
    picture: str
    images: str
    only: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Several answers before a corrector; a ``group`` is judged as one, ``only`` can be confirmed for it."""

    seen: SeenSheet
    tiles: tuple[Tile, ...]
    lines: tuple[shown.Line, ...]
    steps: tuple[str, ...]
    group: bool
    only: str
    called: str


def sheet(request: HttpRequest, here: Here, question: str, found: Next) -> HttpResponse:
    """The page's part with the answers that were handed out."""
    seen = sheet_seen.sheet_seen(here.folder, question, found.booklets, here.actor.name)
    return _render(request, here, seen, found.alike, queue=found)


@acts(Verb.JUDGE)
def together(request: HttpRequest, here: Here, question: str) -> HttpResponse:
    """A group that was judged and taken back: held again, and shown with what was given to it."""
    booklets = shown.numbers(request.POST, "booklets")
    if not booklets or len(booklets) > 100:
        raise UsageError(_("This request cannot be understood."), _("Load the page again."))
    held = judging_queue.hold_on(here.folder, question, booklets, here.actor)
    seen = sheet_seen.sheet_seen(here.folder, question, sorted(held or booklets), here.actor.name)
    return _render(request, here, seen, "again", given=seen.judged)


@acts(Verb.JUDGE)
def judge(request: HttpRequest, here: Here, question: str) -> HttpResponse:
    """Record what all answers of a group earn; told where somebody else judged one of them meanwhile."""
    given = request.POST
    try:
        done = judge_alike(
            here.folder,
            question,
            _members(given),
            shown.ticked(given),
            here.author(),
            act=shown.act_of(request),
            looked=shown.number(given.get("looked", "")),
        )
    except RubricChangedError as error:
        what = _("The rubric was changed while booklet %(booklet)s was judged: look at it again.")
        return JsonResponse({"meanwhile": what % {"booklet": error.booklet}, "booklet": error.booklet})
    told: dict[str, object] = {"judgements": len(done.made)}
    if done.meanwhile:
        last = done.meanwhile[0]
        told["booklet"] = last.booklet
        told["meanwhile"] = ngettext(
            "%(n)s answer was judged by others meanwhile, and stays as it was.",
            "%(n)s answers were judged by others meanwhile, and stay as they were.",
            len(done.meanwhile),
        ) % {"n": len(done.meanwhile)}
    return JsonResponse(told)


def _render(
    request: HttpRequest,
    here: Here,
    seen: SeenSheet,
    alike: str,
    *,
    queue: Next | None = None,
    given: StoredJudgement | None = None,
) -> HttpResponse:
    question = seen.question
    on_paper = {tile.crossed.only for tile in seen.tiles}
    same = on_paper.pop() if len(on_paper) == 1 and alike else None
    page = Sheet(
        seen,
        tuple(_tile(here, tile, question.id) for tile in seen.tiles),
        shown.lines(question, given),
        () if question.rubric is not None else tuple(map(show_credits, question.credit_values)),
        bool(alike),
        "" if same is None or given is not None else show_credits(same),
        _called(alike),
    )
    return render(request, "grading/sheet.html", {"sheet": page, "queue": queue, "given": given})


def _called(alike: str) -> str:
    """What the answers of a group have in common."""
    credits = crossed(alike)
    if credits is not None:
        return _("crossed on the paper: %(credits)s") % {"credits": show_credits(credits)}
    if alike.startswith(WRITTEN):
        return _("looks alike")
    return _("nothing is written") if alike == BLANK else ""


def _tile(here: Here, tile: SeenTile, question: str) -> Tile:
    only = tile.crossed.only
    picture = ""
    if tile.images and tile.space is not None:
        picture = addresses.of_space(here.exam.slug, tile.images[0], tile.booklet, tile.space)
    elif tile.images:
        picture = addresses.of_question(here.exam.slug, tile.images[0], tile.booklet, question)
    images = ",".join(str(image.id) for image in tile.images)
    return Tile(tile, picture, images, "" if only is None else show_credits(only))


def _members(given: QueryDict) -> dict[int, Member]:
    """The answers of a group: ``12:15+16:name,13:17:name``, booklet, images and rubric of each."""
    found: dict[int, Member] = {}
    for part in filter(None, given.get("members", "").split(",")):
        booklet, _colon, rest = part.partition(":")
        images, _colon, rubric = rest.partition(":")
        seen = frozenset(shown.number(image) for image in images.split("+") if image)
        found[shown.number(booklet)] = Member(seen, rubric or None)
    if len(found) > 100:
        raise UsageError(_("This request cannot be understood."), _("Load the page again."))
    return found
