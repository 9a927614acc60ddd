"""Whether the database takes what 64 workers write: writers that read no page, beside `scale.py`.

    python benchmarks/scale_writers.py [--writers 64] [--exams 16] [--booklets 3] [--batches 2] [--json]

So many processes, a few at each exam, have a file of their own of whose pages is made up what was read
(`filled.results`), and record it as a scan does: eight pages in a transaction, under the exam's lock, all
that follows derived. First each as fast as it can, and then at the pace of a day at which 40 scanners bring
a page a second each. The server of PostgreSQL is started here and waits for its disk at each commit, as an
installed one does.

Printed are pages a second, how long a transaction takes with its wait for the lock, by the clock, and the
processor time that the server itself takes for a page: 200,000 pages a week are one in three seconds, and
the day is 40 a second. All writers, the server and whatever else runs share this machine's processors: what
a server of its own takes is more. Exit code 1 where the day's pace is missed, a page is lost or State is
wrong.
"""

import argparse
import json
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psutil
import psycopg
from tests.cluster import SAFE, cluster

import filled as filling
from filled import filled, results
from klausur.actions import up_to_date
from klausur.actions.archive import archive
from klausur.actions.record import Desk, record
from klausur.actions.restore import restore
from klausur.actions.scan import BATCH
from klausur.scan.model import PageImage, SourceForm
from klausur.state.facts import Actor, Role
from klausur.store import audit, connections, derive, models, pages, server
from klausur.store.folder import opened, writing
from klausur.store.frame import Frame

WHO = Actor("benchmark", Role.EXAMINER)
FIRST, OTHERS = 20, 8
"""The first booklet that no file holds yet, and how many are there beside the writers'."""

DAY = 40.0
"""Pages a second: 40 exams, each with a scanner of a page a second."""

WEEK = 200_000 / (7 * 24 * 3600)
"""Pages a second, day and night."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What was recorded in a run: pages a second, seconds of a transaction (half of them, 95 of 100)."""

    pages: int
    rate: float
    wait: tuple[float, float]
    server: float
    """Processor time of the database's server for a page, in seconds."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What 64 writers did, as fast as they could and at the pace of a day; ``found`` is what is wrong."""

    writers: int
    exams: int
    fast: Pace
    paced: Pace
    load: tuple[float, float]
    found: tuple[str, ...]


def write(number: int, folder: Path, booklets: range, paced: int, meet: Any, told: Any) -> None:  # noqa: ANN401 - of multiprocessing
    """Be a writer: record all but the last ``paced`` transactions, then those at the day's pace."""
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        found = list(results(frame.layout, booklets, seed=1000 + number))
        desk = Desk(records, frame, frame.layout, WHO, None)
        with writing():
            pages.append_file(found[0].file, f"writer-{number}.pdf", len(found))
            audit.append("scan", WHO, {"file": f"writer-{number}.pdf"})
        held = {(r.file, r.index): PageImage(r.file, r.index, SourceForm.IMAGE, b"") for r in found}
        batches = [found[at : at + BATCH] for at in range(0, len(found), BATCH)]
        last = len(batches) - paced
        every = meet.parties * BATCH / DAY
        for part, pause in ((batches[:last], 0.0), (batches[last:], every)):
            meet.wait()
            due = time.monotonic() + pause * number / meet.parties
            waits = []
            for batch in part:
                time.sleep(max(0.0, due - time.monotonic()))
                began = time.monotonic()
                record(desk, [(result,) for result in batch], held)
                waits.append(time.monotonic() - began)
                due = max(due, began) + pause if pause else began
            told.put((sum(map(len, part)), waits))
            meet.wait()


def server_seconds(address: str) -> float:
    """The processor time of the database's server, with all that it has started."""
    with psycopg.connect(address) as link:
        row = link.execute("SELECT pg_backend_pid()").fetchone()
        parent = None if row is None else psutil.Process(row[0]).parent()
        if parent is None:
            sys.exit("the server of PostgreSQL is not found")
        return sum(sum(each.cpu_times()[:4]) for each in (parent, *parent.children()))


