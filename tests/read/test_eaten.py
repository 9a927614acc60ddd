"""What a scan in black and white ate goes to a person, and is nobody's silent zero."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from klausur.base.geometry import Box, Size
from klausur.paper.code import PageCode
from klausur.paper.fields import DIGIT_H, DIGIT_W, NO_NUMBER, Field, FieldKind, Mark
from klausur.paper.layout import PageLayout
from klausur.paper.number_row import digit_cells
from klausur.read import digits, eaten, fields, number_row
from klausur.read.cells import CELL_WINDOW
from klausur.read.crop import windows
from klausur.read.model import Reading
from klausur.rehearse import numbers
from klausur.rehearse.hands import Hand, Ink, Population, hand, stream
from klausur.scan.model import Pixels, Placed, Quality
from klausur.scan.tones import ScanKind

SCALE = 300 / 25.4
SIZE = Size(90.0, 60.0)
ROWS = tuple(
    Field(f"q{n}/number", FieldKind.NUMBER_ROW, Box(20.0, 12.0 + 16 * n, 4 * DIGIT_W, DIGIT_H), "q", cells=4)
    for n in range(2)
)
CELL = digit_cells(ROWS[0])[1]
PAGE = PageLayout(1, (Field("page/1/fiducial/tl", FieldKind.FIDUCIAL, Box(4.0, 4.0, 7.0, 7.0)), *ROWS))
TO_PIXELS = np.array([[SCALE, 0.0, -0.5], [0.0, SCALE, -0.5], [0.0, 0.0, 1.0]])


def sheet(frames: int = 128) -> Pixels:
    """The page without writing: a fiducial's black, and rows whose frames have that grey level."""
    paper = np.full((round(SIZE.h * SCALE), round(SIZE.w * SCALE)), 255, np.uint8)
    box = PAGE.fields[0].box
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    marker = np.asarray(cv2.aruco.generateImageMarker(dictionary, 0, round(box.w * SCALE)), np.uint8)
    top, left = round(box.y * SCALE), round(box.x * SCALE)
    paper[top : top + len(marker), left : left + len(marker)] = marker
    for cell in [cell for row in ROWS for cell in digit_cells(row)]:
        left, top, right, bottom = (round(n * SCALE) for n in (cell.x, cell.y, cell.right, cell.bottom))
        cv2.rectangle(paper, (left, top), (right - 1, bottom - 1), frames, 3)
    return paper


def pale() -> Hand:
    """A hard pencil, 0.25 mm wide: grey level 180 or so."""
    person = hand(stream(Population.JUDGE, 1030), Population.JUDGE, (Ink.PENCIL,))
    return replace(person, width=0.25, opacity=0.55, colour=(105, 105, 108), grain=0.2, pressure=0.1)


def written(values: tuple[str, str], seed: int = 0) -> Pixels:
    """The page with a number in each row, by a pale hand."""
    paper, rng = sheet(), stream(Population.JUDGE, 1031, seed)
    for row, value in zip(ROWS, values, strict=True):
        numbers.draw(paper, SIZE, row, value, pale(), rng)
    return paper


def seen(paper: Pixels, threshold: int | None = None) -> Placed:
    """The page as it is scanned: grey, or black where it is darker than a threshold."""
    soft = np.asarray(cv2.GaussianBlur(paper, (0, 0), 0.9), np.uint8)
    image = soft if threshold is None else np.where(soft > threshold, 255, 0).astype(np.uint8)
    return Placed(PageCode(1, 1, 1), image, TO_PIXELS, Quality(0.0, 300.0, 200.0, 1.0, 4))


def read(placed: Placed) -> tuple[Reading, ...]:
    return fields.read(placed, PAGE, exam=1, key=bytes(32))


@pytest.mark.parametrize("threshold", [145, 130, 100, 60])
def test_numbers_that_a_low_threshold_ate_are_never_silently_another_or_none(threshold: int) -> None:
    for seed in range(3):
        paper = written(("4713", "86"), seed)
        in_grey = read(seen(paper))
        assert [r.value for r in in_grey if not r.flagged] == [
            value for r, value in zip(in_grey, ("4713", "86"), strict=True) if not r.flagged
        ]
        for reading, value in zip(read(seen(paper, threshold)), ("4713", "86"), strict=True):
            assert reading.flagged or reading.value == value


def test_where_all_is_gone_number_rows_pass_for_empty_and_a_person_is_asked() -> None:
    gone = read(seen(written(("4713", "86")), 140))
    assert [(r.value, r.flagged) for r in gone] == [(NO_NUMBER, True)] * 2


