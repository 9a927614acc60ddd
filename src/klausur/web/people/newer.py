"""A newer list of candidates: brought as a file, looked at, taken over.

Before the first printing the list is a file in the exam's folder, and a newer one takes its place; from then
on the records have it, and a newer one tells who came and what changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from klausur.actions import bring_list, update_candidates
from klausur.actions.roles import Verb
from klausur.base.diagnostics import Diagnostic, errors
from klausur.base.errors import MeanwhileError, RefusedError
from klausur.base.stamps import stamp
from klausur.roster.candidates import Roster
from klausur.roster.delimited import MAX_BYTES
from klausur.site import audit, kept_lists
from klausur.state.enrolment import Change, Update
from klausur.state.facts import Role
from klausur.web.access import Here, acts, shows
from klausur.web.failures import told
from klausur.web.people.forms import CALLED, BringForm


@dataclass(frozen=True, slots=True)
class Newer:
    """What a list says, and what taking it over would change; ``printed``: in the records, not a file."""

    update: Update
    diagnostics: tuple[Diagnostic, ...]
    roster: Roster | None
    printed: bool
    seats_kept: bool = False

    @property
    def wrong(self) -> bool:
        """Whether nothing of it can be taken over."""
        return bool(errors(self.diagnostics))

    @property
    def nothing(self) -> bool:
        """Whether it says what is known already."""
        return self.update == Update()


@acts(Verb.UPDATE_CANDIDATES)
def bring(request: HttpRequest, here: Here) -> HttpResponse:
    """Take a file in, to be looked at."""
    form = BringForm(request.POST, request.FILES)
    if not form.is_valid():
        return told(request, 400, _("No file came."), _("Choose the file with the list of candidates."))
    file = form.cleaned_data["list"]
    if file.size > MAX_BYTES:
        remedy = _("It has more than %(most)s bytes.") % {"most": f"{MAX_BYTES:,}"}
        return told(request, 413, _("This is no list of candidates."), remedy)
    kept = kept_lists.keep(here.exam, file.name, file.read())
    return redirect("people-list-preview", slug=here.exam.slug, kept=kept)


@shows(Role.EXAMINER)
def preview(request: HttpRequest, here: Here, kept: UUID) -> HttpResponse:
    """What a list says, with all findings, and what would change."""
    with kept_lists.as_file(here.exam, kept) as path:
        newer = _look(here, path)
        name = path.name
    called = list(_uses(newer))
    update = newer.update
    shown = {
        "newer": newer,
        "name": name,
        "kept": kept,
        "seen": stamp(update),
        "used": [(heading, column) for heading, column in called if column],
        "unused": [heading for heading, column in called if not column],
        "changed": [(change.enrolled, _differing(change)) for change in update.changed],
        "bring": BringForm(),
    }
    return render(request, "people/newer.html", shown)


@acts(Verb.UPDATE_CANDIDATES)
def take_over(request: HttpRequest, here: Here, kept: UUID) -> HttpResponse:
    """Make the list that was looked at the one that counts; what has changed meanwhile is looked at first."""
    seen, why = request.POST.get("seen", ""), request.POST.get("why", "")
    withdraw = request.POST.get("withdraw") == "yes"
    with kept_lists.as_file(here.exam, kept) as path:
        name = path.name
        try:
            if _look(here, path).printed:
                done = update_candidates.update_candidates(
                    here.folder, path, here.author(why), withdraw_missing=withdraw, seen=seen
                )
                wrong, update = errors(done.diagnostics), done.update
            else:
                brought = bring_list.bring_list(here.folder, path, here.actor, seen=seen)
                wrong, update = errors(brought.diagnostics), brought.update
                if not wrong:
                    audit.append("bring-list", here.person, exam=here.exam.slug, file=name)
        except MeanwhileError as error:
            messages.warning(request, f"{error}: {error.remedy}")
            return redirect("people-list-preview", slug=here.exam.slug, kept=kept)
    if wrong:
        return redirect("people-list-preview", slug=here.exam.slug, kept=kept)
    messages.success(request, _counted(update, withdrawn=len(update.gone) if withdraw else 0))
    if update.namesakes:
        return redirect("people-list-preview", slug=here.exam.slug, kept=kept)
    return redirect("people", slug=here.exam.slug)


@acts(Verb.UPDATE_CANDIDATES)
def take_back(request: HttpRequest, here: Here) -> HttpResponse:
    """Before anything is printed: the list that was there before counts again."""
    place = bring_list.take_back(here.folder, here.actor)
    audit.append("take-back-list", here.person, exam=here.exam.slug, file=place.name)
    messages.success(request, _("The earlier list counts again."))
    return redirect("people", slug=here.exam.slug)


def _look(here: Here, path: Path) -> Newer:
    """What the list would change now."""
    try:
        brought = bring_list.bring_list(here.folder, path, here.actor, dry_run=True)
    except RefusedError:  # it was printed, so that the records have the list
        found = update_candidates.update_candidates(here.folder, path, here.author(), dry_run=True)
        return Newer(found.update, found.diagnostics, found.roster, printed=True, seats_kept=found.seats_kept)
    return Newer(brought.update, brought.diagnostics, brought.roster, printed=False)


def _uses(newer: Newer) -> Iterator[tuple[str, str]]:
    """The headings of the list, each with what it was used as; nothing for those that were not used."""
    for use in () if newer.roster is None else newer.roster.columns:
        column = "" if use.column is None else use.column.value
        yield use.heading, str(CALLED.get(column, column))


def _differing(change: Change) -> list[tuple[str, object, object]]:
    was = change.enrolled.candidate
    return [(str(CALLED[f]), getattr(was, f), getattr(change.to, f)) for f in change.fields]


def _counted(update: Update, *, withdrawn: int) -> str:
    parts = [
        ngettext("%(n)s came", "%(n)s came", len(update.came)) % {"n": len(update.came)},
        ngettext("%(n)s changed", "%(n)s changed", len(update.changed)) % {"n": len(update.changed)},
    ]
    if withdrawn:
        parts.append(ngettext("%(n)s withdrawn", "%(n)s withdrawn", withdrawn) % {"n": withdrawn})
    return _("The list is taken over: %(what)s.") % {"what": ", ".join(parts)}
