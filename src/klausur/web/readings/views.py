"""The readings desk: unclear boxes, a gallery of all, and one act by which a box is settled."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from klausur.actions import settle as settling
from klausur.actions import up_to_date
from klausur.actions.roles import Verb
from klausur.actions.settle import Decision, Marked, SettledMeanwhileError, TakenBack
from klausur.base.credits import parse_credits
from klausur.base.errors import NotFoundError, UsageError
from klausur.paper.answers import Worth
from klausur.paper.fields import NUMBERS, FieldKind, Mark
from klausur.read.belief import belief
from klausur.state.facts import Role
from klausur.store import boxes
from klausur.store.boxes import SeenBox, Unclear
from klausur.store.folder import opened
from klausur.web.access import Here, acts, shows
from klausur.web.readings import shown
from klausur.web.readings.shown import Card, Says

CARDS = 24
TILES = 100

LISTS = ("boxes", "credits")
"""What waits, by the name in the address: single boxes, or questions of which credits are crossed."""

_CHOICES = frozenset({FieldKind.CHOICE_BOX})
GALLERIES: dict[str, tuple[frozenset[FieldKind], str | None]] = {
    "crossed": (_CHOICES, Mark.CROSSED),
    "filled": (_CHOICES, Mark.FILLED),
    "empty": (_CHOICES, Mark.EMPTY),
    "other": (_CHOICES, Mark.OTHER),
    "credits": (frozenset({FieldKind.CREDIT_BOX}), Mark.CROSSED),
    "numbers": (NUMBERS | {FieldKind.CREDIT_NUMBER}, None),
}
"""What may be looked through: which boxes, read as what."""

GALLERY_NAMES = (
    ("crossed", gettext_lazy("Crossed")),
    ("filled", gettext_lazy("Filled")),
    ("empty", gettext_lazy("Empty")),
    ("other", gettext_lazy("Unclear")),
    ("credits", gettext_lazy("Credits")),
    ("numbers", gettext_lazy("Numbers")),
)
"""What they are called."""


@shows(Role.EXAMINER, Role.CORRECTOR)
def readings(request: HttpRequest, here: Here) -> HttpResponse:
    """What is unclear, the worst first."""
    chosen = request.GET.get("of", "boxes")
    chosen = chosen if chosen in LISTS else "boxes"
    found, counts = _waiting(here, chosen)
    waits = dict(zip(LISTS, counts, strict=True))
    cards = _cards(here, found)
    page = {
        "cards": cards,
        "chosen": chosen,
        "waits": waits,
        "left": max(0, waits[chosen] - CARDS),
        "guesses": sum(bool(card.says.accepted) for card in cards),
        "belief": belief(),
    }
    return render(request, "readings/readings.html", page)


@shows(Role.EXAMINER, Role.CORRECTOR)
def gallery(request: HttpRequest, here: Here) -> HttpResponse:
    """All boxes that were read as one thing, those first of which the reader was least sure."""
    name = request.GET.get("as", "crossed")
    name = name if name in GALLERIES else "crossed"
    kinds, value = GALLERIES[name]
    question = request.GET.get("question") or None
    start = int(text) if (text := request.GET.get("from", "0")).isdigit() and len(text) < 8 else 0
    with opened(here.folder) as records:
        up_to_date.look(records)
        found = boxes.read_as(kinds, value, question=question, start=start, most=TILES + 1)
        images = boxes.images_of(found)
        questions = () if start else boxes.questions()
    tiles = [shown.tile(here.exam.slug, box, images[box.image]) for box in found[:TILES]]
    more = ""
    if len(found) > TILES:
        asked = {"as": name, "question": question or "", "from": start + TILES}
        more = f"{reverse('readings-gallery', args=[here.exam.slug])}?{urlencode(asked)}"
    page = {
        "tiles": tiles,
        "more": more,
        "name": name,
        "names": [(each, str(called)) for each, called in GALLERY_NAMES],
        "question": question or "",
        "questions": questions,
    }
    part = bool(start) and bool(getattr(request, "htmx", False))
    return render(request, "readings/tiles.html" if part else "readings/gallery.html", page)


@acts(Verb.SETTLE)
def settle(request: HttpRequest, here: Here) -> HttpResponse:
    """Settle a box, or the credits of a question, or take that back; what is said of it now."""
    asked = _Asked(request)
    with opened(here.folder):  # once for both
        try:
            settling.settle(
                here.folder, asked.booklet, asked.target, asked.decision, here.author(), looked=asked.looked
            )
            conflict = ""
        except SettledMeanwhileError as error:
            conflict = shown.conflict(error.last, asked.wanted)
        says = _says(asked, conflict)
    return render(request, "readings/says.html", {"says": says})


@acts(Verb.SETTLE)
def accept(request: HttpRequest, here: Here) -> HttpResponse:
    """Settle many boxes as the reader takes them; those that somebody else settled meanwhile stay theirs."""
    done, others = 0, 0
    with opened(here.folder):  # once for all
        for booklet, target, looked, value in map(_one_of_many, request.POST.getlist("box")):
            try:
                settling.settle(here.folder, booklet, target, Marked(value), here.author(), looked=looked)
                done += 1
            except SettledMeanwhileError:
                others += 1
    messages.success(
        request, ngettext("%(n)d box is settled.", "%(n)d boxes are settled.", done) % {"n": done}
    )
    if others:
        text = ngettext(
            "%(n)d box was settled otherwise by somebody else meanwhile, and stays so.",
            "%(n)d boxes were settled otherwise by somebody else meanwhile, and stay so.",
            others,
        )
        messages.warning(request, text % {"n": others})
    return redirect("readings", slug=here.exam.slug)


class _Asked:
    """What a request wants of which box."""

    def __init__(self, request: HttpRequest) -> None:
        given = request.POST
        self.booklet = _number(given.get("booklet", ""))
        self.target = given.get("target", "")
        self.looked = _number(given.get("looked", ""))
        self.decision, self.wanted = self._decision(
            given.get("mark"), given.get("credits"), given.get("typed")
        )
        if given.get("undo"):
            self.decision, self.wanted = TakenBack(), ""

    def _decision(self, mark: str | None, credits: str | None, typed: str | None) -> tuple[Decision, str]:
        of_question = "/" not in self.target
        text = (
            (credits or typed or "").strip().replace(",", ".")
            if of_question
            else (mark or typed or "").strip()
        )
        if not of_question:
            text = text.replace(",", ".")
            return Marked(text), text
        try:
            return Worth(parse_credits(text)), text
        except ValueError as error:
            raise UsageError(
                _("%(text)s are no credits") % {"text": text or "?"}, _("Write a number.")
            ) from error


def _one_of_many(text: str) -> tuple[int, str, int, str]:
    parts = text.split("|")
    if len(parts) != 4:
        raise UsageError(_("This request cannot be understood."), _("Load the page again."))
    return _number(parts[0]), parts[1], _number(parts[2]), parts[3]


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise UsageError(_("This request cannot be understood."), _("Load the page again."))
    return int(text)


def _waiting(here: Here, chosen: str) -> tuple[Sequence[Unclear], tuple[int, int]]:
    """The first of a list of what is unclear, and how much of each there is."""
    try:
        with opened(here.folder) as records:
            up_to_date.look(records)
            return boxes.unclear(whole=chosen == "credits", most=CARDS), boxes.count_unclear()
    except NotFoundError:  # nothing was printed: nothing is unclear
        return (), (0, 0)


def _cards(here: Here, unclear: Sequence[Unclear]) -> list[Card]:
    if not unclear:
        return []
    with opened(here.folder):
        found = boxes.of_questions((u.booklet, u.question, u.page) for u in unclear)
        images = boxes.images_of(box for each in found.values() for box in each)
    cards = (shown.card(here.exam.slug, u, found[u.booklet, u.question], images) for u in unclear)
    return [card for card in cards if card is not None]


def _says(asked: _Asked, conflict: str) -> Says:
    if "/" in asked.target:
        box = boxes.one(asked.booklet, asked.target)
        if box is not None:
            return shown.says_of(box, conflict)
    else:
        found: tuple[SeenBox, ...] = boxes.of_question(asked.booklet, asked.target)
        if found:
            return shown.says_of_question(asked.booklet, asked.target, found, conflict)
    raise NotFoundError(_("This box is on no page that counts any more."), _("Load the page again."))
