"""Jobs of an exam as its desks show them: those of a kind, one by its id, and how far it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from klausur.base.diagnostics import Place, Severity
from klausur.site.jobs import JobState, Kind
from klausur.site.models import Exam, Job

ON_THE_WAY = (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding as a job has kept it, whose code another version of Klausur may not know."""

    code: str
    severity: str
    message: str
    place: Place
    hint: str

    @property
    def wrong(self) -> bool:
        """Whether it stops what comes next."""
        return self.severity == Severity.ERROR


def findings(kept: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """The findings of a job, errors first."""
    found = [Finding(d["code"], d["severity"], d["message"], Place(**d["place"]), d["hint"]) for d in kept]
    return sorted(found, key=lambda d: not d.wrong)


def newest(exam: Exam, *kinds: Kind, states: tuple[JobState, ...] = tuple(JobState)) -> Job | None:
    """The job of these kinds that was asked for last, of those in one of these states."""
    found = Job.objects.select_related("by").filter(exam=exam, kind__in=kinds, state__in=states)
    return found.order_by("-made").first()


def of(exam: Exam, job: UUID, *kinds: Kind) -> Job:
    """A job of this exam.

    Raises:
        Http404: the exam has none of these kinds under this id.
    """
    found = Job.objects.select_related("by").filter(pk=job, exam=exam, kind__in=kinds).first()
    if found is None:
        raise Http404(str(job))
    return found


def ended_meanwhile(request: HttpRequest, job: Job | None) -> HttpResponse | None:
    """What a page that looks after a job is told once that has ended: to load itself anew."""
    if getattr(request, "htmx", False) and (job is None or job.state not in ON_THE_WAY):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return None
