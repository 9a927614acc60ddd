"""A rehearsal's readings against its truth, as whoever tries an exam out beforehand asks for it."""

import csv
from pathlib import Path

import pytest
from tests.cast import EXAMINER
from tests.exams import copy_exam
from typer.testing import CliRunner

from klausur.actions.compare_rehearsal import compare_rehearsal
from klausur.actions.scan import scan
from klausur.base.errors import NotFoundError
from klausur.cli.main import app


def falsified(place: Path) -> str:
    """Say in the truth that the first crossed box is empty; its booklet and field."""
    path = place / "rehearsal/truth-marks.csv"
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    mark = head.index("mark")
    row = next(row for row in rows if row[mark] == "crossed")
    row[mark] = "empty"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return f"booklet {row[head.index('booklet')]}, {row[head.index('field')]}: empty read as crossed"


def test_what_was_read_is_held_against_the_truth(rehearsed: Path, tmp_path: Path) -> None:
    place = tmp_path / "exam"
    copy_exam(rehearsed, place)
    with pytest.raises(NotFoundError, match="nothing was read yet"):
        compare_rehearsal(place)
    scan(place, [place / "rehearsal"], actor=EXAMINER, jobs=0)
    found = compare_rehearsal(place)
    assert found.boxes.boxes > 0
    assert found.boxes.marked > 0
    assert (found.misread, found.boxes.missing) == (0, 0)
    plain = CliRunner().invoke(app, ["rehearse", str(place), "--compare"])
    assert plain.exit_code == 0
    assert "  0 misread" in plain.output

    wrong = falsified(place)
    (misread,) = compare_rehearsal(place).boxes.silent_misreads
    assert f"booklet {misread.booklet}, {misread.field}: {misread.truth} read as {misread.read}" == wrong
    told = CliRunner().invoke(app, ["rehearse", str(place), "--compare"])
    assert told.exit_code == 1
    assert wrong in told.output

    (place / "rehearsal").rename(tmp_path / "elsewhere")
    with pytest.raises(NotFoundError, match="holds no rehearsal"):
        compare_rehearsal(place)
    assert compare_rehearsal(place, tmp_path / "elsewhere").misread == 1
