"""Run by test_scan_killed.py and test_killed.py as ``python -m tests.actions.kill_driver``.

The process forks once per trial, so that only one start-up is paid for.
"""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from tests.actions.kill_looks import dump
from tests.actions.kill_points import Work, apart, begin, counted, finish
from tests.actions.kill_trials import enumerated
from tests.actions.kill_verbs import VERBS
from tests.cast import EXAMINER

from klausur.actions.scan import scan


def scanning(files: list[Path]) -> Work:
    """A scan in one process."""

    def work(folder: Path) -> None:
        scan(folder, files, actor=EXAMINER, jobs=0)

    return work


def _scans(files: list[Path], arguments: list[str]) -> Iterator[dict[str, Any]]:
    """Scans of exam folders, each with where it is killed (``@9,9``), or three at once (``@together``)."""
    work = scanning(files)
    for argument in arguments:
        name, _, points = argument.partition("@")
        trial = partial(counted, Path(name), work)
        if points == "together":
            kills = [finish(begun) for begun in [begin(partial(trial, None)) for _ in range(3)]]
        else:
            kills = [apart(partial(trial, int(point))) for point in points.split(",") if point]
        steps = apart(partial(trial, None))
        again = apart(partial(trial, None))
        rows = apart(partial(dump, Path(name)))
        for kind in ("scans", "unplaced"):
            there = sorted((Path(name) / ".klausur" / kind).iterdir())
            rows[kind] = [[p.name, p.stat().st_size] for p in there]
        yield {"kills": kills, "steps": steps, "again": again, "dump": rows}


def main() -> None:
    """``scans FILES FOLDER@POINTS…``, or ``verbs PREPARED ROOM NAME…``; prints JSON."""
    begun = time.monotonic()
    what, first, *rest = sys.argv[1:]
    if what == "scans":
        outcomes: list[Any] = list(_scans([Path(first)], rest))
    else:
        room = Path(rest[0])
        outcomes = [
            asdict(enumerated(VERBS[name], Path(first), room / name, each=False)) for name in rest[1:]
        ]
    json.dump({"trials": outcomes, "seconds": time.monotonic() - begun}, sys.stdout)


if __name__ == "__main__":
    main()
