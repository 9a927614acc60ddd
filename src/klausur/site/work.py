"""Doing jobs: one after the other, each to its end, whatever comes of it."""

import os
import socket
import traceback
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings

from klausur.actions.progress import Progress
from klausur.base.errors import KlausurError
from klausur.site import jobs
from klausur.site.job_kinds import KINDS, Work
from klausur.site.jobs import Clock, Kind, Taken
from klausur.site.models import Job
from klausur.state.facts import Actor, Role

Say = Callable[[str], None]
"""Told what becomes of each job, in a line."""


def silent(line: str) -> None:
    """Tell nobody."""
    del line


def name_of_this() -> str:
    """What people read of this worker: its machine and process."""
    return f"{socket.gethostname()} {os.getpid()}"


def run_one(
    *, processes: int | None = 0, clock: Clock = jobs.now, lease: timedelta = jobs.LEASE
) -> Job | None:
    """Do the next job in this thread; the job as it stands then, None if there was none.

    Its lease is renewed only when it tells how far it is: for tests, and for jobs that are short.
    """
    taken = jobs.take(name_of_this(), clock, lease)
    if taken is None:
        return None
    do(taken, lambda done, total: _told(taken, done, total, clock, lease), processes=processes, clock=clock)
    return Job.objects.get(pk=taken.job.pk)


def _told(taken: Taken, done: int, total: int, clock: Clock, lease: timedelta) -> None:
    jobs.renew(taken, done, total, clock, lease)


def do(
    taken: Taken,
    progress: Progress,
    *,
    processes: int | None = None,
    clock: Clock = jobs.now,
    say: Say = silent,
) -> None:
    """Do a job that was taken, and say in its row what became of it.

    An error of `klausur.base.errors` sets it aside with its words, any other one with its traceback: that is
    a bug, and the worker goes on with the next job. Whoever interrupts it gives it back.
    """
    job = taken.job
    say(f"{job.kind} of {job.exam.slug}: begun, attempt {job.attempt}")
    try:
        work = Work(
            job,
            settings.KLAUSUR_HOME.folder(job.exam.folder),
            Actor(job.by.name, Role(job.role)),
            progress,
            processes,
        )
        result = KINDS[Kind(job.kind)](work)
    except KlausurError as error:
        jobs.set_aside(taken, str(error), error.remedy, clock)
        say(f"{job.kind} of {job.exam.slug}: set aside: {error}")
    except OSError as error:
        where = f"{error.filename}: " if error.filename is not None else ""
        why = f"{where}{error.strerror or error}"
        jobs.set_aside(taken, why, "look at the rights and the free space there", clock)
        say(f"{job.kind} of {job.exam.slug}: set aside: {why}")
    except Exception as error:  # noqa: BLE001 - the edge of a job: a bug ends it, and not the worker
        jobs.set_aside(
            taken,
            f"a bug of Klausur: {type(error).__name__}: {error}",
            "let it be tried again; if that does not help, send what is kept of it to who makes Klausur",
            clock,
            traceback=traceback.format_exc(),
        )
        say(f"{job.kind} of {job.exam.slug}: set aside: {type(error).__name__}: {error}")
    except BaseException:
        jobs.give_back(taken, clock=clock)
        raise
    else:
        jobs.end(taken, result, clock)
        say(f"{job.kind} of {job.exam.slug}: done")
