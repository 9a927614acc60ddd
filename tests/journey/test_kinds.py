"""Every kind of question from source to grade: checked, proved, printed, filled, scanned, settled, graded.

What everybody must get is computed here from the rehearsal's truth alone.
"""

import json
from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest

from klausur.read.model import Mark
from klausur.rehearse.truth import read_fields, read_marks
from klausur.roster import made_up

from . import kinds
from .conftest import Desk

pytestmark = pytest.mark.long

CANDIDATES = 8
EXAM = ("--exam", "kinds")
Boxes = dict[tuple[int, str], dict[str, str]]
"""By booklet and question what stands in each of its boxes."""


@pytest.fixture(scope="module")
def folder(desk: Desk) -> Path:
    place = kinds.write(desk.folder / "kinds")
    made_up.write(made_up.made_up(CANDIDATES, 3), place / "candidates.csv")
    return place


@pytest.fixture(scope="module")
def truth(desk: Desk, folder: Path) -> Boxes:
    """By booklet and question what stands in each of its boxes, printed and filled and scanned."""
    assert "0 errors" in desk.run("check", "kinds", "--prove")
    desk.run("print", "kinds")
    desk.run("rehearse", "kinds", "--seed", "4", "--jobs", "2")
    desk.run("scan", *EXAM, "--jobs", "2", str(folder / "rehearsal"))
    found: dict[tuple[int, str], dict[str, str]] = defaultdict(dict)
    for row in read_marks(folder / "rehearsal/truth-marks.csv"):
        found[row.booklet, row.question][row.field.rpartition("/")[2]] = row.mark
    for field in read_fields(folder / "rehearsal/truth-fields.csv"):
        question, _, name = field.field.partition("/")
        if name.startswith("blank/"):
            found[field.number, question][name] = field.value
        if name == "number":
            found[field.number, question][name] = field.value
    return found


@pytest.fixture(scope="module")
def graded(desk: Desk, folder: Path, truth: dict[tuple[int, str], dict[str, str]]) -> dict[int, Any]:
    """The rows of the results by booklet, after a person has settled what is unclear."""
    waiting = desk.ask("settle", *EXAM, "--list")["questions"]
    for question in waiting:
        boxes = truth[question["booklet"], question["question"]]
        if question["image"] is None or Mark.OTHER in boxes.values():
            continue
        if "number" in boxes:
            said = ("--value", boxes["number"])
        elif "blank/3" in boxes:
            said = ("--value", "; ".join(boxes[f"blank/{n}"] for n in (1, 2, 3)))
        elif "/credit/" in question["fields"][0]:
            said = ("--credits", str(third(min(boxes))))  # the corrector forgot the cross, or made two
            boxes.update(dict.fromkeys(boxes, str(Mark.EMPTY)) | {min(boxes): str(Mark.CROSSED)})
        else:
            said = ("--chosen", letters(boxes))
        desk.run("settle", *EXAM, str(question["booklet"]), question["number"], *said)
    desk.run("grade", "kinds")
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    rows = {row["booklet"]: row for row in results["rows"] if row["booklet"] is not None}
    return {n: dict(zip(results["questions"], row["questions"], strict=True)) for n, row in rows.items()}


def letters(boxes: dict[str, str]) -> str:
    return ",".join(letter for letter, mark in boxes.items() if mark == Mark.CROSSED) or "none"


def number(text: str) -> Fraction | None:
    return None if text == "none" else Fraction(text)


def fall(value: Fraction | None) -> int:
    if value is None:
        return 0
    return 2 if Fraction("9.79") <= value <= Fraction("9.83") else int(value == 10)


def limits(boxes: dict[str, str]) -> Fraction:
    fallen, lowest, boils = (number(boxes[f"blank/{n}"]) for n in (1, 2, 3))
    return Fraction(fall(fallen), 2) + Fraction(lowest == -273, 2) + Fraction(boils == 100, 2)


