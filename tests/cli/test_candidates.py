"""``klausur candidates`` and its group, as people call them: text, JSON, exit codes."""

from pathlib import Path

import pytest
from tests.exams import by_hand

from klausur.base.geometry import Size
from klausur.paper.layout import BookletLayout, Layout, PageLayout
from klausur.paper.run import Booklet, PrintRun
from klausur.roster.model import Candidate
from klausur.store import derive, printings
from klausur.store.derive import EVERYTHING
from klausur.store.folder import opened
from klausur.store.frame import Frame

from .conftest import Call


@pytest.fixture
def printed(tmp_path: Path) -> Path:
    """Booklet 1 is Ada's, 2 is Jürgen's, 3 is a spare one."""
    place = tmp_path / "exam"
    place.mkdir()
    people = Candidate("0371", "Ada Example", "Hall 1", "A1"), Candidate("0372", "Jürgen Muster")
    run = PrintRun(7, (Booklet(1, people[0]), Booklet(2, people[1]), Booklet(3)))
    layout = Layout(
        exam_number=7,
        exam="small",
        source_digest="",
        paper="a4",
        size=Size(210.0, 297.0),
        pages=(PageLayout(1, ()),),
        booklets=tuple(BookletLayout(n, (0,)) for n in (1, 2, 3)),
    )
    with opened(place, create=True), by_hand():
        printings.alone(run, layout, "Ada Example")
        derive.refresh(Frame(place), EVERYTHING)
    return place


def test_before_printing_the_file_is_shown_and_named(klausur: Call, tmp_path: Path) -> None:
    path = tmp_path / "candidates.csv"
    path.write_text("Matrikel,Name,Studiengang\n0371,Ada Example,I\n", encoding="utf-8")
    said = klausur("candidates", tmp_path)
    assert said.code == 0
    assert "columns used: Matrikel (registration), Name (name); not used: Studiengang" in said.out
    assert klausur("candidates", tmp_path, "--json").json["list"]["columns"][2] == {
        "heading": "Studiengang",
        "used_as": None,
    }
    assert said.out.splitlines()[0].split("\t") == [
        *("registration", "name", "room", "seat", "extra minutes", "note")
    ]
    assert f"Nothing is printed yet: this is what {path} says" in said.out
    assert klausur("candidates", tmp_path, "--json").json["file"] == str(path)
    path.write_text("Matrikel,Name\nx,Ada Example\n", encoding="utf-8")
    assert klausur("candidates", tmp_path).code == 1


def test_the_list_and_what_people_say_of_it(klausur: Call, printed: Path) -> None:
    at = "--exam", printed
    added = klausur("candidates", "add", "0399", "Zoë Neu", "--booklet", 3, "--why", "came late", *at)
    assert (added.code, added.out) == (0, "0399 Zoë Neu: added, booklet 3 is theirs\n")
    assert klausur("candidates", "add", "0399", "Zoë Neu", "--why", "again", *at).code == 4
    moved = klausur("candidates", "change", "0372", "--registration", "0999", "--extra-minutes", 30, *at)
    assert moved.out == "0372 Jürgen Muster: registration: 0372 → 0999; extra minutes: – → 30\n"
    dry = klausur("candidates", "mark", "0371", "ill", "--why", "certificate", "--dry-run", *at)
    assert dry.out == "0371 Ada Example: ill: certificate (dry run: nothing was recorded)\n"
    assert klausur("candidates", "mark", "0371", "ill", "--why", "certificate", *at).code == 0
    assert (
        klausur("candidates", "withdraw", "0999", "--why", "by mail", *at, "--json").json["standing"]
        == "withdrawn"
    )

    said = klausur("candidates", printed)
    lines = [line.split("\t") for line in said.out.splitlines()]
    assert [line[:6] for line in lines[1:4]] == [
        ["0371", "Ada Example", "Hall 1", "A1", "", "ill: certificate"],
        ["0999 (was 0372)", "Jürgen Muster", "", "", "30", "withdrawn: by mail"],
        ["0399", "Zoë Neu", "", "", "", "registered: came late"],
    ]
    assert said.out.splitlines()[4] == "3 candidates: 1 withdrawn, 1 ill"
    found = klausur("candidates", printed, "--json").json
    assert (found["file"], [c["booklets"] for c in found["candidates"]]) == (None, [[1], [2], []])

    past = klausur("candidates", "history", "0999", *at)
    assert [line.split("\t")[-1] for line in past.out.splitlines()] == [
        *("changed", "", "registration, extra minutes", "standing")
    ]
    assert [e["why"] for e in klausur("candidates", "history", "0999", *at, "--json").json] == [
        "",
        "",
        "by mail",
    ]

    state = klausur("status", printed)
    assert "1 withdrawn, 1 ill, by the list of candidates" in state.out
    assert "1\t0371\tAda Example (ill)\t" in state.out
    excused = klausur("status", printed, "--json").json["excused"]
    assert [(e["registration"], e["standing"], e["why"]) for e in excused] == [
        *(("0371", "ill", "certificate"), ("0999", "withdrawn", "by mail"))
    ]
    shown = klausur("attendance", printed)
    assert "By the list of candidates: 1 withdrawn, 1 ill" in shown.out


