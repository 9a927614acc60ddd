"""Having hand-ins looked at: one job for all that wait, and how long it takes to come to one of them."""

from math import ceil

from klausur.site import jobs
from klausur.site.jobs import JobState, Kind
from klausur.site.models import Exam, Job
from klausur.state.facts import Role

USUAL = 3.0
"""Seconds that a hand-in takes where none was looked at yet."""

_LAST = 5
"""So many jobs tell how long one takes."""


def ask(exam: Exam) -> None:
    """Have all looked at that wait. One job that has not begun does for all."""
    here = Job.objects.filter(exam=exam, kind=Kind.HAND_INS, state=JobState.WAITING)
    if not here.exists():
        jobs.ask(Kind.HAND_INS, exam, None, Role.CANDIDATE)


def seconds(exam: Exam, before: int) -> int:
    """In how many seconds a hand-in will most likely have been looked at, after so many others."""
    done = Job.objects.filter(exam=exam, kind=Kind.HAND_INS, state=JobState.DONE).order_by("-ended")
    told = [job.result for job in done[:_LAST] if job.result.get("hand_ins")]
    many = sum(each["hand_ins"] for each in told)
    each = sum(one["seconds"] for one in told) / many if many else USUAL
    return ceil((before + 1) * each)
