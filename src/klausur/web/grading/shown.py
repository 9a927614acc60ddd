"""What the grading desk shows of an answer, and what it asks of a request."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from klausur.actions.answer_seen import KeptTicks, SeenAnswer, ticks_of
from klausur.actions.judge import Ticked
from klausur.base.credits import Credits, parse_credits
from klausur.base.errors import UsageError
from klausur.base.geometry import Box
from klausur.exam.model import Question
from klausur.exam.rubric import RubricGroup, RubricItem
from klausur.paper.code import Sheet
from klausur.state.facts import Spot
from klausur.state.judgements import StoredJudgement
from klausur.web.access import Here
from klausur.web.grading.drawn import drawn
from klausur.web.grading.similar import Similar, similar
from klausur.web.numbers import several_credits, show_credits, signed_credits
from klausur.web.pictures import addresses
from klausur.web.pictures.views import may_see
from klausur.web.rubric import changes
from klausur.web.rubric.changes import Said


@dataclass(frozen=True, slots=True)
class View:
    """A picture of the answer: its part of a page, a whole page, an extra sheet, a page beside it.

    ``box`` is what of the page it shows, in mm as SVG has it: x, y, width, height; empty where
    nothing is drawn.
    """

    called: str
    picture: str
    part: bool = False
    spot: Spot | None = None
    box: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the rubric: an item with its key, or the heading of a group; ``depth`` says how far in.

    ``full`` says of a deduction from which credits it is.
    """

    html: str
    depth: int
    id: str = ""
    credits: str = ""
    sign: str = ""
    each: bool = False
    full: str = ""
    count: int = 0
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """An answer before a corrector. ``given`` is what is shown in the form, if anything is.

    ``news`` is what of the rubric has changed since that was ticked, ``again`` why it is looked at again.
    ``drawn`` is JSON of what stands on it, ``alike`` what was judged already and looks like it.
    """

    seen: SeenAnswer
    views: tuple[View, ...]
    lines: tuple[Line, ...]
    looked: int
    images: str
    given: StoredJudgement | KeptTicks | None
    crossed: str
    drawn: str
    only: str
    steps: tuple[str, ...] = ()
    replies: tuple[tuple[str, str, str, str], ...] = ()
    earlier: tuple[StoredJudgement, ...] = field(default=())
    news: tuple[Said, ...] = ()
    again: tuple[str, ...] = ()
    alike: tuple[Similar, ...] = ()


def card(here: Here, seen: SeenAnswer, kept: KeptTicks | None = None) -> Card:
    """An answer with what was ticked in the judgement that who looks begins with, or with ticks kept."""
    slug, question = here.exam.slug, seen.question
    given, standing = kept or seen.given, seen.standing
    ticks = {} if given is None else ticks_of(given.judged)
    return Card(
        seen,
        tuple(_views(here, seen, slug)),
        () if question.rubric is None else tuple(_lines(question.rubric.root, ticks, 0)),
        max((each.id for each in seen.judgements), default=0),
        ",".join(str(image.id) for image in seen.pages),
        given,
        several_credits(seen.crossed.credits),
        drawn(here, seen),
        "" if given is not None or seen.crossed.only is None else show_credits(seen.crossed.only),
        () if question.rubric is not None else tuple(map(show_credits, question.credit_values)),
        tuple((p.who, p.text, p.replied, p.reply or "") for p in seen.parkings if p.reply != ""),
        tuple(each for each in seen.judgements if each.id not in {one.id for one in standing}),
        () if kept is None else tuple(map(changes.said, kept.news)),
        () if seen.look is None else tuple(str(changes.LOOKS[each]) for each in seen.look.reasons),
        similar(here, seen),
    )