def test_a_newer_list(klausur: Call, printed: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer.csv"
    newer.write_text(
        "Matrikel,Name,Raum\n0371,Ada Example,Hörsaal 2\n0999,Jürgen Muster,\n0400,Max Neu,\n",
        encoding="utf-8",
    )
    dry = klausur("candidates", printed, "--update", newer, "--dry-run", "--why", "office")
    assert dry.code == 1, "somebody must say whether 0999 is 0372"
    assert "came\t0400\tMax Neu" in dry.out
    assert "changed\t0371\tAda Example\troom: Hall 1 → Hörsaal 2" in dry.out
    assert "klausur candidates change 0372 --registration 0999" in dry.out
    assert dry.out.endswith("1 came, 1 changed, 0 withdrawn (dry run: nothing was recorded)\n")
    assert len(klausur("candidates", printed, "--json").json["candidates"]) == 2
    assert klausur("candidates", "change", "0372", "--registration", "0999", "--exam", printed).code == 0
    done = klausur("candidates", printed, "--update", newer, "--json")
    assert (done.code, done.json["recorded"], done.json["perhaps"]) == (0, True, [])
    newer.write_text("Matrikel,Name\n0371,Ada Example\n0999,Jürgen Muster\n", encoding="utf-8")
    gone = klausur("candidates", printed, "--update", newer)
    assert (gone.code, "gone\t0400\tMax Neu" in gone.out) == (0, True)
    assert "--withdraw-missing" in gone.out
    left = klausur("candidates", printed, "--update", newer, "--withdraw-missing")
    assert left.out.splitlines()[-1] == "0 came, 0 changed, 1 withdrawn"
    assert [c["standing"] for c in klausur("candidates", printed, "--json").json["candidates"]] == [
        *("registered", "registered", "withdrawn")
    ]
    newer.write_text("nothing\n", encoding="utf-8")
    bad = klausur("candidates", printed, "--update", newer)
    assert (bad.code, "Nothing was taken over" in bad.out) == (1, True)


def test_a_seat_that_somebody_else_has_is_told_and_given_all_the_same(klausur: Call, printed: Path) -> None:
    """Two people who change seats are moved one after the other."""
    at = "--exam", printed
    moved = klausur("candidates", "change", "0372", "--room", "hall 1", "--seat", "A1", *at)
    assert moved.out.splitlines()[1:] == ["hall 1, A1 is the seat of 0371 Ada Example, too"]
    seat = "--room", "Hall 1", "--seat", "a1"
    added = klausur("candidates", "add", "0399", "Zoë Neu", *seat, "--why", "late", *at)
    assert added.out.splitlines()[1:] == [
        "Hall 1, a1 is the seat of 0371 Ada Example, too",
        "Hall 1, a1 is the seat of 0372 Jürgen Muster, too",
    ]
    assert klausur("candidates", "change", "0371", "--seat", "B1", *at).out.count("\n") == 1
    named = klausur("candidates", "change", "0372", "--name", "Jürgen Muster-Neu", *at)
    assert named.out.count("\n") == 1, "the seat is the same"
    klausur("candidates", "mark", "0399", "ill", "--why", "certificate", *at)
    assert klausur("candidates", "change", "0372", "--room", "Hall 1", *at).out.count("\n") == 1
