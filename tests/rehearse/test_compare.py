from pathlib import Path

import pytest

from klausur.base.errors import NotFoundError, ToolError
from klausur.paper.code import PageCode, Sheet
from klausur.paper.fields import FieldKind
from klausur.read.model import Mark, Reading
from klausur.rehearse.compare import Misread, compare, compare_fields
from klausur.rehearse.truth import (
    FOR_PEOPLE,
    FieldTruth,
    MarkTruth,
    PageTruth,
    fields_csv,
    marks_csv,
    pages_csv,
    read_marks,
    read_pages,
)

TRUTHS = (
    MarkTruth(1, 2, "q/choice/a", "q", Mark.CROSSED, "loop"),
    MarkTruth(1, 2, "q/choice/b", "q", Mark.EMPTY, ""),
    MarkTruth(1, 2, "q/choice/c", "q", Mark.FILLED, "zigzag, over a cross"),
    MarkTruth(1, 2, "q/choice/d", "q", Mark.OTHER, "tick"),
    MarkTruth(2, 2, "q/choice/a", "q", Mark.EMPTY, "stray dot"),
)


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    path = tmp_path / "truth-marks.csv"
    path.write_bytes(marks_csv(TRUTHS))
    return path


def reading(
    field: str, value: Mark, *, flagged: bool = False, kind: FieldKind = FieldKind.CHOICE_BOX
) -> Reading:
    return Reading(field, kind, "q", value, 0.9, flagged, "marks", "1")


def test_right_readings_count_as_boxes_and_no_more(truth: Path) -> None:
    found = compare(
        [
            (1, reading("q/choice/a", Mark.CROSSED)),
            (1, reading("q/choice/b", Mark.EMPTY)),
            (1, reading("q/choice/c", Mark.FILLED)),
            (2, reading("q/choice/a", Mark.EMPTY)),
        ],
        truth,
    )
    assert (found.boxes, found.marked, found.missing, found.unknown) == (4, 2, 1, 0)
    assert found.silent_misreads == ()
    assert found.flagged == 0
    assert found.flagged_share == found.misread_share == 0.0


def test_an_unflagged_difference_is_a_silent_misread(truth: Path) -> None:
    found = compare(
        [(1, reading("q/choice/d", Mark.CROSSED)), (2, reading("q/choice/a", Mark.CROSSED))], truth
    )
    assert found.silent_misreads == (
        Misread(1, "q/choice/d", Mark.OTHER, Mark.CROSSED, 0.9, "tick"),
        Misread(2, "q/choice/a", Mark.EMPTY, Mark.CROSSED, 0.9, "stray dot"),
    )
    assert found.misread_share == 1.0


def test_a_flagged_difference_is_no_misread(truth: Path) -> None:
    found = compare(
        [
            (1, reading("q/choice/a", Mark.FILLED, flagged=True)),
            (1, reading("q/choice/b", Mark.OTHER, flagged=True)),
            (1, reading("q/choice/c", Mark.FILLED)),
            (1, reading("q/choice/d", Mark.OTHER, flagged=True)),
        ],
        truth,
    )
    assert found.silent_misreads == ()
    assert (found.flagged_marked, found.flagged_unclear, found.flagged_empty) == (2, 1, 1)
    assert found.flagged == 3
    assert found.flagged_share == pytest.approx(2 / 3)


def test_a_box_read_twice_counts_once_and_its_worst_reading_tells(truth: Path) -> None:
    found = compare([(1, reading("q/choice/a", Mark.CROSSED)), (1, reading("q/choice/a", Mark.EMPTY))], truth)
    assert found.boxes == found.marked == 1
    assert len(found.silent_misreads) == 1


def test_other_fields_are_passed_over_and_strange_boxes_told(truth: Path) -> None:
    found = compare(
        [
            (1, reading("q/answer", Mark.EMPTY, kind=FieldKind.ANSWER_AREA)),
            (9, reading("q/choice/a", Mark.CROSSED)),
        ],
        truth,
    )
    assert (found.boxes, found.unknown, found.missing) == (0, 1, len(TRUTHS))


def test_the_truth_survives_its_file(truth: Path, tmp_path: Path) -> None:
    assert read_marks(truth) == TRUTHS
    pages = (
        PageTruth("scan-001.pdf", 3, 1, 2, code_legible=False, defects="upside-down staple"),
        PageTruth("", -1, 1, 3, code_legible=True, defects="lost"),
    )
    path = tmp_path / "truth-pages.csv"
    path.write_bytes(pages_csv(pages))
    assert read_pages(path) == pages
    assert path.read_text().splitlines() == [
        "file,index,booklet,page,code_legible,defects,sheet",
        "scan-001.pdf,3,1,2,no,upside-down staple,booklet",
        ",,1,3,yes,lost,booklet",
    ]


def test_a_missing_or_wrong_truth_is_told(truth: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="not there"):
        compare([], tmp_path / "none.csv")
    with pytest.raises(ToolError, match="columns"):
        read_pages(truth)


def test_what_no_reader_reads_is_not_missed(tmp_path: Path) -> None:
    path = tmp_path / "truth-fields.csv"
    blank = FieldTruth(Sheet.BOOKLET, 1, 2, "q/blank/1", "written", FOR_PEOPLE)
    number = FieldTruth(Sheet.BOOKLET, 1, 2, "r/blank/1", "9.81", "written")
    path.write_bytes(fields_csv((blank, number)))
    assert compare_fields((), path).missing == 1
    seen = Reading(
        "r/blank/1", FieldKind.NUMBER_BLANK, "r", "9.8", 0.99, flagged=False, reader="numbers", version="1"
    )
    found = compare_fields([(PageCode(7, 1, 2), seen)], path)
    assert (found.missing, [wrong.read for wrong in found.silent_misreads]) == (0, ["9.8"])
