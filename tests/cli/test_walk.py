"""An exam on the command line from ``new`` to ``grade``: each command, in text and in JSON."""

import csv
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from tests.cast import EXAMINER

from klausur.actions.demo import Demonstrated, demo
from klausur.actions.new import new
from klausur.actions.progress import Progress
from klausur.exam import reference

from .conftest import Call


@pytest.mark.long
def test_from_a_new_exam_to_scanned_pages(klausur: Call, begun: Path) -> None:
    assert klausur("print", begun, "--spare", 1).code == 0
    rehearsed = klausur("rehearse", begun, "--seed", 4, "--level", "clean", "--jobs", 1, "--json").json
    files = rehearsed["files"]
    assert all(Path(name).is_file() for name in (*files, rehearsed["marks"], rehearsed["pages"]))

    bad = begun / "bad.pdf"
    bad.write_bytes(b"%PDF-1.7 and then nothing")
    done = klausur("scan", *files, bad, "--exam", begun, "--jobs", 1, "--json")
    assert done.code == 1, "a bad file is a finding"
    assert [d["code"] for d in done.json["diagnostics"]] == ["scan-unreadable"]
    assert done.json["pages"] == done.json["placed"] + sum(done.json["unplaced"].values()) > 0

    again = klausur("scan", *files, "--exam", begun)
    assert again.code == 0
    assert "1 file known already" in again.out
    assert "nothing changes" in again.out

    added = klausur("print", begun, "--spare", 2)
    assert added.code == 0
    assert "stays valid" in added.out or "stay valid" in added.out
    nothing = klausur("print", begun)
    assert nothing.code == 2
    assert len(nothing.err.splitlines()) == 2, "what happened, and what to do next"
    (solved,) = klausur("solution", begun, "--json").json["files"]
    assert Path(solved).is_file()


