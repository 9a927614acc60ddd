"""Many hands at the records of a large exam: people who decide at random while a stack is scanned.

Run by ``python benchmarks/records.py --hands 8``. So many processes settle boxes of booklets chosen at
random, one after the other, first alone and then while `klausur.actions.scan` reads a stack beside them: five
rehearsed booklets, and the same pages once more in another file, all of which are duplicates whose pictures
are compared. Each process notes what it settled in which order, and in the end the records must say the same
of each: nothing lost, twice, refused or in another's name.
"""

import multiprocessing
import os
import shutil
import sqlite3
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from threading import Event

from filled import UNSCANNED, again, filled, scanned
from klausur.actions import up_to_date
from klausur.actions.archive import archive
from klausur.actions.restore import restore
from klausur.actions.scan import scan
from klausur.actions.settle import Marked, settle
from klausur.base.errors import KlausurError
from klausur.exam.source import parse
from klausur.paper.fields import MARKED
from klausur.scan.model import Reason
from klausur.state.facts import Actor, Author, Role
from klausur.store import derive, lock, printings
from klausur.store.connections import Database
from klausur.store.folder import key, opened
from klausur.store.frame import Frame

LOCK, WAITS, SETTLEMENT = 0.05, 3.0, 0.03
WHO = Actor("benchmark", Role.EXAMINER)


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured, with the limits. Times in seconds; those of settlements are medians unless said.

    ``lost`` is of how many hands the records do not say what these did, in their order; ``refused`` are
    settlements that ended with an error; ``differences`` is how many State rows are wrong in the end.
    ``scanned`` and ``duplicates`` are pages, the latter among the former. ``lock_…`` is the longest processor
    time that anybody's thread held the lock for, ``wait`` the time from asking for it to having it, whose
    95th percentile counts, ``alone`` without the scan and ``beside`` it: as long as the scan took.
    """

    hands: int
    database: str
    settled: int
    scanned: int
    duplicates: int
    seconds_beside: float
    lost: int
    refused: int
    differences: int
    settlement: float
    lock_hands: float
    lock_scan: float
    wait_alone_95: float
    wait_beside_95: float
    limit_settlement: float = SETTLEMENT
    limit_lock: float = LOCK
    limit_waits: float = WAITS

    @property
    def missed(self) -> tuple[str, ...]:
        """What is not as it should be."""
        held = {
            "lost": not self.lost,
            "refused": not self.refused,
            "differences": not self.differences,
            "settlement": self.settlement <= self.limit_settlement,
            "lock": max(self.lock_hands, self.lock_scan) <= self.limit_lock,
            "waits": self.wait_beside_95 <= self.limit_waits * self.wait_alone_95,
        }
        return tuple(name for name, well in held.items() if not well)


@dataclass(frozen=True, slots=True)
class Did:
    """What one process did, in order; what was refused; each cost, each wait, each time in the lock."""

    who: str
    settled: list[tuple[int, str, str]]
    refused: int
    costs: list[float]
    waits: list[float]
    locks: list[float]


@dataclass(frozen=True, slots=True)
class Read:
    """What the scan did: pages, duplicates among them, how long it took, each time in the lock."""

    pages: int
    duplicates: int
    seconds: float
    locks: list[float]


@contextmanager
def watched() -> Iterator[tuple[list[float], list[float]]]:
    """Note how long each transaction waits for the lock, and its thread's processor time with it."""
    waits: list[float] = []
    locks: list[float] = []
    taken = lock.taken

    @contextmanager
    def noted(here: Database, *, outlasts: bool, together: bool = False) -> Iterator[None]:
        asked, began = time.perf_counter(), 0.0
        with taken(here, outlasts=outlasts, together=together):
            waits.append(time.perf_counter() - asked)
            began = time.thread_time()
            yield
        locks.append(time.thread_time() - began)

    lock.taken = noted
    try:
        yield waits, locks
    finally:
        lock.taken = taken


