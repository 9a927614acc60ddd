"""An exam in three variants, each with its numbers and its order: printed, filled, scanned, settled, graded.

What everybody must get is computed here from the rehearsal's truth and from numpy's generator alone.
"""

import csv
import json
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.exam import varied

from klausur.exam.source import parse
from klausur.exam.variants import entropy
from klausur.read.model import Mark
from klausur.rehearse.truth import read_marks
from klausur.roster import made_up

from .conftest import Desk

pytestmark = pytest.mark.nightly

CANDIDATES = 9
EXAM = ("--exam", "varied")
Marks = dict[tuple[int, str], dict[str, Mark]]
"""By booklet and question: the marks of its boxes, by letter or credits."""


@pytest.fixture(scope="module")
def folder(desk: Desk) -> Path:
    place = varied.write(desk.folder / "varied")
    made_up.write(made_up.made_up(CANDIDATES, 3), place / "candidates.csv")
    return place


@pytest.fixture(scope="module")
def waiting(desk: Desk, folder: Path) -> list[dict[str, Any]]:
    """The questions that are open once the pages are scanned."""
    printed = desk.ask("print", "varied")
    assert (printed["booklets"], printed["candidates"]) == (CANDIDATES, CANDIDATES)
    desk.run("rehearse", "varied", "--level", "hard", "--seed", "4", "--jobs", "2")
    desk.run("scan", *EXAM, "--jobs", "2", str(folder / "rehearsal"))
    found: list[dict[str, Any]] = desk.ask("settle", *EXAM, "--list")["questions"]
    assert found
    return found


@pytest.fixture(scope="module")
def graded(desk: Desk, folder: Path, waiting: list[dict[str, Any]]) -> dict[int, Any]:
    """The rows of the results by booklet, after a person has settled what is unclear."""
    settled = 0
    for question in waiting:
        boxes = truth(folder)[question["booklet"], question["question"]]
        if "/choice/" in question["fields"][0] and question["image"] is not None:
            letters = ",".join(letter for letter, mark in boxes.items() if mark is Mark.CROSSED) or "none"
            desk.run("settle", *EXAM, str(question["booklet"]), question["number"], "--chosen", letters)
            settled += 1
    assert settled
    desk.run("grade", "varied")
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert results["questions"] == ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3"]
    return {row["booklet"]: row for row in results["rows"] if row["booklet"] is not None}


def truth(folder: Path) -> Marks:
    found: Marks = defaultdict(dict)
    for row in read_marks(folder / "rehearsal/truth-marks.csv"):
        found[row.booklet, row.question][row.field.rpartition("/")[2]] = row.mark
    return found


def right(booklet: int) -> dict[str, str]:
    """The key of a booklet's choices: the variant's numbers, drawn here."""
    variant = (booklet - 1) % 3 + 1
    rng = np.random.default_rng(entropy(5, variant, "1-balls"))
    red, blue = (int(k) for k in rng.choice(range(2, 20), size=2, replace=False))
    return {"share": "ac" if red > blue else "a", "colours": "ac", "sizes": "a"}


def earned(booklet: int, question: str, boxes: dict[str, Mark]) -> Fraction | None:
    """What the marks earn; None if no one credit box is crossed."""
    crossed = [name for name, mark in boxes.items() if mark is Mark.CROSSED]
    key = right(booklet).get(question)
    if key is None:
        return Fraction(crossed[0]) if len(crossed) == 1 else None
    if question == "share":
        return Fraction(2) * sum((box in crossed) == (box in key) for box in boxes) / 4
    return Fraction(set(crossed) == set(key))


QUESTIONS = ("share", "mean", "left", "colours", "sizes", "word")


@pytest.mark.nightly
def test_everybody_gets_what_their_own_paper_earns(graded: dict[int, Any], folder: Path) -> None:
    marks = truth(folder)
    compared = 0
    for booklet, row in graded.items():
        for question, credits in zip(QUESTIONS, row["questions"], strict=True):
            boxes = marks[booklet, question]
            if credits is not None and Mark.OTHER not in boxes.values():
                assert Fraction(credits) == earned(booklet, question, boxes), (booklet, question)
                compared += 1
    assert compared > 0.8 * len(QUESTIONS) * len(graded), (
        "odd marks are few, even by hands that are hard to read"
    )
    assert len(graded) >= CANDIDATES - 2


def test_the_variants_differ_in_their_key(graded: dict[int, Any]) -> None:
    assert len({right(booklet)["share"] for booklet in graded}) == 2


def test_the_table_names_the_variant(graded: dict[int, Any], folder: Path) -> None:
    assert all(row["variant"] == (booklet - 1) % 3 + 1 for booklet, row in graded.items())
    with (folder / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["variant"] for row in rows if row["booklet"]} == {"1", "2", "3"}


def test_layout_and_papers_are_those_of_the_variants(graded: dict[int, Any], folder: Path) -> None:
    (path,) = folder.glob("print/*/layout.json")
    layout = json.loads(path.read_text(encoding="utf-8"))
    assert {b["number"]: b.get("variant", 1) for b in layout["booklets"]} == {
        n: (n - 1) % 3 + 1 for n in range(1, CANDIDATES + 1)
    }
    assert graded
    names = {other.name for other in path.parent.glob("*.pdf")}
    assert {f"{form}{k}.pdf" for form in ("exam", "blackened", "solution") for k in ("", "-2", "-3")} < names


def test_what_is_open_is_called_as_it_is_on_paper(waiting: list[dict[str, Any]], folder: Path) -> None:
    numbers = {n: {q.id: q.number for q in _exam(folder, n).questions} for n in (1, 2, 3)}
    assert len({tuple(sorted(of.items())) for of in numbers.values()}) == 3
    for question in waiting:
        variant = (question["booklet"] - 1) % 3 + 1
        assert question["number"] == numbers[variant][question["question"]]


def _exam(folder: Path, variant: int) -> Any:  # noqa: ANN401 - an Exam, for its questions alone
    return parse(folder, variant).exam


def test_grades_stay_while_other_numbers_would_be_drawn(
    graded: dict[int, Any], desk: Desk, folder: Path
) -> None:
    assert graded
    before = (folder / "results.csv").read_bytes()
    program = folder / "problems/1-balls.py"
    text = program.read_text(encoding="utf-8")
    program.write_text(text.replace("range(2, 20)", "range(3, 20)"), encoding="utf-8")
    desk.run("grade", "varied")
    assert (folder / "results.csv").read_bytes() == before
    program.write_text(text, encoding="utf-8")
