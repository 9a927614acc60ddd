import csv
import json
from fractions import Fraction
from pathlib import Path

import pytest

from klausur.actions.grade import grade
from klausur.actions.settle import Chosen, Worth, settle
from klausur.report.results import Row, Status
from klausur.store.facts import Author

ADA = Author("Ada Example")
pytestmark = pytest.mark.usefixtures("scanned")


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def whole(row: Row) -> list[int | None]:
    """The credits of the questions; all are whole numbers here."""
    return [None if credits is None else int(credits) for credits in row.questions]


def test_an_open_booklet_has_no_grade_and_says_what_is_open(folder: Path) -> None:
    graded = grade(folder, who="Ada Example")
    ada, other = graded.results.rows
    assert (ada.registration, ada.total, ada.grade, ada.status) == ("0371", Fraction(6), "1.0", Status.FINAL)
    assert whole(ada) == [2, 2, 2]
    assert (other.total, other.grade, other.status) == (None, "", Status.OPEN)
    assert whole(other) == [0, None, None]
    assert [text.split()[0] for text in other.open] == ["1.2", "2.1"]


def test_settled_questions_are_graded(folder: Path) -> None:
    settle(folder, 2, "numbers", Chosen(frozenset("b")), ADA)
    settle(folder, 2, "word", Worth(Fraction(1)), ADA)
    row = grade(folder, who="Ada Example").results.rows[1]
    assert whole(row) == [0, 2, 1]
    assert (row.total, row.grade) == (Fraction(3), "4.0")


def test_the_files_hold_the_table(folder: Path) -> None:
    graded = grade(folder, who="Ada Example")
    with (folder / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["total"] for row in rows] == ["6", ""]
    plain = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert [row["total"] for row in plain["rows"]] == ["6", None]
    assert plain["summary"]["final"] == graded.summary.final == 1
    assert graded.files == (folder / "results.csv", folder / "results.json")


def test_a_mended_key_counts_at_once_and_is_told(folder: Path) -> None:
    assert not grade(folder, who="Ada Example").source_changed
    change(folder, "problems/1-choices.md", "- [x] The letter A.", "- [ ] The letter A.")
    graded = grade(folder, who="Ada Example")
    assert graded.source_changed
    assert graded.results.rows[0].questions[0] == 0
    assert graded.diagnostics == ()


def test_a_printed_question_that_has_gone_is_a_finding(folder: Path) -> None:
    change(folder, "problems/1-choices.md", "#numbers", "#digits")
    graded = grade(folder, who="Ada Example")
    (found,) = {d.message for d in graded.diagnostics}
    assert "numbers" in found
    assert graded.results.rows[0].status is Status.OPEN, "the new question has no answers"


def test_a_printed_choice_that_has_gone_is_a_finding(folder: Path) -> None:
    change(folder, "problems/1-choices.md", "- [x] The letter E.\n", "")
    graded = grade(folder, who="Ada Example")
    assert [d.code for d in graded.diagnostics] == ["question-gone"]
    assert graded.results.rows[0].status is Status.OPEN