def test_what_of_a_page_cannot_be_drawn_is_told(klausur: Call, scanned: Path, tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        note = pikepdf.Dictionary(Subtype=pikepdf.Name.Line, Rect=[0, 0, 99, 99], L=[9, 9, 90, 90])
        page.obj.Annots = pikepdf.Array([pdf.make_indirect(note)])
        pdf.save(tmp_path / "noted.pdf")
    klausur("scan", tmp_path / "noted.pdf", "--exam", scanned, "--jobs", 1)
    told = klausur("settle", "list", scanned).out
    assert "unreadable: a part of the page cannot be drawn: the appearance of an annotation (Line)" in told


@pytest.mark.parametrize(
    "words", [("status",), ("grade",), ("settle", "list"), ("settle", "--list")], ids=" ".join
)
def test_on_a_terminal_of_80_columns_each_booklet_has_one_line(
    klausur: Call, scanned: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    name = "Freifrau Adalberta von und zu Langenbeispiel-Mustermannshausen"
    for number in (1, 2):
        reg = f"0370000{number}"
        said = klausur(
            "candidates", "add", reg, name, "--booklet", number, "--why", "came", "--exam", scanned
        )
        assert said.code == 0, said.err
    for key, value in {"FORCE_COLOR": "1", "TERM": "dumb", "COLUMNS": "80", "LINES": "50"}.items():
        monkeypatch.setenv(key, value)
    out = klausur(*words, scanned).out.splitlines()
    head = next((n for n, line in enumerate(out) if line.startswith("─")), None)
    if head is None:
        assert words[0] == "settle", "nothing waits"
        return
    rows = out[head + 1 : head + 3]
    assert {len(line) for line in rows} <= set(range(81))
    if words[0] != "settle":
        assert [line.split()[0] for line in rows] == ["1", "2"]
        assert all("…" in line for line in rows)
    wide = klausur(*words, scanned, "--wide").out
    assert words[0] == "settle" or wide.count(name) == 2


def test_status(klausur: Call, scanned: Path) -> None:
    state = klausur("status", "--exam", scanned, "--json").json
    assert state["images"] == state["placed"] + state["unplaced"] + state["ignored"]
    assert state["images"] == sum(file["pages"] for file in state["files"])
    assert [b["missing"] for b in state["booklets"]] == [[], []]
    heading, first, *_ = klausur("status", scanned).out.splitlines()
    assert heading.split("\t") == [
        *("booklet", "registration", "name", "by", "pages", "missing"),
        *("twice", "duplicates", "unplaced", "extra", "open"),
    ]
    assert first.startswith("1\t\t(open)\t"), "nothing says whose this booklet is"
    assert state["untied"] == [1, 2]


def test_readings(klausur: Call, scanned: Path) -> None:
    rows = klausur("readings", scanned, "--json").json
    assert list(rows[0]) == [
        *(
            "sheet",
            "booklet",
            "page",
            "field",
            "kind",
            "question",
            "value",
            "confidence",
            "flagged",
            "reader",
            "version",
        ),
        *("settled", "scores"),
    ]
    only = klausur("readings", scanned, "--booklet", 2, "--json").json
    assert only == [row for row in rows if row["booklet"] == 2] != []
    flagged = klausur("readings", scanned, "--flagged", "--json").json
    assert flagged == [row for row in rows if row["flagged"]]
    boxes = klausur("readings", scanned, "--kind", "choice-box", "--kind", "credit-box", "--json").json
    assert boxes == [row for row in rows if row["kind"] in {"choice-box", "credit-box"}] != []
    assert len(klausur("readings", scanned).out.splitlines()) == len(rows) + 1


def settled(klausur: Call, place: Path) -> dict[str, str]:
    rows = klausur("readings", place, "--booklet", 1, "--json").json
    return {row["field"]: row["settled"] for row in rows if row["settled"]}


def test_settle_boxes_and_questions(klausur: Call, scanned: Path) -> None:
    exam = ("--exam", scanned)
    rows = klausur("readings", scanned, "--booklet", 1, "--json").json
    choice = next(row for row in rows if row["kind"] == "choice-box")
    credit = next(row for row in rows if row["kind"] == "credit-box")

    said = klausur("settle", "box", 1, choice["field"], "filled", "--why", "taken back", *exam)
    assert said.out == f"booklet 1, {choice['field']}: filled\n"
    assert settled(klausur, scanned) == {choice["field"]: "filled"}

    klausur("settle", "question", 1, choice["question"], "--chosen", "none", *exam)
    assert settled(klausur, scanned)[choice["field"]] == "empty"
    klausur("settle", 1, choice["question"], "--chosen", "A, b", *exam)
    assert list(settled(klausur, scanned).values()).count("crossed") == 2
    back = klausur("settle", 1, choice["question"], "--undo", *exam)
    assert "the reading counts again" in back.out
    assert settled(klausur, scanned) == {}

    credits = ("settle", 1, credit["question"], "--credits", "0")
    made = klausur(*credits, "--who", "Jürgen Muster", *exam, "--json").json
    assert {row["who"] for row in made} == {"Jürgen Muster"}
    assert [row["value"] for row in made].count("crossed") == 1
    waits = klausur("settle", "--list", *exam, "--json").json["questions"]
    assert (1, credit["question"]) not in {(q["booklet"], q["question"]) for q in waits}


def test_settle_images(klausur: Call, scanned: Path) -> None:
    exam = ("--exam", scanned)
    before = klausur("status", *exam, "--json").json
    assert klausur("settle", "page", 2, "--ignore", *exam).out == "image 2: ignored\n"
    now = klausur("status", *exam, "--json").json
    assert (now["placed"], now["ignored"]) == (before["placed"] - 1, 1)
    ((missing,), _) = (b["missing"] for b in now["booklets"])
    said = klausur("settle", "page", 2, "--is", f"1:{missing}", *exam)
    assert said.out.startswith(f"image 2: booklet 1, page {missing}\n")
    assert klausur("settle", "--image", 2, "--undo", *exam, "--json").json["image"]["verdict"] == "undone"
    assert klausur("status", *exam, "--json").json["placed"] == before["placed"]


def test_what_waits_is_listed_for_people(klausur: Call, scanned: Path) -> None:
    exam = ("--exam", scanned)
    klausur("settle", "--image", 2, "--ignore", *exam)
    klausur("settle", "--image", 2, "--undo", *exam)
    listed = klausur("settle", "list", scanned).out.splitlines()
    assert listed[0] == "booklet\twhy\twhat was found\tother booklets"
    assert listed[1].startswith("1\tnothing-says-whose\t")
    assert listed[-1].endswith("2 booklets without a candidate, 0 extra sheets wait for a person")
    said = klausur("status", *exam).out
    assert "booklet 1 has no candidate: nothing-says-whose" in said


def test_settle_whose_a_booklet_is(klausur: Call, scanned: Path) -> None:
    exam = ("--exam", scanned)
    tried = klausur("settle", "--booklet", 1, "--nobody", "--dry-run", *exam)
    assert tried.out == "booklet 1: nobody's (dry run: nothing was recorded)\n"
    assert klausur("status", *exam, "--json").json["untied"] == [1, 2]
    assert klausur("settle", "owner", 1, "--nobody", *exam).out == "booklet 1: nobody's\n"
    assert klausur("status", *exam, "--json").json["untied"] == [2]
    back = klausur("settle", "--booklet", 1, "--undo", *exam, "--json").json
    assert (back["sheet"], back["number"], back["bond"]) == ("booklet", 1, "undone")
    unknown = klausur("settle", "--booklet", 1, "--candidate", "0371", *exam)
    assert unknown.code == 3
    assert "no registration number '0371'" in unknown.err
    assert klausur("settle", "--extra", 1, "--booklet", 1, *exam).code == 3


def test_attendance_without_lists(klausur: Call, scanned: Path) -> None:
    found = klausur("attendance", scanned)
    assert found.code == 1
    assert "Booklets that are nobody's yet: 1, 2" in found.out
    assert "No attendance lists were printed." in found.out
    plain = klausur("attendance", scanned, "--json")
    assert (plain.code, plain.json["nobodys"], plain.json["candidates"]) == (1, [1, 2], [])
    for number in (1, 2):
        klausur("settle", "--booklet", number, "--nobody", "--exam", scanned)
    assert klausur("attendance", scanned).code == 0


def test_reread_with_nothing_to_read(klausur: Call, scanned: Path) -> None:
    assert klausur("reread", "--exam", scanned).out.startswith("0 pages read again")
    assert klausur("reread", "--exam", scanned, "--json").json["pages"] == 0
    placed = klausur("reread", 1, "--exam", scanned)
    assert placed.code == 4
    assert "does not wait" in placed.err


def test_pages_that_have_no_other(klausur: Call, scanned: Path, tmp_path: Path) -> None:
    said = klausur("pages", "--side-by-side", 1, tmp_path / "both.png", "--exam", scanned)
    assert said.code == 3
    assert "no other image counts" in said.err
    assert not (tmp_path / "both.png").exists()


def test_grade(klausur: Call, scanned: Path) -> None:
    graded = klausur("grade", scanned, "--json")
    assert graded.code == 0
    assert [row["booklet"] for row in graded.json["rows"]] == [1, 2]
    assert {row["status"] for row in graded.json["rows"]} == {"open"}, "nobody knows whose they are"
    assert {row["open"][0] for row in graded.json["rows"]} == {"no candidate"}
    with (scanned / "results.csv").open(encoding="utf-8", newline="") as file:
        assert [row["booklet"] for row in csv.DictReader(file)] == ["1", "2"]
    shown = klausur("grade", scanned).out
    assert shown.splitlines()[0].startswith("booklet\tregistration\tname\tP1\t")
    assert str(scanned / "results.csv") in shown


def starter(folder: Path) -> None:
    """An exam of fewer pages; `tests/journey` goes the same way with the reference exam."""
    new(folder)
    (folder / "rooms.toml").unlink()


@pytest.mark.long
@pytest.mark.parametrize(
    "write", [starter, pytest.param(reference.write, marks=pytest.mark.nightly, id="reference")]
)
def test_demo(
    klausur: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path], object]
) -> None:
    """The demo is made once, and told twice."""
    monkeypatch.setattr(reference, "write", write)
    place = tmp_path / "demo"
    made: list[Demonstrated] = []

    def remembered(folder: Path, **options: Any) -> Demonstrated:  # noqa: ANN401 - those of the action
        made[:] = made or [demo(folder, **options)]
        return made[0]

    monkeypatch.setattr("klausur.actions.demo.demo", remembered)
    said = klausur("demo", place, "--booklets", 1, "--jobs", 1)
    told = klausur("demo", place, "--booklets", 1, "--jobs", 1, "--json")
    assert said.code == told.code == 0
    found = told.json
    assert found["booklets"] == 1
    assert found["pages"] == found["placed"] + found["unplaced"] > 1
    assert found["silent_misreads"] == 0
    assert list(found["seconds"]) == ["source", "check", "print", "rehearse", "scan", "compare", "grade"]
    assert re.search(
        rf"^{found['pages']} pages from \d+ files?: {found['placed']} placed", said.out, re.MULTILINE
    )
    assert re.search(rf", {found['marked']} of them marked\. Against .*:\n  0 misread\n", said.out)
    assert re.search(rf"^{found['final']} of 1 booklet graded", said.out, re.MULTILINE)
    assert "Reading what was scanned\n  " in said.err, "progress in lines"