def planets(boxes: dict[str, str]) -> Fraction:
    right = rows_right(boxes, {"a": {"a1"}, "b": {"b1"}, "c": {"c2"}})
    return Fraction({3: 2, 2: 1}.get(right, 0))


def rows_right(boxes: dict[str, str], key: dict[str, set[str]]) -> int:
    """How many rows have one cross, and it is one of these."""
    crossed = [letter for letter, mark in boxes.items() if mark == Mark.CROSSED]
    return sum(
        len(here) == 1 and here[0] in right
        for row, right in key.items()
        for here in [[letter for letter in crossed if letter[0] == row]]
    )


def third(text: str) -> Fraction:
    """A value as it stands in a box's id."""
    return Fraction(text.replace(":", "/"))


def treatment(boxes: dict[str, str]) -> Fraction:
    worth = {"a": Fraction(1), "b": Fraction(2, 3), "c": Fraction(0), "d": Fraction(-1)}
    crossed = [worth[letter] for letter, mark in boxes.items() if mark == Mark.CROSSED]
    return max(Fraction(-1, 3), sum(crossed, Fraction(0)))


EARNED: dict[str, tuple[str, Callable[[dict[str, str]], int | Fraction]]] = {
    "smallest": ("1.1", lambda boxes: int(letters(boxes) in {"a", "b"})),
    "odd": ("1.2", lambda boxes: 2 * int(letters(boxes) in {"a", "a,c"})),
    "planets": ("3.1", planets),
    "order": ("3.2", lambda boxes: rows_right(boxes, {"a": {"a3"}, "b": {"b2"}, "c": {"c1", "c3"}})),
    "treatment": ("4.1", treatment),
    "remedy": ("4.2", lambda boxes: Fraction({"a": 5, "b": 1}.get(letters(boxes), 0), 3)),
    "reasons": ("4.3", lambda boxes: sum(third(v) for v, mark in boxes.items() if mark == Mark.CROSSED)),
    "water": ("5.1", lambda boxes: sum(third(v) for v, mark in boxes.items() if mark == Mark.CROSSED)),
    "limits": ("5.2", limits),
    "fall": ("2.1", lambda boxes: fall(number(boxes["number"]))),
    "cold": ("2.2", lambda boxes: int(number(boxes["number"]) == -273)),
}


@pytest.mark.parametrize("question", EARNED)
def test_everybody_gets_what_their_paper_earns(
    graded: dict[int, Any], truth: dict[tuple[int, str], dict[str, str]], question: str
) -> None:
    shown, earns = EARNED[question]
    got = {}
    for booklet, row in graded.items():
        boxes = truth[booklet, question]
        if row[shown] is not None and Mark.OTHER not in boxes.values():
            assert Fraction(row[shown]) == earns(boxes), (booklet, boxes)
            got[booklet] = row[shown]
    assert len(got) >= CANDIDATES - 2
    assert len(set(got.values())) > 1


def test_of_three_questions_the_best_two_count(folder: Path, graded: dict[int, Any]) -> None:
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    seen = 0
    for row in results["rows"]:
        earned = graded.get(row["booklet"], {})
        three = [earned.get(f"4.{n}") for n in (1, 2, 3)]
        if None not in three:
            best = sum(sorted(Fraction(c) for c in three if c is not None)[1:])
            assert Fraction(row["problems"][3]) == best
            seen += 1
    assert seen >= CANDIDATES - 2


def test_what_belongs_into_blanks_is_on_the_sample_solution_alone(desk: Desk, folder: Path) -> None:
    desk.run("solution", "kinds")
    printed = next(folder.glob("print/*/booklets.pdf"))
    solved = next(folder.rglob("*solution*.pdf"))
    texts = {path: words_of(path) for path in (printed, solved)}
    assert ("hundred" in texts[printed], "hundred" in texts[solved]) == (False, True)
    assert all("freezes" in text for text in texts.values())


