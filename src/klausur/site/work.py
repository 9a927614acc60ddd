"""Doing jobs: one after the other, each to its end, whatever comes of it."""

import logging
import os
import socket
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta

from django.conf import settings
from django.db import connection

from klausur.actions.progress import Progress
from klausur.base.doing import JOB, doing
from klausur.base.errors import BusyError, KlausurError
from klausur.site import jobs
from klausur.site.job_kinds import KINDS, RECORDING, TAKEN_OVER, Result, Work
from klausur.site.jobs import Clock, Kind, Taken
from klausur.site.models import Job
from klausur.state.facts import Actor, Role
from klausur.store import jobs as store
from klausur.store.folder import Records, opened, writing
from klausur.store.jobs import LapsedError

Say = Callable[[str], None]
"""Told what becomes of each job, in a line."""

_LOG = logging.getLogger("klausur.jobs")

_BUSY = timedelta(seconds=5)
"""How long a job waits where somebody else does just that by hand."""


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
    during: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> None:
    """Do a job that was taken, and say in its row what became of it.

    An error of `klausur.base.errors` sets it aside with its words, any other one with its traceback: that is
    a bug, and the worker goes on with the next job. Whoever interrupts it, as is possible ``during`` it,
    gives it back.
    """
    with doing(JOB, str(taken.job.pk)):
        _do(taken, progress, processes, clock, say, during)


def _do(
    taken: Taken,
    progress: Progress,
    processes: int | None,
    clock: Clock,
    say: Say,
    during: Callable[[], AbstractContextManager[None]],
) -> None:
    job = taken.job
    what = f"{job.kind} of {job.exam.slug}"
    say(f"{what}: begun, attempt {job.attempt}")
    _log("begun", job)
    try:
        folder = settings.KLAUSUR_HOME.folder(job.exam.folder)
        work = Work(job, folder, Actor(job.who, Role(job.role)), progress, processes)
        with during():
            result = _result(work)
    except LapsedError:
        say(f"{what}: another worker has it now")
        _log("lapsed", job)
    except BusyError as error:
        jobs.give_back(taken, str(error), after=_BUSY, clock=clock)
        say(f"{what}: put off: {error}")
        _log("put off", job, error)
    except KlausurError as error:
        jobs.set_aside(taken, str(error), error.remedy, clock)
        say(f"{what}: set aside: {error}")
        _log("set aside", job, error)
    except OSError as error:
        where = f"{error.filename}: " if error.filename is not None else ""
        why = f"{where}{error.strerror or error}"
        jobs.set_aside(taken, why, "look at the rights and the free space there", clock)
        say(f"{what}: set aside: {why}")
        _log("set aside", job, error)
    except Exception as error:  # noqa: BLE001 - the edge of a job: a bug ends it, and not the worker
        jobs.set_aside(
            taken,
            f"a bug of Klausur: {type(error).__name__}: {error}",
            "let it be tried again; if that does not help, send what is kept of it to who makes Klausur",
            clock,
            traceback=traceback.format_exc(),
        )
        say(f"{what}: set aside: {type(error).__name__}: {error}")
        _log("set aside", job, error)
    except BaseException:
        if not connection.in_atomic_block:
            connection.close()  # it may have been interrupted while it was asked something
        jobs.give_back(taken, clock=clock)
        _log("given back", job)
        raise
    else:
        jobs.end(taken, result, clock)
        say(f"{what}: done")
        _log("done", job)


def _log(what: str, job: Job, error: Exception | None = None) -> None:
    """Have it in the server's log: of an error its kind alone, as words may hold names."""
    fields: dict[str, object] = {"kind": job.kind, "exam": job.exam.slug, "attempt": job.attempt}
    if error is not None:
        fields["error"] = type(error).__name__
    _LOG.log(logging.INFO if error is None else logging.WARNING, "job %s", what, extra={"fields": fields})


def _result(work: Work) -> Result:
    """Do a job as its newest attempt, or what is left of it if it was done before; what came of it."""
    kind, job = Kind(work.job.kind), str(work.job.pk)
    before: Result | None = None
    try:
        with store.as_job(job, work.job.attempt):
            # An attempt before this one, which may still go on, writes nothing from here on.
            if kind in RECORDING and Records(work.folder).there:
                with opened(work.folder), writing():
                    pass
            return KINDS[kind](work)
    except store.DoneAlreadyError:
        with opened(work.folder):
            before = store.done(job)
        if before is None:
            raise
    return TAKEN_OVER[kind](work, before)