def hand(folder: Path, name: str, booklets: Sequence[int], going: Event) -> Did:
    """Settle boxes at random while it is going on."""
    random = Random(name)  # noqa: S311 - no secret is drawn
    author = Author(Actor(name, Role.EXAMINER), "at random")
    with opened(folder):
        layout = printings.part_of_layout({booklets[0]})
    boxes = [field.id for _, field in layout.fields(booklets[0]) if field.kind in MARKED]
    settled: list[tuple[int, str, str]] = []
    refused, costs = 0, []
    with watched() as (waits, locks):
        while going.is_set():
            booklet, box = random.choice(booklets), random.choice(boxes)
            mark = random.choice(("crossed", "empty", "filled"))
            began = time.process_time()
            try:
                settle(folder, booklet, box, Marked(mark), author)
                settled.append((booklet, box, mark))
            except KlausurError as error:
                sys.stderr.write(f"{name}: {error}\n")
                refused += 1
            costs.append(time.process_time() - began)
    return Did(name, settled, refused, costs, waits, locks)


def scan_all(folder: Path, stack: Sequence[Path]) -> Read:
    """Scan a stack, with one process beside this one that reads pages."""
    began = time.perf_counter()
    with watched() as (_, locks):
        done = scan(folder, stack, actor=WHO, jobs=1)
    return Read(done.pages, dict(done.unplaced).get(Reason.DUPLICATE, 0), time.perf_counter() - began, locks)


def at_once(
    folder: Path, hands: int, booklets: Sequence[int], seconds: float, stack: Sequence[Path]
) -> tuple[list[Did], Read | None]:
    """What so many hands did in that time, or while the stack was scanned if there is one."""
    name = "beside" if stack else "alone"
    context = multiprocessing.get_context("spawn")
    with context.Manager() as shared, ProcessPoolExecutor(hands, context) as pool:
        going = shared.Event()
        going.set()
        list(pool.map(abs, range(4 * hands)))  # all have started
        made = [pool.submit(hand, folder, f"{name} {n}", booklets, going) for n in range(1, hands + 1)]
        read = None
        if stack:
            read = scan_all(folder, stack)
        else:
            time.sleep(seconds)
        going.clear()
        return [one.result() for one in made], read


def measure(source: Path, copy: Path, booklets: int, seed: int, hands: int, seconds: float) -> Figures:
    """Settle at random without and with a scan, count, and see whether State is right afterwards."""
    made = filled(source, booklets, seed)
    copied(source, copy)
    used = [n for n in range(40, made.booklets + 1) if n not in made.unscanned]
    exam = parse(source).exam
    if exam is None:
        sys.exit("the reference exam cannot be built")
    with opened(copy) as records, TemporaryDirectory() as place:
        first = scanned(exam, key(records), Path(place), 11, range(UNSCANNED.start, UNSCANNED.start + 5))
        stack = (first, again(first))
        alone, _ = at_once(copy, hands, used, seconds, ())
        beside, reading = at_once(copy, hands, used, seconds, stack)
    if reading is None:
        sys.exit("nothing was scanned")
    every = [*alone, *beside]
    with opened(copy) as records:
        up_to_date.look(records)
        lost = [did.who for did in every if did.settled != _said_by(did.who)]
        differences = list(derive.verify(Frame(copy)))
    for difference in (*lost, *differences[:10]):
        sys.stderr.write(f"{difference}\n")
    return Figures(
        hands=hands,
        database="postgresql" if os.environ.get("KLAUSUR_DATABASE") else f"sqlite {sqlite3.sqlite_version}",
        settled=sum(len(did.settled) for did in every),
        scanned=reading.pages,
        duplicates=reading.duplicates,
        seconds_beside=round(reading.seconds, 1),
        lost=len(lost),
        refused=sum(did.refused for did in every),
        differences=len(differences),
        settlement=round(statistics.median(cost for did in every for cost in did.costs), 4),
        lock_hands=round(max(lock for did in every for lock in did.locks), 4),
        lock_scan=round(max(reading.locks), 4),
        wait_alone_95=round(_95([wait for did in alone for wait in did.waits]), 4),
        wait_beside_95=round(_95([wait for did in beside for wait in did.waits]), 4),
    )


def copied(source: Path, copy: Path) -> None:
    """The exam in another folder: its rows are copied on a server too."""
    if os.environ.get("KLAUSUR_DATABASE"):
        packed = copy.with_name("packed.klausur")
        archive(source, packed, actor=WHO)
        restore(packed, copy, actor=WHO)
    else:
        shutil.copytree(source, copy)


def _said_by(who: str) -> list[tuple[int, str, str]]:
    """What the records say that somebody settled, in its order."""
    from klausur.store.models import Settlement  # noqa: PLC0415 - models are looked up once Django has started

    rows = Settlement.objects.filter(who=who).order_by("pk")
    return list(rows.values_list("number", "field", "value"))


def _95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]
