"""Booklets of which nobody knows whose they are, and the act that says it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klausur.actions import settle_tie, up_to_date
from klausur.actions.roles import Verb
from klausur.actions.settle_tie import TiedMeanwhileError
from klausur.base.errors import NotFoundError, UsageError
from klausur.paper.code import Sheet
from klausur.state.facts import Bond, Enrolled, Role, Spot, StoredImage, StoredTie
from klausur.state.owners import REGISTRATION, UNREADABLE, OwnerClaim, Source, Tie, TieDoubt
from klausur.store import candidates, looks, pages, ties
from klausur.store.folder import opened
from klausur.web.access import Here, acts, shows
from klausur.web.pictures import addresses

CARDS = 30
LIKELIEST = 6
SEARCHED = 8

SOURCES: Mapping[Source, Promise | str] = {
    Source.PRINT: gettext_lazy("printed"),
    Source.STICKER: gettext_lazy("sticker"),
    Source.DIGITS: gettext_lazy("written number"),
    Source.PERSON: gettext_lazy("a person"),
}
"""What says whose a booklet is."""

DOUBTS: Mapping[TieDoubt, Promise | str] = {
    TieDoubt.NOTHING: gettext_lazy("No name is printed, no sticker was found, no number is written."),
    TieDoubt.COVER_MISSING: gettext_lazy("Its cover was not found."),
    TieDoubt.COVER_TWICE: gettext_lazy("Its cover is there twice, with different content."),
    TieDoubt.STICKER: gettext_lazy("Its sticker cannot be read for certain."),
    TieDoubt.DIGITS: gettext_lazy("The written number cannot be read for certain."),
    TieDoubt.DISAGREE: gettext_lazy("What stands on it names different people."),
    TieDoubt.SEVERAL: gettext_lazy("Its candidate seems to have several booklets."),
    TieDoubt.PRINTED: gettext_lazy("Its candidate has a booklet that was printed for them."),
}
"""Why a booklet is nobody's yet."""


@dataclass(frozen=True, slots=True)
class Likely:
    """Somebody whose a booklet may be: with the key, and the booklet that they have already."""

    key: str
    registration: str
    name: str
    booklet: int | None


@dataclass(frozen=True, slots=True)
class Claimed:
    """What one source says of a booklet."""

    source: str
    read: str
    name: str


def claimed(claim: OwnerClaim) -> Claimed:
    """A claim in the reader's language."""
    read = _("cannot be read") if claim.read == UNREADABLE else claim.read
    return Claimed(str(SOURCES[claim.source]), read, claim.candidate.name if claim.candidate else "")


@dataclass(frozen=True, slots=True)
class Says:
    """What is known of a booklet's owner, and who may be meant; the part of a card that changes."""

    booklet: int
    looked: int
    doubts: tuple[str, ...]
    claims: tuple[Claimed, ...]
    likely: tuple[Likely, ...]
    said: str = ""
    who: str = ""
    others: tuple[int, ...] = ()
    conflict: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A booklet: pictures of what stands on its cover, and what is said of it."""

    booklet: int
    sticker: str
    number: str
    page: str
    says: Says


@shows(Role.EXAMINER, Role.PROCTOR)
def owners(request: HttpRequest, here: Here) -> HttpResponse:
    """The booklets of nobody, by number."""
    try:
        with opened(here.folder) as records:
            up_to_date.look(records)
            open_ = looks.open_ties()
            shown = open_[:CARDS]
            covers = pages.at(Spot(tie.booklet, 1) for tie in shown)
            says = _says(shown)
    except NotFoundError:  # nothing was printed: no booklet is anybody's
        open_, covers, says = (), {}, []
    cards = [_card(here.exam.slug, each, covers.get(Spot(each.booklet, 1))) for each in says]
    page = {"cards": cards, "all": len(open_), "left": max(0, len(open_) - CARDS)}
    return render(request, "owners/owners.html", page)


@shows(Role.EXAMINER, Role.PROCTOR)
def people(request: HttpRequest, here: Here) -> HttpResponse:
    """People whose name or number has what was typed in it."""
    text = request.GET.get("q", "").strip()
    with opened(here.folder):
        found = candidates.like(text, SEARCHED) if text else ()
        theirs = candidates.booklets({e.candidate.registration for e in found})
    return render(
        request, "owners/people.html", {"people": _likely(found, theirs, keys=False), "asked": text}
    )


@acts(Verb.SETTLE_BOOKLET)
def settle(request: HttpRequest, here: Here) -> HttpResponse:
    """Say whose a booklet is, that it is nobody's, or take that back."""
    given = request.POST
    numbers = given.get("booklet", ""), given.get("looked", "")
    if not all(text.isascii() and text.isdigit() and len(text) < 19 for text in numbers):
        raise UsageError(_("This request cannot be understood."), _("Load the page again."))
    booklet, looked = map(int, numbers)
    registration = given.get("registration") or None
    bond = Bond.UNDONE if given.get("undo") else Bond.NOBODY if given.get("nobody") else Bond.TIED
    if bond is Bond.TIED and registration is None:
        raise UsageError(_("Nobody is named."), _("Choose somebody, or nobody."))
    conflict = ""
    try:
        whose = registration if bond is Bond.TIED else None
        settle_tie.settle_booklet(
            here.folder, booklet, bond, here.author(), registration=whose, looked=looked
        )
    except TiedMeanwhileError as error:
        conflict = _conflict(error.last)
    with opened(here.folder):
        tie = looks.tie(booklet)
        if tie is None:
            raise NotFoundError(_("There is no such booklet."), _("Load the page again."))
        (says,) = _says([tie], conflict)
    return render(request, "owners/says.html", {"says": says})


