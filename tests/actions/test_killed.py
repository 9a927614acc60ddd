"""Verbs killed at every write point: all of what they record is recorded, or nothing, and they can go on.

All verbs, scans and printing among them, with `klausur verify` after each kill: benchmarks/kills.py.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ONCE = (
    "settle box",
    "settle ignored",
    "settle owner",
    "candidates add",
    "candidates mark",
)
"""One transaction each."""

BY_DAY = ("settle ignored", "candidates add")
"""One of a decision about what was scanned, one of a row of its own."""

FEWEST = 5
"""Begin, a row, its event, before and after the commit: no verb that records has fewer write points."""


def kill(folder: Path, room: Path, *verbs: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.actions.kill_driver", "verbs", str(folder), str(room), *verbs]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    trials: list[dict[str, Any]] = json.loads(done.stdout)["trials"]
    assert [trial["verb"] for trial in trials] == list(verbs)
    return trials


@pytest.mark.long
@pytest.mark.parametrize("verbs", [BY_DAY, pytest.param(ONCE, marks=pytest.mark.nightly)], ids=["two", "all"])
@pytest.mark.usefixtures("scanned")
def test_what_is_one_transaction_is_recorded_whole_or_not_at_all(
    folder: Path, tmp_path: Path, verbs: tuple[str, ...]
) -> None:
    for trial in kill(folder, tmp_path / "room", *verbs):
        assert trial["found"] == [], trial["verb"]
        assert trial["points"] >= FEWEST, trial["verb"]
        assert trial["apart"] == len(("before", "after")), trial["verb"]
