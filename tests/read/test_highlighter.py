"""Highlighter over boxes is taken for paper; pens, pencils, coloured paper and marks made with it are not."""

import cv2
import numpy as np
import pytest

from klausur.read.highlighter import without
from klausur.read.marks import shipped
from klausur.read.model import Mark
from klausur.scan.model import Pixels
from lab.highlighter import INKS, stroke

PAPER = 240
ACROSS = np.array(((-20.0, 41.0), (100.0, 40.0)))


def box(*, crossed: bool = False, pen: tuple[int, int, int] = (25, 25, 25), paper: int = PAPER) -> Pixels:
    window = np.full((80, 80, 3), paper, np.uint8)
    cv2.rectangle(window, (20, 20), (59, 59), (30, 30, 30), 2)
    if crossed:
        cv2.line(window, (23, 23), (56, 56), pen, 4, cv2.LINE_AA)
        cv2.line(window, (56, 23), (23, 56), pen, 4, cv2.LINE_AA)
    return window


def highlighted(
    window: Pixels, ink: tuple[int, int, int], width: float = 52, path: Pixels | None = None
) -> Pixels:
    made = window.copy()
    stroke(made, np.asarray(ACROSS if path is None else path), width, ink, np.random.default_rng(3))
    grain = np.random.default_rng(4).normal(0, 3, made.shape)
    return np.clip(made + grain, 0, 255).astype(np.uint8)


def read(window: Pixels) -> tuple[Mark, bool]:
    (seen,) = shipped().read(window[None])
    return seen.value, seen.flagged


@pytest.mark.parametrize("ink", INKS)
@pytest.mark.parametrize("width", [30.0, 52.0, 200.0])
def test_an_empty_box_below_highlighter_is_empty(ink: tuple[int, int, int], width: float) -> None:
    assert read(highlighted(box(), ink, width)) == (Mark.EMPTY, False)


@pytest.mark.parametrize("ink", INKS)
@pytest.mark.parametrize("pen", [(25, 25, 25), (40, 50, 150), (200, 40, 50)])
def test_a_cross_below_highlighter_is_a_cross(ink: tuple[int, int, int], pen: tuple[int, int, int]) -> None:
    mark, flagged = read(highlighted(box(crossed=True, pen=pen), ink))
    assert mark is Mark.CROSSED or flagged
    if pen != (200, 40, 50):
        assert (mark, flagged) == (Mark.CROSSED, False)


@pytest.mark.parametrize("crossed", [False, True])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_page_without_highlighter_is_not_touched(*, crossed: bool, channels: int) -> None:
    windows = np.stack([box(crossed=crossed, pen=(200, 40, 50))] * 3)[..., :channels]
    assert without(windows) is windows


@pytest.mark.parametrize("paper", [(250, 240, 190), (200, 230, 250), (245, 205, 215), (190, 190, 190)])
def test_coloured_paper_is_as_it_was(paper: tuple[int, int, int]) -> None:
    window = (box(crossed=True) * (np.array(paper) / 255)).astype(np.uint8)
    assert np.array_equal(without(window[None])[0], window)


@pytest.mark.parametrize("tone", [(205, 205, 205), (200, 60, 70), (110, 130, 220), (255, 246, 70)])
def test_what_fills_the_box_and_ends_there_is_no_highlighter(tone: tuple[int, int, int]) -> None:
    window = box()
    window[17:63, 17:63] = np.minimum(window[17:63, 17:63], np.array(tone, np.uint8))
    assert np.array_equal(without(window[None])[0], window)
    mark, flagged = read(window)
    assert mark is not Mark.EMPTY or flagged


@pytest.mark.parametrize("pen", [(30, 30, 30), (200, 40, 50), (60, 80, 190)])
def test_a_filled_box_stays_filled_below_highlighter(pen: tuple[int, int, int]) -> None:
    window = box()
    window[18:62, 18:62] = pen
    mark, flagged = read(highlighted(window, INKS[0]))
    assert mark is Mark.FILLED or flagged
    left = without(highlighted(window, INKS[0])[None])[0]
    assert np.median(left[25:55, 25:55].min(axis=2)) < 100