def test_nobody_is_asked_about_empty_rows_in_grey_or_beside_a_pen_that_is_seen() -> None:
    assert [(r.value, r.flagged) for r in read(seen(sheet()))] == [(NO_NUMBER, False)] * 2
    paper = sheet()
    dark = replace(pale(), colour=(20, 20, 25), opacity=1.0, width=0.45)
    numbers.draw(paper, SIZE, ROWS[0], "4713", dark, stream(Population.JUDGE, 1032))
    assert [(r.value, r.flagged) for r in read(seen(paper, 160))] == [("4713", False), (NO_NUMBER, False)]


def test_dots_in_a_cell_are_a_question_in_black_and_white_alone() -> None:
    paper = sheet()
    x, y = (round(n * SCALE) for n in CELL.centre)
    paper[y - 12 : y - 10, x : x + 2] = paper[y + 12 : y + 14, x - 2 : x] = 0
    reader, row = digits.shipped(), replace(ROWS[0], kind=FieldKind.DIGIT_ROW)
    asked = reader.read(seen(paper, 160), row, ScanKind.TWO_LEVEL)
    assert (asked.flagged, asked.value) == (True, "????")
    assert asked.scores[1] == pytest.approx([1 / 11] * 11, abs=1e-5), "anything may have stood there"
    assert asked.scores[0][-1] > 0.9
    for kind in (None, ScanKind.GREY, ScanKind.COLOUR):
        assert reader.read(seen(paper, 160), row, kind).scores[1][-1] > 0.9


def test_a_row_whose_frames_are_gone_is_not_believed() -> None:
    reader, row = digits.shipped(), replace(ROWS[0], kind=FieldKind.DIGIT_ROW)
    assert not reader.read(seen(sheet(), 160), row, ScanKind.TWO_LEVEL).flagged
    assert reader.read(seen(sheet(), 100), row, ScanKind.TWO_LEVEL).flagged
    assert not reader.read(seen(sheet(frames=60), 100), row, ScanKind.TWO_LEVEL).flagged
    (reading,) = number_row.read(seen(sheet(), 100), ROWS[:1], ScanKind.TWO_LEVEL)
    assert (reading.value, reading.flagged) == ("????", True)


def test_frames_are_found_where_a_window_is_cut_a_little_off() -> None:
    for x, y in ((0.0, 0.0), (0.3, 0.0), (-0.3, 0.3), (0.0, -0.3)):
        off = Box(CELL.x + x, CELL.y + y, CELL.w, CELL.h)
        for paper, least, most in ((sheet(), 0.9, 1.0), (np.full_like(sheet(), 255), 0.0, 0.0)):
            cut = windows(seen(paper, 160), [off], CELL_WINDOW)
            assert least <= eaten.framed(cut)[0] <= most
            assert eaten.traces(cut)[0] == 0


def reading(kind: FieldKind, value: str, *, flagged: bool = False) -> Reading:
    return Reading(f"q/{kind}", kind, "q", value, 0.9, flagged, "r", "1")


EMPTY_BOX = reading(FieldKind.CHOICE_BOX, Mark.EMPTY)
EMPTY_ROW = reading(FieldKind.NUMBER_ROW, NO_NUMBER)
NO_CREDITS = reading(FieldKind.CREDIT_BOX, Mark.EMPTY)


def test_a_page_without_a_pen_is_asked_about_but_not_its_credits() -> None:
    asked = eaten.doubted((EMPTY_BOX, EMPTY_ROW, NO_CREDITS))
    assert [r.flagged for r in asked] == [True, True, False]
    assert [r.value for r in asked] == [Mark.EMPTY, NO_NUMBER, Mark.EMPTY]


@pytest.mark.parametrize(
    ("beside", "without"),
    [
        (reading(FieldKind.CHOICE_BOX, Mark.CROSSED), False),
        (reading(FieldKind.CHOICE_BOX, Mark.FILLED), False),
        (reading(FieldKind.NUMBER_BLANK, "12"), False),
        (reading(FieldKind.CHOICE_BOX, Mark.CROSSED, flagged=True), True),
        (reading(FieldKind.CREDIT_BOX, Mark.CROSSED), True),
        (reading(FieldKind.ANSWER_AREA, "written"), True),
    ],
)
def test_only_what_a_candidate_surely_left_in_boxes_and_cells_tells_of_a_pen(
    beside: Reading, *, without: bool
) -> None:
    assert eaten.without_pen((EMPTY_BOX, EMPTY_ROW, beside)) is without


def test_a_page_without_fields_for_a_candidate_s_pen_is_no_question() -> None:
    assert not eaten.without_pen((NO_CREDITS, reading(FieldKind.ANSWER_AREA, "blank")))
    assert not eaten.without_pen(())
