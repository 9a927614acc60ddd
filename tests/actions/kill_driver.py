"""Run by test_scan_killed.py in a process of its own: scans killed at many points, and run again.

The process forks once per trial, so that only one start-up is paid for. A trial is killed by SIGKILL at its
n-th step; a step is an SQL statement, or an opened, renamed or removed file in the records.
"""

import json
import os
import signal
import sqlite3
import sys
import time
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from klausur.actions.scan import scan
from klausur.state.facts import Actor, Role

TABLES = {
    "store_scannedfile": "id, sha256, name, count",
    "store_pageimage": "id, file_id, `index`, part, again_id, sheet, number, page, reason, detail, "
    "code_exam, code_sheet, code_number, code_page, resembles, residual, dpi, contrast, sharpness, "
    "fiducials, local, uncovered",
    "store_reading": "id, image_id, placement_id, field, kind, question, value, confidence, flagged, "
    "reader, version, scores",
    "store_auditevent": "id, verb, who, detail",
    "store_imagestate": "image_id, decision_id, sheet, number, page, waiting",
    "store_bookletstate": "number, used, open, credits, value, owner_id, said_id, tie",
    "store_answerstate": "booklet, question, at, shown, page, open, credits, value",
}
"""What must be the same after a kill: everything but the time."""


class Steps:
    """Counts steps, and kills this process at one of them."""

    def __init__(self, records: str, last: int | None) -> None:
        self.records, self.last, self.done = records, last, 0

    def step(self) -> None:
        self.done += 1
        if self.done == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def hook(self, event: str, args: tuple[object, ...]) -> None:
        if event in {"open", "os.rename", "os.remove"} and self.records in str(args[0]):
            self.step()

    def join(self, connection: BaseDatabaseWrapper, **_: object) -> None:
        connection.execute_wrappers.append(self.wrap)

    def wrap(self, execute, sql, params, many, context):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201 - Django's protocol, typed nowhere
        self.step()
        return execute(sql, params, many, context)


def trial(folder: Path, files: list[Path], last: int | None) -> int:
    """Scan in a forked process that dies at step ``last``; returns its steps, or -1 if it was killed."""
    return finish(begin(folder, files, last))


def begin(folder: Path, files: list[Path], last: int | None) -> tuple[int, int]:
    """Begin a scan in a forked process; returns its id and where it will say how many steps it took."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        steps = Steps(str(folder / ".klausur"), last)
        sys.addaudithook(steps.hook)
        connection_created.connect(steps.join)
        code = 1
        try:
            scan(folder, files, actor=Actor("Ada Example", Role.EXAMINER), jobs=0)
            os.write(writing, str(steps.done).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    return child, reading


def finish(begun: tuple[int, int]) -> int:
    """Wait for a scan that was begun."""
    child, reading = begun
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return -1
    if os.WEXITSTATUS(status) != 0:
        raise SystemExit("a scan failed")
    return int(said)


def dump(folder: Path) -> dict[str, object]:
    """All that the records hold, without times."""
    base = sqlite3.connect(folder / ".klausur/db.sqlite3")
    found: dict[str, object] = {
        table: base.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2").fetchall()  # noqa: S608 - names of ours
        for table, columns in TABLES.items()
    }
    base.close()
    for name in ("scans", "unplaced"):
        files = sorted((folder / ".klausur" / name).iterdir())
        found[name] = [[p.name, p.stat().st_size] for p in files]
    return found


def main() -> None:
    """Arguments: the files' folder, then exam folders, each with where it is to be killed (``@120,120``).

    ``@together`` scans three times at once instead.
    """
    begun = time.monotonic()
    files = [Path(sys.argv[1])]
    outcome = []
    for argument in sys.argv[2:]:
        name, _, points = argument.partition("@")
        if points == "together":
            kills = [finish(begun) for begun in [begin(Path(name), files, None) for _ in range(3)]]
        else:
            kills = [trial(Path(name), files, int(point)) for point in points.split(",") if point]
        steps = trial(Path(name), files, None)
        again = trial(Path(name), files, None)
        outcome.append({"kills": kills, "steps": steps, "again": again, "dump": dump(Path(name))})
    json.dump({"trials": outcome, "seconds": time.monotonic() - begun}, sys.stdout)


if __name__ == "__main__":
    main()
