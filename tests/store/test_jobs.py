"""What a site's job does to the records it does once, and only the worker does it whose job it is."""

from pathlib import Path
from threading import Event, Thread

import pytest
from tests.cast import EXAMINER

from klausur.store import audit, jobs, models, pages, verify
from klausur.store.folder import opened, writing
from klausur.store.jobs import DoneAlreadyError, LapsedError, as_job

JOB = "4b0e7f3a-0000-4000-8000-000000000001"


def write(name: str) -> None:
    with writing():
        pages.append_file(name * 32, f"{name}.pdf", 1)
        audit.append("scan", EXAMINER, {"file": name})


def names() -> list[str]:
    return [file.name for file in pages.files()]


@pytest.mark.usefixtures("run")
def test_an_attempt_that_was_taken_over_writes_nothing_more() -> None:
    with as_job(JOB, 1):
        write("aa")
        with as_job(JOB, 2), writing():
            pass
        before = audit.head()
        with pytest.raises(LapsedError, match="taken this job over"):
            write("bb")
        assert audit.head() == before
        with as_job(JOB, 2):
            write("cc")
        with as_job("another", 1):
            write("dd")
    write("ee")
    assert names() == ["aa.pdf", "cc.pdf", "dd.pdf", "ee.pdf"]
    assert [(e.verb, JOB in e.detail) for e in audit.events()[-4:]] == [
        ("scan", True),
        ("scan", True),
        ("scan", False),
        ("scan", False),
    ]
    assert list(verify.verify()) == []


def test_who_waits_for_the_lock_meanwhile_writes_nothing_either(run: object, tmp_path: Path) -> None:
    del run
    in_there, refused = Event(), Event()

    def take_over() -> None:
        with opened(tmp_path), as_job(JOB, 2), writing():
            in_there.set()

    def late() -> None:
        with opened(tmp_path), as_job(JOB, 1):
            in_there.wait()
            try:
                write("aa")
            except LapsedError:
                refused.set()

    threads = [Thread(target=late), Thread(target=take_over)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused.is_set()
    assert names() == []


@pytest.mark.usefixtures("run")
def test_an_effect_is_there_once_and_ends_the_job() -> None:
    assert jobs.done(JOB) is None
    with as_job(JOB, 3), writing():
        jobs.effect({"printing": 1, "folder": Path("print/2026")})
        audit.append("print", EXAMINER, {})
    assert jobs.done(JOB) == {"printing": 1, "folder": "print/2026"}
    for attempt in (3, 4):
        with as_job(JOB, attempt), pytest.raises(DoneAlreadyError):
            write("aa")
    assert names() == []
    assert models.JobEffect.objects.count() == 1
    assert list(verify.verify()) == []


@pytest.mark.usefixtures("run")
def test_without_a_job_there_is_no_effect() -> None:
    with writing():
        jobs.effect({"printing": 1})
    assert not models.JobEffect.objects.exists()
    assert not models.JobAttempt.objects.exists()


@pytest.mark.usefixtures("run")
def test_an_effect_that_is_changed_is_found() -> None:
    from klausur.store.connections import connection

    with as_job(JOB, 1), writing():
        jobs.effect({"printing": 1})
        audit.append("print", EXAMINER, {})
    with connection().cursor() as cursor:
        cursor.execute("UPDATE store_jobeffect SET result = '{}'")
    assert list(verify.verify()) == ["jobeffect 1 was changed since event 2 wrote it"]
