"""The list of candidates, and what is known of one of them."""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from klausur.actions import bring_list, candidates, own_data
from klausur.actions.candidates import HistoryEntry, Known, ListedCandidate, Listing
from klausur.actions.mark_candidates import PRESENCE
from klausur.actions.roles import Verb
from klausur.base.errors import NotFoundError
from klausur.base.stamps import stamp
from klausur.state.facts import Enrolled, Role, Standing
from klausur.web.access import Here, shows
from klausur.web.people.forms import CALLED, BringForm, CandidateForm, MarkForm, NewForm
from klausur.web.tags import STANDINGS

AT_ONCE = 100
"""Candidates on one page of the list."""

LAST_MARKED = "people-last-marked"
"""Where a session keeps what was said last of many at once."""

ROLES = Role.EXAMINER, Role.PROCTOR
"""Who sees names: correctors go by the numbers of booklets."""


@shows(*ROLES)
def people(request: HttpRequest, here: Here) -> HttpResponse:
    """The list, those who are looked for, a hundred at once."""
    found = _listing(here)
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "standing", "room")}
    wanted = [each for each in found.people if _fits(each, asked)]
    page = Paginator(wanted, AT_ONCE).get_page(request.GET.get("page"))
    told: dict[str, Any] = {
        "found": found,
        "printed": found.file is None and bool(found.people),
        "wanted": wanted,
        "page": page,
        "asked": asked,
        "may_mark": here.may(Verb.MARK_CANDIDATE),
        "presence": PRESENCE,
    }
    if getattr(request, "htmx", False):
        return render(request, "people/rows.html", told)
    standings = Counter(each.enrolled.standing for each in found.people)
    told |= {
        "standings": [(each, standings[each]) for each in Standing if standings[each]],
        "rooms": sorted({each.enrolled.candidate.room for each in found.people} - {""}),
        "may_bring": here.may(Verb.UPDATE_CANDIDATES),
        "may_add": here.may(Verb.ADD_CANDIDATE),
        "bring": BringForm(),
        "mark": MarkForm(here, initial={"standing": Standing.ABSENT.value}),
        "last": _last(request, here),
        "earlier": None if told["printed"] else bring_list.earlier(here.folder),
    }
    return render(request, "people/people.html", told)


@shows(*ROLES)
def candidate(request: HttpRequest, here: Here, candidate: int) -> HttpResponse:
    """One candidate."""
    return page_of(request, here, candidates.about(here.folder, candidate))


@shows(Role.EXAMINER)
def data(request: HttpRequest, here: Here, candidate: int) -> HttpResponse:
    """All that is known of a candidate, as files: for them, if they ask for it."""
    del request
    registration = candidates.about(here.folder, candidate).listed.enrolled.candidate.registration
    with TemporaryDirectory() as made:
        file = Path(made) / "data.zip"
        own_data.write(here.folder, registration, file)
        content = file.read_bytes()
    name = f"{here.exam.slug}-{registration}.zip"
    kept = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, "application/zip", headers=kept)


@shows(Role.EXAMINER)
def new(request: HttpRequest, here: Here) -> HttpResponse:
    """The form for somebody who comes onto the list."""
    return new_page(request, here, NewForm())


def new_page(request: HttpRequest, here: Here, form: NewForm, *, status: int = 200) -> HttpResponse:
    """The form, with the spare booklets that there are."""
    told = {"form": form, "spare": candidates.spare_booklets(here.folder)}
    return render(request, "people/new.html", told, status=status)


def page_of(
    request: HttpRequest,
    here: Here,
    known: Known,
    *,
    change: CandidateForm | None = None,
    mark: MarkForm | None = None,
    meanwhile: list[tuple[str, object, object]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """What is known of a candidate, with the forms; ``meanwhile`` is what others have changed beside them."""
    enrolled = known.listed.enrolled
    told = {
        "known": known,
        "who": enrolled.candidate,
        "enrolled": enrolled,
        "change": change or CandidateForm.of(enrolled),
        "mark": mark or MarkForm(here, now=enrolled),
        "may_change": here.may(Verb.CHANGE_CANDIDATE),
        "may_mark": here.may(Verb.MARK_CANDIDATE) or enrolled.standing in PRESENCE,
        "meanwhile": meanwhile,
        "history": _told(here, known),
        "seen": stamp(enrolled),
    }
    return render(request, "people/candidate.html", told, status=status)


def _last(request: HttpRequest, here: Here) -> dict[str, Any] | None:
    """What who asks has said last of many at once here, so that it can be taken back."""
    found = request.session.get(LAST_MARKED)
    return found if found is not None and found["exam"] == here.exam.slug else None


def _listing(here: Here) -> Listing:
    try:
        return candidates.listing(here.folder)
    except NotFoundError:
        if not here.folder.is_dir():
            raise
        return Listing(())  # no list yet: that is where an exam begins


def _fits(each: ListedCandidate, asked: dict[str, str]) -> bool:
    who, wanted = each.enrolled.candidate, asked["q"].casefold()
    numbers = {str(n) for n in (*each.booklets, *each.stickers, each.booklet) if n is not None}
    texts = (who.name, who.registration, who.seat, *each.enrolled.former)
    return (
        (not asked["standing"] or each.enrolled.standing == asked["standing"])
        and (not asked["room"] or who.room == asked["room"])
        and (not wanted or wanted in numbers or any(wanted in text.casefold() for text in texts))
    )


def _told(here: Here, known: Known) -> list[dict[str, Any]]:
    """What was said when, the newest first, each with what it said otherwise than the time before."""
    before: tuple[HistoryEntry | None, ...] = (None, *known.history[:-1])
    rows: list[dict[str, Any]] = [
        {
            "entry": entry,
            "changes": [(CALLED[f], _of(last.enrolled, f), _of(entry.enrolled, f)) for f in entry.changed]
            if last is not None
            else [],
            "back": None,
        }
        for last, entry in zip(before, known.history, strict=True)
    ]
    last = before[-1] if before else None
    if last is not None and known.history[-1].changed:
        rows[-1]["back"] = _back(here, known, last.enrolled)
    return rows[::-1]


def _back(here: Here, known: Known, was: Enrolled) -> dict[str, Any] | None:
    """How the newest entry is taken back: which act, with what; None for who may not."""
    now = known.listed.enrolled
    if known.history[-1].changed == ("standing",):
        presence = PRESENCE.issuperset({was.standing, now.standing})
        if not presence and not here.may(Verb.MARK_CANDIDATE):
            return None
        return {"act": "people-mark", "standing": was.standing.value}
    if not here.may(Verb.CHANGE_CANDIDATE) or "standing" in known.history[-1].changed:
        return None
    return {"act": "people-change", "was": was.candidate}


def _of(enrolled: Enrolled, field: str) -> object:
    return STANDINGS[enrolled.standing] if field == "standing" else getattr(enrolled.candidate, field)
