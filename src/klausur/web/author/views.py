"""The author's desk, read only: the source stays in its folder and its version control."""

from typing import Any
from uuid import UUID

import msgspec
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from klausur.actions import approve_paper
from klausur.actions.roles import Verb
from klausur.exam.evidence import details
from klausur.site import files, jobs
from klausur.site.jobs import JobState, Kind
from klausur.site.models import Job
from klausur.state.facts import Role
from klausur.web import asked_jobs
from klausur.web.access import Here, acts, keeps, shows
from klausur.web.core_words import remedy

PAPERS = {
    "exam": _("Exam paper"),
    "blackened": _("Blackened paper"),
    "solution": _("Sample solution"),
    "proof": _("Proof"),
}
"""What the papers of a preview are called."""

OUTCOMES = {
    "contradicted": ("bad", _("contradicted")),
    "failed": ("bad", _("evidence failed")),
    "unproven": ("warn", _("unproven")),
    "proved": ("good", _("proved")),
}
"""What becomes of a claim, what must be looked at first."""


@shows(Role.EXAMINER)
def author(request: HttpRequest, here: Here) -> HttpResponse:
    """Findings, claims and papers of the last check and preview."""
    checking = asked_jobs.newest(here.exam, Kind.CHECK)
    making = asked_jobs.newest(here.exam, Kind.PREVIEW)
    going = [each for each in (checking, making) if each is not None and each.state in asked_jobs.ON_THE_WAY]
    if getattr(request, "htmx", False) and not going:
        return HttpResponse(headers={"HX-Refresh": "true"})
    done = asked_jobs.newest(here.exam, Kind.CHECK, states=(JobState.DONE,))
    shown = asked_jobs.newest(here.exam, Kind.PREVIEW, states=(JobState.DONE,))
    told: dict[str, Any] = {
        "checking": checking,
        "checking_remedy": "" if checking is None else remedy(checking.remedy),
        "making": making,
        "making_remedy": "" if making is None else remedy(making.remedy),
        "going": bool(going),
        "done": done,
        "papers": [] if shown is None else _papers(shown),
        "shown": shown,
    }
    if done is not None:
        told |= _checked(done)
        told["approval"] = _approval(here, done, shown)
    return render(request, "author/author.html", told)


@keeps(Role.EXAMINER)
def check(request: HttpRequest, here: Here) -> HttpResponse:
    """Check again, and make the papers anew."""
    del request
    for kind in (Kind.CHECK, Kind.PREVIEW):
        _ask(here, kind)
    return redirect("author", slug=here.exam.slug)


@keeps(Role.EXAMINER)
def look(request: HttpRequest, here: Here) -> HttpResponse:
    """Make the papers anew."""
    del request
    _ask(here, Kind.PREVIEW)
    return redirect("author", slug=here.exam.slug)


@shows(Role.EXAMINER)
def page(request: HttpRequest, here: Here, job: UUID, paper: str, page: int) -> HttpResponse:
    """A page of a paper, with the fields drawn over it."""
    found, made = _paper(here, job, paper)
    if not 1 <= page <= len(made["pictures"]):
        raise Http404(str(page))
    shown = {
        "job": found,
        "paper": paper,
        "called": PAPERS[paper],
        "page": page,
        "pages": range(1, len(made["pictures"]) + 1),
        "papers": _papers(found),
        "size": found.result["size"],
        "fields": _fields(found, paper, page),
    }
    return render(request, "author/page.html", shown)


@shows(Role.EXAMINER)
def picture(request: HttpRequest, here: Here, job: UUID, paper: str, page: int) -> HttpResponseBase:
    """The picture of a page. That of a job never changes."""
    del request
    _found, made = _paper(here, job, paper)
    if not 1 <= page <= len(made["pictures"]):
        raise Http404(str(page))
    file = files.here().open(made["pictures"][page - 1])
    kept = {"Cache-Control": "private, max-age=31536000, immutable"}
    return FileResponse(file, content_type="image/jpeg", headers=kept)


