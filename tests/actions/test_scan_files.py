"""Folders of scans: what lies in them is read by its content, and what is not read is named."""

import json
import os
import shutil
from pathlib import Path

import pytest
from PIL import Image
from tests.cast import EXAMINER
from tests.exams import copy_exam

from klausur.actions.scan import Scanned, scan
from klausur.actions.status import status
from klausur.base.diagnostics import Diagnostic
from klausur.base.errors import NotFoundError
from klausur.cli.main import run
from klausur.store import audit
from klausur.store.folder import opened


@pytest.fixture
def place(recorded: Path, tmp_path: Path) -> Path:
    target = tmp_path / "exam"
    copy_exam(recorded, target)
    return target


@pytest.fixture
def tray(tmp_path: Path) -> Path:
    (tmp_path / "tray/room 1/pile").mkdir(parents=True)
    return tmp_path / "tray"


def picture(path: Path, grey: int) -> Path:
    Image.new("L", (300, 400), grey).save(path, "PNG")
    return path


def read(place: Path, *paths: Path, told: list[Diagnostic] | None = None) -> Scanned:
    return scan(place, paths, actor=EXAMINER, jobs=0, tell=(told if told is not None else []).append)


def call(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr("sys.argv", ["klausur", *(str(a) for a in arguments)])
    try:
        run()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def refusals(place: Path) -> list[tuple[str, str]]:
    return [(Path(one.path).name, one.why) for one in status(place).refused]


def test_subfolders_are_read_by_content_and_in_the_order_of_names(place: Path, tray: Path) -> None:
    for n, name in enumerate(("z.txt", "room 1/SCAN0001", "room 1/pile/a.jpe", "b.JPG")):
        picture(tray / name, 200 + n)
    done = read(place, tray)
    assert [Path(name).name for name in done.files] == ["b.JPG", "SCAN0001", "a.jpe", "z.txt"]
    assert (done.pages, done.diagnostics) == (4, ())


def test_what_is_no_scan_is_named_with_the_reason_and_recorded_once(place: Path, tray: Path) -> None:
    picture(tray / "a.png", 230)
    (tray / "room 1/notes.pdf").write_text("no scan", encoding="utf-8")
    (tray / "room 1/pile/empty").touch()
    (tray / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    told: list[Diagnostic] = []
    done = read(place, tray, told=told)
    assert tuple(told) == done.diagnostics
    assert [(Path(d.place.file).name, d.severity.value) for d in told] == [
        (".DS_Store", "warning"),
        ("notes.pdf", "error"),
        ("empty", "error"),
    ]
    assert done.pages == 1
    assert refusals(place) == [
        ("notes.pdf", told[1].message),
        ("empty", "the file is empty"),
    ]
    with opened(place):
        events = audit.events()
    read(place, tray)
    with opened(place):
        assert audit.events() == events
    picture(tray / "room 1/notes.pdf", 240)
    read(place, tray)
    assert [name for name, _ in refusals(place)] == ["empty"]


def test_a_refused_file_is_told_before_any_page_is_read(place: Path, tray: Path) -> None:
    (tray / "a.txt").write_text("no scan", encoding="utf-8")
    picture(tray / "b.png", 230)

    def stop(_: Diagnostic) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scan(place, (tray,), actor=EXAMINER, jobs=0, tell=stop)
    assert status(place).images == 0


def test_the_folder_of_an_exam_is_no_folder_of_scans(place: Path, tray: Path) -> None:
    shutil.copytree(place, tray / "another exam")
    picture(tray / "b.png", 230)
    done = read(place, tray)
    (found,) = done.diagnostics
    assert (Path(found.place.file).name, done.pages) == ("another exam", 1)
    assert "folder of an exam" in found.message


def test_an_empty_folder_ends_the_scan_and_a_circle_of_links_does_not(place: Path, tray: Path) -> None:
    with pytest.raises(NotFoundError, match="holds no file"):
        read(place, tray)
    picture(tray / "room 1/b.png", 230)
    (tray / "room 1/round").symlink_to(tray)
    (tray / "gone.png").symlink_to(tray / "nowhere.png")
    done = read(place, tray)
    assert done.pages == 1
    assert [d.message for d in done.diagnostics] == ["there is no such file"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes among its files")
def test_a_pipe_and_a_device_are_refused_and_nothing_waits(place: Path, tray: Path) -> None:
    os.mkfifo(tray / "pipe.pdf")
    done = read(place, tray, Path("/dev/null"))
    assert {d.message for d in done.diagnostics} == {"this is a pipe or a device, and no file"}
    assert len(done.diagnostics) == 2


def test_a_name_that_is_no_utf8_stops_nothing(
    place: Path, tray: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        odd = picture(tray / os.fsdecode(b"b\xe4\xff.png"), 230)
    except OSError:
        pytest.skip("this file system has names in UTF-8 alone")
    (tray / os.fsdecode(b"\xfc.txt")).write_text("no scan", encoding="utf-8")
    assert call(monkeypatch, "scan", "--exam", place, tray, "--jobs", "1") == 1
    out = capsys.readouterr().out
    assert "1 page from 1 file" in out
    assert "\N{REPLACEMENT CHARACTER}.txt: error[scan-unreadable]" in out
    assert [f.name for f in status(place).files] == [
        "b\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}.png"
    ]
    assert call(monkeypatch, "scan", "--exam", place, odd, "--json") == 0
    assert len(json.loads(capsys.readouterr().out)["known"]) == 1
    assert call(monkeypatch, "status", place) == 0
    assert "1 file was refused, and not read" in capsys.readouterr().out
