"""Jobs: what people ask for that takes longer than a page view, and who works at it.

    waiting ──take──▶ running ──end──▶ done
       ▲  ▲             │  │
       │  └──give_back──┘  └─set_aside─▶ aside ──again──▶ waiting

A worker that takes a job has it for a lease, which it renews; once that has passed, another one takes the job
over with the next attempt. Every step is one conditional update that names the attempt, so that of two who
try it one succeeds, and a worker whose lease has lapsed changes nothing here. That it changes nothing in the
exam's records either: `klausur.store.jobs`. How jobs are done stands in `klausur.site.work`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import Case, F, Q, Value, When

from klausur.actions.roles import Verb, allow
from klausur.site import audit
from klausur.site.models import CANDIDATES, Exam, Job, Person
from klausur.state.facts import Actor, Role

LEASE = timedelta(seconds=30)
"""How long a job is a worker's that does not renew it."""

RENEW = 3
"""A lease is renewed when a third of it has passed: every 10 seconds."""

MOST_LOST = 3
"""A job at which so many workers were lost is set aside: it may be what ends them."""


class Kind(StrEnum):
    """What can be asked for."""

    SCAN = "scan"
    PRINT = "print"
    PREVIEW = "preview"
    CHECK = "check"
    DAY = "day"
    GRADE = "grade"
    ARCHIVE = "archive"
    PICTURES = "pictures"
    SCRIPTS = "scripts"
    HAND_INS = "hand-ins"
    TAKE = "take"
    MAIL = "mail"
    DELETE = "delete"
    COURSE = "course"


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    ASIDE = "aside"


VERBS = {
    Kind.SCAN: Verb.SCAN,
    Kind.PRINT: Verb.PRINT,
    Kind.DAY: Verb.DAY,
    Kind.GRADE: Verb.GRADE,
    Kind.ARCHIVE: Verb.ARCHIVE,
    Kind.SCRIPTS: Verb.GRADE,
    Kind.HAND_INS: Verb.HAND_IN,
    Kind.TAKE: Verb.TAKE_HAND_INS,
    Kind.MAIL: Verb.SEND_MAIL,
    Kind.DELETE: Verb.DELETE_DATA,
    Kind.COURSE: Verb.SEND_GRADES,
}
"""What somebody must be allowed to do to ask for it. A preview, a check or pictures change nothing."""

_FIRST = (Kind.PREVIEW, Kind.CHECK, Kind.DAY, Kind.GRADE, Kind.PRINT, Kind.HAND_INS)
"""Somebody waits in front of the screen for these; a pile of scans lets them go first."""

_LAST = (Kind.PICTURES,)
"""Nobody waits for these: a pile of scans goes first."""

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Taken:
    """A job that a worker has, by its attempt."""

    job: Job

    @property
    def key(self) -> dict[str, Any]:
        """The row, as long as it is this worker's."""
        return {"pk": self.job.pk, "attempt": self.job.attempt, "state": JobState.RUNNING}


def now() -> datetime:
    """The time by the clock of the site's database, which all workers share."""
    if connection.vendor == "sqlite":
        return datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (found,) = cursor.fetchone()
    return datetime.fromtimestamp(found.timestamp(), UTC)


def ask(kind: Kind, exam: Exam, by: Person | None, role: Role, **asked: object) -> Job:
    """Ask for something.

    Args:
        kind: for what.
        exam: of which exam.
        by: who asks; None for a candidate.
        role: as what in the exam.
        asked: what the kind wants, as plain JSON: see `klausur.site.job_kinds`.

    Raises:
        RefusedError: their role does not include it.
    """
    if kind in VERBS:
        allow(Actor(CANDIDATES if by is None else by.name, role), VERBS[kind])
    return Job.objects.create(kind=kind, exam=exam, by=by, role=role, asked=asked)


