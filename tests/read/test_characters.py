"""The ink of spaces comes apart into characters, in their order, all upright and alike in size."""

import cv2
import numpy as np
import pytest

from klausur.read.characters import DPI, SIDE, TALL, characters, normalised
from klausur.read.preprocess import Inputs
from klausur.read.upright import Area
from klausur.scan.model import Pixels

SCALE = DPI / 25.4
WIDE, HIGH = 60.0, 20.0


def paper() -> Pixels:
    """A space of 60 × 20 mm with its frame."""
    sheet = np.full((round(HIGH * SCALE), round(WIDE * SCALE)), 245, np.uint8)
    cv2.rectangle(sheet, (0, 0), (sheet.shape[1] - 1, sheet.shape[0] - 1), 60.0, 2)
    return sheet


def type_(sheet: Pixels, text: str, x: float, y: float, tall: float = 5.0, grey: float = 50.0) -> None:
    """Write with type, its left end and base at a place in mm."""
    at = (round(x * SCALE), round(y * SCALE))
    cv2.putText(sheet, text, at, cv2.FONT_HERSHEY_SIMPLEX, tall * SCALE / 21, grey, 3, cv2.LINE_AA)


def bar(sheet: Pixels, x: float, y: float, length: float, high: float = 0.4) -> None:
    left, top, right, bottom = (round(n * SCALE) for n in (x, y, x + length, y + high))
    sheet[top:bottom, left:right] = 50


def seen(sheet: Pixels) -> Inputs:
    return characters(Area(sheet, SCALE))


def test_an_empty_space_has_no_characters() -> None:
    assert seen(paper()).shape == (0, SIDE, SIDE)
    assert seen(paper()[:10]).shape == (0, SIDE, SIDE)


def test_characters_come_from_the_left_line_by_line() -> None:
    sheet, alone = paper(), {}
    for text in "125":
        one = paper()
        type_(one, text, 20, 12)
        (alone[text],) = seen(one)
    type_(sheet, "2", 30, 8)
    type_(sheet, "1", 20, 8)
    type_(sheet, "5", 8, 17)
    found = seen(sheet)
    assert len(found) == 3
    for character, text in zip(found, "125", strict=True):
        apart = {other: float(np.abs(character - picture).mean()) for other, picture in alone.items()}
        assert min(apart, key=lambda other: apart[other]) == text


def test_size_place_pen_and_shade_make_little_difference() -> None:
    pictures = []
    for tall, x, y, grey in ((4.0, 6, 9, 40.0), (6.0, 30, 15, 150.0)):
        sheet = paper()
        type_(sheet, "4", x, y, tall, grey)
        (one,) = seen(sheet)
        pictures.append(one)
        rows, columns = np.nonzero(one > 0.5)
        assert max(np.ptp(rows), np.ptp(columns)) + 1 == pytest.approx(TALL, abs=2.5)
        assert one.max() > 0.9
    assert np.abs(pictures[0] - pictures[1]).mean() < 0.08


def test_the_bars_of_an_equals_sign_are_one_character_and_a_comma_is_small() -> None:
    sheet = paper()
    type_(sheet, "7", 10, 12)
    bar(sheet, 18, 9.0, 3)
    bar(sheet, 18, 10.6, 3)
    cv2.line(
        sheet, (round(26 * SCALE), round(11.5 * SCALE)), (round(25.6 * SCALE), round(13 * SCALE)), 50.0, 3
    )
    found = seen(sheet)
    assert len(found) == 3
    lines = (found[1] > 0.5).any(axis=1)
    assert np.count_nonzero(np.diff(lines.astype(int)) == 1) == 2, "both bars"
    seven, comma = (np.ptp(np.flatnonzero((one > 0.5).any(axis=1))) for one in (found[0], found[2]))
    assert comma < 0.7 * seven


def test_dust_and_rulings_are_no_characters() -> None:
    sheet = paper()
    for y in np.arange(5.0, HIGH, 5.0):
        sheet[round(y * SCALE)] = 205
    sheet[round(8 * SCALE) : round(8 * SCALE) + 2, round(40 * SCALE)] = 60
    type_(sheet, "3", 12, 13)
    assert len(seen(sheet)) == 1
    cv2.circle(sheet, (round(40 * SCALE), round(8 * SCALE)), 2, 60.0, -1)
    assert len(seen(sheet)) == 2, "a point"


def test_what_leans_is_set_upright() -> None:
    stroke = np.zeros((60, 60), np.float32)
    cv2.line(stroke, (42, 5), (18, 55), 1.0, 5)
    upright = normalised(stroke, 50)
    columns = np.flatnonzero((upright > 0.5).any(axis=0))
    assert np.ptp(columns) <= 4, "24 of 50 pixels wide before"
    assert upright.shape == (SIDE, SIDE)
