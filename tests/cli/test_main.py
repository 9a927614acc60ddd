"""Exit codes, messages and outputs, for what people get wrong and for what goes well."""

import subprocess
import sys
from pathlib import Path

import pytest

from klausur import __version__
from klausur.cli.commands import COMMANDS, group

from .conftest import Call


def test_the_version(klausur: Call) -> None:
    assert klausur("--version").out == f"klausur {__version__}\n"


def test_the_installed_program_is_the_same_one() -> None:
    program = Path(sys.executable).with_name("klausur")
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"klausur {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["frobnicate"], 2),
        (["scan"], 2),
        (["check", "--frobnicate"], 2),
        (["scan", "--jobs", "0", "x.pdf"], 2),
        (["settle", "--list", "--undo"], 2),
        (["settle"], 2),
        (["settle", "1", "word", "perhaps"], 2),
        (["settle", "--booklet", "1"], 2),
        (["settle", "--booklet", "1", "--nobody", "--undo"], 2),
        (["settle", "--extra", "1", "--candidate", "0371"], 2),
        (["settle", "--candidate", "0371", "--signed", "--unsigned"], 2),
        (["pages", "out.png"], 2),
        (["settle", "1", "word", "--credits", "many"], 2),
        (["settle", "--image", "1", "--page", "twelve"], 2),
        (["settle", "--image", "1", "--chosen", "a"], 2),
        (["settle", "--page", "1:2"], 2),
        (["check", "one", "--exam", "two"], 2),
        (["candidates", "--dry-run"], 2),
        (["candidates", "add", "0371"], 2),
        (["candidates", "add", "0371", "Ada Example"], 2),
        (["candidates", "mark", "0371", "lazy", "--why", "so"], 2),
        (["candidates", "mark", "0371", "ill"], 2),
        (["candidates"], 3),
        (["candidates", "nowhere"], 3),
        (["candidates", "--update", "list.csv"], 3),
        (["candidates", "change", "0371", "--name", "Ada"], 3),
        (["candidates", "withdraw", "0371", "--why", "by mail"], 3),
        (["candidates", "history", "0371"], 3),
        (["status", "nowhere"], 3),
        (["readings"], 3),
        (["readings", "--settled", "marks"], 3),
        (["readings", "--settled", "marks", "--flagged"], 2),
        (["publication"], 3),
        (["publication", "--publish"], 3),
        (["publication", "--sign", "--publish"], 2),
        (["publication", "--shows", "everything"], 2),
        (["publication", "--objections-until", "soon"], 2),
        (["approve", "nowhere"], 1),
        (["retention"], 3),
        (["retention", "set"], 2),
        (["retention", "set", "--scans", "many"], 3),
        (["retention", "delete", "--scans"], 3),
        (["retention", "check", "nothing.json"], 3),
        (["place"], 3),
        (["place", "set", "Box 3", "all"], 2),
        (["place", "set", "Box 3", "1"], 3),
        (["links"], 3),
        (["links", "make"], 2),
        (["links", "revoke"], 2),
        (["objections"], 3),
        (["objections", "show", "many"], 2),
        (["objections", "answer", "1", "--text", "So it is."], 3),
        (["mail"], 3),
        (["mail", "send", "everything"], 2),
        (["mail", "send", "results"], 3),
        (["mail", "send", "results", "--until", "soon"], 2),
        (["mail", "returned", "nothing.eml"], 3),
        (["audit-marks"], 3),
        (["audit-marks", "--sample", "400"], 3),
        (["audit-marks", "--seed", "1"], 2),
        (["audit-marks", "--but", "12"], 2),
        (["audit-marks", "--but", "12=empty", "--undo", "12"], 2),
        (["scan", "x.pdf"], 3),
        (["settle", "--list"], 3),
        (["settle", "page", "1"], 2),
        (["settle", "page", "1", "--accept", "--undo"], 2),
        (["settle", "page", "1", "--is", "twelve"], 2),
        (["settle", "owner", "twelve", "--nobody"], 2),
        (["settle", "question", "1", "word"], 2),
        (["settle", "question", "1", "word", "--chosen", "a", "--credits", "1"], 2),
        (["settle", "box", "1", "word/credit/1", "perhaps"], 2),
        (["settle", "1", "word/credit/1", "crossed", "--undo"], 2),
        (["settle", "1", "word", "--credits", "1"], 3),
        (["settle", "--image", "1", "--ignore"], 3),
        (["settle", "--image", "1", "--accept"], 3),
        (["settle", "--booklet", "1", "--candidate", "0371"], 3),
        (["settle", "--extra", "1", "--booklet", "2"], 3),
        (["settle", "--candidate", "0371", "--signed"], 3),
        (["pages", "--side-by-side", "1", "out.png"], 3),
        (["attendance"], 3),
        (["reread"], 3),
        (["grade"], 3),
        (["rehearse"], 3),
        (["doctor", "nowhere"], 3),
        (["upgrade", "nowhere"], 3),
        (["upgrade"], 3),
        (["backup"], 2),
        (["backup", "nowhere", "--output", "site.tar"], 3),
        (["backup", "--output", "site.tar", "--new-key", "key"], 2),
        (["restore", "nowhere.tar.age", "--output", "home"], 3),
    ],
)
def test_what_cannot_work_says_so_without_a_traceback(
    klausur: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    said = klausur(*arguments)
    assert said.code == code
    assert said.err.strip()
    assert said.out == ""
    assert "Traceback" not in said.err
    assert not list(tmp_path.iterdir())


OF_NO_EXAM = {
    *("new", "import", "adopt", "demo", "settle", "judge", "rubric", "restore", "merge", "work"),
    *("doctor", "upgrade", "backup"),
    *("trial", *group("trial"), "site", *group("site")),
}
"""Commands that take no folder of an exam by ``--exam``."""


@pytest.mark.parametrize("command", [c for c in COMMANDS if c not in OF_NO_EXAM])
def test_a_folder_that_is_none_is_no_traceback(klausur: Call, tmp_path: Path, command: str) -> None:
    file = tmp_path / "file"
    file.touch()
    needed: dict[str, list[object]] = {
        "scan": [file],
        "settle box": [1, "word/credit/1", "empty"],
        "settle question": [1, "word", "--undo"],
        "settle page": [1, "--ignore"],
        "settle owner": [1, "--nobody"],
        "settle extra": [1, "--nobody"],
        "settle signature": ["0371", "--signed"],
        "settle missing": ["1:2", "--why", "lost"],
        "judge answer": [1, "word"],
        "judge undo": [1],
        "judge park": [1, "word", "Is that one?"],
        "judge reply": [1, "It is."],
        "judge script": [1],
        "rubric show": ["word"],
        "rubric add": ["word", "a long word", "--credits", "1"],
        "rubric set": ["word", "1", "--credits", "1"],
        "rubric move": ["word", "1", "--before", "2"],
        "rubric remove": ["word", "1"],
        "rubric undo": [1],
        "judge assign": ["word", "Ada Example"],
        "judge withdraw": [1],
        "judge rules": ["word"],
        "archive": ["--output", tmp_path / "exam.zip"],
        "export": ["--to", "moodle", "--out", tmp_path / "away"],
        "pages": ["--side-by-side", 1, tmp_path / "out.png"],
        "candidates add": ["0371", "Ada Example", "--why", "came late"],
        "candidates change": ["0371", "--name", "Ada Example"],
        "candidates withdraw": ["0371", "--why", "by mail"],
        "candidates mark": ["0371", "ill", "--why", "certificate"],
        "candidates history": ["0371"],
        "candidates data": ["0371", "-o", tmp_path / "data.zip"],
        "grades": ["--fill", file],
        "scripts": ["--out", tmp_path / "scripts"],
        "retention set": ["--scans", 12],
        "retention delete": ["--scans"],
        "retention check": [file],
        "place set": ["Box 3", "1"],
        "links make": ["--address", "https://k/exams/a/"],
        "links revoke": ["--all"],
        "objections show": [1],
        "objections answer": [1, "--text", "So it is."],
        "mail send": ["results"],
        "mail returned": [file],
        "day check-in": ["0371"],
        "day hand-out": ["0371", "--booklet", 1],
        "day count-in": [1],
        "day note": ["began"],
        "day protocol": ["Hall"],
        "home accept": [1, "--why", "power cut"],
        "home refuse": [1, "--why", "too late"],
        "home undo": [1],
        "day close": ["Hall", "--signed", "Petra"],
    }
    extra: list[object] = needed.get(command, [])
    said = klausur(*command.split(), *extra, "--exam", file)
    assert said.code in {1, 3}
    assert "Traceback" not in said.err


@pytest.mark.parametrize("command", ["new", "demo"])
def test_a_full_folder_is_refused_and_left_alone(klausur: Call, tmp_path: Path, command: str) -> None:
    (tmp_path / "thesis.tex").write_text("mine", encoding="utf-8")
    said = klausur(command, tmp_path)
    assert said.code == 4
    assert "not empty" in said.err
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.tex"]
    assert klausur(command, tmp_path / "thesis.tex").code == 2


def test_findings_come_in_two_lines_and_as_json(klausur: Call, begun: Path) -> None:
    toml = begun / "exam.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + '\n[nonsense]\nx = "1"\n', encoding="utf-8")
    plain = klausur("check", begun)
    assert plain.code == 1
    first, second, *_ = plain.out.splitlines()
    assert "error[attribute-unknown]" in first
    assert first.startswith("exam.toml:")
    assert second.startswith("    ")
    found = klausur("check", begun, "--json")
    assert found.code == 1
    assert found.json["ok"] is False
    assert {d["code"] for d in found.json["diagnostics"]} == {"attribute-unknown"}
    assert {d["severity"] for d in found.json["diagnostics"]} == {"error"}
    printed = klausur("print", begun, "--spare", 2)
    assert printed.code == 1
    assert first in printed.out
    assert not (begun / "print").exists()


@pytest.mark.long
def test_a_new_exam_checks_and_prints(klausur: Call, begun: Path) -> None:
    checked = klausur("check", "--exam", begun, "--json")
    assert checked.code == 0
    assert checked.json["ok"] is True
    assert checked.json["exam"]["questions"] > 0
    dry = klausur("print", begun, "--spare", 2, "--dry-run", "--json")
    assert (dry.code, dry.json["printed"], dry.json["booklets"]) == (0, False, 2)
    done = klausur("print", begun, "--spare", 2, "--json").json
    assert (done["booklets"], done["candidates"], done["spare"]) == (2, 0, 2)
    assert {Path(name).name for name in done["files"]} >= {"exam.pdf", "booklets.pdf", "layout.json"}
    assert all(Path(name).is_file() for name in done["files"])


def test_the_folder_where_you_are_is_the_exam(
    klausur: Call, begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(begun)
    assert klausur("check").code == 0


def test_an_outside_failure_is_a_message(klausur: Call, begun: Path) -> None:
    (begun / ".klausur").write_text("a file where the records should be", encoding="utf-8")
    said = klausur("print", begun, "--spare", 1)
    assert said.code == 5
    assert ".klausur" in said.err
    assert "Traceback" not in said.err
