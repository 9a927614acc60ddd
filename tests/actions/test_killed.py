"""What settles, changes the list or the key, killed at every write point: all of it is recorded, or nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

VERBS = [
    "settle box",
    "settle choices",
    "settle credits",
    "settle ignored",
    "settle owner",
    "settle nobody",
    "candidates add",
    "candidates change",
    "candidates mark",
    "candidates update",
    "key take-over",
    "key write-back",
    "grade",
    "archive",
]
FEWEST = 6
"""Begin, the rows, their event, commit: no verb that records has fewer write points."""


@pytest.mark.usefixtures("only_in_files", "scanned")
def test_killed_at_every_write_point(folder: Path, tmp_path: Path) -> None:
    room = tmp_path / "room"
    room.mkdir()
    command = [sys.executable, "-m", "tests.actions.kill_driver", "verbs", str(folder), str(room), *(["settle box", "key write-back", "grade", "archive"])]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    print(done.stderr)
    trials = json.loads(done.stdout)["trials"]
    Path("/tmp/k2.json").write_text(done.stdout)
    assert [trial["verb"] for trial in trials] == VERBS
    for trial in trials:
        assert trial["found"] == [], trial["verb"]
        assert trial["points"] >= FEWEST
        assert trial["apart"] > 1
