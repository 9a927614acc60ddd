"""Bounds of a reader: found where they should be, on windows and readings made by hand."""

import cv2
import numpy as np
import pytest

from klausur.learn import calibrate
from klausur.learn.calibrate import Readings
from klausur.learn.crops import CLASSES, Crops
from klausur.learn.scans import Kind
from klausur.read.ink import InkTest
from klausur.read.model import Mark
from klausur.scan.model import Pixels
from klausur.scan.tones import ScanKind

EMPTY, CROSSED, OTHER = (CLASSES.index(mark) for mark in (Mark.EMPTY, Mark.CROSSED, Mark.OTHER))
TEST = InkTest(inside=1.45, ring=2.45, reach=3.5, darkness=0.1, pixels=34, confidence=0.999)


def framed(grey: int, dots: int = 0) -> Pixels:
    """A window of a box whose frame has a grey level, with so many black pixels in it, (80, 80, 3)."""
    window = np.full((80, 80, 3), 200, np.uint8)
    cv2.rectangle(window, (21, 21), (58, 58), (grey,) * 3, 2)
    for n in range(dots):
        window[30 + 2 * n, 40] = 0
    return window


def crops(windows: list[Pixels], labels: list[int], kind: Kind = Kind.GREY) -> Crops:
    n = len(labels)
    return Crops(np.stack(windows), np.array(labels), np.full(n, list(Kind).index(kind)), np.arange(n))


def readings(values: list[int], confidence: list[float]) -> Readings:
    return Readings(np.array(values), np.array(confidence), np.zeros(len(values), np.bool_))


def test_no_mark_of_few_dots_passes_for_empty() -> None:
    seen = crops([framed(20, 6), framed(20, 9), framed(20, 4)], [CROSSED, CROSSED, EMPTY])
    read = readings([CROSSED, EMPTY, EMPTY], [0.99, 0.96, 0.99])
    assert calibrate.ink_bounds(read, seen, TEST) == (5, 8)
    unsure = readings([CROSSED, EMPTY, EMPTY], [0.99, 0.6, 0.99])
    assert calibrate.ink_bounds(unsure, seen, TEST) == (5, 30), "it is flagged for its confidence"


def test_odd_marks_that_pass_raise_the_threshold_beside_plain_ones() -> None:
    n = 2000
    labels = [CROSSED] * n + [OTHER] * n
    seen = crops([framed(20)] * (2 * n), labels)
    right = readings([CROSSED] * n + [OTHER] * n, [0.99] * (2 * n))
    assert calibrate.flag_below(right, seen).least == 0.5
    some = readings(
        [CROSSED] * n + [CROSSED] * 400 + [OTHER] * (n - 400), [0.99] * n + [0.8] * 400 + [0.9] * (n - 400)
    )
    found = calibrate.flag_below(some, seen)
    assert 0.8 < found.least <= 0.81
    assert found.odd.silent == 0
    assert found.odd.bound <= calibrate.ODD_BUDGET
    assert found.plain.windows == n


def test_what_a_reader_is_told_of_a_window_is_what_its_pixels_tell() -> None:
    grey, colour = framed(20), framed(20)
    colour[:, :, 0] = 190
    seen = crops([grey, colour], [EMPTY] * 2)
    assert seen.scanned(ScanKind.GREY).tolist() == [True, False]
    assert seen.scanned(ScanKind.COLOUR).tolist() == [False, True]
    black = crops([grey, colour], [EMPTY] * 2, Kind.TWO_LEVEL)
    assert black.scanned(ScanKind.TWO_LEVEL).all()
    assert not (black.scanned(ScanKind.GREY) | black.scanned(ScanKind.COLOUR)).any()


def test_steps_of_confidence_tell_how_many_are_right() -> None:
    seen = crops([framed(20)] * 4, [CROSSED] * 4)
    told = calibrate.reliability_figures(
        readings([CROSSED, CROSSED, EMPTY, CROSSED], [0.96, 0.97, 0.98, 1.0]), seen
    )
    assert told["right_from_0.95"] == pytest.approx(2 / 3, abs=1e-4)
    assert told["share_from_0.95"] == 0.75
    assert told["right_from_0.999"] == 1.0
    assert "right_from_0.5" not in told
