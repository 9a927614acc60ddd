"""Markers are found wherever they lie, whatever part of the image is searched for them first."""

import math
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from tests.scan.conftest import SIZE

from klausur.paper.fields import FIDUCIAL
from klausur.scan import fiducials
from klausur.scan.model import Pixels

PER_MM = 300 / 25.4
SHAPE = round(SIZE.h * PER_MM), round(SIZE.w * PER_MM)
CORNERS = {0: (False, False), 1: (True, False), 2: (True, True), 3: (False, True)}
"""Right and lower, for each marker."""


def sheet(*markers: tuple[int, float, float, float, float]) -> Pixels:
    """A sheet with markers: each one's id, its middle in mm, its angle in degrees, its side in mm."""
    image = np.full(SHAPE, 235.0)
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    for name, x, y, angle, side in markers:
        marker = np.pad(cv2.aruco.generateImageMarker(dictionary, name, 240), 40, constant_values=255)
        half, scale = (len(marker) - 1) / 2, side * PER_MM / 240
        turn = np.asarray(cv2.getRotationMatrix2D((half, half), angle, scale), np.float64)
        turn[:, 2] += np.array((x, y)) * PER_MM - half
        seen = cv2.warpAffine(marker, turn, SHAPE[::-1], flags=cv2.INTER_AREA, borderValue=255)
        image = np.minimum(image, 40 + 195 / 255 * seen.astype(float))
    return np.asarray(np.clip(image + noise(), 0, 255), np.uint8)


@cache
def noise() -> npt.NDArray[np.float64]:
    return np.random.default_rng(5).normal(0, 3, SHAPE)


def at(name: int, reach: float) -> tuple[float, float]:
    """The middle of a marker that reaches so far from its corner of the sheet, in mm."""
    right, lower = CORNERS[name]
    middle = reach - FIDUCIAL / 2
    return (SIZE.w - middle if right else middle, SIZE.h - middle if lower else middle)


def as_lists(seen: fiducials.Seen) -> dict[int, list[list[list[float]]]]:
    return {name: [place.tolist() for place in places] for name, places in seen.items()}


@pytest.mark.parametrize(
    "reaches",
    [(13.0, 13.0, 13.0, 13.0), (12.2, 14.9, 16.4, 15.1), (16.3, 17.1, 18.4, 19.0), (13.0, 22.0, 25.0, 14.0)],
)
def test_corners_are_found_as_in_the_larger_windows(reaches: tuple[float, ...]) -> None:
    markers = ((name, *at(name, reach), 4.0 * name - 5.0, FIDUCIAL) for name, reach in enumerate(reaches))
    pixels = sheet(*markers)
    near = fiducials.search_near(pixels, SIZE)
    assert near.keys() == CORNERS.keys()
    assert as_lists(near) == as_lists(fiducials.search_corners(pixels, SIZE, 27.0))


def test_an_empty_corner_leaves_the_others_found() -> None:
    pixels = sheet(*((name, *at(name, 14.0), 1.0, FIDUCIAL) for name in (1, 3)))
    assert fiducials.search_near(pixels, SIZE).keys() == {1, 3}
    assert not fiducials.search_near(sheet(), SIZE)


@pytest.mark.parametrize("side", [0.72 * FIDUCIAL, FIDUCIAL, 1.3 * FIDUCIAL])
@pytest.mark.parametrize("angle", [0.0, 45.0])
@pytest.mark.parametrize(("across", "down"), [(0.5, 0.5), (0.44, 0.56), (0.2, 0.5), (0.55, 0.9)])
def test_a_marker_anywhere_is_found_on_a_whole_sheet(
    side: float, angle: float, across: float, down: float
) -> None:
    x, y = across * SIZE.w, down * SIZE.h
    found = fiducials.search_whole(sheet((2, x, y, angle, side)), SIZE)
    assert found.keys() == {2}
    middle = found[2][0].mean(axis=0) / PER_MM
    assert math.dist(middle, (x, y)) < 0.3


def test_filled_boxes_are_no_markers() -> None:
    pixels = sheet()
    for x in range(200, SHAPE[1] - 200, 110):
        cv2.rectangle(pixels, (x, 1000), (x + 60, 1060), 40, -1 if x % 220 else 4)
    assert not fiducials.search_whole(pixels, SIZE)
