"""Signatures on the attendance lists: those that the reader is not sure of, and the act that settles one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klausur.actions import settle_tie, signature_look
from klausur.actions.attendance import Finding
from klausur.actions.roles import Verb
from klausur.actions.settle import SettledMeanwhileError
from klausur.actions.signature_look import SignatureLook, SignaturesLook
from klausur.base.errors import NotFoundError, UsageError
from klausur.paper.fields import Signed
from klausur.state.facts import Role, StoredSettlement
from klausur.web.access import Here, acts, shows
from klausur.web.pictures import addresses

CARDS = 60

FINDINGS: Mapping[Finding, Promise | str] = {
    Finding.UNCLEAR: gettext_lazy("The reader is not sure whether this is a signature."),
    Finding.NO_BOOKLET: gettext_lazy("Signed, but no booklet of theirs was found."),
    Finding.NOT_SIGNED: gettext_lazy("A booklet of theirs was found, but nothing is signed here."),
}
"""Why a signature is to be looked at."""

SIGNED: Mapping[Signed, Promise | str] = {
    Signed.YES: gettext_lazy("signed"),
    Signed.NO: gettext_lazy("not signed"),
}


@dataclass(frozen=True, slots=True)
class Says:
    """What is known of a signature; the part of a card that changes."""

    registration: str
    looked: int
    why: str = ""
    said: str = ""
    who: str = ""
    conflict: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """Somebody's signature: who they are, its picture and the whole page of the list."""

    name: str
    seat: str
    booklet: int | None
    picture: str
    page: str
    says: Says


@shows(Role.EXAMINER, Role.PROCTOR)
def waiting(request: HttpRequest, here: Here) -> HttpResponse:
    """The signatures that wait, those first that the reader is not sure of."""
    found = _look(here)
    return _page(request, here, found, found.waiting, "waiting")


@shows(Role.EXAMINER, Role.PROCTOR)
def decided(request: HttpRequest, here: Here) -> HttpResponse:
    """What people decided about signatures, to be taken back."""
    found = _look(here)
    return _page(request, here, found, found.decided, "decided")


@acts(Verb.SETTLE_SIGNATURE)
def settle(request: HttpRequest, here: Here) -> HttpResponse:
    """Say whether somebody signed, or take that back."""
    given = request.POST
    registration, looked = given.get("registration", ""), given.get("looked", "")
    if not (registration and looked.isascii() and looked.isdigit() and len(looked) < 19):
        raise UsageError(_("This request cannot be understood."), _("Load the page again."))
    signed = None
    if not given.get("undo"):
        if given.get("signed") not in {each.value for each in Signed}:
            raise UsageError(_("Nothing is said."), _("Choose whether they signed."))
        signed = Signed(given["signed"])
    conflict = ""
    try:
        settle_tie.settle_signature(here.folder, registration, signed, here.author(), looked=int(looked))
    except SettledMeanwhileError as error:
        conflict = _("%(who)s was faster and said: %(what)s. Choose once more, or leave it.") % {
            "who": error.last.who,
            "what": _said(error.last) or _("nothing any more"),
        }
    last = signature_look.last_said(here.folder, registration)
    return render(request, "owners/signed_says.html", {"says": _says(registration, last, conflict=conflict)})


def _look(here: Here) -> SignaturesLook:
    try:
        return signature_look.signature_look(here.folder)
    except NotFoundError:  # nothing was printed: nobody has signed anything
        return SignaturesLook((), (), printed=False)


def _page(
    request: HttpRequest, here: Here, found: SignaturesLook, every: Sequence[SignatureLook], at: str
) -> HttpResponse:
    told = {
        "cards": [_card(here, each) for each in every[:CARDS]],
        "all": len(every),
        "left": max(0, len(every) - CARDS),
        "at": at,
        "waiting": len(found.waiting),
        "printed": found.printed,
    }
    return render(request, "owners/signatures.html", told)


def _card(here: Here, each: SignatureLook) -> Card:
    who, image, slug = each.who.candidate, each.image, here.exam.slug
    finding = each.who.finding
    why = str(FINDINGS.get(finding, "")) if finding is not None else ""
    return Card(
        who.name,
        f"{who.room} {who.seat}".strip(),
        each.who.booklet,
        "" if image is None else addresses.on_list(slug, image, each.field),
        "" if image is None or image.spot is None else addresses.of_page(slug, image, image.spot),
        _says(who.registration, each.said, why=why),
    )


def _says(registration: str, last: StoredSettlement | None, *, why: str = "", conflict: str = "") -> Says:
    return Says(
        registration,
        0 if last is None else last.id,
        why,
        "" if last is None else _said(last),
        "" if last is None else last.who,
        conflict,
    )


def _said(last: StoredSettlement) -> str:
    """What a person said; empty if it was taken back."""
    return "" if last.value is None else str(SIGNED[Signed(last.value)])
