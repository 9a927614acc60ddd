import os
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from tests import cast
from tests.web.conftest import Site

from klausur.actions.verify import verify
from klausur.site import files, jobs, kept_lists, run_one, tidying, uploads, worker
from klausur.site.jobs import JobState, Kind
from klausur.site.models import Job, Upload
from klausur.state.facts import Role

DAY = timedelta(days=1)
ROOMS = ("uploads", "archives", "previews", "lists")


def there() -> list[str]:
    """The files that may be tidied away."""
    return [key for room in ROOMS for key in files.here().keys(room)]


@pytest.fixture(autouse=True)
def empty() -> None:
    kept = files.here()
    for room in ROOMS:  # of other tests, whose rows were taken back
        for key in list(kept.keys(room)):
            kept.delete(key)


def asked(site: Site, kind: Kind, **what: object) -> Job:
    return jobs.ask(kind, site.exam, site.people[Role.EXAMINER], Role.EXAMINER, **what)


def uploaded(site: Site, data: bytes) -> tuple[Upload, Job]:
    """A file that is all there, and waits to be read."""
    person = site.people[Role.EXAMINER]
    upload = Upload.objects.create(
        exam=site.exam, by=person, name="a.pdf", size=len(data), received=len(data), digest="0" * 64
    )
    files.here().put(uploads.key(upload), [data])
    job = asked(site, Kind.SCAN, file=uploads.key(upload), name="a.pdf")
    Upload.objects.filter(pk=upload.pk).update(job=job)
    return upload, job


def test_an_upload_is_kept_until_its_job_is_done(site: Site) -> None:
    (scan,) = (site.folder / "rehearsal").glob("*.pdf")
    upload, _ = uploaded(site, scan.read_bytes())
    tidying.tidy(datetime.now(UTC) + 100 * DAY)
    assert list(files.here().keys("uploads")) == [uploads.key(upload)], "it was not read yet"
    aside, waits = uploaded(site, b"a file whose folder is gone")
    Job.objects.filter(pk=waits.pk).update(state=JobState.ASIDE, ended=datetime.now(UTC))
    job = run_one()
    assert job is not None
    assert job.state == JobState.DONE
    assert verify(site.folder, actor=cast.EXAMINER, scans=True).holds, "the exam has its copy"
    tidying.tidy(datetime.now(UTC))
    assert list(files.here().keys("uploads")) == [uploads.key(aside)], "somebody may let it be tried again"
    assert list(Upload.objects.all()) == [aside]
    Upload.objects.all().delete()
    tidying.tidy(datetime.now(UTC))
    assert not there(), "nobody knows it any more"


def test_archives_are_kept_for_two_weeks(site: Site) -> None:
    asked(site, Kind.ARCHIVE)
    job = run_one()
    assert job is not None
    assert job.ended is not None
    tidying.tidy(job.ended + 14 * DAY - timedelta(seconds=1))
    assert files.here().size(job.result["file"]) == job.result["size"]
    tidying.tidy(job.ended + 14 * DAY)
    assert not there()


def test_of_previews_the_newest_attempts_stay(site: Site) -> None:
    asked(site, Kind.PREVIEW)
    job = run_one()
    assert job is not None
    newest = list(files.here().keys("previews"))
    assert newest
    place = f"previews/{site.exam.slug}"
    for key in (f"{place}/{job.pk}/0/exam.pdf", f"{place}/{uuid4()}/1/exam.pdf", f"{place}/odd/x/exam.pdf"):
        files.here().put(key, [b"left by a killed worker"])
    tidying.tidy(datetime.now(UTC) + 100 * DAY)
    assert there() == newest


def test_lists_are_kept_for_a_day_whoever_brings_another(site: Site) -> None:
    now = datetime.now(UTC)
    kept_lists.keep(site.exam, "list.csv", b"0371,Ada Example", now)
    tidying.tidy(now + DAY - timedelta(seconds=1))
    assert there()
    tidying.tidy(now + DAY + timedelta(seconds=1))
    assert not there()


def test_what_killed_workers_leave_goes_and_what_others_work_with_stays(site: Site) -> None:
    asked(site, Kind.PREVIEW)
    taken = jobs.take("a worker")
    assert taken is not None
    with tidying.room_of(taken.job) as place:
        (place / "exam.pdf").write_bytes(b"made just now")
        left = place.with_name(f"{taken.job.pk.hex}-0-lost")
        unknown = place.with_name(f"{uuid4().hex}-1-gone")
        for each in (left, unknown):
            each.mkdir()
            (each / "exam.pdf").write_bytes(b"left by a killed worker")
        tidying.tidy(datetime.now(UTC))
        assert list(settings.KLAUSUR_HOME.working.iterdir()) == [place]
        assert (place / "exam.pdf").is_file()
    assert not list(settings.KLAUSUR_HOME.working.iterdir())


def test_what_was_not_written_to_the_end_goes_after_a_day(site: Site) -> None:
    del site
    place = settings.KLAUSUR_HOME.files / "uploads" / uuid4().hex / "whole"
    place.mkdir(parents=True)
    old, new = place / "a.pdf.0123.part", place / "b.pdf.0123.part"
    for each in (old, new):
        each.write_bytes(b"half")
    now = datetime.now(UTC)
    os.utime(old, times=((now - 2 * DAY).timestamp(),) * 2)
    tidying.tidy(now)
    assert list(place.iterdir()) == [new]
    tidying.tidy(now + 2 * DAY)
    assert not (settings.KLAUSUR_HOME.files / "uploads").exists()


def test_a_worker_tidies_up_when_it_begins_and_after_each_job(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(tidying, "tidy", lambda _: said.append("tidied"))
    for _ in range(2):
        asked(site, Kind.GRADE)
    worker.work(once=True, say=said.append)
    assert [line for line in said if line == "tidied" or line.endswith("done")] == [
        *("tidied", "grade of a-small-exam: done", "tidied", "grade of a-small-exam: done", "tidied")
    ]


def test_a_worker_goes_on_where_it_cannot_tidy_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: datetime) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(tidying, "tidy", full)
    asked(site, Kind.GRADE)
    worker.work(once=True)
    assert Job.objects.get().state == JobState.DONE
