"""The shipped ink segmenter leaves print and pens, and a mark reader can see windows through it."""

import numpy as np
import pytest
from tests.read.test_highlighter import box, highlighted

from klausur.base.errors import ToolError
from klausur.read import card_paths, segment
from klausur.read.marks import SHIPPED, MarkReader
from klausur.read.model import Mark
from klausur.read.segment import Segmenter
from klausur.scan.model import Pixels
from lab.highlighter import INKS


@pytest.mark.parametrize("ink", INKS)
def test_highlighter_is_paper_and_a_cross_is_a_pen_s(ink: tuple[int, int, int]) -> None:
    window = highlighted(box(crossed=True, pen=(40, 50, 150)), ink)
    cleaned = segment.shipped().without_background(window[None])[0]
    assert cleaned.shape == window.shape
    assert np.median(cleaned[30:50, 4:14]) > 200, "highlighter beside the box"
    assert np.median(cleaned[26:54, 26:54][np.eye(28, dtype=bool)]) < 160, "the cross"
    assert np.median(cleaned[40, 20:22]) < 160, "the frame"


def test_grey_windows_stay_grey() -> None:
    cleaned = segment.shipped().without_background(box(crossed=True)[None, ..., :1])
    assert cleaned.shape == (1, 80, 80, 1)


def test_a_mark_reader_sees_what_is_left_of_its_windows() -> None:
    def emptied(windows: Pixels, _: object) -> Pixels:
        return np.broadcast_to(box(), windows.shape).copy()

    crossed = box(crossed=True)[None]
    assert MarkReader(SHIPPED).read(crossed)[0].value is Mark.CROSSED
    assert MarkReader(SHIPPED, emptied).read(crossed)[0].value is Mark.EMPTY


def test_another_reader_s_card_is_refused() -> None:
    with pytest.raises(ToolError, match="does not make"):
        Segmenter(card_paths.MARKS)
