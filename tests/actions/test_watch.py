"""A scan station's folder: files come in pieces, under other names first, twice, or not at all."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import psutil
import pytest
from tests.cast import EXAMINER
from tests.exams import copy_exam

from klausur.actions.pace import Pace
from klausur.actions.scan import Scanned, scan
from klausur.actions.status import status
from klausur.actions.watch import Event, watch
from klausur.base.errors import NotFoundError, ToolError
from klausur.state.facts import Actor

pytestmark = pytest.mark.above_records


@pytest.fixture
def place(rehearsed: Path, tmp_path: Path) -> Path:
    target = tmp_path / "exam"
    copy_exam(rehearsed, target)
    return target


@pytest.fixture
def sheets(place: Path) -> bytes:
    (found,) = (place / "rehearsal").glob("scan-001.pdf")
    return found.read_bytes()


@pytest.fixture
def tray(tmp_path: Path) -> Path:
    tray = tmp_path / "tray"
    tray.mkdir()
    return tray


class Steps:
    """Does something to the folder between two looks, one thing after the other, and ends the watch then."""

    def __init__(self, *steps: Callable[[], object]) -> None:
        self.steps = iter(steps)
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds
        step = next(self.steps, None)
        if step is None:
            raise KeyboardInterrupt
        step()


def looked(times: int = 1) -> list[Callable[[], object]]:
    """Nothing happens before the next looks."""
    return [lambda: None] * times


def watched(place: Path, tray: Path, *steps: Callable[[], object]) -> list[Event]:
    events: list[Event] = []
    passing = Steps(*steps)
    pace = Pace(settle=1, every=1, wait=passing.wait, clock=passing.clock)
    with pytest.raises(KeyboardInterrupt):
        watch(place, tray, actor=EXAMINER, tell=events.append, jobs=0, pace=pace)
    return events


def scans(events: list[Event]) -> list[tuple[list[str], list[str], int]]:
    """The files read, those known, and the number of findings, of each scan."""
    return [
        (
            [Path(f).name for f in e.scanned.files],
            [Path(f).name for f in e.scanned.known],
            len(e.scanned.diagnostics),
        )
        for e in events
        if e.scanned is not None
    ]


def test_a_file_is_taken_once_it_has_settled(place: Path, tray: Path, sheets: bytes) -> None:
    file = tray / "a.pdf"
    half = len(sheets) // 2
    events = watched(
        place,
        tray,
        lambda: file.write_bytes(b""),
        *looked(),
        lambda: file.write_bytes(sheets[:half]),
        lambda: file.write_bytes(sheets),
        *looked(3),
    )
    assert scans(events) == [(["a.pdf"], [], 0)]
    assert status(place).placed == events[-1].scanned.placed > 0  # type: ignore[union-attr] # it has scanned
    assert [path.name for path in tray.iterdir()] == ["a.pdf"]
    assert file.read_bytes() == sheets


def test_a_pause_in_writing_is_reported_and_the_whole_file_read(
    place: Path, tray: Path, sheets: bytes
) -> None:
    file = tray / "a.pdf"
    events = watched(
        place,
        tray,
        lambda: file.write_bytes(sheets[: len(sheets) // 2]),
        *looked(4),
        lambda: file.write_bytes(sheets),
        *looked(3),
    )
    assert scans(events) == [([], [], 1), (["a.pdf"], [], 0)]


def test_files_under_way_and_other_files_are_left_alone(place: Path, tray: Path, sheets: bytes) -> None:
    for name in ("a.pdf.part", "b.pdf.tmp", ".c.pdf", "~d.pdf", "e.crdownload"):
        (tray / name).write_bytes(sheets)
    (tray / "notes.txt").write_text("no scan", encoding="utf-8")
    shutil.copytree(place, tray / "exam")
    (tray / ".sync").mkdir()
    (tray / ".sync/e.pdf").write_bytes(sheets)
    events = watched(
        place, tray, *looked(3), lambda: (tray / "a.pdf.part").rename(tray / "a.pdf"), *looked(3)
    )
    assert scans(events) == [(["a.pdf"], [], 0)]
    lines = [event.line for event in events]
    assert sum("notes.txt is left alone" in line for line in lines) == 1
    assert sum("exam is left alone: this is the folder of an exam" in line for line in lines) == 1


def test_subfolders_are_looked_into_and_what_goes_from_them_is_forgotten(
    place: Path, tray: Path, sheets: bytes
) -> None:
    day = tray / "monday/desk 2"

    def arrive() -> None:
        day.mkdir(parents=True)
        (day / "a.pdf").write_bytes(sheets)

    events = watched(place, tray, *looked(2), arrive, *looked(3), lambda: shutil.rmtree(day), *looked(2))
    assert scans(events) == [(["a.pdf"], [], 0)]
    assert not any("cannot be read" in event.line for event in events)
    (tray / "b.pdf").write_bytes(sheets)
    assert scans(watched(place, tray, *looked(3))) == [([], ["b.pdf"], 0)]
    assert "a.pdf" not in (place / ".klausur/watched.json").read_text(encoding="utf-8")


def test_what_is_known_is_not_even_opened_again(
    place: Path, tray: Path, sheets: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tray / "a.pdf").write_bytes(sheets)
    assert scans(watched(place, tray, *looked(3))) == [(["a.pdf"], [], 0)]
    shutil.copy(tray / "a.pdf", tray / "b.pdf")
    again = watched(place, tray, *looked(3))
    assert scans(again) == [([], ["b.pdf"], 0)]
    assert "b.pdf known already" in again[-1].line

    def only_to_begin(folder: Path, paths: Sequence[Path], *, actor: Actor, jobs: int | None) -> Scanned:
        assert not paths
        return scan(folder, (), actor=actor, jobs=jobs)

    monkeypatch.setattr("klausur.actions.watch.scan", only_to_begin)
    assert scans(watched(place, tray, *looked(3))) == []
    (place / ".klausur/watched.json").write_text("{damaged")
    with pytest.raises(AssertionError):
        watched(place, tray, *looked(3))


def test_a_share_that_goes_away_comes_back(place: Path, tray: Path, sheets: bytes) -> None:
    (tray / "a.pdf").write_bytes(sheets)
    away = tray.with_name("away")
    events = watched(
        place, tray, lambda: tray.rename(away), *looked(3), lambda: away.rename(tray), *looked(3)
    )
    lines = [event.line for event in events]
    assert sum("cannot be read" in line for line in lines) == 1
    assert sum("can be read again" in line for line in lines) == 1
    assert scans(events) == [(["a.pdf"], [], 0)]


def test_records_that_cannot_be_written_are_tried_again(
    place: Path, tray: Path, sheets: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tray / "a.pdf").write_bytes(sheets)
    full = [True, True, False]

    def at_times(folder: Path, paths: Sequence[Path], *, actor: Actor, jobs: int | None) -> Scanned:
        if paths and full.pop(0):
            raise ToolError("the disk is full", "make room")
        return scan(folder, paths, actor=actor, jobs=jobs)

    monkeypatch.setattr("klausur.actions.watch.scan", at_times)
    events = watched(place, tray, *looked(6))
    assert sum("the disk is full" in event.line for event in events) == 1
    assert scans(events) == [(["a.pdf"], [], 0)]


def test_once_ends_when_all_is_read(place: Path, tray: Path, sheets: bytes) -> None:
    (tray / "a.pdf").write_bytes(sheets)
    events: list[Event] = []
    once = partial(watch, place, tray, actor=EXAMINER, tell=events.append, jobs=0, once=True)
    assert once(pace=Pace(0.01, 0.01))
    (tray / "b.png").write_bytes(b"")
    assert not once(pace=Pace(0.01, 0.01))
    assert scans(events) == [(["a.pdf"], [], 0), ([], [], 1)]


def test_what_cannot_be_watched_is_said_at_once(place: Path, tray: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no folder"):
        watch(place, tray / "nowhere", actor=EXAMINER, tell=print)
    (tmp_path / "no exam").mkdir()
    with pytest.raises(NotFoundError):
        watch(tmp_path / "no exam", tray, actor=EXAMINER, tell=print)


PROGRAM = """
import signal
from klausur.cli.main import run
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's jobs in the background ignore it
run()
"""


@pytest.fixture
def station(place: Path, tray: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", PROGRAM, "scan", "--jobs", "1"]
    command += ["--exam", str(place), "--watch", str(tray), "--settle", "0.2"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "COLUMNS": "200"},
    ) as program:
        yield program
        program.kill()


@pytest.mark.long
@pytest.mark.parametrize("with_", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.nightly)])
def test_the_program_ends_cleanly_and_leaves_nothing_behind(
    place: Path, tray: Path, sheets: bytes, station: subprocess.Popen[str], with_: signal.Signals
) -> None:
    assert station.stdout is not None
    assert "watching" in station.stdout.readline()
    (tray / "a.pdf.part").write_bytes(sheets)  # it is seen whole, however long that takes
    (tray / "a.pdf.part").rename(tray / "a.pdf")
    assert "a.pdf: " in station.stdout.readline()
    children = psutil.Process(station.pid).children(recursive=True)
    station.send_signal(with_)
    out, err = station.communicate()
    assert station.returncode == 0
    assert "Traceback" not in out + err
    assert "what was read is recorded" in err
    psutil.wait_procs(children)
    assert status(place).placed > 0
