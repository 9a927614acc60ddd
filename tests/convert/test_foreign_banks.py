"""Ten banks of odd questions, one or two for each format: nothing is lost, in or out and in again."""

import io
import zipfile
from pathlib import Path

import pytest

from klausur.actions.import_exam import Imported, import_exam
from klausur.convert.written_out import expanded
from klausur.exam import source
from lab import round_trip

HERE = Path(__file__).parent / "foreign"
BANKS = {
    "moodle.xml": (22, 14), "lines.gift": (12, 12), "escapes.gift": (5, 5), "quiz.txt": (6, 6),
    "groups.tex": (6, 5), "nested.tex": (14, 14), "matching.tex": (4, 4), "sum.Rmd": (2, 2),
    "canvas": (11, 9), "items": (14, 10),
}  # fmt: skip
"""The files, and how many questions there are in them, and in the exam."""


def brought(name: str, folder: Path) -> Imported:
    """A bank, imported into a folder; what is a folder is zipped first."""
    path = HERE / name
    if path.is_dir():
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as package:
            for file in sorted(one for one in path.rglob("*") if one.is_file()):
                package.write(file, file.relative_to(path).as_posix())
        path = folder / f"{name}.zip"
        path.write_bytes(packed.getvalue())
    return import_exam([path], folder / "exam")


@pytest.mark.nightly
@pytest.mark.parametrize("name", BANKS)
def test_nothing_is_lost(name: str, tmp_path: Path) -> None:
    done = brought(name, tmp_path)
    assert done.lost == ()
    (one,) = done.brought
    assert (one.counted.questions, one.made.questions) == BANKS[name]
    exam = source.parse(done.folder).exam
    assert exam is not None
    for form in round_trip.WHOLE:
        assert round_trip.differences(exam, form) == (), form


def test_macros_are_written_out_for_who_knows_none() -> None:
    macros = {r"\vect": r"\mathbf{#1}", r"\R": r"\mathbb{R}", r"\pair": r"(\vect{#1}, #2)"}
    assert expanded(r"\pair{a}b \in \R^2", macros) == r"(\mathbf{a}, b) \in \mathbb{R}^2"
    assert expanded(r"\vector \vect x", macros) == r"\vector \mathbf{x}"


def test_questions_on_lines_of_their_own_are_each_one(tmp_path: Path) -> None:
    done = brought("escapes.gift", tmp_path)
    exam = source.parse(done.folder).exam
    assert exam is not None
    assert [q.title for q in exam.questions] == ["Braces: 1", "Share", "Range", "Gap", "Next"]


def test_a_box_for_a_solution_is_a_solution(tmp_path: Path) -> None:
    done = brought("nested.tex", tmp_path)
    exam = source.parse(done.folder).exam
    assert exam is not None
    solved = {q.solution.text.strip(): q.space for q in exam.questions if q.solution is not None}
    space = solved["tab sol"]
    assert space is not None
    assert 50 < space.height < 52
