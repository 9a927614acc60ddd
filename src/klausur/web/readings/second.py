"""The second look: a sample of marks that the reader was sure of, as tiles, and what people say of each."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from klausur.actions import audit_marks, up_to_date
from klausur.actions.audit_marks import MarkAudit
from klausur.actions.roles import Verb
from klausur.base.errors import NotFoundError, UsageError
from klausur.paper.fields import SETTLED_AS, Mark
from klausur.read.belief import belief
from klausur.state.facts import Role
from klausur.store import boxes
from klausur.store.boxes import SeenBox
from klausur.store.folder import opened
from klausur.web.access import Here, acts, shows
from klausur.web.readings import shown
from klausur.web.readings.shown import Card, Says

TILES = 60
SAMPLE = 400
"""So many marks are drawn if nothing else is said."""

READ_AS = {
    Mark.EMPTY: gettext_lazy("Read as empty"),
    Mark.CROSSED: gettext_lazy("Read as crossed"),
    Mark.FILLED: gettext_lazy("Read as filled"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """The tiles of what was read alike."""

    title: str
    tiles: tuple[Card, ...]


@shows(Role.EXAMINER, Role.CORRECTOR)
def second(request: HttpRequest, here: Here) -> HttpResponse:
    """The next marks of the sample at which nobody looked, and what all looks amount to."""
    try:
        with opened(here.folder) as records:
            up_to_date.look(records)
            found = audit_marks.found()
            next_ = found.waiting[:TILES]
            seen = boxes.of_readings(set(next_))
            images = boxes.images_of(seen.values())
    except NotFoundError:  # nothing was printed: there is nothing to look at
        found, next_, seen, images = MarkAudit(None), (), {}, {}
    tiles = {key: _tile(shown.tile(here.exam.slug, seen[key], images[seen[key].image]), key) for key in next_}
    page = {
        "found": found,
        "groups": tuple(_groups(tiles, seen)),
        "ids": next_,
        "left": len(found.waiting) - len(next_),
        "strata": [(shown.held(each.state), each) for each in found.strata],
        "size": found.sample.size if found.sample else SAMPLE,
        "belief": belief(),
    }
    return render(request, "readings/second.html", page)


@acts(Verb.AUDIT_MARKS)
def draw(request: HttpRequest, here: Here) -> HttpResponse:
    """Draw a sample, or a larger one."""
    audit_marks.draw(here.folder, _number(request.POST.get("size", "")), here.author())
    return redirect("readings-second", slug=here.exam.slug)


@acts(Verb.AUDIT_MARKS)
def look(request: HttpRequest, here: Here) -> HttpResponse:
    """Record what a person says of one mark, or take it back; what is said of it now."""
    key = _number(request.POST.get("target", ""))
    value = None if request.POST.get("undo") else request.POST.get("mark", "")
    with opened(here.folder):  # once for both
        audit_marks.look_again(here.folder, {key: value}, here.author())
        box = boxes.of_readings({key})[key]
    says = Says(
        box.booklet,
        str(key),
        0,
        said="" if value is None else shown.held(value),
        who="" if value is None else here.person.name,
    )
    return render(request, "readings/says.html", {"says": says})


@acts(Verb.AUDIT_MARKS)
def rest(request: HttpRequest, here: Here) -> HttpResponse:
    """Record of all marks of a page of which nothing was said that they are as they were read."""
    keys = {_number(text) for text in request.POST.getlist("mark")}
    with opened(here.folder):
        waiting = keys & set(audit_marks.look(here.folder).waiting)
        said = {key: str(box.reading.value) for key, box in boxes.of_readings(waiting).items()}
        audit_marks.look_again(here.folder, said, here.author())
    text = ngettext("%(n)d mark is as it was read.", "%(n)d marks are as they were read.", len(said))
    messages.success(request, text % {"n": len(said)})
    return redirect("readings-second", slug=here.exam.slug)


def _groups(tiles: dict[int, Card], seen: dict[int, SeenBox]) -> Iterator[Group]:
    for state in SETTLED_AS:
        mine = tuple(tile for key, tile in tiles.items() if seen[key].reading.value == state)
        if mine:
            yield Group(str(READ_AS[state]), mine)


def _tile(card: Card, key: int) -> Card:
    """A tile that tells of a reading, not of a box."""
    return replace(card, says=replace(card.says, target=str(key), looked=0))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise UsageError(_("This request cannot be understood."), _("Load the page again."))
    return int(text)
