"""What nobody needs any more is deleted from a site's files: by its workers, after each job and now and then.

    uploads    when their files are read: the exam has its copy; and what nobody went on with for two weeks
    archives   two weeks after they were packed; annotated scripts too
    lists      of candidates that were brought and only looked at: after a day
    previews   of jobs that are gone, or of which a later attempt made them anew
    logins     and what belongs to them in the site's log, after 90 days; from courses, after half an hour

What lost workers leave goes too: the folders that they worked in, and files that they had not written to the
end. Nothing here is a record of an exam: those are in the exams' folders.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from django.conf import settings

from klausur.site import audit, files, kept_lists, uploads
from klausur.site.jobs import JobState
from klausur.site.lti import platforms
from klausur.site.models import Job
from klausur.store import scan_copies

ARCHIVES, PREVIEWS, SCRIPTS = "archives", "previews", "scripts"
"""Below which the files lie that jobs have made: ``archives/EXAM/JOB/ATTEMPT/name``."""

ARCHIVES_KEPT = timedelta(days=14)
"""So long an archive can be fetched, and scripts."""

UNWRITTEN = timedelta(days=1)
"""Nobody takes so long to write one piece of a file."""


def tidy(now: datetime) -> None:
    """Delete what nobody needs any more at this time. Several may do so at once."""
    uploads.sweep(now)
    kept_lists.sweep(now)
    audit.forget(now)
    platforms.forget(now)
    for room in (ARCHIVES, PREVIEWS, SCRIPTS):
        _sweep_made(room, now)
    _sweep_working()
    files.here().sweep(now - UNWRITTEN)
    scan_copies.forget_unused()


@contextmanager
def room_of(job: Job) -> Iterator[Path]:
    """A folder to work in at a job; who is killed meanwhile leaves it for `tidy`."""
    working = settings.KLAUSUR_HOME.working
    working.mkdir(mode=0o700, exist_ok=True)
    with TemporaryDirectory(prefix=f"{job.pk.hex}-{job.attempt}-", dir=working) as place:
        yield Path(place)


def _sweep_made(room: str, now: datetime) -> None:
    store = files.here()
    made = {key: _job_of(*key.split("/")[2:4]) for key in store.keys(room) if key.count("/") > 3}
    known = Job.objects.in_bulk({job for job, _ in made.values() if job is not None})
    for key, (pk, attempt) in made.items():
        job = None if pk is None else known.get(pk)
        if job is None or job.attempt != attempt or not _wanted(job, room, now):
            store.delete(key)


def _wanted(job: Job, room: str, now: datetime) -> bool:
    """Whether what the newest attempt at a job has made is still to be there."""
    if job.ended is None:
        return True
    return job.state == JobState.DONE and (room == PREVIEWS or job.ended > now - ARCHIVES_KEPT)


def _sweep_working() -> None:
    """The folders of attempts that nobody is at any more."""
    working: Path = settings.KLAUSUR_HOME.working
    places = [(place, _job_of(*place.name.split("-")[:2])) for place in working.glob("*-*-*")]
    running = Job.objects.filter(state=JobState.RUNNING).values_list("pk", "attempt")
    for place, at in places:
        if at not in running:
            shutil.rmtree(place, ignore_errors=True)


def _job_of(pk: str, attempt: str) -> tuple[UUID | None, int]:
    try:
        return UUID(pk), int(attempt)
    except ValueError:
        return None, 0