def copies(place: Path, exams: int, booklets: range) -> list[Path]:
    """So many exams on the server, in none of which these booklets are scanned."""
    address = os.environ.pop(server.VARIABLE)
    filling.UNSCANNED = booklets
    filled(place / "filled", booklets.stop + OTHERS, 5)
    archive(place / "filled", place / "packed.klausur", actor=WHO)
    os.environ[server.VARIABLE] = address
    folders = [place / f"exam-{n}" for n in range(exams)]
    for folder in folders:
        restore(place / "packed.klausur", folder, actor=WHO)
    return folders


def run(address: str, meet: Any, told: Any, writers: int) -> Pace:  # noqa: ANN401 - of multiprocessing
    """Let all begin together, and say what they did."""
    before = server_seconds(address)
    meet.wait()
    began = time.monotonic()
    said = [told.get() for _ in range(writers)]
    took = time.monotonic() - began
    count = sum(pages for pages, _ in said)
    waits = sorted(wait for _, each in said for wait in each)
    spent = server_seconds(address) - before
    meet.wait()
    half, most = statistics.median(waits), waits[int(0.95 * (len(waits) - 1))]
    return Pace(count, round(count / took, 1), (round(half, 3), round(most, 3)), round(spent / count, 5))


def measure(place: Path, given: argparse.Namespace, address: str) -> Figures:
    """Make the exams, let the writers write, and look at what is there."""
    load = os.getloadavg()[0]
    each = -(-given.writers // given.exams)
    folders = copies(place, given.exams, range(FIRST, FIRST + each * given.booklets))
    before = [_images(folder) for folder in folders]
    connections.close_spare()  # what is forked must not share one
    context = multiprocessing.get_context("fork")
    meet, told = context.Barrier(given.writers + 1), context.Queue()
    started = []
    for n in range(given.writers):
        first = FIRST + n // given.exams * given.booklets
        booklets = range(first, first + given.booklets)
        words = (n, folders[n % given.exams], booklets, given.batches, meet, told)
        started.append(context.Process(target=write, args=words))
        started[-1].start()
    fast, paced = (run(address, meet, told, given.writers) for _ in range(2))
    for process in started:
        process.join()
    more = sum(map(_images, folders)) - sum(before)
    found = list(wrong(folders))
    if more != fast.pages + paced.pages:
        found.append(f"{fast.pages + paced.pages} pages were recorded, and {more} are there")
    return Figures(
        given.writers, given.exams, fast, paced, (round(load, 1), round(os.getloadavg()[0], 1)), tuple(found)
    )


def _images(folder: Path) -> int:
    with opened(folder):
        return int(models.PageImage.objects.count())


def wrong(folders: Sequence[Path]) -> list[str]:
    """What State says that the records do not."""
    found = []
    for folder in folders:
        with opened(folder) as records:
            up_to_date.look(records)
            found += [f"{folder.name}: {difference}" for difference in derive.verify(Frame(folder))]
    return found


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--writers", type=int, default=64)
    options.add_argument("--exams", type=int, default=16)
    options.add_argument("--booklets", type=int, default=3)
    options.add_argument("--batches", type=int, default=2)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with TemporaryDirectory() as place, cluster(**SAFE) as address:
        os.environ[server.VARIABLE] = address
        figures = measure(Path(place), given, address)
    if given.json:
        print(json.dumps(asdict(figures)))
    else:
        print(
            f"{figures.writers} writers at {figures.exams} exams, load {figures.load[0]} to {figures.load[1]}"
        )
        for name, pace in (("as fast as they can", figures.fast), ("at a day's pace", figures.paced)):
            half, most = pace.wait
            print(
                f"{name:>20}: {pace.pages} pages, {pace.rate} a second; a transaction within {half} s, 95 of"
                f" 100 within {most} s; the server takes {1000 * pace.server:.1f} ms of processor time a page"
            )
        print(f"needed: {DAY:g} a second on a day of 40 exams, {WEEK:.2f} for 200,000 a week")
        print(*figures.found, sep="\n")
    sys.exit(bool(figures.found) or figures.fast.rate < DAY)


if __name__ == "__main__":
    main()
