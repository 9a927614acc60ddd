"""Printed frames: seen where they are, told from text and from nothing, not moved by what is written."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klausur.base.geometry import Box
from klausur.paper.fields import Field, FieldKind
from klausur.paper.layout import PageLayout
from klausur.scan import frames
from klausur.scan.frames import SeenFrames
from klausur.scan.model import Pixels

FINE = 40  # px per mm of the drawing
BOX = Box(8.0, 8.0, 4.0, 4.0)
PAGE = PageLayout(1, (Field("q/choice/a", FieldKind.CHOICE_BOX, BOX, "q", choice="a"),))
offsets = st.floats(-1.3, 1.3)


def drawing() -> Pixels:
    """A box's frame, 0.25 mm wide inside its box, on 20 mm of paper."""
    paper = np.full((20 * FINE, 20 * FINE), 255, np.uint8)
    paper[8 * FINE : 12 * FINE, 8 * FINE : 12 * FINE] = 0
    paper[8 * FINE + 10 : 12 * FINE - 10, 8 * FINE + 10 : 12 * FINE - 10] = 255
    return paper


def look(
    paper: Pixels,
    dpi: float = 300,
    x: float = 0.0,
    y: float = 0.0,
    page: PageLayout = PAGE,
    contrast: float = 200.0,
) -> SeenFrames:
    """Scan a drawing, and look for the frames of a page (x, y) mm beside where they are."""
    scale = dpi / 25.4
    side = round(20 * scale)
    image = cv2.GaussianBlur(cv2.resize(paper, (side, side), interpolation=cv2.INTER_AREA), (0, 0), 0.6)
    noisy = 30 + image * 0.8 + np.random.default_rng(1).normal(0, 4, image.shape)
    found = frames.of_page(page)
    maps = np.zeros((len(found), 2, 3))
    maps[:, 0, 0] = maps[:, 1, 1] = scale
    maps[:, :, 2] = (found.centres + np.array((x, y))) * scale - 0.5
    return frames.look(np.clip(noisy, 0, 255).astype(np.uint8), maps, found, contrast)


@given(offsets, offsets, st.sampled_from([100, 150, 300, 600]))
@settings(max_examples=40)
def test_a_frame_is_seen_to_a_twentieth_of_a_millimetre(x: float, y: float, dpi: float) -> None:
    seen = look(drawing(), dpi, x, y)
    assert seen.found.all()
    assert np.abs(seen.shifts[0] + (x, y)).max() < 0.05


@pytest.mark.parametrize("dpi", [200, 300])
def test_a_thick_cross_does_not_move_its_box(dpi: float) -> None:
    paper = drawing()
    for start, end in (((7, 7), (13, 13)), ((13, 7), (7, 13))):
        a, b = ([side * FINE for side in point] for point in (start, end))
        cv2.line(paper, a, b, (40,), FINE // 2)
    seen = look(paper, dpi, 0.4, -0.3)
    assert seen.found.all()
    assert np.abs(seen.shifts[0] + (0.4, -0.3)).max() < 0.1


def test_lines_pale_with_the_width_of_edges() -> None:
    assert frames.left_of_lines(0.1) == frames.left_of_lines(0.3) == 1.0
    left = [frames.left_of_lines(rise) for rise in (0.3, 0.4, 0.5, 0.7, 1.0)]
    assert left == sorted(left, reverse=True)
    assert 0.6 < left[2] < 0.7
    assert left[-1] > 0.3


def test_what_blur_leaves_of_a_crossed_box_is_found_if_it_is_known_to_be_blurred() -> None:
    paper = drawing()
    for start, end in (((7, 7), (13, 13)), ((13, 7), (7, 13))):
        a, b = ([side * FINE for side in point] for point in (start, end))
        cv2.line(paper, a, b, (40,), FINE // 3)
    soft = np.asarray(cv2.GaussianBlur(paper, (0, 0), 0.24 * FINE), np.uint8)
    assert not look(soft).found.any()
    known = look(soft, contrast=200.0 * frames.left_of_lines(0.24 * 2.56))
    assert known.found.all()
    assert np.abs(known.shifts).max() < 0.1


def test_a_box_that_is_blackened_is_hidden_and_not_absent() -> None:
    paper = drawing()
    cv2.rectangle(paper, (7 * FINE, 7 * FINE), (13 * FINE, 13 * FINE), (30,), -1)
    seen = look(paper)
    assert not seen.found.any()
    assert not seen.absent.any()


def test_what_is_off_the_image_is_neither_found_nor_absent() -> None:
    seen = look(drawing(), x=-30.0)
    assert not seen.found.any()
    assert not seen.absent.any()


def test_neither_blank_paper_nor_text_is_a_frame() -> None:
    rng = np.random.default_rng(4)
    blank = np.full((20 * FINE, 20 * FINE), 255, np.uint8)
    assert look(blank).absent.all()
    for _ in range(30):
        text = blank.copy()
        for y in range(2, 20, 5):
            line = "".join(chr(97 + rng.integers(26)) for _ in range(12))
            cv2.putText(
                text, line, (int(rng.integers(-60, 0)), y * FINE), cv2.FONT_HERSHEY_SIMPLEX, 3.5, (0,), 9
            )
        assert not look(text).found.any()


def test_what_is_printed_of_each_kind_of_field() -> None:
    area = Field("q/answer", FieldKind.ANSWER_AREA, Box(10, 10, 80, 40), "q")
    row = Field("cover/registration", FieldKind.DIGIT_ROW, Box(10, 60, 56, 9), cells=8)
    code = Field("page/1/code", FieldKind.PAGE_CODE, Box(1, 1, 10, 10))
    seen = frames.of_page(PageLayout(1, (area, row, code)))
    assert len(seen) == 4 + 8
    assert (seen.sides.sum(axis=1) == [2] * 4 + [4] * 8).all()
    assert (seen.black == [True] * 4 + [False] * 8).all()
    corners = seen.centres[:4] + seen.halves[:4] * [(-1, -1), (-1, 1), (1, -1), (1, 1)]
    inset = 0.125
    inner = area.box.grown(-inset)
    expected = [(x, y) for x in (inner.x, inner.right) for y in (inner.y, inner.bottom)]
    assert corners == pytest.approx(np.array(expected))
    assert seen.centres[5:11, 0] == pytest.approx(np.arange(20.5, 60, 7)[:6])


def test_a_page_without_frames_has_nothing_to_be_seen() -> None:
    empty = PageLayout(1, ())
    assert look(drawing(), page=empty).shifts.shape == (0, 2)


@given(st.integers(0, 2**32 - 1), st.integers(2, 256))
def test_themiddle_half_of_eight_levels_is_that_of_the_eight_in_order(seed: int, levels: int) -> None:
    rows = np.random.default_rng(seed).integers(0, levels, (8, 3, 5), np.uint8)
    assert (frames.middle_half(rows) == np.sort(rows, axis=0)[2:6].mean(axis=0)).all()
