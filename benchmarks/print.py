"""How fast booklets are typeset and stamped: 1,000 booklets of 18 pages on one core.

The exam is made of as many of the reference exam's problems as fit, and filled up with additional pages.
The limits are 30 s of wall time and 600 MB of memory. One core: the process is pinned to one where the system
can do that.

    python benchmarks/print.py [--booklets 1000] [--pages 18] [--json]
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from multiprocessing import get_context
from pathlib import Path

from klausur.exam import reference
from klausur.exam.model import Exam
from klausur.exam.source import parse
from klausur.paper.run import plan
from klausur.roster.made_up import made_up
from klausur.typeset.booklets import compile_booklets
from klausur.typeset.papers import Form, compile_paper

LIMIT_SECONDS = 30.0
LIMIT_BYTES = 600_000_000
KEY = bytes(range(32))


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured; ``of_time`` and ``of_memory`` are shares of the limits for 18,000 pages."""

    booklets: int
    pages: int
    seconds: float
    cpu_seconds: float
    pages_per_second: float
    peak_rss_bytes: int
    pdf_bytes: int
    of_time: float
    of_memory: float


def exam_of(pages: int, folder: Path) -> Exam:
    """The reference exam with just so many pages."""
    reference.write(folder)
    parsed = parse(folder)
    if parsed.exam is None:
        sys.exit("the reference exam cannot be built")
    problems = parsed.exam.problems
    exam = replace(parsed.exam, extra_pages=0, declared_pages=None)
    while (bare := len(compile_paper(exam, Form.EXAM).pages)) >= pages and len(exam.problems) > 1:
        exam = replace(exam, problems=problems[: len(exam.problems) - 1])
    for padding in (0, 1):  # an exam with an odd number of pages is filled up by one
        longer = replace(exam, extra_pages=pages - bare + padding)
        if pages > bare and len(compile_paper(longer, Form.EXAM).pages) == pages:
            return longer
    sys.exit(f"--pages must be even and more than {bare}")


def measure(exam: Exam, booklets: int, out: Path) -> Figures:
    """Typeset that many booklets once."""
    run = plan(7, made_up(booklets - 1, 1), 1)
    cpu, wall = _cpu(), time.perf_counter()
    layout = compile_booklets(exam, run, KEY, out)
    seconds, cpu_seconds = time.perf_counter() - wall, _cpu() - cpu
    pages = len(layout.pages) * len(layout.booklets)
    peak = sum(resource.getrusage(who).ru_maxrss for who in _BOTH) * (1 if sys.platform == "darwin" else 1024)
    return Figures(
        booklets=len(layout.booklets),
        pages=pages,
        seconds=round(seconds, 3),
        cpu_seconds=round(cpu_seconds, 3),
        pages_per_second=round(pages / seconds, 1),
        peak_rss_bytes=peak,
        pdf_bytes=out.stat().st_size,
        of_time=round(seconds / LIMIT_SECONDS, 3),
        of_memory=round(peak / LIMIT_BYTES, 3),
    )


_BOTH = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
"""This process, and those that it starts. Their largest memory (kilobytes on Linux, bytes on macOS) is added
up, as if both were at their largest at once."""


def _cpu() -> float:
    used = [resource.getrusage(who) for who in _BOTH]
    return sum(u.ru_utime + u.ru_stime for u in used)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the making of booklets.")
    parser.add_argument("--booklets", type=int, default=1000)
    parser.add_argument("--pages", type=int, default=18, help="pages of each booklet, an even number")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    chosen = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        exam = exam_of(chosen.pages, place / "exam")
        with ProcessPoolExecutor(
            1, mp_context=get_context("spawn")
        ) as fresh:  # finding the exam does not count
            figures = fresh.submit(measure, exam, chosen.booklets, place / "booklets.pdf").result()
    if chosen.json:
        print(json.dumps(asdict(figures)))
        return
    print(f"{figures.booklets} booklets, {figures.pages} pages: {figures.pages_per_second:.0f} pages/s")
    print(f"{figures.seconds:.1f} s ({figures.of_time:.0%} of the limit), {figures.cpu_seconds:.1f} s of CPU")
    print(f"{figures.peak_rss_bytes / 1e6:.0f} MB at most ({figures.of_memory:.0%} of the limit)")
    print(f"{figures.pdf_bytes / 1e6:.1f} MB of PDF")


if __name__ == "__main__":
    main()
