"""How many workers a university needs: what pages and jobs cost here, and a day of 40 exams from that.

    python benchmarks/scale.py [--booklets 2] [--seed 5] [--database postgresql] [--json]

Measured, in processor time, so that a busy machine changes little: taking a page of the reference exam out of
its scanned file and reading it, in a worker process; the same with two such processes beside each other;
recording it, with all that follows, while the lock is held; and a job's rows in the table, from asking to
its end, on SQLite or on a PostgreSQL server. What that computes is not in the figure: so the clock's time
is told beside it.

From these a day is simulated (`scale_model.py`): 40 exams of 5,000 pages, 200,000 in all, come from 40
scanners at a page a second each, and 1 to 64 workers of two processes read them; each dies once in twenty
hours of work; and the same pages, all there at once. A table of what came of each is printed, and how many
workers are enough to keep up with the scanners. What a database takes of 64 writers at once is measured
beside it, by `scale_writers.py`. Exit code 1 where two processes do less than 1.85 times what one does.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import cv2

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.cluster import POSTGRESQL, SQLITE

import read
import records
from filled import filled
from klausur.paper.layout import Layout
from klausur.read.pool import processes, results
from lab.cpu_clock import CpuClock
from scale_model import Costs, Day, Outcome, simulate

WORKERS = (1, 2, 4, 8, 16, 32, 64)
TWO = 1.85
FILLED = 60
"""Booklets of the store in which recording is measured; its cost does not depend on them."""


def page_seconds(files: tuple[Path, ...], layout: Layout, count: int) -> float:
    """Processor time of a page in so many processes, this one's share with it; the least of three rounds."""
    with processes(count) as workers:

        def once() -> int:
            pages = 0
            for file in files:
                with read.opened(file) as scan:
                    pages += sum(1 for _ in results(scan.pages(), layout, read.KEY, workers))
            return pages

        pages = once()  # starts and warms up
        clock = CpuClock()
        return min(clock.of(once) for _ in range(3)) / pages


def measured(booklets: int, seed: int, database: str) -> tuple[Costs, float]:
    """What a page and a job cost here; and the seconds by the clock of a job's rows."""
    with ExitStack() as held:
        place = Path(held.enter_context(tempfile.TemporaryDirectory()))
        files, layout = read.stack(place, booklets, seed)
        one, two = (page_seconds(files, layout, count) for count in (1, 2))
        made = filled(place / "filled", FILLED, seed)
        record = records.scan_share(place / "filled", made.unscanned) * records.PAGE
    own = [sys.executable, str(Path(__file__).with_name("scale_jobs.py")), database]
    told = json.loads(subprocess.run(own, check=True, capture_output=True, text=True).stdout)
    return Costs(one, record, told["processor"], two / one), told["clock"]


def row(found: Outcome) -> str:
    """A line of the table."""
    return (
        f"{found.workers:>7}  {found.hours:>6.2f}  {found.rate:>7.1f}  {found.wait[0]:>10.0f}"
        f"  {found.wait[1]:>10.0f}  {found.busy:>5.0%}  {found.lost:>4}"
    )


def show(what: str, found: list[Outcome]) -> None:
    """Print what became of a day."""
    print(f"simulated: {what}:")
    print("workers   hours  pages/s  wait (s):50%         95%   busy  lost")
    for each in found:
        print(row(each))


def main() -> None:
    """Measure, simulate and print; exit code 1 where two processes do too little."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--booklets", type=int, default=2)
    options.add_argument("--seed", type=int, default=5)
    options.add_argument("--database", choices=[SQLITE, POSTGRESQL], default=SQLITE)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    cv2.setNumThreads(1)
    began = time.perf_counter()
    costs, clock = measured(given.booklets, given.seed, given.database)
    took = time.perf_counter() - began
    day = Day()
    pile = Day(scanner=1e6)
    found = [simulate(day, costs, workers) for workers in WORKERS]
    at_once = [simulate(pile, costs, workers) for workers in WORKERS]
    throughput = 2 / costs.beside
    scanned = day.pages / 3600
    enough = next((each.workers for each in found if each.hours < scanned * 1.1), None)
    if given.json:
        said = {"costs": asdict(costs), "job_clock": clock, "throughput_of_two": throughput}
        tables = {"found": [asdict(f) for f in found], "at_once": [asdict(f) for f in at_once]}
        print(json.dumps({**said, "enough": enough, "day": asdict(day), **tables}))
    else:
        print(f"measured in {took:.0f} s, {given.database}:")
        print(f"  a page is read in       {1000 * costs.page:8.2f} ms of processor time")
        print(f"  and recorded in         {1000 * costs.record:8.2f} ms, which others wait for")
        print(f"  a job's rows take       {1000 * costs.job:8.2f} ms, {1000 * clock:.2f} ms by the clock")
        print(f"  two processes do        {throughput:8.2f} times as much as one; at least {TWO}")
        show(f"{day.exams} exams of {day.pages:,} pages, scanned in {scanned:.2f} hours", found)
        show("the same pages, all there at once", at_once)
        print(f"enough to be done with the scanners, within a tenth: {enough} workers of two processes")
    sys.exit(throughput < TWO)


if __name__ == "__main__":
    main()
