"""What the desk says of images, places and events, in the reader's language."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from klausur.actions.scan_look import Difference
from klausur.paper.code import Sheet
from klausur.paper.fields import FieldKind
from klausur.read.model import Mark, Reading
from klausur.report.reasons import UNPLACED
from klausur.state.extras import LOOSE, Extra
from klausur.state.facts import Bond, Spot, StoredImage, Verdict
from klausur.state.proposals import Ground, Proposal
from klausur.store import decisions
from klausur.store.decisions import Entry, Said
from klausur.web.numbers import show_credits

SHEETS = {
    Sheet.BOOKLET: gettext_noop("Booklet %(number)s, page %(page)s"),
    Sheet.EXTRA: gettext_noop("Extra sheet %(number)s, page %(page)s"),
    Sheet.ATTENDANCE: gettext_noop("Attendance list %(number)s, page %(page)s"),
    Sheet.PROTOCOL: gettext_noop("Protocol %(number)s, page %(page)s"),
}
"""What a page of each kind of paper is called."""

KINDS = {
    Sheet.BOOKLET: gettext_noop("booklet"),
    Sheet.EXTRA: gettext_noop("extra sheet"),
    Sheet.ATTENDANCE: gettext_noop("attendance list"),
    Sheet.PROTOCOL: gettext_noop("protocol"),
}

TURNS = {
    "": gettext_noop("found by itself"),
    "0": gettext_noop("as it is"),
    "90": gettext_noop("turned to the right"),
    "180": gettext_noop("turned upside down"),
    "270": gettext_noop("turned to the left"),
}
"""How an image is upright, by the degrees by which it is turned clockwise for that; empty if none is said."""

GROUNDS = {
    Ground.CODE: gettext_noop("so its code says"),
    Ground.SHEET: gettext_noop("it lies with the other side of its sheet"),
    Ground.BOTH: gettext_noop("it lies between pages of this booklet"),
    Ground.ONE: gettext_noop("it lies beside a page of this booklet"),
    Ground.ONLY: gettext_noop("no other booklet lacks this page"),
}

MARKS = {
    Mark.EMPTY: gettext_noop("empty"),
    Mark.CROSSED: gettext_noop("crossed"),
    Mark.FILLED: gettext_noop("filled"),
    Mark.OTHER: gettext_noop("unclear"),
}

NAMED = 6
"""So many pages are named one by one."""

_EXTRA = {
    Bond.TIED: gettext_noop("Extra sheet %(extra)s belongs to booklet %(booklet)s"),
    Bond.NOBODY: gettext_noop("Extra sheet %(extra)s belongs to nobody"),
    Bond.UNDONE: gettext_noop("What is written on extra sheet %(extra)s counts again"),
}
_COPY = gettext_noop("A copy of booklet %(copy_of)s counts as booklet %(booklet)s")
_NO_COPY = gettext_noop("Booklet %(booklet)s is no copy of booklet %(copy_of)s")
_PLACED = gettext_noop("%(image)s: %(place)s")
_INSTEAD = gettext_noop("%(image)s: counts as %(place)s instead of %(other)s")
_ASIDE = gettext_noop("%(image)s: set aside, it is no page")
_MACHINE = gettext_noop("%(image)s: what was found by itself counts again")


def place(spot: Spot) -> str:
    """A page, as people call it."""
    return _(SHEETS[spot.sheet]) % {"number": spot.booklet, "page": spot.page}


def called(image: StoredImage) -> str:
    """Where an image was found."""
    return _("%(file)s, image %(number)s") % {"file": image.name, "number": image.index + 1}


def reason(image: StoredImage) -> str:
    """Why an image is no page by itself; empty if it is one."""
    return "" if image.unplaced is None else _(UNPLACED[image.unplaced.reason])


def ground(proposal: Proposal) -> str:
    """Why an image may be the page that is proposed."""
    return _(GROUNDS[proposal.ground])


def said(what: Said) -> str:
    """What somebody decided about an image."""
    named = {"who": what.who, "place": "" if what.spot is None else place(what.spot)}
    if what.spot is not None:
        return _("%(who)s said: this is %(place)s") % named
    if what.verdict.value == "ignored":
        return _("%(who)s set it aside") % named
    return _("%(who)s took back what was said of it") % named


def standing(image: StoredImage) -> str:
    """What an image counts as."""
    if image.spot is not None:
        return place(image.spot)
    return _("waits") if image.waiting else _("set aside")


def difference(found: Difference) -> dict[str, str]:
    """A box that was read otherwise on two images: what it is called, and what was read on each."""
    field = found.field
    if field.kind is FieldKind.CHOICE_BOX:
        name = f"{found.number} {field.choice}"
    elif field.kind is FieldKind.CREDIT_NUMBER:
        name = _("%(question)s, its credits") % {"question": found.number}
    elif field.kind is FieldKind.CREDIT_BOX and field.credits is not None:
        name = _("%(question)s, credits: %(credits)s") % {
            "question": found.number,
            "credits": show_credits(field.credits),
        }
    else:
        name = found.number or field.id.rpartition("/")[2]
    return {"name": name, "there": _read(found.there), "here": _read(found.here)}


def _read(reading: Reading | None) -> str:
    if reading is None:
        return _("nothing")
    value = reading.value
    text = _(MARKS[value]) if isinstance(value, Mark) else str(value).strip("?") or _("nothing")
    return _("%(read)s, unsure") % {"read": text} if reading.flagged else text


def doubts(extra: Extra) -> str:
    """Why nobody knows which booklet an extra sheet belongs to."""
    return ", ".join(_(LOOSE[doubt]) for doubt in extra.doubts)


def event(entry: Entry, images: Mapping[int, StoredImage]) -> str:
    """What an event did, in a sentence."""
    match entry.event.verb:
        case decisions.REREAD:
            count = len(entry.images)
            return ngettext("%(count)s image was read again", "%(count)s images were read again", count) % {
                "count": count
            }
        case decisions.WAIVE:
            said = [
                waived(_pages(entry.detail[name]), missed=name == "missed") for name in ("waived", "missed")
            ]
            return "; ".join(one for one in said if one)
        case decisions.EXTRA:
            bond = Bond(entry.detail["verdict"])
            return _(_EXTRA[bond]) % entry.detail
        case decisions.BOOKLET:
            back = "takes_back" in entry.detail
            return _(_NO_COPY if back else _COPY) % entry.detail
        case _:
            return _of_an_image(entry.detail, images)


def waived(pages: Sequence[tuple[int, int]], *, missed: bool) -> str:
    """That booklets count without pages, each by booklet and page, or no more; nothing of no pages."""
    if not pages:
        return ""
    if len(pages) == 1:
        ((booklet, page),) = pages
        one = _("Booklet %(booklet)s, page %(page)s is missed again")
        other = _("Booklet %(booklet)s counts without page %(page)s")
        return (one if missed else other) % {"booklet": booklet, "page": page}
    one = ngettext("%(count)s page is missed again", "%(count)s pages are missed again", len(pages))
    other = ngettext(
        "%(count)s page is done without: %(pages)s", "%(count)s pages are done without: %(pages)s", len(pages)
    )
    named = ", ".join(f"{booklet}:{page}" for booklet, page in pages[:NAMED])
    dots = " …" if len(pages) > NAMED else ""
    return (one if missed else other) % {"count": len(pages), "pages": named + dots}


def _pages(told: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    return [(booklet, page) for booklet, page in told]


def _of_an_image(detail: Mapping[str, Any], images: Mapping[int, StoredImage]) -> str:
    image, other = images.get(detail["image"]), images.get(detail.get("aside", 0))
    named = {"image": "" if image is None else called(image), "other": "" if other is None else called(other)}
    if detail["page"] is not None:
        sheet, number, page = detail["page"]
        named["place"] = place(Spot(number, page, Sheet(sheet)))
        said = _(_PLACED if other is None else _INSTEAD) % named
        turned = TURNS.get(str(detail.get("turned", "")))
        return said if not turned or "turned" not in detail else f"{said} ({_(turned)})"
    aside = detail["verdict"] == Verdict.IGNORED
    return _(_ASIDE if aside else _MACHINE) % named
