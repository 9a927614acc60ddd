"""Boxes in millimetres, y downwards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.base.geometry import PAPERS, Box, Size

lengths = st.integers(0, 4000).map(lambda n: n / 8)  # eighths of a mm add up without rounding
places = st.integers(-4000, 4000).map(lambda n: n / 8)
boxes = st.builds(Box, places, places, lengths, lengths)


def test_papers() -> None:
    assert PAPERS["a4"] == Size(210, 297)
    letter = PAPERS["letter"]
    assert (letter.w, letter.h) == pytest.approx((8.5 * 25.4, 11 * 25.4))


def test_edges_centre_and_corners() -> None:
    box = Box(10, 20, 4, 6)
    assert (box.right, box.bottom) == (14, 26)
    assert box.centre == (12, 23)
    assert box.corners == ((10, 20), (14, 20), (14, 26), (10, 26))


@given(boxes, lengths)
def test_growing_keeps_the_centre_and_can_be_undone(box: Box, by: float) -> None:
    grown = box.grown(by)
    assert grown.centre == box.centre
    assert (grown.w, grown.h) == (box.w + 2 * by, box.h + 2 * by)
    assert grown.grown(-by) == box


@given(boxes, boxes)
def test_overlap_is_mutual_and_means_common_area(one: Box, other: Box) -> None:
    width = min(one.right, other.right) - max(one.x, other.x)
    height = min(one.bottom, other.bottom) - max(one.y, other.y)
    assert one.overlaps(other) == other.overlaps(one)
    if one.w and one.h and other.w and other.h:
        assert one.overlaps(other) == (width > 0 and height > 0)


def test_boxes_that_share_an_edge_do_not_overlap() -> None:
    assert not Box(0, 0, 4, 4).overlaps(Box(4, 0, 4, 4))
    assert not Box(0, 0, 4, 4).overlaps(Box(0, 4, 4, 4))
    assert Box(0, 0, 4, 4).overlaps(Box(3.9, 3.9, 4, 4))


@given(boxes)
def test_inside_means_all_corners_on_the_sheet(box: Box) -> None:
    sheet = Size(210, 297)
    assert box.inside(sheet) == all(0 <= x <= sheet.w and 0 <= y <= sheet.h for x, y in box.corners)
