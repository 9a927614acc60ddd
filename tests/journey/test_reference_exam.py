"""The reference exam from source to grades; credits are computed a second time, from the truth alone."""

import csv
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from klausur.exam import reference, source
from klausur.exam.model import Exam, QuestionKind
from klausur.roster import made_up

from .conftest import Desk

pytestmark = [pytest.mark.long, pytest.mark.early]

BOOKLETS = 3
SEED = 301


@pytest.fixture(scope="module")
def exam(desk: Desk) -> Exam:
    reference.write(desk.folder / "endterm")
    made_up.write(made_up.made_up(BOOKLETS - 1, SEED), desk.folder / "endterm" / "candidates.csv")
    parsed = source.parse(desk.folder / "endterm")
    assert parsed.exam is not None
    return parsed.exam


@pytest.fixture(scope="module")
def scanned(desk: Desk, exam: Exam) -> Desk:
    assert desk.ask("check", "endterm")["diagnostics"] == []
    printed = desk.ask("print", "endterm", "--spare", "1")
    assert (printed["booklets"], printed["candidates"], printed["spare"]) == (BOOKLETS, BOOKLETS - 1, 1)
    desk.run("rehearse", "endterm", "--seed", str(SEED), "--jobs", "2")
    files = sorted(str(f) for f in (exam.folder / "rehearsal").glob("*.pdf"))
    done = desk.ask("scan", "--exam", "endterm", "--jobs", "2", *files)
    assert done["pages"] == done["placed"] + sum(done["unplaced"].values())
    return desk


def truth(folder: Path) -> dict[tuple[int, str], str]:
    with (folder / "rehearsal" / "truth-marks.csv").open(encoding="utf-8", newline="") as rows:
        return {(int(r["booklet"]), r["field"]): r["mark"] for r in csv.DictReader(rows)}


def expected_credits(exam: Exam, marks: dict[tuple[int, str], str], booklet: int) -> dict[str, Fraction]:
    """What a careful person with the paper in hand would give, for questions without doubt."""
    given: dict[str, Fraction] = {}
    for question in exam.questions:
        boxes = {f: m for (b, f), m in marks.items() if b == booklet and f.startswith(question.id + "/")}
        if "other" in boxes.values():
            continue
        crossed = [f.rsplit("/", 1)[1] for f, m in boxes.items() if m == "crossed"]
        if question.kind is QuestionKind.CHOICE:
            right = {c.id for c in question.choices if c.right}
            given[question.number] = question.credits if set(crossed) == right else Fraction(0)
        elif len(crossed) == 1:
            given[question.number] = Fraction(crossed[0])
    return given


def results(desk: Desk) -> dict[int, dict[str, str]]:
    with (desk.folder / "endterm" / "results.csv").open(encoding="utf-8", newline="") as rows:
        return {int(row["booklet"]): row for row in csv.DictReader(rows)}


def settle_as_the_truth_says(desk: Desk, marks: dict[tuple[int, str], str]) -> int:
    """Decide every open question as a person who sees the paper; how many there were."""
    waiting: list[dict[str, Any]] = desk.ask("settle", "--exam", "endterm", "--list")["questions"]
    for row in waiting:
        booklet, question = int(row["booklet"]), row["question"]
        crossed = [
            f.rsplit("/", 1)[1]
            for (b, f), m in marks.items()
            if b == booklet and f.startswith(question + "/") and m == "crossed"
        ]
        where = ("settle", "--exam", "endterm", str(booklet), question, "--why", "seen on the paper")
        if any(f"{question}/choice/" in f for (b, f) in marks if b == booklet):
            desk.run(*where, "--chosen", ",".join(crossed) or "none")
        else:
            desk.run(*where, "--credits", crossed[0] if crossed else "0")
    return len(waiting)


def test_every_image_is_placed_or_waits_for_a_person(scanned: Desk, exam: Exam) -> None:
    with (exam.folder / "rehearsal" / "truth-pages.csv").open(encoding="utf-8", newline="") as rows:
        images = [row for row in csv.DictReader(rows) if row["file"]]
    status = scanned.ask("status", "endterm")
    assert status["images"] == len(images) == status["placed"] + status["unplaced"]


def test_no_mark_is_misread_silently(scanned: Desk, exam: Exam) -> None:
    marks = truth(exam.folder)
    readings = scanned.ask("readings", "endterm", "--kind", "choice-box", "--kind", "credit-box")
    assert len(readings) >= 184 * (BOOKLETS - 1)
    wrong = [r for r in readings if not r["flagged"] and r["value"] != marks[r["booklet"], r["field"]]]
    assert wrong == []


def test_grades_follow_the_truth_and_open_questions_have_none(scanned: Desk, exam: Exam) -> None:
    marks = truth(exam.folder)
    scanned.run("grade", "endterm")
    for booklet, row in results(scanned).items():
        given = expected_credits(exam, marks, booklet)
        compared = {n: worth for n, worth in given.items() if row[n]}
        assert {n: Fraction(row[n]) for n in compared} == compared
        if row["open"]:
            assert row["grade"] == row["total"] == ""

    settle_as_the_truth_says(scanned, marks)
    scanned.run("grade", "endterm")
    for booklet, row in results(scanned).items():
        if row["status"] != "final":
            continue
        shown = {n: Fraction(row[n]) for n in expected_credits(exam, marks, booklet)}
        assert shown == expected_credits(exam, marks, booklet)
        assert Fraction(row["total"]) == sum(Fraction(row[q.number]) for q in exam.questions)
        assert row["grade"]
    assert any(row["status"] == "final" for row in results(scanned).values())


def test_scanning_again_changes_nothing_and_loses_no_settlement(scanned: Desk, exam: Exam) -> None:
    before = scanned.ask("readings", "endterm")
    scanned.run("grade", "endterm")
    grades = results(scanned)
    files = sorted(str(f) for f in (exam.folder / "rehearsal").glob("*.pdf"))
    again = scanned.ask("scan", "--exam", "endterm", *reversed(files))
    assert (again["pages"], again["readings"]) == (0, 0)
    assert scanned.ask("readings", "endterm") == before
    scanned.run("grade", "endterm")
    assert results(scanned) == grades


@pytest.mark.nightly
def test_printing_again_adds_after_pages_were_scanned(scanned: Desk, exam: Exam) -> None:
    status = scanned.ask("status", "endterm")
    (first,) = exam.folder.glob("print/*-1")
    layout = (first / "layout.json").read_bytes()
    added = scanned.ask("print", "endterm", "--spare", "1", "--again", "1")
    assert added["numbers"]["booklets"] == [BOOKLETS + 1, BOOKLETS + 2]
    assert added["before"] == [{"edition": 1, "booklets": BOOKLETS}]
    assert (first / "layout.json").read_bytes() == layout
    assert scanned.ask("status", "endterm")["booklets"][:BOOKLETS] == status["booklets"]


def test_credits_are_counted_by_the_question(exam: Exam) -> None:
    worth: dict[int, Fraction] = defaultdict(Fraction)
    for question in exam.questions:
        worth[int(question.number.split(".")[0])] += question.credits
    assert dict(worth) == {1: 18, 2: 18, 3: 11, 4: 10, 5: 16, 6: 9, 7: 8}
