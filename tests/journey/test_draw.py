"""An exam whose variants draw from a bank: printed, filled, scanned, graded, mended, analysed, verified.

What everybody must get is computed here from the rehearsal's truth and the bank's key alone: the first.
"""

import json
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tests.exam import banked

from klausur.actions.mend_key import Mend, mend_key
from klausur.exam.differences.model import DifferenceKind
from klausur.exam.differences.parts import Item
from klausur.exam.source import parse_variants
from klausur.read.model import Mark
from klausur.rehearse.truth import read_marks
from klausur.roster import made_up
from klausur.state.facts import Actor, Author, Role

from .conftest import Desk

pytestmark = pytest.mark.nightly

CANDIDATES = 9
EXAM = ("--exam", "drawn")
WORTH = {"light": 1, "lens": 1, "mirror": 1, "long": 1, "wide": 1}


@pytest.fixture(scope="module")
def folder(desk: Desk) -> Path:
    place = banked.write(desk.folder / "drawn")
    made_up.write(made_up.made_up(CANDIDATES, 3), place / "candidates.csv")
    desk.run("print", "drawn")
    desk.run("rehearse", "drawn", "--seed", "4", "--jobs", "2")
    desk.run("scan", *EXAM, "--jobs", "2", str(place / "rehearsal"))
    # a bank may change once its exam is printed
    (place / "banks/optics.md").write_text("# Optics\n", encoding="utf-8")
    for question in desk.ask("settle", *EXAM, "--list")["questions"]:
        boxes = truth(place)[question["booklet"], question["question"]]
        crossed = [box for box, mark in boxes.items() if mark is Mark.CROSSED]
        how = "--chosen" if "/choice/" in question["fields"][0] else "--credits"
        letters = ",".join(crossed) or ("none" if how == "--chosen" else "0")
        desk.run("settle", *EXAM, str(question["booklet"]), question["number"], how, letters)
    return place


def truth(folder: Path) -> dict[tuple[int, str], dict[str, Mark]]:
    found: dict[tuple[int, str], dict[str, Mark]] = defaultdict(dict)
    for row in read_marks(folder / "rehearsal/truth-marks.csv"):
        found[row.booklet, row.question][row.field.rpartition("/")[2]] = row.mark
    return found


def test_everybody_gets_what_their_own_paper_earns(desk: Desk, folder: Path) -> None:
    desk.run("grade", "drawn")
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    rows = [row for row in results["rows"] if row["booklet"] is not None and row["status"] == "final"]
    assert len(rows) >= CANDIDATES - 2
    marks, ids = truth(folder), _columns(folder)
    for row in rows:
        here = {name: worth for name, worth in zip(ids, row["questions"], strict=True) if worth is not None}
        assert set(here) == {q for booklet, q in marks if booklet == row["booklet"]}
        assert Fraction(row["total"]) == sum(map(Fraction, here.values()))
        for name, credits in here.items():
            crossed = [box for box, mark in marks[row["booklet"], name].items() if mark is Mark.CROSSED]
            if name == "why":
                assert Fraction(credits) == Fraction(crossed[0])
            else:
                assert Fraction(credits) == WORTH.get(name, 2) * (crossed == ["a"])
    assert (
        len({tuple(n for n, c in zip(ids, row["questions"], strict=True) if c is None) for row in rows}) > 1
    )


def _columns(folder: Path) -> list[str]:
    """All questions that the three variants ask, in the order of the source, as it was before."""
    aside = banked.write(folder.parent / "aside")
    exams = [one.exam for one in parse_variants(aside, (1, 2, 3))]
    asked = {q.id for exam in exams if exam is not None for q in exam.questions}
    order = ["slit", "film", "grating", "fringe", "ripple", "why", "light", "lens", "mirror", "long", "wide"]
    return [name for name in order if name in asked]


def test_a_key_is_mended_for_those_alone_whose_paper_asks_it(desk: Desk, folder: Path) -> None:
    desk.run("grade", "drawn")
    marks = truth(folder)
    name = next(n for n in _columns(folder) if n not in WORTH and n != "why")
    mend = Mend(Item(DifferenceKind.RIGHT, name), ("b",))
    author = Author(Actor("examiner", Role.EXAMINER), "a slip")
    made = mend_key(folder, [mend], author, dry_run=True)
    asked = {booklet for booklet, question in marks if question == name}
    assert {effect.booklet for effect in made.effects} <= asked
    assert 0 < len(asked) < CANDIDATES


def test_statistics_tell_of_the_problem_and_of_each_of_its_questions(desk: Desk, folder: Path) -> None:
    assert folder.is_dir()
    said: dict[str, Any] = desk.ask("statistics", "drawn")
    items = {item["question"]: item for item in said["items"]}
    assert {"waves", "light", "lens"} <= set(items)
    drawn = {name: item["people"] for name, item in items.items() if item["people"] is not None}
    assert sum(drawn.values()) == 3 * said["people"]
    assert items["waves"]["credits"] == 6
    assert said["incomplete"] == 0


def test_records_stand(desk: Desk, folder: Path) -> None:
    assert folder.is_dir()
    desk.run("verify", "drawn")
    desk.run("solution", "drawn")
