"""An exam that is answered on a sheet, in two shuffled variants: printed, filled, scanned, settled, graded.

What everybody must get is computed here from the rehearsal's truth and from the source's key alone.
"""

import json
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest

from klausur.read.model import Mark
from klausur.rehearse.truth import read_marks
from klausur.roster import made_up

from .conftest import Desk

pytestmark = pytest.mark.nightly

CANDIDATES = 6
COUNT = 24
TOML = """
title = "Plants"
date = 2030-02-10
start = "10:00"
minutes = 60
answers = "sheet"

[choice]
scheme = "per-choice"

[variants]
count = 2
shuffle = ["questions", "choices"]
"""
PROBLEM = "# Plants {columns=2}\n\n" + "".join(
    f"## {{#q{n} credits=1}}\n\nWhich hold for plant {n}?\n\n"
    + "".join(f"- [{'x' if (n + k) % 3 == 0 else ' '}] statement {k} of {n}\n" for k in range(5))
    + "\n"
    for n in range(COUNT)
)


def right(question: str) -> set[str]:
    return {letter for k, letter in enumerate("abcde") if (int(question[1:]) + k) % 3 == 0}


@pytest.fixture(scope="module")
def folder(desk: Desk) -> Path:
    place = desk.folder / "plants"
    (place / "problems").mkdir(parents=True)
    (place / "exam.toml").write_text(TOML)
    (place / "problems/1-plants.md").write_text(PROBLEM)
    made_up.write(made_up.made_up(CANDIDATES, 3), place / "candidates.csv")
    return place


@pytest.fixture(scope="module")
def printed(desk: Desk, folder: Path) -> dict[str, Any]:
    assert "0 errors" in desk.run("check", folder.name)
    found: dict[str, Any] = desk.ask("print", folder.name, "--spare", "1")
    return found


@pytest.fixture(scope="module")
def marks(desk: Desk, folder: Path, printed: dict[str, Any]) -> dict[tuple[int, str], dict[str, Mark]]:
    """By booklet and question: the marks of its boxes, by letter; all pages are scanned."""
    assert printed["booklets"] == CANDIDATES + 1
    desk.run("rehearse", "plants", "--seed", "4", "--jobs", "2")
    desk.run("scan", "--exam", "plants", "--jobs", "2", str(folder / "rehearsal"))
    found: dict[tuple[int, str], dict[str, Mark]] = defaultdict(dict)
    for row in read_marks(folder / "rehearsal/truth-marks.csv"):
        found[row.booklet, row.question][row.field.rpartition("/")[2]] = row.mark
    return found


def test_two_sides_are_read_and_what_is_asked_lies_beside_them(folder: Path, printed: dict[str, Any]) -> None:
    assert printed["pages"] == 2
    (place,) = (folder / "print").glob("*-1")
    for name, variant in (("questions", 1), ("questions-2", 2)):
        with pdfium.PdfDocument(place / f"{name}.pdf") as document:
            text = " ".join(page.get_textpage().get_text_range() for page in document)
        assert f"Variant {variant}" in text
        assert text.count("statement") == 5 * COUNT
    with pdfium.PdfDocument(place / "booklets.pdf") as document:
        assert len(document) == 2 * (CANDIDATES + 1)


def test_everybody_gets_what_their_crosses_earn(
    desk: Desk, folder: Path, marks: dict[tuple[int, str], dict[str, Mark]]
) -> None:
    for question in desk.ask("settle", "--exam", "plants", "--list")["questions"]:
        boxes = marks[question["booklet"], question["question"]]
        if question["image"] is not None:
            crossed = ",".join(letter for letter, mark in boxes.items() if mark is Mark.CROSSED) or "none"
            desk.run(
                "settle",
                "--exam",
                "plants",
                str(question["booklet"]),
                question["number"],
                "--chosen",
                crossed,
            )
    desk.run("grade", "plants")
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    asked = [f"q{n}" for n in range(COUNT)]
    compared, variants = 0, set()
    for row in results["rows"]:
        if row["booklet"] is None:
            continue
        variants.add(row["variant"])
        for question, credits in zip(asked, row["questions"], strict=True):
            boxes = marks.get((row["booklet"], question), {})
            if credits is None or not boxes or Mark.OTHER in boxes.values():
                continue
            chosen = {letter for letter, mark in boxes.items() if mark is Mark.CROSSED}
            same = sum((letter in chosen) == (letter in right(question)) for letter in "abcde")
            assert Fraction(credits) == Fraction(same, 5), (row["booklet"], question)
            compared += 1
    assert compared > 0.8 * COUNT * CANDIDATES
    assert variants == {1, 2}
