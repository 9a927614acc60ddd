"""Every file of a folder through all that becomes of a scan: one verdict, the time and the memory of each.

    python benchmarks/hostile.py FOLDER [--json] [--jobs 2]
    python benchmarks/hostile.py --make 1000 [--seed 0] [--keep FOLDER] [--json]

With ``--make``, the files are made here: good ones of every form, spoilt by chance in one to four ways, under
names that say nothing or something else. A file is *refused* as a whole, or its pages are *placed* or left to
a person with a reason. It is *unreported* if neither is said of it or of one of its pages; and *over* its
limits if the processes that work on it took more processor time or memory than `klausur.scan.limits` allows.
Ends with 1 if there is one of these.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.scan.conftest import Look, Printer
from tests.scan.mutants import mutant, originals

from klausur.base import file_names
from klausur.base.diagnostics import Diagnostic
from klausur.paper.layout import Layout
from klausur.read import pool
from klausur.scan.intake import open_scan
from klausur.scan.limits import MEBIBYTE, Limits, here

NAMES = ("scan-{}.pdf", "SCAN{}", "{}.jpg", "{}.tiff", "page {}.txt")
"""How the files that are made are called, in turn."""

_OWN = 600
"""MiB of address space and more that a process takes before it has seen a page: libraries and models."""


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one file: in one word, and why; seconds and MiB of the processes at work on it."""

    file: str
    verdict: str
    why: str
    pages: int
    seconds: float
    cpu: float
    memory: float
    over: str = ""

    @property
    def bad(self) -> bool:
        """Whether nothing was said of it, or it broke its limits."""
        return self.verdict == "unreported" or bool(self.over)


def examine(path: Path, layout: Layout, key: bytes, workers: Executor) -> Row:
    """What becomes of a file."""
    _forget_peaks()
    began, cpu = time.perf_counter(), _cpu()
    try:
        verdict, why, pages = _verdict(path, layout, key, workers)
    except Exception as error:  # noqa: BLE001 - it is what is looked for here
        verdict, why, pages = "unreported", f"{type(error).__name__}: {error}", 0
    took, memory = _cpu() - cpu, _peak()
    row = Row(
        file_names.shown(path),
        verdict,
        why,
        pages,
        round(time.perf_counter() - began, 3),
        round(took, 3),
        memory,
    )
    return Row(**{**asdict(row), "over": over(row, here())})


def over(row: Row, most: Limits) -> str:
    """Which limits a file has broken, in words; empty if none."""
    seconds = 2 * most.file_seconds + 2 * most.seconds * max(row.pages, 1)
    broken = []
    if row.cpu > seconds:
        broken.append(f"{row.cpu:.0f} s of processor time, more than {seconds}")
    if row.memory > most.memory + _OWN:
        broken.append(f"{row.memory:.0f} MiB, more than {most.memory} and what the program takes")
    return "; ".join(broken)


def _verdict(path: Path, layout: Layout, key: bytes, workers: Executor) -> tuple[str, str, int]:
    scan = open_scan(path)
    if isinstance(scan, Diagnostic):
        return "refused", scan.message, 0
    told: Counter[str] = Counter()
    images = 0
    with scan:
        for results in pool.results(scan.pages(), layout, key, workers):
            images += 1
            for result in results:
                told["placed" if result.unplaced is None else result.unplaced.reason.value] += 1
    why = ", ".join(f"{count} {what}" for what, count in sorted(told.items()))
    if images != scan.count or sum(told.values()) < scan.count:
        return "unreported", f"{images} of {scan.count} images: {why}", images
    return ("placed" if told["placed"] else "to a person"), why, images


def _processes() -> Iterator[psutil.Process]:
    """This process and all that it has started: the one that takes files apart, and those that read."""
    me = psutil.Process()
    yield me
    with suppress(psutil.Error):
        yield from me.children(recursive=True)


def _cpu() -> float:
    """Seconds of processor time of all of them, also of those that have ended."""
    total = 0.0
    for process in _processes():
        with suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def _forget_peaks() -> None:
    """Have the system count the memory at its height anew (Linux)."""
    for process in _processes():
        with suppress(OSError, psutil.Error):
            Path(f"/proc/{process.pid}/clear_refs").write_text("5", encoding="ascii")


def _peak() -> float:
    """MiB that the largest process at work on files took at its height since then."""
    program, *others = _processes()
    return round(max((_high(process) for process in others), default=_high(program)) / MEBIBYTE, 1)


def _high(process: psutil.Process) -> float:
    with suppress(OSError, psutil.Error):
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii", errors="replace")
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                return float(line.split()[1]) * 1024
    with suppress(psutil.Error):
        return float(process.memory_info().rss)
    return 0.0


def make(folder: Path, count: int, seed: int) -> None:
    """Make spoilt files of every form in a folder; the same ones for the same seed."""
    printer = Printer()
    page, _ = printer.scanned(printer.printed(booklet=2, page=1), Look(dpi=100, noise=1))
    goods = originals(page)
    for number in range(seed, seed + count):
        name = NAMES[number % len(NAMES)].format(f"{number:06d}")
        (folder / name).write_bytes(mutant(goods, number).data)


def examined(folder: Path, jobs: int) -> Iterator[Row]:
    """What becomes of each file of a folder, to its last subfolder."""
    printer = Printer()
    with pool.processes(jobs) as workers:
        for path in sorted(p for p in folder.rglob("*") if not p.is_dir()):
            yield examine(path, printer.layout, printer.key, workers)


def main() -> None:
    """Run the measurement and print its figures."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("folder", nargs="?", type=Path)
    options.add_argument("--make", type=int, default=0, metavar="N")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--keep", type=Path, metavar="FOLDER")
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    if bool(given.folder) == bool(given.make):
        options.error("name a folder, or say how many files to --make")
    with tempfile.TemporaryDirectory() as own:
        folder = given.folder or given.keep or Path(own)
        if given.make:
            folder.mkdir(parents=True, exist_ok=True)
            make(folder, given.make, given.seed)
        rows = list(examined(folder, given.jobs))
    if given.json:
        print(json.dumps([asdict(row) for row in rows]))
    else:
        _show(rows)
    sys.exit(any(row.bad for row in rows) or not rows)


def _show(rows: list[Row]) -> None:
    for row in rows:
        if row.bad:
            print(f"{row.file}: {row.verdict} ({row.why}) {row.over}")
    for verdict, count in Counter(row.verdict for row in rows).most_common():
        print(f"{count:5} {verdict}")
    seconds, memory = max(row.cpu for row in rows), max(row.memory for row in rows)
    print(f"      at most {seconds:.1f} s of processor time and {memory:.0f} MiB")


if __name__ == "__main__":
    main()
