"""Jobs that change hands: what one worker has done no other does again, and what it lost it cannot do."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.web.conftest import Site

from klausur.actions import day, print_folder
from klausur.actions.day import DayPapers
from klausur.site import files, jobs, work
from klausur.site.jobs import JobState, Kind, Taken
from klausur.site.models import Job
from klausur.state.facts import Role
from klausur.store import audit, models, pages, verify
from klausur.store.folder import opened


class KilledError(BaseException):
    """Stands for the end of a process: nothing is cleaned up after it."""


class Clock:
    def __init__(self) -> None:
        self.time = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.time

    def later(self, seconds: float = 31) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def taken(site: Site, clock: Clock, kind: Kind, **asked: object) -> Taken:
    jobs.ask(kind, site.exam, site.people[Role.EXAMINER], Role.EXAMINER, **asked)
    found = jobs.take("the first", clock)
    assert found is not None
    return found


def killed(first: Taken, monkeypatch: pytest.MonkeyPatch, progress: Callable[[int, int], None]) -> None:
    """Do a job until `KilledError`, as a process that is killed does: the job's row stays as it is."""
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "give_back", lambda *_, **__: False)
        with pytest.raises(KilledError):
            work.do(first, progress, processes=0)


def die(*_: object) -> None:
    raise KilledError


def quiet(done: int, total: int) -> None:
    del done, total


def sound(folder: Path) -> tuple[int, int, int]:
    """How many printings, printed papers and effects of jobs there are in records that hold."""
    with opened(folder):
        assert list(verify.verify()) == []
        tables = models.Printing, models.Printed, models.JobEffect
        printings, printed, effects = (table.objects.count() for table in tables)
        return printings, printed, effects


