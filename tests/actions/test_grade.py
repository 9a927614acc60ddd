import csv
import json
from fractions import Fraction
from pathlib import Path

import pytest

from klausur.actions.grade import grade
from klausur.actions.settle import settle
from klausur.base.diagnostics import Severity
from klausur.base.errors import RefusedError
from klausur.exam.model import Exam
from klausur.paper.answers import Chosen, Worth
from klausur.paper.asked import asked
from klausur.paper.layout import Layout
from klausur.paper.run import Booklet, PrintRun
from klausur.report.results import Row, Status
from klausur.roster.model import Candidate
from klausur.state.facts import Author
from klausur.store import audit, pages, runs
from klausur.store.folder import key, opened, writing

from .conftest import ADA_RIGHT, EXAM_NUMBER, FILE, result, write_exam

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
    assert [path.name for path in graded.files] == ["results.csv", "results.xlsx", "results.json"]
    assert all(path.is_file() for path in graded.files)


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


@pytest.fixture
def asked_folder(tmp_path: Path, layout: Layout, small: Exam) -> Path:
    """A printed exam whose print run keeps what was asked."""
    place = tmp_path / "asked"
    write_exam(place)
    with opened(place, create=True) as records:
        key(records, create=True)
    with opened(place), writing():
        booklets = PrintRun(EXAM_NUMBER, (Booklet(1, Candidate("0371", "Ada Example")),))
        run = runs.append(booklets, layout, seed=None, asked=asked(small))
        pages.append_file(FILE, "scan.pdf", 2)
        pages.append(result(layout, 0, 1, 1, crossed=ADA_RIGHT))
        pages.append(result(layout, 1, 1, 2, crossed="word/credit/2"))
    return place


def test_a_moved_x_is_graded_told_and_recorded(asked_folder: Path) -> None:
    assert grade(asked_folder, who="Ada Example").key_changed == ()
    change(asked_folder, "problems/1-choices.md", "- [x] The letter A.", "- [ ] The letter A.")
    graded = grade(asked_folder, who="Ada Example")
    assert [(c.question, c.letters) for c in graded.key_changed] == [("letters", ("a",))]
    assert graded.results.rows[0].questions[0] == 0
    with opened(asked_folder):
        assert '"key": {"letters": ["a"]}' in audit.events()[-1].detail


def test_exchanged_choices_are_refused_and_nothing_is_written(asked_folder: Path) -> None:
    a, b = "- [x] The letter A.\n", "- [ ] The letter B.\n"
    change(asked_folder, "problems/1-choices.md", a + b, b + a)
    with pytest.raises(RefusedError, match=r"problems/1-choices\.md:\d+.*letters, a and b") as caught:
        grade(asked_folder, who="Ada Example")
    assert "printed order" in caught.value.remedy
    assert not (asked_folder / "results.csv").exists()


def test_a_reworded_choice_is_a_warning_at_its_line(asked_folder: Path) -> None:
    change(asked_folder, "problems/1-choices.md", "The letter E.", "The letter E, of course.")
    (found,) = grade(asked_folder, who="Ada Example").diagnostics
    assert (found.code, found.severity) == ("choice-reworded", Severity.WARNING)
    assert found.place.file.endswith("problems/1-choices.md")
    assert found.place.line > 1
    assert (asked_folder / "results.csv").exists()


def test_records_that_keep_nothing_of_the_questions_are_graded_as_before(folder: Path) -> None:
    a, b = "- [x] The letter A.\n", "- [ ] The letter B.\n"
    change(folder, "problems/1-choices.md", a + b, b + a)
    assert grade(folder, who="Ada Example").key_changed == ()