class BrokenOffError(Exception):
    """Somebody ends the demo."""


def test_a_demo_is_made_anew_beside_what_is_not_its_own(klausur: Call, tmp_path: Path) -> None:
    def break_off(_step: str) -> AbstractContextManager[Progress]:
        raise BrokenOffError

    place = tmp_path / "demo"
    with pytest.raises(BrokenOffError):
        demo(place, actor=EXAMINER, announce=break_off)
    for name in ("notes.txt", "results.csv", "print/exam.pdf"):
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text("an earlier one", encoding="utf-8")
    with pytest.raises(BrokenOffError):
        demo(place, actor=EXAMINER, announce=break_off)
    assert {path.name for path in place.iterdir()} == {".klausur-demo", "notes.txt"}
    (place / ".klausur-demo").unlink()
    assert klausur("demo", place).code == 4


OTHERWISE = """
from klausur.evidence import exact


@exact("what-light-does", choice="It needs a medium to travel in.")
def medium():
    return True
"""
"""Evidence against the starter exam's key."""


def test_a_demo_that_cannot_print_says_what_was_found(
    klausur: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def contradicted(folder: Path) -> None:
        starter(folder)
        (folder / "problems" / "1-light.py").write_text(OTHERWISE, encoding="utf-8")

    monkeypatch.setattr(reference, "write", contradicted)
    said = klausur("demo", tmp_path / "demo", "--booklets", 1, "--jobs", 1)
    assert said.code == 1
    assert "the reference exam is not printed:" in said.err
    assert "error[claim-contradicted]" in said.err
    assert "nothing was printed yet" not in said.err