def test_who_is_killed_after_the_effect_has_printed_once(
    site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = taken(site, clock, Kind.PRINT, as_printed=True, spare=1)
    with monkeypatch.context() as patch:
        patch.setattr(print_folder, "put", die)
        killed(first, monkeypatch, quiet)
    assert sound(site.folder) == (2, 2, 1)
    assert work.run_one(clock=clock) is None, "its lease has not lapsed"
    clock.later()
    job = work.run_one(clock=clock)
    assert job is not None
    assert (job.state, job.attempt, job.lost) == (JobState.DONE, 2, 1), job.fault
    assert sound(site.folder) == (2, 2, 1)
    assert (job.result["printing"], job.result["booklets"], job.result["printed"]) == (2, 1, True)
    for name in job.result["files"]:
        assert (site.folder / "print" / job.result["folder"] / name).is_file()


def test_who_is_killed_before_the_effect_has_printed_nothing(
    site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"as_printed": True, "spare": 1}
    taken(site, clock, Kind.PRINT, dry_run=True, **asked)
    clock.later()
    shown = work.run_one(clock=clock)
    assert shown is not None
    first = taken(site, clock, Kind.PRINT, seen=shown.result["seen"], **asked)
    killed(first, monkeypatch, die)
    assert sound(site.folder) == (2, 1, 0), "begun, and abandoned"
    clock.later()
    job = work.run_one(clock=clock)
    assert job is not None
    assert job.state == JobState.DONE, job.fault  # what was looked at is printed, under other numbers
    assert sound(site.folder) == (3, 2, 1)
    with opened(site.folder):
        assert audit.some(["print"])[-1].detail.count(str(job.pk)) == 1


def test_a_printer_that_comes_late_records_nothing_and_the_other_waits_for_it(
    site: Site, clock: Clock
) -> None:
    first = taken(site, clock, Kind.PRINT, as_printed=True, spare=1)
    seen: list[tuple[str, int, bool]] = []

    def meanwhile(done: int, total: int) -> None:
        del done, total
        if not seen:
            clock.later()
            other = work.run_one(clock=clock)
            assert other is not None
            seen.append((other.state, other.attempt, "somebody else is printing" in other.fault))

    work.do(first, meanwhile, clock=clock)
    assert seen == [(JobState.WAITING, 2, True)]
    assert sound(site.folder) == (2, 1, 0), "the first one has printed nothing"
    clock.later()
    job = work.run_one(clock=clock)
    assert job is not None
    assert (job.state, job.attempt) == (JobState.DONE, 3), job.fault
    assert sound(site.folder) == (3, 2, 1)


def test_who_is_killed_after_grading_was_recorded_leaves_tables_to_be_written(
    site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = taken(site, clock, Kind.GRADE)
    replace = Path.replace

    def at_the_end(path: Path, target: Path) -> Path:
        return die() if target.name == "results.csv" else replace(path, target)  # type: ignore[func-returns-value, return-value]

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", at_the_end)
        killed(first, monkeypatch, quiet)
    assert not (site.folder / "results.csv").exists()
    clock.later()
    job = work.run_one(clock=clock)
    assert job is not None
    assert job.state == JobState.DONE, job.fault
    assert (site.folder / "results.csv").is_file()
    assert job.result["final"] + job.result["open"] == 4
    with opened(site.folder):
        assert len(audit.some(["grade"])) == 1


def test_papers_for_the_day_are_those_of_who_took_over_and_no_event_says_them_twice(
    site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = taken(site, clock, Kind.DAY)
    make = day.make_day_papers
    made: list[Path] = []

    def slowly(*given: Any, **named: Any) -> DayPapers:  # noqa: ANN401 - as it is called
        made.append(named["out"])
        done = make(*given, **named)
        if len(made) == 1:
            clock.later()
            other = work.run_one(clock=clock)
            assert other is not None
            assert other.state == JobState.DONE, other.fault
        return done

    with opened(site.folder):
        before = len(audit.events())
    monkeypatch.setattr(day, "make_day_papers", slowly)
    work.do(first, quiet, processes=0, clock=clock)
    job = Job.objects.get()
    assert (job.state, job.attempt, len(made)) == (JobState.DONE, 2, 2)
    assert sorted(path.name for path in (site.folder / "day").iterdir()) == job.result["files"]
    assert made[0] != made[1]
    assert not any(place.exists() for place in made)
    with opened(site.folder):
        assert len(audit.events()) == before


def test_who_is_killed_while_papers_for_the_day_are_put_leaves_whole_ones(
    site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = taken(site, clock, Kind.DAY)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", die)
        killed(first, monkeypatch, quiet)
    assert [path.suffix for path in (site.folder / "day").iterdir()] == [".part"]
    clock.later()
    job = work.run_one(clock=clock)
    assert job is not None
    assert job.state == JobState.DONE, job.fault
    assert sorted(path.name for path in (site.folder / "day").iterdir()) == job.result["files"]


@pytest.mark.parametrize("batches", [0, 1])
def test_a_stack_that_changes_hands_is_read_once(unscanned: Site, clock: Clock, batches: int) -> None:
    (stack,) = (unscanned.folder / "rehearsal").glob("*.pdf")
    files.here().put("uploads/1/stack.pdf", [stack.read_bytes()])
    first = taken(unscanned, clock, Kind.SCAN, file="uploads/1/stack.pdf")
    told: list[int] = []

    def meanwhile(done: int, total: int) -> None:
        del total
        told.append(done)
        if len(told) == batches + 1:
            clock.later()
            other = work.run_one(clock=clock)
            assert other is not None
            assert other.state == JobState.DONE, other.fault

    work.do(first, meanwhile, processes=0, clock=clock)
    job = Job.objects.get(kind=Kind.SCAN)
    assert (job.state, job.attempt) == (JobState.DONE, 2)
    with opened(unscanned.folder):
        assert list(verify.verify()) == []
        (file,) = pages.files()
        assert file.done
        assert job.result["pages"] == pages.counts()[0]
        events = audit.some(["record"])
    assert all(str(job.pk) in event.detail for event in events)
    if batches == 0:
        assert len(told) == 1, "the first one notices at its next transaction"