def _views(here: Here, seen: SeenAnswer, slug: str) -> Iterator[View]:
    whole = _box(Box(0, 0, seen.size.w, seen.size.h))
    for image in seen.pages:
        spot = image.spot
        if spot is not None:
            called = _("page %(page)s") % {"page": spot.page}
            picture = addresses.of_question(slug, image, seen.booklet, seen.question.id)
            yield View(called, picture, part=True, spot=spot, box=_box(seen.parts[spot.page]))
    for image in seen.extras:
        spot = image.spot
        if spot is not None and may_see(here, image):
            yield View(_extra(spot), addresses.of_page(slug, image, spot), spot=spot, box=whole)
    for image in seen.pages:
        spot = image.spot
        if spot is not None and may_see(here, image):
            called = _("whole page %(page)s") % {"page": spot.page}
            yield View(called, addresses.of_page(slug, image, spot), spot=spot, box=whole)
    for image in seen.near:
        spot = image.spot
        if spot is not None and may_see(here, image):
            before = any(own.spot is not None and spot.page < own.spot.page for own in seen.pages)
            called = _("before: page %(page)s") if before else _("after: page %(page)s")
            yield View(called % {"page": spot.page}, addresses.of_page(slug, image, spot))


def _box(box: Box) -> str:
    return f"{box.x:.2f} {box.y:.2f} {box.w:.2f} {box.h:.2f}"


def _extra(spot: Spot) -> str:
    if spot.sheet is not Sheet.EXTRA:
        raise ValueError(f"{spot} is no page of an extra sheet")
    return _("extra sheet %(number)s, page %(page)s") % {"number": spot.booklet, "page": spot.page}


def _lines(group: RubricGroup, ticks: Mapping[str, int], depth: int) -> Iterator[Line]:
    for member in group.members:
        if isinstance(member, RubricItem):
            yield Line(
                member.content.html,
                depth,
                member.id,
                signed_credits(member.credits),
                "minus" if member.credits < 0 else "plus" if member.credits > 0 else "none",
                member.each,
                "" if member.full is None else _("from %(full)s") % {"full": show_credits(member.full)},
                ticks.get(member.id, 0),
            )
        else:
            said = [_("one of these")] if member.either else []
            if member.cap is not None:
                said.append(_("at most %(cap)s") % {"cap": show_credits(member.cap)})
            html = "" if member.content is None else member.content.html
            yield Line(html, depth, rule=", ".join(said))
            yield from _lines(member, ticks, depth + 1)


def lines(question: Question, given: StoredJudgement | None) -> tuple[Line, ...]:
    """The rubric of a question, with what was ticked in a judgement, if one is shown."""
    if question.rubric is None:
        return ()
    return tuple(_lines(question.rubric.root, {} if given is None else ticks_of(given.judged), 0))


def ticked(given: QueryDict) -> Ticked:
    """What a form says.

    Raises:
        UsageError: it cannot be understood.
    """
    items: dict[str, int] = {}
    for part in filter(None, given.get("items", "").split(",")):
        name, _colon, count = part.partition(":")
        items[name] = number(count or "1")
    return Ticked(
        items,
        _adjustment(given.get("adjustment", "")),
        given.get("reason", ""),
        given.get("comment", ""),
        as_crossed=bool(given.get("crossed")),
    )


def numbers(given: QueryDict, name: str) -> frozenset[int]:
    """Numbers of booklets, or of images, with commas between."""
    return frozenset(number(part) for part in given.get(name, "").split(",") if part)


def number(text: str) -> int:
    """A number out of a form.

    Raises:
        UsageError: it is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise UsageError(_("This request cannot be understood."), _("Load the page again."))
    return int(text)


def act_of(request: HttpRequest) -> str:
    """The name of an act, which the page has made.

    Raises:
        UsageError: it is none.
    """
    text = request.POST.get("act", "")
    if not (8 <= len(text) <= 36 and text.isascii() and text.replace("-", "").isalnum()):
        raise UsageError(_("This request cannot be understood."), _("Load the page again."))
    return text


def _adjustment(text: str) -> Credits:
    try:
        return parse_credits(text) if text.strip() else Fraction(0)
    except ValueError as error:
        raise UsageError(_("%(text)s are no credits") % {"text": text}, _("Write a number.")) from error
