"""Workers as processes: killed in the middle, asked to end, several at once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests import site_home
from tests.web.conftest import Site

from klausur.site import files, jobs
from klausur.site.jobs import JobState, Kind
from klausur.site.models import Exam, Job, Person
from klausur.state.facts import Role
from klausur.store import models, verify
from klausur.store.folder import opened

pytestmark = pytest.mark.long


@pytest.fixture(autouse=True)
def kept_apart() -> Iterator[None]:
    """Other processes see what these tests write, so that it is deleted afterwards."""
    yield
    for model in (Job, Exam, Person):
        model.objects.all().delete()


@contextmanager
def worker(*options: str) -> Iterator["subprocess.Popen[str]"]:
    assert site_home.HOME is not None
    command = [sys.executable, "-m", "klausur", "work", str(site_home.HOME.root), "--jobs", "1"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [*command, "--lease", "1", *options], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def until(process: "subprocess.Popen[str]", words: str) -> None:
    """Wait until a worker says this."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return
    raise AssertionError(f"the worker ended, and said no {words!r}: {said}")


def ask(site: Site, kind: Kind, **asked: object) -> Job:
    return jobs.ask(kind, site.exam, site.people[Role.EXAMINER], Role.EXAMINER, **asked)


def killed_when(process: "subprocess.Popen[str]", is_so: Callable[[], bool]) -> None:
    while not is_so() and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()


def rows(folder: Path, table: type[models.Appended]) -> int:
    with opened(folder):
        return int(table.objects.count())


def taken_over(job: Job) -> Job:
    """Let another worker do the job to its end, and end that one."""
    with worker() as other:
        until(other, "done")
        other.send_signal(signal.SIGTERM)
        assert other.wait() == 0
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.fault
    return job


def test_a_printing_whose_worker_is_killed_is_printed_once_by_another(site: Site) -> None:
    for before in range(1, 20):
        job = ask(site, Kind.PRINT, as_printed=True, spare=40)
        begun = rows(site.folder, models.Printing)
        with worker() as first:
            killed_when(first, lambda begun=begun: rows(site.folder, models.Printing) > begun)  # type: ignore[misc]
        done = rows(site.folder, models.Printed)
        job = taken_over(job)
        assert rows(site.folder, models.JobEffect) == before
        assert rows(site.folder, models.Printed) == before + 1
        with opened(site.folder):
            assert list(verify.verify()) == []
        if done == before:
            break  # it was killed in the middle, and not after the effect
    assert job.attempt == 2
    assert job.lost == 1
    assert all(
        (site.folder / "print" / job.result["folder"] / name).is_file() for name in job.result["files"]
    )


def test_a_stack_whose_worker_is_killed_is_read_to_its_end_by_another(unscanned: Site) -> None:
    (stack,) = (unscanned.folder / "rehearsal").glob("*.pdf")
    files.here().put("uploads/1/stack.pdf", [stack.read_bytes()])
    job = ask(unscanned, Kind.SCAN, file="uploads/1/stack.pdf")
    with worker() as first:
        killed_when(first, lambda: rows(unscanned.folder, models.PageImage) > 0)
    job = taken_over(job)
    with opened(unscanned.folder):
        assert list(verify.verify()) == []
        (file,) = models.ScannedFile.objects.all()
        assert models.PageImage.objects.values("index").distinct().count() == file.count
        assert models.PageImage.objects.count() == job.result["pages"]


def test_a_worker_that_shall_end_gives_its_job_back(unscanned: Site) -> None:
    (stack,) = (unscanned.folder / "rehearsal").glob("*.pdf")
    files.here().put("uploads/1/stack.pdf", [stack.read_bytes()])
    job = ask(unscanned, Kind.SCAN, file="uploads/1/stack.pdf")
    with worker() as first:
        until(first, "begun")
        first.send_signal(signal.SIGTERM)
        until(first, "given back")
        assert first.wait() == 0
    job.refresh_from_db()
    assert (job.state, job.attempt, job.lost) == (JobState.WAITING, 1, 0)
    assert taken_over(job).attempt == 2


def test_several_workers_do_each_job_once(site: Site) -> None:
    asked = [ask(site, Kind.GRADE) for _ in range(8)]
    with worker("--once") as one, worker("--once") as other:
        assert one.wait() == other.wait() == 0
    for job in asked:
        job.refresh_from_db()
        assert (job.state, job.attempt) == (JobState.DONE, 1), job.fault
    with opened(site.folder):
        assert models.AuditEvent.objects.filter(verb="grade").count() == len(asked)
        assert list(verify.verify()) == []


def test_a_worker_ends_with_the_server_that_started_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLAUSUR_SERVER", "1")  # which is not its parent
    with worker() as alone:
        assert alone.wait() == 0
