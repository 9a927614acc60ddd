"""`klausur scan` killed at many points and run again comes to the records of an undisturbed run."""

import contextlib
import itertools
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from tests.cast import EXAMINER
from tests.exams import copy_exam

from klausur.actions.readings import readings
from klausur.actions.scan import scan
from klausur.actions.status import status

WORKING = 3
"""Processes below the program that is at work with two jobs: at least these and the one that starts them."""

POINTS = 6
"""Of all the write points of a scan; benchmarks/kills.py kills at every one."""


@pytest.fixture(scope="module")
def tray(rehearsed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two files: the whole rehearsal, and its first pages again, which are duplicates."""
    import pikepdf

    tray = tmp_path_factory.mktemp("tray")
    (sheets,) = (rehearsed / "rehearsal").glob("*.pdf")
    shutil.copy(sheets, tray / "1.pdf")
    with pikepdf.open(sheets) as pdf:
        del pdf.pages[3:]
        pdf.save(tray / "2.pdf")
    return tray


# All rows are compared with their keys; on a server, a transaction that is taken back leaves a gap.
pytestmark = pytest.mark.files


def drive(tray: Path, trials: list[str]) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.actions.kill_driver", "scans", str(tray), *trials]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert not done.returncode, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["trials"]
    return found


def folders(rehearsed: Path, where: Path, count: int) -> list[Path]:
    made = [where / str(number) for number in range(count)]
    for folder in made:
        copy_exam(rehearsed, folder, ignore=shutil.ignore_patterns("rehearsal"))
    return made


def recorded(place: Path) -> int:
    """How many images are recorded, asked beside the program at work."""
    base = sqlite3.connect(f"file:{place}/.klausur/db.sqlite3?mode=ro", uri=True)
    try:
        (number,) = base.execute("SELECT count(*) FROM store_pageimage").fetchone()
        return int(number)
    finally:
        base.close()


@pytest.mark.nightly
def test_killed_at_many_points(rehearsed: Path, tray: Path, tmp_path: Path) -> None:
    (first,) = folders(rehearsed, tmp_path / "undisturbed", 1)
    (whole,) = drive(tray, [f"{first}@"])
    steps = whole["steps"]
    assert steps > 60
    points = [str(1 + steps * n // POINTS) for n in range(POINTS)]
    points.append(",".join(["9"] * 8))  # killed again and again, getting a little further each time
    places = folders(rehearsed, tmp_path / "killed", len(points))
    trials = drive(tray, [f"{place}@{point}" for place, point in zip(places, points, strict=True)])
    for point, trial in zip(points, trials, strict=True):
        for table, rows in whole["dump"].items():
            assert trial["dump"][table] == rows, f"killed at {point} of {steps}"
        assert trial["kills"][0] is None, f"was not killed at {point} of {steps}"
        assert trial["again"] < whole["steps"] / 2
    assert trials[-1]["kills"].count(None) > 3


@pytest.mark.long
def test_three_scans_at_once_record_every_page_once(rehearsed: Path, tray: Path, tmp_path: Path) -> None:
    first, place = folders(rehearsed, tmp_path, 2)
    alone, together = drive(tray, [f"{first}@", f"{place}@together"])
    assert together["kills"].count(None) == 0
    assert together["dump"] == alone["dump"]


def killed_at_work(command: list[str]) -> list[psutil.Process]:
    """Run a program and kill it as soon as its workers are there; the workers, which end by themselves."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as program:
        children: list[psutil.Process] = []
        while len(children) < WORKING and program.poll() is None:
            time.sleep(0.01)
            with contextlib.suppress(psutil.NoSuchProcess):
                children = psutil.Process(program.pid).children(recursive=True)
        program.kill()
    return children


@pytest.mark.long
def test_a_killed_program_leaves_no_process_behind_and_goes_on(
    rehearsed: Path, tray: Path, tmp_path: Path
) -> None:
    (undisturbed,) = folders(rehearsed, tmp_path / "undisturbed", 1)
    scan(undisturbed, [tray], actor=EXAMINER, jobs=0)
    for more in itertools.count():
        (place,) = folders(rehearsed, tmp_path / f"killed-{more}", 1)
        command = [sys.executable, "-c", "from klausur.cli.main import run; run()"]
        command += ["scan", "--jobs", "2", "--exam", str(place), str(tray)]
        for worker in killed_at_work(command):
            worker.wait()
        if recorded(place) < recorded(undisturbed):
            break  # else it was killed too late to show anything, as happens on a busy machine
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "COLUMNS": "80"})
    assert readings(place) == readings(undisturbed)
    assert [i.image for i in status(place).waiting] == [i.image for i in status(undisturbed).waiting]
    assert status(place).booklets == status(undisturbed).booklets
