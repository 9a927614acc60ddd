"""Many hands at the records of a large exam: people who decide at random while a stack is scanned.

Run by ``python benchmarks/records.py --hands 8``. So many processes settle boxes of booklets chosen at
random, one after the other, first alone and then while a stack with duplicates is recorded beside them: a
batch of eight pages at a time, each as long after the one before as reading them takes on one core. Each
process counts what it settled, and in the end the records must hold as many: none lost, twice or refused.
"""

import hashlib
import multiprocessing
import os
import shutil
import sqlite3
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from django.db import transaction

from filled import filled, results
from klausur.actions import current
from klausur.actions.record import Desk, record
from klausur.actions.scan import BATCH
from klausur.actions.settle import Marked, settle
from klausur.base.errors import KlausurError
from klausur.paper.fields import MARKED
from klausur.paper.layout import Layout
from klausur.read.model import PageResult
from klausur.scan.model import PageImage, SourceForm
from klausur.state.facts import Actor, Author, Role
from klausur.store import audit, derive, pages, printings
from klausur.store.derive import Frame
from klausur.store.folder import opened, writing

LOCK, WAITS, SETTLEMENT = 0.05, 3.0, 0.03
PAGE = 0.012
"""What reading a page takes on one core, in seconds."""
WHO = Actor("benchmark", Role.EXAMINER)


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured, with the limits. Times in seconds; those of settlements are medians unless said.

    ``lost`` are settlements that were made and are not in the records, or the reverse; ``refused`` those that
    ended with an error; ``differences`` is how many State rows are wrong in the end. ``lock_…`` is the
    longest processor time that anybody held the lock for, ``wait`` the time from asking for it to having it,
    whose 95th percentile counts, ``alone`` without the scan and ``beside`` it.
    """

    hands: int
    database: str
    settled: int
    scanned: int
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
    """What one process did: how much, what was refused; each cost, each wait, each time in the lock."""

    count: int
    refused: int
    costs: list[float]
    waits: list[float]
    locks: list[float]


@contextmanager
def watched() -> Iterator[tuple[list[float], list[float]]]:
    """Note how long each transaction waits for the lock, and its processor time with it."""
    waits: list[float] = []
    locks: list[float] = []
    kind: Any = transaction.Atomic
    enter, leave = kind.__enter__, kind.__exit__
    began: list[float] = []

    def entered(self: object) -> None:
        asked = time.perf_counter()
        enter(self)
        waits.append(time.perf_counter() - asked)
        began.append(time.process_time())

    def left(self: object, *error: object) -> None:
        leave(self, *error)
        locks.append(time.process_time() - began.pop())

    kind.__enter__, kind.__exit__ = entered, left
    try:
        yield waits, locks
    finally:
        kind.__enter__, kind.__exit__ = enter, leave


def hand(folder: Path, number: int, booklets: Sequence[int], until: float) -> Did:
    """Settle boxes at random until then, each time to what it was not settled to before."""
    random = Random(number)  # noqa: S311 - no secret is drawn
    author = Author(Actor(f"hand {number}", Role.EXAMINER), "at random")
    with opened(folder):
        layout = printings.part_of_layout({booklets[0]})
    boxes = [field.id for _, field in layout.fields(booklets[0]) if field.kind in MARKED]
    count, refused, costs = 0, 0, []
    with watched() as (waits, locks):
        while time.time() < until:
            began = time.process_time()
            try:
                mark = Marked(random.choice(("crossed", "empty", "filled")))
                settle(folder, random.choice(booklets), random.choice(boxes), mark, author)
                count += 1
            except KlausurError as error:
                sys.stderr.write(f"hand {number}: {error}\n")
                refused += 1
            costs.append(time.process_time() - began)
    return Did(count, refused, costs, waits, locks)


def stack(layout: Layout, booklets: Sequence[int]) -> Iterator[PageResult]:
    """A stack of booklets that were not scanned yet, every fifth page of which comes again."""
    index = 0
    for n, result in enumerate(results(layout, booklets, seed=11)):
        for copy in (result, result)[: 1 + (n % 5 == 0)]:
            yield replace(copy, index=index)
            index += 1


def scan(folder: Path, booklets: Sequence[int], until: float) -> Did:
    """Record a stack until then, or to its end."""
    count, costs = 0, []
    file = hashlib.sha256(b"hands").hexdigest()
    with opened(folder) as records, watched() as (waits, locks):
        frame = current.frame(records)
        layout = frame.layout
        desk = Desk(records, frame, layout, WHO, None)
        with writing():
            pages.append_file(file, "stack.pdf", 10**6)
            audit.append("scan", WHO, {"file": "stack.pdf"})
        coming = (replace(result, file=file) for result in stack(layout, booklets))
        while time.time() < until and (batch := list(islice(coming, BATCH))):
            held = {(r.file, r.index): PageImage(r.file, r.index, SourceForm.IMAGE, b"") for r in batch}
            began = time.process_time()
            record(desk, [(result,) for result in batch], held)
            costs.append(time.process_time() - began)
            count += len(batch)
            time.sleep(PAGE * len(batch))
        current.look(records)
    return Did(count, 0, costs, waits, locks)


def at_once(
    folder: Path, hands: int, booklets: Sequence[int], seconds: float, scanned: Sequence[int]
) -> list[Did]:
    """What so many hands did in that time, and the scan, if there is one, as the last."""
    started = multiprocessing.get_context("spawn")
    with started.Pool(hands + 1) as pool:
        pool.map(abs, range(4 * hands))  # all have started
        until = time.time() + seconds
        made = [pool.apply_async(hand, (folder, n, booklets, until)) for n in range(1, hands + 1)]
        if scanned:
            made.append(pool.apply_async(scan, (folder, scanned, until)))
        return [one.get() for one in made]


def measure(source: Path, copy: Path, booklets: int, seed: int, hands: int, seconds: float) -> Figures:
    """Settle at random without and with a scan, count, and see whether State is right afterwards."""
    made = filled(source, booklets, seed)
    shutil.copytree(source, copy)
    used = [n for n in range(40, made.booklets + 1) if n not in made.unscanned]
    with opened(copy):
        before = _decisions()
    alone = at_once(copy, hands, used, seconds, ())
    *beside, scanning = at_once(copy, hands, used, seconds, made.unscanned)
    every = [*alone, *beside]
    with opened(copy) as records:
        current.look(records)
        there = _decisions() - before
        differences = list(derive.verify(Frame(copy)))
    for difference in differences[:10]:
        sys.stderr.write(f"{difference}\n")
    return Figures(
        hands=hands,
        database="postgresql" if os.environ.get("KLAUSUR_DATABASE") else f"sqlite {sqlite3.sqlite_version}",
        settled=sum(did.count for did in every),
        scanned=scanning.count,
        lost=abs(there - sum(did.count for did in every)),
        refused=sum(did.refused for did in every),
        differences=len(differences),
        settlement=round(statistics.median(cost for did in every for cost in did.costs), 4),
        lock_hands=round(max(lock for did in every for lock in did.locks), 4),
        lock_scan=round(max(scanning.locks), 4),
        wait_alone_95=round(_95([wait for did in alone for wait in did.waits]), 4),
        wait_beside_95=round(_95([wait for did in beside for wait in did.waits]), 4),
    )


def _decisions() -> int:
    """How many decisions about boxes were ever recorded."""
    from klausur.store.models import Settlement  # noqa: PLC0415 - models are looked up once Django has started

    return Settlement.objects.count()


def _95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]
