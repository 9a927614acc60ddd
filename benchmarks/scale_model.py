"""A site's workers at a day of exams, simulated from what one page and one job cost: `benchmarks/scale.py`.

Workers take files from the table of jobs, read their pages in batches, and record each batch under its exam's
lock. A worker that dies loses its file to another when the lease has passed, which goes on after the last
batch that was recorded. What is assumed stands beside each number; what was measured comes in.
"""

import random
import statistics
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import simpy

BATCH = 8
"""Pages that are recorded together: `klausur.actions.scan.BATCH`."""

POLL = 1.0
"""Seconds between two looks of a worker at the table: `klausur.site.worker.POLL`."""

LEASE = 30.0
"""Seconds until a lost job is another's: `klausur.site.jobs.LEASE`."""

RESTART = 10.0
"""Assumed: seconds until a worker that died is there again."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What was measured, in seconds.

    Attributes:
        page: processor time of taking a page out of its file and reading it.
        record: the same of recording it, while the exam's lock is held.
        job: of a job's rows in the table, from asking to its end.
        beside: how many times as much a page costs where two processes read beside each other.
    """

    page: float
    record: float
    job: float
    beside: float = 1.0


@dataclass(frozen=True, slots=True)
class Day:
    """What comes in: so many exams, all from the beginning on, in files of so many pages.

    Each exam has a scanner, of so many pages a second: assumed.
    """

    exams: int = 40
    pages: int = 5_000
    file: int = 200
    scanner: float = 1.0

    @property
    def all_pages(self) -> int:
        """Of all exams."""
        return self.exams * self.pages


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it.

    Attributes:
        workers: how many there were.
        pages: that were read and recorded, once each.
        hours: from the first file until the last page was recorded.
        rate: pages a second while there was something to do.
        wait: seconds from a file's arrival to the end of its job: the median, and what 95 of 100 stay below.
        busy: the share of its time that a worker was at a job.
        lost: jobs that changed hands as their worker died.
    """

    workers: int
    pages: int
    hours: float
    rate: float
    wait: tuple[float, float]
    busy: float
    lost: int


@dataclass(slots=True)
class _File:
    exam: int
    left: int
    came: float


class _Site:
    """What the workers share, and what is counted."""

    def __init__(self, costs: Costs, workers: int, cores: int, deaths: float, seed: int) -> None:
        self.env = simpy.Environment()
        self.costs, self.workers, self.cores, self.deaths = costs, workers, cores, deaths
        self.random = random.Random(seed)  # noqa: S311 - a simulation
        self.jobs: Any = simpy.Store(self.env)
        self.locks: dict[int, Any] = {}
        self.waits: list[float] = []
        self.pages = self.lost = 0
        self.busy = self.last = 0.0

    def scanned(self, exam: int, day: Day) -> Generator[Any, Any, Any]:
        """A scanner hands over a file each time that it is full."""
        left = day.pages
        while left:
            count = min(day.file, left)
            yield self.env.timeout(count / day.scanner)
            left -= count
            yield self.jobs.put(_File(exam, count, self.env.now))

    def worker(self) -> Generator[Any, Any, Any]:
        """Take a file, read it, take the next; and die now and then."""
        dies = self._death()
        while True:
            file: _File = yield self.jobs.get()
            yield self.env.timeout(self.random.uniform(0, POLL))
            began = self.env.now
            yield self.env.timeout(self.costs.job)
            while file.left and self.env.now < dies:
                yield from self._batch(file)
            self.busy += self.env.now - began
            if file.left:
                self.lost += 1
                self.env.process(self._taken_over(file))
                yield self.env.timeout(RESTART)
                dies = self._death()
            else:
                self.waits.append(self.env.now - file.came)
                self.last = self.env.now

    def _batch(self, file: _File) -> Generator[Any, Any, Any]:
        """Read some pages, in as many processes as a worker has, and record them when the lock is free."""
        count = min(BATCH, file.left)
        page = self.costs.page * (self.costs.beside if self.cores > 1 else 1.0)
        whole = count * (page + self.costs.record) / self.cores
        held = count * self.costs.record
        yield self.env.timeout(max(0.0, whole - held))
        lock = self.locks.setdefault(file.exam, simpy.Resource(self.env, 1))
        with lock.request() as turn:
            yield turn
            yield self.env.timeout(held)
        file.left -= count
        self.pages += count

    def _taken_over(self, file: _File) -> Generator[Any, Any, Any]:
        yield self.env.timeout(LEASE)
        yield self.jobs.put(file)

    def _death(self) -> float:
        if not self.deaths:
            return float("inf")
        return float(self.env.now) + self.random.expovariate(self.deaths / 3600)


def simulate(
    day: Day, costs: Costs, workers: int, *, cores: int = 2, deaths: float = 0.05, seed: int = 3
) -> Outcome:
    """A day with so many workers.

    Args:
        day: what comes in.
        costs: what was measured.
        workers: how many.
        cores: processes in which each reads; assumed to have a processor each.
        deaths: of a worker, in an hour; assumed.
        seed: of the deaths and the moments at which workers look.
    """
    site = _Site(costs, workers, cores, deaths, seed)
    for exam in range(day.exams):
        site.env.process(site.scanned(exam, day))
    for _ in range(workers):
        site.env.process(site.worker())
    while site.pages < day.all_pages:
        site.env.step()
    site.env.run(until=site.env.now + 1e-9)
    at_work = site.busy / (workers * site.env.now)
    waits = sorted(site.waits)
    return Outcome(
        workers=workers,
        pages=site.pages,
        hours=site.env.now / 3600,
        rate=site.pages / site.env.now,
        wait=(statistics.median(waits), waits[int(0.95 * (len(waits) - 1))]),
        busy=at_work,
        lost=site.lost,
    )
