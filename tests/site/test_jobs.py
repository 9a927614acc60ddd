from datetime import UTC, datetime, timedelta

import pytest
from tests.web.conftest import Site

from klausur.base.errors import RefusedError
from klausur.site import jobs
from klausur.site.jobs import JobState, Kind
from klausur.site.models import Job, SiteEvent
from klausur.state.facts import Role

LEASE = timedelta(seconds=30)


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.time = datetime(2026, 2, 17, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def later(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Hands:
    return Hands()


def asked(site: Site, kind: Kind = Kind.GRADE) -> Job:
    return jobs.ask(kind, site.exam, site.people[Role.EXAMINER], Role.EXAMINER)


def test_a_job_is_one_workers_until_its_lease_has_lapsed(unprinted: Site, clock: Hands) -> None:
    job = asked(unprinted)
    first = jobs.take("one", clock)
    assert first is not None
    assert jobs.take("two", clock) is None
    clock.later(20)
    assert jobs.renew(first, 3, 7, clock)
    clock.later(29)
    assert jobs.take("two", clock) is None, "it was renewed 29 seconds ago"
    clock.later(2)
    second = jobs.take("two", clock)
    assert second is not None
    assert (second.job.pk, second.job.attempt, second.job.lost) == (job.pk, 2, 1)
    assert not jobs.renew(first, 7, 7, clock)
    assert not jobs.end(first, {"by": "one"}, clock)
    assert not jobs.set_aside(first, "no", "no", clock)
    assert not jobs.give_back(first, clock=clock)
    assert jobs.end(second, {"by": "two"}, clock)
    job.refresh_from_db()
    assert (job.state, job.result, job.worker) == (JobState.DONE, {"by": "two"}, "two")
    assert (job.done, job.total) == (3, 7)
    assert jobs.take("three", clock) is None


def test_a_late_renewal_keeps_a_job_that_nobody_took_over(unprinted: Site, clock: Hands) -> None:
    asked(unprinted)
    first = jobs.take("one", clock)
    assert first is not None
    clock.later(100)
    assert jobs.renew(first, clock=clock)
    assert jobs.take("two", clock) is None
    assert jobs.end(first, {}, clock)


def test_a_job_that_ends_its_workers_is_set_aside(unprinted: Site, clock: Hands) -> None:
    job = asked(unprinted)
    for _ in range(jobs.MOST_LOST):
        assert jobs.take("lost", clock) is not None
        clock.later(31)
    assert jobs.take("one more", clock) is None
    job.refresh_from_db()
    assert job.state == JobState.ASIDE
    assert "3 workers were lost" in job.fault
    assert job.remedy
    assert jobs.again(job, unprinted.people[Role.EXAMINER])
    assert not jobs.again(job, unprinted.people[Role.EXAMINER])
    taken = jobs.take("another day", clock)
    assert taken is not None
    assert (taken.job.attempt, taken.job.lost) == (4, 0)
    assert SiteEvent.objects.filter(verb="job-again").count() == 1


def test_what_is_given_back_costs_no_attempt_of_the_three_and_may_wait(unprinted: Site, clock: Hands) -> None:
    asked(unprinted)
    for _ in range(5):
        taken = jobs.take("one", clock)
        assert taken is not None
        assert jobs.give_back(taken, clock=clock)
    taken = jobs.take("one", clock)
    assert taken is not None
    assert taken.job.lost == 0
    assert jobs.give_back(taken, "somebody else prints", after=timedelta(seconds=5), clock=clock)
    assert jobs.take("one", clock) is None
    assert Job.objects.get().fault == "somebody else prints"
    clock.later(5)
    assert jobs.take("one", clock) is not None
    assert not Job.objects.get().fault


def test_who_looks_at_the_screen_goes_before_a_pile_of_scans(unprinted: Site, clock: Hands) -> None:
    kinds = [Kind.PICTURES, Kind.SCAN, Kind.SCAN, Kind.PREVIEW, Kind.ARCHIVE, Kind.GRADE]
    for kind in kinds:
        asked(unprinted, kind)
    done = []
    while (taken := jobs.take("one", clock)) is not None:
        done.append(taken.job.kind)
        jobs.end(taken, {}, clock)
    assert done == [Kind.PREVIEW, Kind.GRADE, Kind.SCAN, Kind.SCAN, Kind.ARCHIVE, Kind.PICTURES]


def test_nobody_asks_for_what_they_may_not_do(site: Site) -> None:
    corrector = site.people[Role.CORRECTOR]
    with pytest.raises(RefusedError, match="may not print"):
        jobs.ask(Kind.PRINT, site.exam, corrector, Role.CORRECTOR)
    assert not Job.objects.exists()


def test_what_is_no_longer_wanted_is_taken_back_unless_it_was_begun(unprinted: Site, clock: Hands) -> None:
    by = unprinted.people[Role.EXAMINER]
    job = asked(unprinted)
    assert jobs.take_back(job, by)
    assert jobs.take("one", clock) is None
    assert jobs.again(job, by)
    assert jobs.take("one", clock) is not None
    assert not jobs.take_back(job, by)


def test_the_clock_is_that_of_the_database() -> None:
    assert abs(jobs.now() - datetime.now(UTC)) < timedelta(minutes=1)
