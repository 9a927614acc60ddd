from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.base.geometry import Box
from klausur.paper.code import PageCode
from klausur.read.crop import SIDE, rgb, window, windows
from klausur.scan import drift
from klausur.scan.model import Pixels, Placed, Quality

BOX = Box(20.0, 15.0, 4.0, 4.0)
MakePlaced = Callable[..., Placed]


def is_upright_box(seen: Pixels) -> None:
    """The frame lies in the middle, and the mark in its upper left quarter."""
    grey = seen[:, :, 0].astype(float)
    dark = 255.0 - grey
    ys, xs = np.mgrid[0:SIDE, 0:SIDE] - (SIDE - 1) / 2
    away = np.maximum(abs(xs), abs(ys))
    assert dark[(away >= 18.5) & (away <= 19.5)].mean() > 100, "the frame"
    assert dark[(away > 23) & (away < 39)].mean() < 30, "white outside"
    quarters = [
        dark[(away < 15) & (np.sign(xs) == sx) & (np.sign(ys) == sy)].mean()
        for sy in (-1, 1)
        for sx in (-1, 1)
    ]
    assert int(np.argmax(quarters)) == 0, quarters
    assert quarters[0] > 2 * max(quarters[1:])


@pytest.mark.parametrize("dpi", [150, 200, 300, 400, 600])
@pytest.mark.parametrize("angle", [0.0, 4.5, -4.5, 180.0, 177.0])
def test_windows_are_upright_whatever_the_scan(placed: MakePlaced, dpi: float, angle: float) -> None:
    size = (round(45 * dpi / 25.4), round(50 * dpi / 25.4))
    middle = np.array((size[1] / 2, size[0] / 2))
    turn = np.deg2rad(angle)
    at = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ BOX.centre * dpi / 25.4
    shift = tuple((middle - at).tolist())
    seen = window(placed([BOX], dpi=dpi, angle=angle, shift=shift, size=size), BOX)
    assert seen.shape == (SIDE, SIDE, 3)
    is_upright_box(seen)


def test_a_projective_page_is_followed() -> None:
    # Across 210 mm the scale changes by 2 %: more than any scanner does.
    to_pixels = np.array([[11.8, 0.1, 5.0], [-0.1, 11.8, 9.0], [1e-4, 5e-5, 1.0]])
    ys, xs = np.mgrid[0:500, 0:700]
    back = np.linalg.inv(to_pixels)
    mm = np.einsum("ij,jyx->iyx", back, np.stack([xs, ys, np.ones_like(xs)]).astype(float))
    x, y = mm[0] / mm[2], mm[1] / mm[2]
    pixels = np.clip(40 + 2 * x + 2 * y, 0, 255)  # a plane whose value is known at every mm
    page = Placed(PageCode(1, 1, 1), np.round(pixels).astype(np.uint8), to_pixels, Quality(0, 300, 200, 1, 4))
    seen = window(page, BOX)[:, :, 0].astype(float)
    away = (np.arange(SIDE) - (SIDE - 1) / 2) / 10
    expected = 40 + 2 * (BOX.centre[0] + away[None, :]) + 2 * (BOX.centre[1] + away[:, None])
    assert np.abs(seen - expected).max() < 1.6


def test_outside_of_the_image_there_is_paper(placed: MakePlaced) -> None:
    edge = Box(-1.0, 10.0, 4.0, 4.0)
    seen = window(placed([edge], paper=200), edge)
    assert (seen[:, :25] == 200).all()
    assert seen[:, 41:].min() < 60, "the box's inner half is there"
    beyond = Box(900.0, 900.0, 4.0, 4.0)
    assert (window(placed([]), beyond) == 255).all()


def test_shrinking_averages_over_areas() -> None:
    rows, columns = np.indices((900, 900))
    checkers = ((rows + columns) % 2 * 255).astype(np.uint8)  # finer than any window's pixel
    to_pixels = np.diag([600 / 25.4, 600 / 25.4, 1.0])
    page = Placed(PageCode(1, 1, 1), checkers, to_pixels, Quality(0, 600, 200, 1, 4))
    seen = window(page, BOX).astype(int)
    assert abs(seen - 128).max() <= 2


def test_colour_pages_keep_their_colours() -> None:
    pixels = np.empty((400, 500, 3), np.uint8)
    pixels[:] = (200, 100, 50)
    page = Placed(PageCode(1, 1, 1), pixels, np.diag([11.8, 11.8, 1.0]), Quality(0, 300, 200, 1, 4))
    assert (window(page, BOX) == (200, 100, 50)).all()


def test_no_boxes_no_windows(placed: MakePlaced) -> None:
    assert windows(placed([]), []).shape == (0, SIDE, SIDE, 1)


@given(st.lists(st.tuples(st.floats(-5, 60), st.floats(-5, 45)), min_size=1, max_size=6))
def test_many_windows_are_single_windows(places: list[tuple[float, float]]) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (480, 640), np.uint8)
    page = Placed(PageCode(1, 1, 1), pixels, np.diag([11.8, 11.8, 1.0]), Quality(0, 300, 200, 1, 4))
    boxes = [Box(x, y, 4.0, 4.0) for x, y in places]
    together = rgb(windows(page, boxes))
    assert together.shape == (len(boxes), SIDE, SIDE, 3)
    for box, seen in zip(boxes, together, strict=True):
        assert (window(page, box) == seen).all()


def test_a_window_follows_its_page_s_drift(placed: MakePlaced) -> None:
    there = Box(BOX.x + 0.7, BOX.y - 0.9, BOX.w, BOX.h)
    corners = np.array(((0.0, 0.0), (40.0, 0.0), (40.0, 30.0), (0.0, 30.0)))
    moved = drift.through(corners, np.tile((0.7, -0.9), (4, 1)))
    page = replace(placed([there]), drift=moved)
    is_upright_box(window(page, BOX))
    assert np.abs(window(page, BOX).astype(int) - window(placed([there]), there)).max() <= 1
