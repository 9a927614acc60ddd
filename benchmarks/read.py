"""What reading scanned pages costs, from the file to Readings: CPU time, against merely decoding the JPEGs.

Rehearsed booklets, 300-dpi grey JPEG-in-PDF, as the rehearsal binds them. Each page is read and, right
after it, its JPEG decoded by OpenCV at full size, so that both meet the same machine. A page's time holds all
that is done for it: its share of hashing and opening the file, extraction, decoding, placing, reading; that
of the process which takes files apart counts with it. Other work on the machine is not counted, but slows
caches down: of a page's times in all rounds the least counts.

    python benchmarks/read.py [--booklets 6] [--seed 5] [--rounds 5] [--json]

``ratio_to_decode`` is the sum of the pages' times to that of the decoding times; the limit is 1.5.
``isolation`` is the time that all pages take through a worker process, as in `klausur scan --jobs 1`, to that
without one: the least of the rounds' ratios; the limit is 1.1. ``foreign`` is for each kind of sheet that is
none of the exam's (`lab.foreign`) the time until that is known, to an own page's; the limit is 3. ``steps``
are the medians of each step's time in ms, measured apart; what they leave of the whole is the time between
them.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from klausur.base.diagnostics import Diagnostic
from klausur.exam import reference
from klausur.exam.source import parse
from klausur.paper.fields import FieldKind
from klausur.paper.layout import Layout
from klausur.paper.run import plan
from klausur.read import page
from klausur.read.fields import read
from klausur.read.pool import processes, results
from klausur.rehearse.binder import bind
from klausur.rehearse.run import rehearse
from klausur.roster.made_up import made_up
from klausur.scan import data_matrix, fiducials
from klausur.scan.decode import decode
from klausur.scan.intake import Scan, open_scan
from klausur.scan.model import PageImage, Placed, Reason
from klausur.scan.place import place
from klausur.typeset.booklets import compile_booklets
from lab.cpu_clock import CpuClock
from lab.foreign import KINDS, sheet

LIMIT, ISOLATION, FOREIGN = 1.5, 1.1, 3.0
KEY = bytes(range(32))
EXAM_NUMBER = 0xBE4C_0001


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured. Times in ms for each page; ``readings`` counts all boxes read."""

    pages: int
    placed: int
    readings: int
    jpeg_kilobytes: float
    pages_per_cpu_second: float
    read_ms: float
    decode_ms: float
    ratio_to_decode: float
    limit: float
    isolation: float
    isolation_limit: float
    foreign: dict[str, float]
    foreign_limit: float
    steps: dict[str, float]


def stack(folder: Path, booklets: int, seed: int) -> tuple[tuple[Path, ...], Layout]:
    """Rehearsed booklets of the reference exam: the scanned files and their layout."""
    reference.write(folder / "exam")
    exam = parse(folder / "exam").exam
    if exam is None:
        sys.exit("the reference exam cannot be built")
    printed = folder / "booklets.pdf"
    layout = compile_booklets(exam, plan(EXAM_NUMBER, made_up(booklets, seed), 0), KEY, printed)
    return rehearse(printed, layout, exam, folder / "scans", seed).files, layout


def opened(file: Path) -> Scan:
    """A rehearsed file, which can be read."""
    scan = open_scan(file)
    if isinstance(scan, Diagnostic):
        sys.exit(str(scan))
    return scan


def timed(images: Iterator[PageImage], clock: CpuClock) -> Iterator[tuple[float, PageImage]]:
    """Each PageImage with the seconds that extracting it took."""
    while True:
        started = clock()
        image = next(images, None)
        if image is None:
            return
        yield clock() - started, image


