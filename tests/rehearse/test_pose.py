from collections.abc import Callable

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klausur.base.geometry import PAPERS, Box
from klausur.rehearse import photo, scanner_glass
from klausur.rehearse.photo import Take
from klausur.rehearse.pose import Pose, on_paper, paint, where
from klausur.rehearse.scanner_glass import Lie
from klausur.rehearse.strokes import Points
from lab.canvas import paper
from lab.creases import crumpled

A4 = PAPERS["a4"]
DPI = 100
SPOTS = np.array([(30.0, 40.0), (180.0, 45.0), (105.0, 150.0), (35.0, 260.0), (170.0, 250.0)])


def dotted() -> np.ndarray:
    """A sheet at 200 dpi with a black dot of 2 mm on each of `SPOTS`."""
    sheet = np.full((2339, 1655), 255, np.uint8)
    scale = np.array((1655 / A4.w, 2339 / A4.h))
    for x, y in SPOTS * scale - 0.5:
        cv2.circle(sheet, (round(x * 16), round(y * 16)), 8 * 16, 0, -1, cv2.LINE_AA, 4)
    return sheet


def seen(image: np.ndarray, near: Points, reach: int) -> Points:
    """The middles of the dark dots near (n, 2) places."""
    found = []
    for x, y in near:
        left, top = round(x) - reach, round(y) - reach
        dark = 255.0 - image[top : top + 2 * reach, left : left + 2 * reach]
        dark[dark < 100] = 0
        rows, columns = np.mgrid[0 : dark.shape[0], 0 : dark.shape[1]]
        found.append((left + (columns * dark).sum() / dark.sum(), top + (rows * dark).sum() / dark.sum()))
    return np.array(found)


def bends() -> dict[str, Callable[[np.random.Generator], tuple[Pose, tuple[int, int]]]]:
    def slipped(rng: np.random.Generator) -> tuple[Pose, tuple[int, int]]:
        lie = Lie(skew=2.0, bed=5.0, moved=scanner_glass.slipped(A4, rng))
        return scanner_glass.pose(A4, lie, DPI), scanner_glass.image_shape(A4, lie, DPI)

    def creased(rng: np.random.Generator) -> tuple[Pose, tuple[int, int]]:
        blank = np.full((297, 210), 255, np.uint8)
        creases = crumpled(paper(blank, A4, Box(0, 0, 1, 1), {}, lambda: blank), rng)
        lie = Lie(skew=-1.0, bed=5.0, moved=creases.moved)
        return scanner_glass.pose(A4, lie, DPI), scanner_glass.image_shape(A4, lie, DPI)

    def bent(rng: np.random.Generator) -> tuple[Pose, tuple[int, int]]:
        framed = photo.frame(A4, Take(tilt=25.0, bend=0.3), rng)
        return framed.pose, framed.shape

    return {"slipped": slipped, "creased": creased, "photographed": bent}


@settings(max_examples=12)
@given(
    skew=st.floats(-15, 15),
    shift=st.floats(-5, 5),
    wide=st.floats(0.95, 1.05),
    high=st.floats(0.95, 1.05),
    turned=st.booleans(),
)
def test_a_flat_sheet_lies_where_its_pose_says(
    *, skew: float, shift: float, wide: float, high: float, turned: bool
) -> None:
    lie = Lie(skew, (shift, -shift), (wide, high), bed=45.0, upside_down=turned)
    pose = scanner_glass.pose(A4, lie, DPI)
    image = np.full(scanner_glass.image_shape(A4, lie, DPI), 255, np.uint8)
    paint(image, dotted(), pose)
    places = pose.to_pixels(SPOTS)
    assert np.abs(seen(image, places, 8) - places).max() < 0.25


@pytest.mark.parametrize("kind", bends())
def test_a_bent_sheet_lies_where_its_pose_says(kind: str) -> None:
    for seed in range(3):
        pose, shape = bends()[kind](np.random.default_rng(seed))
        image = np.full(shape, 255, np.uint8)
        paint(image, dotted(), pose)
        places = pose.to_pixels(SPOTS)
        reach = round(2.2 * pose.scale())
        assert np.abs(seen(image, places, reach) - places).max() < 0.08 * pose.scale()


@pytest.mark.parametrize("kind", bends())
def test_the_truth_keeps_where_a_bent_sheet_lies(kind: str) -> None:
    for seed in range(5):
        pose, _ = bends()[kind](np.random.default_rng(seed))
        points = np.random.default_rng(9).uniform((0, 0), (A4.w, A4.h), (400, 2))
        off = np.linalg.norm(where(pose).at(points) - pose.to_pixels(points), axis=1) / pose.scale()
        assert off.max() < 0.05


@pytest.mark.parametrize("kind", bends())
def test_every_pixel_of_a_bent_sheet_knows_its_place(kind: str) -> None:
    pose, shape = bends()[kind](np.random.default_rng(3))
    x, y = on_paper(pose, shape)
    inside = (x > 0) & (x < A4.w) & (y > 0) & (y < A4.h)
    places = np.column_stack([x[inside], y[inside]]).astype(np.float64)
    rows, columns = np.nonzero(inside)
    wanted = np.column_stack([columns, rows]) * 16.0
    assert np.abs(pose.to_pixels(places) - wanted).max() < 0.05 * pose.scale()


def test_a_photograph_shows_the_whole_sheet() -> None:
    for seed in range(40):
        framed = photo.frame(A4, Take(tilt=28.0, bend=0.3, roll=15.0), np.random.default_rng(seed))
        corners = framed.pose.to_pixels(np.array([(0, 0), (A4.w, 0), (A4.w, A4.h), (0, A4.h)], float))
        assert (corners > 0).all()
        assert (corners < framed.shape[::-1]).all()


def test_nothing_is_painted_beside_the_sheet_or_where_paper_is_gone() -> None:
    lie = Lie(bed=10.0)
    image = np.full(scanner_glass.image_shape(A4, lie, DPI), 77, np.uint8)
    gone = np.zeros((297, 210), np.uint8)
    gone[100:120, 100:120] = 255
    paint(image, np.full((297, 210), 200, np.uint8), scanner_glass.pose(A4, lie, DPI), gone)
    edge = round(9.5 * DPI / 25.4)
    assert (image[:edge] == 77).all()
    assert (image[:, -edge:] == 77).all()
    x, y = (round((10 + 110) * DPI / 25.4) for _ in range(2))
    assert abs(int(image[y, x]) - 77) <= 1
    assert abs(int(image[y + 100, x]) - 200) <= 1
