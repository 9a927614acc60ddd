"""The spline of a page that no plain transform describes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.scan import drift
from klausur.scan.model import Drift, Matrix

RNG = np.random.default_rng(2)
POINTS = np.column_stack((RNG.uniform(5, 205, 25), RNG.uniform(5, 290, 25)))
TILTED: Matrix = np.array(((11.8, 0.1, 5.0), (-0.1, 11.8, 9.0), (1e-4, 5e-5, 1.0)))
small = st.floats(-0.02, 0.02)


def waves(points: np.ndarray) -> np.ndarray:
    """A smooth field of shifts of a few mm."""
    x, y = points.T / 100
    return np.column_stack((0.8 * np.sin(1.5 * y) + 0.2 * x, 2.0 * np.cos(x + y)))


def test_where_shifts_were_measured_they_are_followed() -> None:
    found = drift.through(POINTS, waves(POINTS))
    assert np.abs(drift.at(found, POINTS) - waves(POINTS)).max() < 0.01
    between = np.column_stack((RNG.uniform(30, 180, 200), RNG.uniform(30, 260, 200)))
    assert np.abs(drift.at(found, between) - waves(between)).mean() < 0.1


@given(st.lists(small, min_size=6, max_size=6))
def test_an_even_change_of_scale_and_angle_goes_on_to_the_edges(six: list[float]) -> None:
    linear, shift = np.reshape(six[:4], (2, 2)), np.array(six[4:])
    found = drift.through(POINTS, POINTS @ linear.T + shift)
    edges = np.array(((0, 0), (210, 0), (210, 297), (0, 297)), np.float64)
    assert drift.at(found, edges) == pytest.approx(edges @ linear.T + shift, abs=1e-6)


def test_no_drift_is_no_shift() -> None:
    assert (drift.at(None, POINTS) == 0).all()


def test_points_in_a_line_make_no_spline() -> None:
    line = np.column_stack((np.arange(5.0), 2 * np.arange(5.0)))
    with pytest.raises(np.linalg.LinAlgError):
        drift.through(line, np.zeros((5, 2)))


@pytest.mark.parametrize("found", [None, drift.through(POINTS, waves(POINTS))], ids=["flat", "bent"])
def test_maps_are_the_way_to_pixels_and_its_slope(found: Drift | None) -> None:
    maps = drift.maps(TILTED, found, POINTS)
    assert maps[:, :, 2] == pytest.approx(drift.to_image(TILTED, found, POINTS))
    for step in ((0.5, 0.0), (0.0, 0.5), (-0.4, 0.3)):
        beside = drift.to_image(TILTED, found, POINTS + step)
        assert np.abs(maps[:, :, :2] @ step + maps[:, :, 2] - beside).max() < 0.2


def test_near_a_point_the_transform_is_moved_by_its_drift() -> None:
    found = drift.through(POINTS, waves(POINTS))
    for point in POINTS[::7]:
        x, y, depth = drift.near(TILTED, found, (float(point[0]), float(point[1]))) @ (*point, 1.0)
        assert (x / depth, y / depth) == pytest.approx(drift.to_image(TILTED, found, point[None])[0])


def test_unaided_is_leaving_each_one_out() -> None:
    rough = waves(POINTS) + RNG.normal(0, 0.1, POINTS.shape)
    off = drift.unaided(drift.through(POINTS, rough))
    for n in range(0, len(POINTS), 6):
        others = np.arange(len(POINTS)) != n
        without = drift.through(POINTS[others], rough[others])
        assert off[n] == pytest.approx(rough[n] - drift.at(without, POINTS[n : n + 1])[0], rel=1e-3, abs=1e-3)