def measure(files: tuple[Path, ...], layout: Layout, rounds: int) -> Figures:
    """Read all pages ``rounds`` times, each next to the decoding of its JPEG."""
    taken: dict[tuple[str, int], float] = {}
    decoded: dict[tuple[str, int], float] = {}
    placed = readings = size = 0
    opened(files[0])  # starts the process that takes files apart
    clock = CpuClock()
    for nth in range(rounds + 1):  # the first one warms up
        placed = readings = size = 0
        for file in files:
            started = clock()
            scan = opened(file)
            share = (clock() - started) / scan.count
            with scan:
                for extracting, image in timed(scan.pages(), clock):
                    began = clock()
                    (result,) = page.process(image, layout, KEY)
                    took = share + extracting + clock() - began
                    if result.unplaced and result.unplaced.reason is Reason.FAILED:
                        sys.exit(result.unplaced.detail)
                    data = np.frombuffer(image.data, np.uint8)
                    alone = clock.of(partial(cv2.imdecode, data, cv2.IMREAD_UNCHANGED))
                    placed += result.code is not None
                    readings += len(result.readings)
                    size += len(image.data)
                    if nth:
                        key = (image.file, image.index)
                        taken[key] = min(took, taken.get(key, took))
                        decoded[key] = min(alone, decoded.get(key, alone))
    count = len(taken)
    whole, decoding = sum(taken.values()), sum(decoded.values())
    return Figures(
        pages=count,
        placed=placed,
        readings=readings,
        jpeg_kilobytes=round(size / count / 1000, 1),
        pages_per_cpu_second=round(count / whole, 1),
        read_ms=round(1000 * whole / count, 2),
        decode_ms=round(1000 * decoding / count, 2),
        ratio_to_decode=round(whole / decoding, 3),
        limit=LIMIT,
        isolation=round(isolation(files, layout, rounds), 3),
        isolation_limit=ISOLATION,
        foreign={kind: round(took * count / whole, 2) for kind, took in foreign(layout, rounds, clock)},
        foreign_limit=FOREIGN,
        steps=steps(files, layout, clock),
    )


def foreign(layout: Layout, rounds: int, clock: CpuClock) -> Iterator[tuple[str, float]]:
    """Each kind of foreign sheet, with the seconds that it takes; each is scanned thrice in a row."""
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            file = Path(folder) / f"{kind}.pdf"
            file.write_bytes(bind([sheet(kind, seed) for seed in range(3)], 300))
            taken = []
            for _ in range(rounds + 1):  # the first one warms up
                started = clock()
                with opened(file) as scan:
                    found = [page.process(image, layout, KEY) for image in scan.pages()]
                taken.append((clock() - started) / len(found))
                if any(result.code is not None for results in found for result in results):
                    sys.exit(f"a foreign sheet, {kind}, is placed")
            yield kind, min(taken[1:])


def isolation(files: tuple[Path, ...], layout: Layout, rounds: int) -> float:
    """How much more pages cost that another process decodes and reads; 1 is as long as in this one.

    Each file is read in this process and right after it by the worker, both out of the file.
    """

    def read(executor: Executor | None, clock: CpuClock) -> float:
        started = clock()
        for file in files:
            with opened(file) as scan:
                for _ in results(scan.pages(), layout, KEY, executor):
                    pass
        return clock() - started

    with processes(1) as worker:
        read(worker, CpuClock())  # starts and warms up
        clock = CpuClock()
        return min(read(worker, clock) / read(None, clock) for _ in range(rounds))


def steps(files: tuple[Path, ...], layout: Layout, clock: CpuClock) -> dict[str, float]:
    """The median time in ms of each step of a page, each taken apart from the others."""
    taken: dict[str, list[float]] = {}
    paper = fiducials.of_page(layout.pages[0])
    box = next(field.box for field in layout.pages[0].fields if field.kind is FieldKind.PAGE_CODE)
    for file in files:
        started = clock()
        scan = opened(file)
        taken.setdefault("hash and open", []).append((clock() - started) / scan.count)
        with scan:
            for extracting, image in timed(scan.pages(), clock):
                (found,) = place(image, layout, KEY)
                if not isinstance(found, Placed):
                    continue
                at = layout.at(found.code)
                if at is None:
                    continue
                work: dict[str, Callable[[], object]] = {
                    "decode": partial(decode, image),
                    "fiducials": partial(fiducials.find, found.pixels, paper, layout.size),
                    "code": partial(data_matrix.read_at, found.pixels, found.to_pixels, box),
                    "read": partial(read, found, at, exam=EXAM_NUMBER, key=KEY),
                }
                taken.setdefault("extract", []).append(extracting)
                for name, step in work.items():
                    taken.setdefault(name, []).append(clock.of(step))
    return {name: round(1000 * statistics.median(times), 3) for name, times in taken.items()}


def main() -> None:
    """Run the measurement and print its figures; exit code 1 where the limit is missed."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--booklets", type=int, default=6)
    options.add_argument("--seed", type=int, default=5)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    cv2.setNumThreads(1)
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory()))
        files, layout = stack(folder, given.booklets, given.seed)
        figures = measure(files, layout, given.rounds)
    if given.json:
        print(json.dumps(asdict(figures)))
    else:
        for name, value in asdict(figures).items():
            print(f"{name:>18}  {value}")
    dear = max(figures.foreign.values()) > FOREIGN
    sys.exit(figures.ratio_to_decode > LIMIT or figures.isolation > ISOLATION or dear)


if __name__ == "__main__":
    main()