@shows(Role.EXAMINER)
def pdf(request: HttpRequest, here: Here, job: UUID, paper: str) -> HttpResponseBase:
    """A paper as PDF."""
    del request
    _found, made = _paper(here, job, paper)
    return FileResponse(
        files.here().open(made["file"]), as_attachment=True, filename=f"{here.exam.slug}-{paper}.pdf"
    )


@acts(Verb.APPROVE_PAPER)
def approve(request: HttpRequest, here: Here) -> HttpResponse:
    """Approve the paper that was looked at."""
    given = request.POST
    approve_paper.approve(here.folder, given.get("paper", ""), given.get("source", ""), here.author())
    messages.success(request, gettext("You have approved this paper."))
    return redirect("author", slug=here.exam.slug)


def _ask(here: Here, kind: Kind) -> None:
    """Ask for it, unless that is on its way."""
    waiting = asked_jobs.newest(here.exam, kind, states=(JobState.WAITING,))
    if waiting is None:
        jobs.ask(kind, here.exam, here.person, here.role)


def _checked(done: Job) -> dict[str, Any]:
    """What a check has found, as its page shows it."""
    result = done.result
    findings = asked_jobs.findings(result["diagnostics"])
    proof = result["proof"]
    order = list(OUTCOMES)
    claims = sorted([] if proof is None else proof["claims"], key=lambda c: order.index(c["outcome"]))
    return {
        "exam": result["exam"],
        "findings": findings,
        "errors": sum(d.wrong for d in findings),
        "warnings": sum(not d.wrong for d in findings),
        "outcomes": [(*OUTCOMES[o], proof[o]) for o in order if proof is not None and proof[o]],
        "claims": [(*OUTCOMES[c["outcome"]], c | {"detail": _told(c)}) for c in claims],
        "untrusted": bool(result["programs"]) and not result["trusted"],
        "programs": result["programs"],
    }


def _approval(here: Here, done: Job, shown: Job | None) -> dict[str, Any] | None:
    """What may be approved: the paper that was checked, if its pages are shown, and who has approved it."""
    found = done.result.get("approval")
    if not found:
        return None
    approved = approve_paper.of(here.folder, found["paper"])
    return {
        **found,
        "approved": approved,
        "mine": here.person.name in {each.who for each in approved},
        "shown": shown is not None and shown.result.get("source") == found["source"],
    }


def _told(claim: dict[str, Any]) -> str:
    """What more is told of a claim, in the reader's language so far as it is no program's own words."""
    language = (get_language() or "en").partition("-")[0]
    return details.said(details.read(claim.get("details", ())), language) or str(claim["detail"])


def _papers(shown: Job) -> list[dict[str, Any]]:
    """The papers of a preview, in the order of their names here."""
    made = {paper["name"]: paper for paper in shown.result["papers"]}
    return [
        {"name": name, "called": called, "pages": range(1, made[name]["pages"] + 1)}
        for name, called in PAPERS.items()
        if name in made
    ]


def _paper(here: Here, job: UUID, paper: str) -> tuple[Job, dict[str, Any]]:
    found = asked_jobs.of(here.exam, job, Kind.PREVIEW)
    made = [each for each in found.result.get("papers", ()) if each["name"] == paper]
    if not made or paper not in PAPERS:
        raise Http404(paper)
    return found, made[0]


def _fields(found: Job, paper: str, page: int) -> list[dict[str, Any]]:
    """What lies where on a page, in mm; nothing on the proof, which has it drawn."""
    with files.here().open(found.result["fields"]) as file:
        every = {each["paper"]: each["pages"] for each in msgspec.json.decode(file.read())}
    pages: list[list[dict[str, Any]]] = every.get(paper, [])
    return pages[page - 1] if page <= len(pages) else []
