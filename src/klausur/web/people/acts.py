"""What is done to one candidate: added, corrected, marked. Who decides sees what others decided meanwhile."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from klausur.actions import candidates, change_candidate, mark_candidates
from klausur.actions.candidates import Known
from klausur.actions.roles import Verb
from klausur.base.errors import KlausurError, MeanwhileError, RefusedError, UsageError
from klausur.base.stamps import stamp
from klausur.roster.model import Candidate
from klausur.state.enrolment import FIELDS
from klausur.web.access import Here, acts
from klausur.web.core_words import remedy, said
from klausur.web.people.forms import CALLED, CandidateForm, MarkForm, NewForm
from klausur.web.people.views import LAST_MARKED, new_page, page_of
from klausur.web.tags import STANDINGS

MOST = 500
"""People of whom something is said at once."""


@acts(Verb.ADD_CANDIDATE)
def add(request: HttpRequest, here: Here) -> HttpResponse:
    """Put somebody on the list."""
    form = NewForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            added = change_candidate.add(
                here.folder, form.person, here.author(said["why"]), booklet=said["booklet"]
            )
        except (RefusedError, UsageError) as error:
            _tell(form, error)
        else:
            messages.success(request, _("%(name)s is on the list.") % {"name": added.candidate.name})
            _warn(request, here, added.candidate)
            return _on(request, here, added.id)
    return new_page(request, here, form, status=400)


@acts(Verb.CHANGE_CANDIDATE)
def change(request: HttpRequest, here: Here, candidate: int) -> HttpResponse:
    """Correct what the list says of somebody."""
    known = candidates.about(here.folder, candidate)
    form = CandidateForm(request.POST)
    meanwhile = None
    if form.is_valid():
        said = form.cleaned_data
        before = known.listed.enrolled.candidate
        try:
            _before, now = change_candidate.change(
                here.folder,
                before.registration,
                form.correction,
                here.author(said["why"]),
                seen=said["seen"],
            )
        except MeanwhileError as error:
            known = candidates.about(here.folder, candidate)
            form = CandidateForm({**request.POST.dict(), "seen": stamp(known.listed.enrolled)})
            form.is_valid()
            _tell(form, error)
            meanwhile = _both(known, form)
        except (RefusedError, UsageError) as error:
            _tell(form, error)
        else:
            messages.success(request, _("The list is corrected."))
            if (before.room, before.seat) != (now.candidate.room, now.candidate.seat):
                _warn(request, here, now.candidate)
            return _on(request, here, candidate)
    status = 400 if meanwhile is None else 409
    return page_of(request, here, known, change=form, meanwhile=meanwhile, status=status)


@acts(Verb.MARK_PRESENCE)
def mark(request: HttpRequest, here: Here, candidate: int) -> HttpResponse:
    """Say whether somebody takes the exam. Who may say only who was there is refused the rest by the verb."""
    known = candidates.about(here.folder, candidate)
    form = MarkForm(here, request.POST)
    status = 400
    if form.is_valid():
        said, registration = form.cleaned_data, known.listed.enrolled.candidate.registration
        try:
            mark_candidates.mark(
                here.folder, registration, form.to, here.author(said["why"]), seen=said["seen"]
            )
        except MeanwhileError as error:
            known, status = candidates.about(here.folder, candidate), 409
            form = MarkForm(here, {**request.POST.dict(), "seen": stamp(known.listed.enrolled)})
            form.is_valid()
            _tell(form, error)
        except UsageError as error:
            _tell(form, error)
        else:
            messages.success(request, _("This is recorded."))
            return _on(request, here, candidate)
    return page_of(request, here, known, mark=form, status=status)


@acts(Verb.MARK_PRESENCE)
def mark_many(request: HttpRequest, here: Here) -> HttpResponse:
    """Say of many at once whether they take the exam; the form says of whom, with what was seen of them."""
    chosen = request.POST.getlist("who")
    form = MarkForm(here, request.POST)
    if not chosen:
        raise UsageError(_("Nobody is chosen."), _("Choose somebody in the list."))
    if len(chosen) > MOST:
        raise UsageError(_("So many cannot be marked at once."), _("Choose fewer."))
    if not form.is_valid():
        raise UsageError(
            _("It is not said what they are, or why."), _("Choose a standing, and give a reason.")
        )
    who = dict(each.rpartition(":")[::2] for each in chosen)
    author = here.author(form.cleaned_data["why"])
    done = mark_candidates.mark_many(here.folder, who, form.to, author)
    said = ngettext("%(count)s person: %(standing)s", "%(count)s people: %(standing)s", len(done.people))
    what = said % {"count": len(done.people), "standing": STANDINGS[form.to]}
    last = {"exam": here.exam.slug, "event": done.event, "what": what}
    request.session[LAST_MARKED] = last
    return _on_list(request, here)


@acts(Verb.MARK_PRESENCE)
def unmark(request: HttpRequest, here: Here) -> HttpResponse:
    """Take back what was said of many at once."""
    event = request.POST.get("event", "")
    if not (event.isascii() and event.isdigit() and len(event) < 10):
        raise UsageError(_("This request cannot be understood."), _("Load the page again."))
    mark_candidates.unmark(here.folder, int(event), here.author())
    request.session.pop(LAST_MARKED, None)
    messages.success(request, _("Taken back."))
    return _on_list(request, here)


def _on_list(request: HttpRequest, here: Here) -> HttpResponse:
    """Back to the list as it was looked at."""
    back = request.POST.get("next", "")
    if back and url_has_allowed_host_and_scheme(back, {request.get_host()}):
        return redirect(back)
    return redirect("people", slug=here.exam.slug)


def _both(known: Known, form: CandidateForm) -> list[tuple[str, object, object]]:
    """What the list says now and what was typed, where they differ."""
    now = known.listed.enrolled.candidate
    typed = form.person if form.is_valid() or not form.errors.keys() & set(FIELDS) else now
    pairs = ((name, getattr(now, name), getattr(typed, name)) for name in FIELDS)
    return [(str(CALLED[name]), there, here) for name, there, here in pairs if there != here]


def _tell(form: forms.Form, error: KlausurError) -> None:
    form.add_error(None, ": ".join(part for part in (said(str(error)), remedy(error.remedy)) if part))


def _warn(request: HttpRequest, here: Here, person: Candidate) -> None:
    """Say who else is to sit at a candidate's seat: two who change seats do so one after the other."""
    for other in candidates.at_seat(here.folder, person):
        messages.warning(
            request,
            _("%(seat)s is the seat of %(number)s %(name)s, too.")
            % {"seat": person.seat, "number": other.registration, "name": other.name},
        )


def _on(request: HttpRequest, here: Here, candidate: int) -> HttpResponse:
    """On to the candidate, or back to where the form was."""
    back = request.POST.get("next", "")
    if back and url_has_allowed_host_and_scheme(back, {request.get_host()}):
        return redirect(back)
    return redirect("people-candidate", slug=here.exam.slug, candidate=candidate)