def words_of(path: Path) -> str:
    with pdfium.PdfDocument(path) as document:
        return " ".join(page.get_textpage().get_text_bounded() for page in document)


def test_before_another_number_counts_it_is_said_who_gains(
    desk: Desk, folder: Path, graded: dict[int, Any], truth: Boxes
) -> None:
    wrong = {
        booklet: truth[booklet, "fall"]["number"]
        for booklet, row in graded.items()
        if row["2.1"] == "0" and truth[booklet, "fall"]["number"] != "none"
    }
    number_, others = next(iter(wrong.values())), set(wrong.values())
    assert others
    path = folder / "problems/2-numbers.md"
    source = path.read_text(encoding="utf-8")
    path.write_text(source.replace("- [+1] 10\n", f"- [+1] 10\n- [+2] {number_}\n"), encoding="utf-8")
    effects = desk.ask("key", "kinds", "--take-over", "--dry-run")["effects"]
    path.write_text(source, encoding="utf-8")
    assert {e["booklet"]: e["questions"] for e in effects if e["way"] == "gains"} == {
        booklet: [{"question": "2.1", "old": "0", "new": "2"}]
        for booklet, text in wrong.items()
        if text == number_
    }


def test_a_number_in_a_blank_is_mended_for_those_who_wrote_it(
    desk: Desk, folder: Path, graded: dict[int, Any], truth: Boxes
) -> None:
    """What one candidate wrote is right as well: they gain what that blank gives."""
    booklet, row = next(
        (n, row)
        for n, row in graded.items()
        if row["5.2"] is not None and truth[n, "limits"]["blank/2"] not in {"none", "-273"}
    )
    number_ = truth[booklet, "limits"]["blank/2"]
    path = folder / "problems/5-blanks.md"
    source = path.read_text(encoding="utf-8")
    path.write_text(source.replace("[-273]", f"[[+0.5] -273; [+0.5] {number_}]"), encoding="utf-8")
    effects = desk.ask("key", "kinds", "--take-over", "--dry-run")["effects"]
    path.write_text(source, encoding="utf-8")
    (mine,) = [e["questions"] for e in effects if e["booklet"] == booklet]
    assert [q["question"] for q in mine] == ["5.2"]
    assert Fraction(mine[0]["new"]) - Fraction(row["5.2"]) == Fraction(1, 2)


def test_words_in_blanks_are_told_of(truth: Boxes) -> None:
    said = [truth[booklet, "water"][f"blank/{n}"] for booklet in range(1, CANDIDATES + 1) for n in (1, 2)]
    assert set(said) == {"written", "none"}


def test_a_person_types_the_number(desk: Desk, graded: dict[int, Any]) -> None:
    booklet = str(next(iter(graded)))
    for said, kept in (("9,81", "9.81"), ("-9", "-9"), ("none", "none"), ("12.50", "12.5")):
        made = desk.ask("settle", "question", booklet, "2.1", "--value", said, *EXAM, "--dry-run")
        assert [row["value"] for row in made] == [kept]
    for bad in ("many", "1/3", "1e9", "12345678901"):
        desk.run("settle", "question", booklet, "2.1", "--value", bad, *EXAM, expect=2)
    desk.run("settle", "question", booklet, "2.1", "--chosen", "a", *EXAM, expect=2)
    made = desk.ask("settle", "question", booklet, "5.2", "--value", "9,8; none; 100", *EXAM, "--dry-run")
    assert [row["value"] for row in made] == ["9.8", "none", "100"]
    made = desk.ask("settle", "question", booklet, "5.2/blank/2", "--value", "-27", *EXAM, "--dry-run")
    assert [(row["field"], row["value"]) for row in made] == [("limits/blank/2", "-27")]
    desk.run("settle", "question", booklet, "5.2", "--value", "9,8", *EXAM, expect=2)
    desk.run("settle", "question", booklet, "1.1", "--value", "2", *EXAM, expect=2)