def _says(found: Sequence[Tie], conflict: str = "") -> list[Says]:
    """What is said of these booklets: by as many queries for many as for one."""
    said = {t.number: t for t in ties.ties(Sheet.BOOKLET, {tie.booklet for tie in found})}
    named = {tie.booklet: _named(tie) for tie in found}
    registrations = {r for each in named.values() for r in each}
    known, theirs = candidates.these(registrations), candidates.booklets(registrations)
    return [
        Says(
            booklet=tie.booklet,
            looked=said[tie.booklet].id if tie.booklet in said else 0,
            doubts=tuple(str(DOUBTS[doubt]) for doubt in tie.doubts),
            claims=tuple(map(claimed, tie.claims)),
            likely=_likely([known[r] for r in named[tie.booklet] if r in known], theirs, keys=True),
            said=_whose(said.get(tie.booklet)),
            who=said[tie.booklet].who if tie.booklet in said else "",
            others=tie.others,
            conflict=conflict,
        )
        for tie in found
    ]


def _named(tie: Tie) -> list[str]:
    """Registration numbers that anything on the booklet may mean, the plainest first."""
    plain = [c.candidate.registration for c in tie.claims if c.candidate is not None]
    maybe = [registration for c in tie.claims for registration in c.likeliest]
    return list(dict.fromkeys([*plain, *maybe]))[:LIKELIEST]


def _likely(found: Sequence[Enrolled], theirs: Mapping[str, int], *, keys: bool) -> tuple[Likely, ...]:
    return tuple(
        Likely(
            str(n) if keys else "",
            e.candidate.registration,
            e.candidate.name,
            theirs.get(e.candidate.registration),
        )
        for n, e in enumerate(found, start=1)
    )


def _whose(said: StoredTie | None) -> str:
    """What a person said; empty if nobody did, or it was taken back."""
    if said is None or said.bond is Bond.UNDONE:
        return ""
    return (
        _("nobody's") if said.candidate is None else f"{said.candidate.name}, {said.candidate.registration}"
    )


def _conflict(last: StoredTie) -> str:
    return _("%(who)s was faster and said: %(whose)s. Choose once more who it shall be, or leave it.") % {
        "who": last.who,
        "whose": _whose(last) or _("nothing any more"),
    }


def _card(slug: str, says: Says, cover: StoredImage | None) -> Card:
    if cover is None or cover.spot is None:
        return Card(says.booklet, "", "", "", says)
    return Card(
        says.booklet,
        addresses.of_field(slug, cover, says.booklet, "cover/sticker"),
        addresses.of_field(slug, cover, says.booklet, REGISTRATION),
        addresses.of_page(slug, cover, cover.spot),
        says,
    )
