"""How often marks are misread: rehearsed booklets from print to readings, held against the truth.

    python benchmarks/accuracy.py [--booklets 200] [--seed 22] [--level default] [--json]

The seed judges and nothing else: no threshold, training crop or test was drawn from it.
"""

import argparse
import csv
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

from klausur.base.diagnostics import Diagnostic
from klausur.exam import reference, source
from klausur.paper.code import PageCode
from klausur.paper.run import plan
from klausur.read import pool
from klausur.read.model import PageResult
from klausur.rehearse.compare import compare
from klausur.rehearse.level import Level
from klausur.rehearse.run import rehearse
from klausur.roster.made_up import made_up
from klausur.scan.intake import open_scan
from klausur.scan.model import PageImage
from klausur.typeset.booklets import compile_booklets

KEY = bytes(range(32))
EXAM_NUMBER = 0xACC0_0001
EMBARRASSING = 40
"""The most findings that are listed one by one."""


def images(files: tuple[Path, ...]) -> Iterator[PageImage]:
    """All pages of the rehearsed files, in order."""
    for file in files:
        scan = open_scan(file)
        if isinstance(scan, Diagnostic):
            raise SystemExit(str(scan))
        with scan:
            yield from scan.pages()


def legible_pages(path: Path) -> tuple[set[tuple[int, int]], int]:
    """The (booklet, page) of every scanned page whose code is legible, and how many images there are."""
    legible, count = set(), 0
    with path.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            if not row["file"]:
                continue
            count += 1
            if row["code_legible"].lower() in {"true", "1", "yes"}:
                legible.add((int(row["booklet"]), int(row["page"])))
    return legible, count


def main() -> None:
    """Run the measurement and print its figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--booklets", type=int, default=200)
    options.add_argument("--seed", type=int, default=22)
    options.add_argument("--level", default="default")
    options.add_argument("--jobs", type=int, default=None)
    options.add_argument("--keep", type=Path, help="keep the rehearsed files in this folder")
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with ExitStack() as stack:
        folder = given.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        figures = measure(folder, given)
    if given.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:>24}  {value}")


def measure(folder: Path, given: argparse.Namespace) -> dict[str, object]:
    """Print, rehearse, read and compare; the figures by name."""
    started = time.perf_counter()
    reference.write(folder / "exam")
    exam = source.parse(folder / "exam").exam
    if exam is None:
        raise SystemExit("the reference exam does not parse")
    run = plan(EXAM_NUMBER, made_up(given.booklets, given.seed), spare=0)
    layout = compile_booklets(exam, run, KEY, folder / "booklets.pdf")
    with pool.processes(given.jobs) as executor:
        stack = rehearse(
            folder / "booklets.pdf",
            layout,
            exam,
            folder / "scans",
            given.seed,
            level=Level(given.level),
            executor=executor,
        )
    rehearsed = time.perf_counter()
    with pool.processes(given.jobs) as executor:
        results = list(chain.from_iterable(pool.results(images(stack.files), layout, KEY, executor)))
    read = time.perf_counter()
    first = first_of_each(results)
    found = compare(
        ((code.booklet, reading) for code, result in first.items() for reading in result.readings),
        stack.marks,
    )
    legible, count = legible_pages(stack.pages)
    placed = {(code.booklet, code.page) for code in first}
    return {
        "booklets": given.booklets,
        "seed": given.seed,
        "level": given.level,
        "images": count,
        "results": len(results),
        "legible_but_unplaced": sorted(legible - placed)[:EMBARRASSING],
        "boxes": found.boxes,
        "marked": found.marked,
        "silent_misreads": len(found.silent_misreads),
        "flagged_marked": found.flagged_marked,
        "flagged_marked_rate": found.flagged_marked / max(1, found.marked),
        "flagged_empty": found.flagged_empty,
        "misread": [str(m) for m in found.silent_misreads[:EMBARRASSING]],
        "seconds_rehearse": round(rehearsed - started, 1),
        "seconds_read": round(read - rehearsed, 1),
    }


def first_of_each(results: list[PageResult]) -> dict[PageCode, PageResult]:
    """The first image of every page; later ones are duplicates, which a person sees and no score uses."""
    first: dict[PageCode, PageResult] = {}
    for result in results:
        if result.code is not None:
            first.setdefault(result.code, result)
    return first


if __name__ == "__main__":
    main()
