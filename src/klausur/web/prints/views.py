"""The print desk: a printing is looked at first, then asked for; its files are downloaded by their names."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from klausur.actions import candidates
from klausur.actions import day as day_papers
from klausur.actions import printed as printed_
from klausur.actions.print_request import PASSABLE
from klausur.actions.printed import PrintedFolder
from klausur.actions.roles import Verb
from klausur.base.errors import NotFoundError
from klausur.site import jobs
from klausur.site.jobs import JobState, Kind
from klausur.state.facts import Role
from klausur.web import asked_jobs
from klausur.web.access import Here, acts, shows
from klausur.web.core_words import remedy
from klausur.web.prints.forms import PrintForm, suggested, told

ROLES = Role.EXAMINER, Role.PROCTOR
"""Proctors hang up the papers for the day. Booklets hold names, and are the examiner's."""

DAY_FILES = (day_papers.DOORS, day_papers.PLANS, day_papers.CHECKLIST, day_papers.SIGNS)


@shows(*ROLES)
def prints(request: HttpRequest, here: Here) -> HttpResponse:
    """What may be printed, what was, and the papers for the day."""
    folders = printed_.printed(here.folder)
    if not here.may(Verb.PRINT):
        return _page(request, here, folders)
    first = _initial(request, here, printed=bool(folders))
    return _page(request, here, folders, PrintForm(printed=bool(folders), initial=first))


def _page(
    request: HttpRequest, here: Here, folders: tuple[PrintedFolder, ...], form: PrintForm | None = None
) -> HttpResponse:
    """The page of the desk; with the form, and with what was printed, for who may print."""
    day_job = asked_jobs.newest(here.exam, Kind.DAY)
    if (gone := asked_jobs.ended_meanwhile(request, day_job)) is not None:
        return gone
    shown: dict[str, Any] = {
        "may_print": form is not None,
        "day_job": day_job,
        "day_remedy": "" if day_job is None else remedy(day_job.remedy),
        "day_files": _day_files(here),
        "begun": any(each.printing.done for each in folders),
    }
    if form is not None:
        last = asked_jobs.newest(here.exam, Kind.PRINT)
        shown |= {"folders": folders, "last": last, "form": form}
    return render(
        request, "prints/prints.html", shown, status=400 if form is not None and form.errors else 200
    )


@acts(Verb.PRINT)
def look(request: HttpRequest, here: Here) -> HttpResponse:
    """Ask what a printing would add, before anything is printed."""
    folders = printed_.printed(here.folder)
    form = PrintForm(request.POST, printed=bool(folders))
    if not form.is_valid():
        return _page(request, here, folders, form)
    made = jobs.ask(Kind.PRINT, here.exam, here.person, here.role, dry_run=True, **form.asked)
    return redirect("prints-job", slug=here.exam.slug, job=made.pk)


@acts(Verb.PRINT)
def print_(request: HttpRequest, here: Here) -> HttpResponse:
    """Print what was looked at. If something else would be printed now, it is looked at again first."""
    try:
        looked = asked_jobs.of(here.exam, UUID(request.POST.get("job", "")), Kind.PRINT)
    except ValueError:
        raise Http404 from None
    ready = looked.state == JobState.DONE and looked.asked.get("dry_run") and looked.result.get("seen")
    if not ready:
        messages.warning(request, _("Look first at what would be printed."))
        return redirect("prints", slug=here.exam.slug)
    asked = {**looked.asked, "dry_run": False, "seen": looked.result["seen"]}
    on_its_way = asked_jobs.newest(here.exam, Kind.PRINT, states=asked_jobs.ON_THE_WAY)
    if on_its_way is not None and on_its_way.asked == asked:  # pressed twice
        return redirect("prints-job", slug=here.exam.slug, job=on_its_way.pk)
    made = jobs.ask(Kind.PRINT, here.exam, here.person, here.role, **asked)
    return redirect("prints-job", slug=here.exam.slug, job=made.pk)


@shows(Role.EXAMINER)
def job(request: HttpRequest, here: Here, job: UUID) -> HttpResponse:
    """A printing that is looked at or was asked for: how far it is, and what came of it."""
    found = asked_jobs.of(here.exam, job, Kind.PRINT)
    if (gone := asked_jobs.ended_meanwhile(request, found)) is not None:
        return gone
    result = found.result if found.state == JobState.DONE else {}
    findings = asked_jobs.findings(result.get("diagnostics", ()))
    wrong = [each for each in findings if each.wrong]
    shown = {
        "job": found,
        "remedy": remedy(found.remedy),
        "result": result,
        "dry_run": found.asked.get("dry_run", False),
        "findings": findings,
        "despite": asked_jobs.findings(result.get("despite", ())),
        "wrong": bool(wrong),
        "unapproved": [each.code for each in wrong] == ["paper-unapproved"],
        "passable": bool(wrong) and all(each.code in PASSABLE for each in wrong),
        "spare": result.get("booklets", 0) - result.get("candidates", 0),
        "rooms": [room for room in result.get("rooms", ()) if room],
        "kept": sum(each["booklets"] for each in result.get("before", ())),
    }
    shown["ready"] = bool(result) and shown["dry_run"] and not wrong and not result["refused"]
    return render(request, "prints/job.html", shown)


@shows(Role.EXAMINER)
def printed_file(request: HttpRequest, here: Here, printing: int, file: str) -> HttpResponseBase:
    """A file that a printing has made."""
    del request
    return _download(printed_.file_of(here.folder, printing, file), f"{here.exam.slug}-{printing}-{file}")


@acts(Verb.DAY)
def day(request: HttpRequest, here: Here) -> HttpResponse:
    """Have the papers for the day made anew."""
    if asked_jobs.newest(here.exam, Kind.DAY, states=asked_jobs.ON_THE_WAY) is None:
        chosen = {name: request.POST.get(name) == "yes" for name in ("numbers", "name_signs")}
        jobs.ask(Kind.DAY, here.exam, here.person, here.role, **chosen)
    return redirect("prints", slug=here.exam.slug)


@shows(*ROLES)
def day_file(request: HttpRequest, here: Here, file: str) -> HttpResponseBase:
    """One of the papers for the day."""
    del request
    path = here.folder / day_papers.FOLDER / file
    if file not in DAY_FILES or not path.is_file():
        raise NotFoundError(_("There is no such paper for the day."), _("Have them made first."))
    return _download(path, f"{here.exam.slug}-{file}")


def _initial(request: HttpRequest, here: Here, *, printed: bool) -> dict[str, Any]:
    """What the form begins with: what a job was asked for, if one is named; else what is suggested."""
    named = request.GET.get("as", "")
    if named:
        try:
            return told(asked_jobs.of(here.exam, UUID(named), Kind.PRINT).asked)
        except ValueError:
            raise Http404 from None
    try:
        people = 0 if printed else len(candidates.listing(here.folder).people)
    except NotFoundError:
        people = 0
    return suggested(people, printed=printed)


def _day_files(here: Here) -> list[tuple[str, datetime]]:
    """The papers for the day that are there, each with when it was made."""
    paths = [here.folder / day_papers.FOLDER / name for name in DAY_FILES]
    there = [(path.name, path.stat().st_mtime) for path in paths if path.is_file()]
    return [(name, datetime.fromtimestamp(made, UTC)) for name, made in there]


def _download(path: Path, name: str) -> FileResponse:
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)
