import csv
import json
import os
import time
from fractions import Fraction
from pathlib import Path

import pytest
from tests.cast import EXAMINER
from tests.open_points import told

from klausur.actions.grade import grade
from klausur.actions.settle import settle
from klausur.base.errors import RefusedError
from klausur.paper.answers import Chosen, Worth
from klausur.report.results import ResultRow, Status
from klausur.state.facts import Author
from klausur.store import audit, frame
from klausur.store.connections import connection
from klausur.store.folder import opened

ADA = Author(EXAMINER)
pytestmark = pytest.mark.usefixtures("scanned")


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def whole(row: ResultRow) -> list[int | None]:
    """The credits of the questions; all are whole numbers here."""
    return [None if credits is None else int(credits) for credits in row.questions]


def test_an_open_booklet_has_no_grade_and_says_what_is_open(folder: Path) -> None:
    graded = grade(folder, actor=EXAMINER)
    ada, other = graded.results.rows
    assert (ada.registration, ada.total, ada.grade, ada.status) == ("0371", Fraction(6), "1.0", Status.FINAL)
    assert whole(ada) == [2, 2, 2]
    assert (other.total, other.grade, other.status) == (None, "", Status.OPEN)
    assert whole(other) == [0, None, None]
    assert [text.split()[0] for text in told(other)] == ["1.2", "2.1"]


def test_settled_questions_are_graded(folder: Path) -> None:
    settle(folder, 2, "numbers", Chosen(frozenset("b")), ADA)
    settle(folder, 2, "word", Worth(Fraction(1)), ADA)
    row = grade(folder, actor=EXAMINER).results.rows[1]
    assert whole(row) == [0, 2, 1]
    assert (row.total, row.grade) == (Fraction(3), "4.0")


def test_the_files_hold_the_table(folder: Path) -> None:
    graded = grade(folder, actor=EXAMINER)
    with (folder / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["total"] for row in rows] == ["6", ""]
    plain = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert [row["total"] for row in plain["rows"]] == ["6", None]
    with opened(folder):
        newest = audit.written()
    assert newest is not None
    assert plain["records"] == {"event": newest.number, "digest": newest.digest}
    assert plain["summary"]["final"] == graded.summary.final == 1
    assert [path.name for path in graded.files] == ["results.csv", "results.xlsx", "results.json"]
    assert all(path.is_file() for path in graded.files)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("problems/1-choices.md", "- [x] The letter A.", "- [ ] The letter A."),
        ("problems/1-choices.md", "#numbers", "#digits"),
        ("problems/1-choices.md", "- [x] The letter E.\n", ""),
        ("problems/1-choices.md", "- [x] The letter E.\n", "- [x] The letter E.\n- [x] The letter I.\n"),
        ("problems/1-choices.md", "The letter A.\n- [ ] The letter B.", "The letter B.\n- [ ] The letter A."),
        ("problems/1-choices.md", "Which of these are vowels?", "Which of these are no vowels?"),
        ("problems/2-words.md", "credits=2", "credits=4"),
        ("exam.toml", "title = ", "title = = "),
    ],
)
def test_the_source_changes_nothing_by_itself_and_the_change_is_told(
    folder: Path, name: str, old: str, new: str
) -> None:
    before = grade(folder, actor=EXAMINER)
    assert not before.source_changed
    change(folder, name, old, new)
    after = grade(folder, actor=EXAMINER)
    assert after.source_changed
    assert after.results == before.results


def test_records_of_an_older_klausur_say_how_to_go_on(folder: Path) -> None:
    with opened(folder), connection().cursor() as cursor:
        cursor.execute("UPDATE store_printed SET frozen = ''")
        cursor.execute("DELETE FROM store_mark")
    frame._exams.cache_clear()  # noqa: SLF001 - rows that were written change nowhere else
    with (folder / "exam.toml").open("a") as file:
        file.write("# somebody was here\n")
    with pytest.raises(RefusedError, match="not kept") as caught:
        grade(folder, actor=EXAMINER)
    assert "klausur key --take-over" in caught.value.remedy


def test_what_somebody_left_aside_who_was_killed_is_cleared_away_when_it_is_old(folder: Path) -> None:
    with opened(folder) as records:
        root = records.root
    old, fresh = root / "grading-old", root / "grading-fresh"
    for place in (old, fresh):
        place.mkdir()
        (place / "results.csv").write_text("half", encoding="utf-8")
    long_ago = time.time() - 2 * 3600
    os.utime(old, (long_ago, long_ago))
    grade(folder, actor=EXAMINER)
    assert not old.exists()
    assert (fresh / "results.csv").read_text(encoding="utf-8") == "half"
    assert [path.name for path in root.glob("grading-*")] == ["grading-fresh"]
