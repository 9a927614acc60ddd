"""``klausur trial``: a sheet is printed and read back, and what cannot work is said with its remedy."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from klausur.typeset import trial_sheet
from lab.trial_scans import TrialScan, saved, scanned

Call = Callable[..., Any]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.long
def test_a_printed_sheet_is_read_back_and_nothing_on_it_is_marked(klausur: Call) -> None:
    printed = klausur("trial", "print", "--paper", "letter", "--sides", 2, "--language", "de")
    assert (printed.code, printed.out.splitlines()[0]) == (0, "trial.pdf")
    read = klausur("trial", "read", "trial.pdf", "--jobs", 1, "--progress", "lines")
    assert read.code == 0, read.out
    assert "2  trial.pdf, page 2: side 2 of 2, letter" in read.out.splitlines()
    assert "good    scale: 100.0 % across, 100.0 % down" in read.out.splitlines()
    assert "note    boxes: nothing is marked" in read.out.splitlines()
    assert read.out.splitlines()[-1] == "Nothing need be changed."
    assert "Reading: 2 of 2 pages" in read.err


def test_what_is_to_be_changed_is_told_with_its_remedy_and_exit_code_1(klausur: Call, tmp_path: Path) -> None:
    klausur("trial", "print")
    how = TrialScan(dpi=100.0, hands=1)
    scan = saved([scanned(tmp_path / "trial.pdf", trial_sheet.sheet("a4"), how, 2)], how, tmp_path / "scan")
    read = klausur("trial", "read", scan, "--jobs", 1, "--progress", "none")
    lines = read.out.splitlines()
    at = lines.index("change  resolution: 100 dpi")
    assert lines[at + 1].strip() == "scan at 300 dpi: below 145 a person is asked about every box"
    assert "        'Leave empty', line 1, boxes 1, 2, 3, 4, 5, 6: asked about, seen as empty" in lines
    assert (read.code, lines[-1]) == (1, "Change what is marked so, and try again.")

    as_json = klausur("trial", "read", scan, "--jobs", 1, "--progress", "none", "--json")
    assert as_json.code == 1
    told = as_json.json
    assert (told["good"], told["sides"][0]["side"], told["sides"][0]["paper"]) == (False, 1, "a4")
    assert [f["about"] for f in told["findings"] if f["level"] == "change"] == ["resolution"]
    assert {box["outcome"] for box in told["boxes"] if box["row"] == "cross"} == {"asked-about"}


def test_json_says_what_was_printed(klausur: Call) -> None:
    said = klausur("trial", "print", "--out", "sheet.pdf", "--json")
    assert said.json == {"file": "sheet.pdf", "paper": "a4", "sides": 1, "language": "en"}


@pytest.mark.parametrize(
    ("words", "code", "message", "remedy"),
    [
        (("trial",), 2, "nothing is said to be done", "'klausur trial print' or 'klausur trial read FILES'"),
        (("trial", "print", "--paper", "a5"), 2, "there is no paper 'a5'", "a4, letter"),
        (("trial", "print", "--language", "xx"), 2, "do not speak 'xx'", "en, de"),
        (("trial", "print", "--sides", "201"), 2, "a trial has 1 to 200 sides, not 201", "several trials"),
        (("trial", "print", "--out", "no/such.pdf"), 5, "no/such.pdf cannot be written", "--out"),
        (("trial", "print", "--out", "there.pdf"), 4, "there.pdf is there already", "--out"),
    ],
)
def test_what_cannot_work_is_said_with_the_way_out(
    klausur: Call, tmp_path: Path, words: tuple[str, ...], code: int, message: str, remedy: str
) -> None:
    (tmp_path / "there.pdf").write_bytes(b"a scan")
    said = klausur(*words)
    assert said.code == code
    assert message in said.err
    assert remedy in said.err
    assert (tmp_path / "there.pdf").read_bytes() == b"a scan"


def test_a_file_that_is_no_scan_is_a_finding(klausur: Call, tmp_path: Path) -> None:
    (tmp_path / "notes.pdf").write_text("no PDF")
    said = klausur("trial", "read", "notes.pdf", "missing.pdf", "--progress", "none")
    assert said.code == 1
    assert said.out.count("error[scan-unreadable]") == 2
    assert "there is no such file" in said.out


def test_a_folder_of_scans_is_taken_whole(klausur: Call, tmp_path: Path) -> None:
    (tmp_path / "scans" / "inner").mkdir(parents=True)
    klausur("trial", "print", "--out", "scans/inner/sheet.pdf")
    (tmp_path / "scans" / "Thumbs.db").write_bytes(b"no scan")
    said = klausur("trial", "read", "scans", "--jobs", 1, "--progress", "none")
    assert said.code == 0, said.out
    assert "scans/Thumbs.db: warning[scan-left]" in said.out
    assert "1  scans/inner/sheet.pdf, page 1: side 1 of 1, a4" in said.out