def take(worker: str, clock: Clock = now, lease: timedelta = LEASE) -> Taken | None:
    """Take the next job that waits, or one that another worker has lost; None if there is none.

    Args:
        worker: who takes it, for people to read.
        clock: what time it is.
        lease: how long it is theirs.
    """
    time = clock()
    free = Q(state=JobState.WAITING) & (Q(lease_until__isnull=True) | Q(lease_until__lte=time))
    lost = Q(state=JobState.RUNNING, lease_until__lt=time)
    first = Case(When(kind__in=_FIRST, then=Value(0)), When(kind__in=_LAST, then=Value(2)), default=Value(1))
    found = Job.objects.filter(free | lost).order_by(first, "made", "pk")
    for pk, attempt, state, times in found.values_list("pk", "attempt", "state", "lost")[:8]:
        was_lost = state == JobState.RUNNING
        # The state and the attempt that were seen: whoever else takes it changes one of the two.
        row = Job.objects.filter(pk=pk, state=state, attempt=attempt)
        if was_lost:
            row = row.filter(lease_until__lt=time)  # its worker may have renewed it since
        if was_lost and times + 1 >= MOST_LOST:
            row.update(
                state=JobState.ASIDE,
                lost=F("lost") + 1,
                ended=time,
                fault=f"{MOST_LOST} workers were lost while they were at it",
                remedy="look at memory and disk of the machines that work here, and let it be tried again",
            )
            continue
        taken = row.update(
            state=JobState.RUNNING,
            attempt=attempt + 1,
            lost=F("lost") + int(was_lost),
            worker=worker[:100],
            lease_until=time + lease,
            fault="",
            remedy="",
        )
        if taken:
            return Taken(Job.objects.select_related("exam", "by").get(pk=pk))
    return None


def renew(
    taken: Taken,
    done: int | None = None,
    total: int | None = None,
    clock: Clock = now,
    lease: timedelta = LEASE,
) -> bool:
    """Keep a job, and say how far it is; whether it still was this worker's."""
    far = {} if done is None or total is None else {"done": done, "total": total}
    return bool(Job.objects.filter(**taken.key).update(lease_until=clock() + lease, **far))


def is_at(job: Job) -> bool:
    """Whether the attempt at a job that this row shows is still the newest one, and goes on."""
    return Job.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING).exists()


def end(taken: Taken, result: dict[str, Any], clock: Clock = now) -> bool:
    """Say that a job is done, and what came of it; whether it still was this worker's."""
    return _ended(taken, JobState.DONE, clock, result=result)


def set_aside(taken: Taken, fault: str, remedy: str, clock: Clock = now, **result: object) -> bool:
    """Set a job aside, with the reason and what people can do; whether it still was this worker's."""
    return _ended(taken, JobState.ASIDE, clock, fault=fault, remedy=remedy, result=result)


def give_back(taken: Taken, why: str = "", *, after: timedelta = timedelta(0), clock: Clock = now) -> bool:
    """Let others do a job, from some time on; whether it still was this worker's."""
    until = clock() + after if after else None
    row = Job.objects.filter(**taken.key)
    return bool(row.update(state=JobState.WAITING, lease_until=until, worker="", fault=why))


def again(job: Job, by: Person) -> bool:
    """Let a job that was set aside be tried again; whether it was, and nobody had done so before."""
    row = Job.objects.filter(pk=job.pk, state=JobState.ASIDE)
    fresh: dict[str, Any] = {"lost": 0, "fault": "", "remedy": "", "result": {}, "done": 0, "total": 0}
    if not row.update(state=JobState.WAITING, ended=None, lease_until=None, worker="", **fresh):
        return False
    audit.append("job-again", by, job=str(job.pk), kind=job.kind, exam=job.exam.slug)
    return True


def take_back(job: Job, by: Person) -> bool:
    """Set a job aside that nobody has begun, because it is no longer wanted; whether it was in time."""
    row = Job.objects.filter(pk=job.pk, state=JobState.WAITING)
    fault, remedy = f"{by.name} took it back", "let it be tried again if it is wanted after all"
    if not row.update(state=JobState.ASIDE, ended=now(), lease_until=None, fault=fault, remedy=remedy):
        return False
    audit.append("job-taken-back", by, job=str(job.pk), kind=job.kind, exam=job.exam.slug)
    return True


def _ended(taken: Taken, state: JobState, clock: Clock, **said: object) -> bool:
    row = Job.objects.filter(**taken.key)
    return bool(row.update(state=state, ended=clock(), lease_until=None, **said))
