"""Bent sheets before a camera: four corners tell where the rest lies."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from klausur.scan import curl, drift, transform
from klausur.scan.curl import Array, Curl
from klausur.scan.transform import Points

SHAPE = (4032, 3024)
CENTRE, HALF = np.array((105.0, 148.5)), np.array((99.0, 142.5))
CORNERS = np.array(
    [
        (x + side_x, y + side_y)
        for x, y in itertools.product((6.0, 197.0), (6.0, 284.0))
        for side_x, side_y in itertools.product((0.0, 7.0), repeat=2)
    ]
)
ALL_OVER = np.stack(np.meshgrid(np.linspace(10, 200, 9), np.linspace(10, 287, 11)), -1).reshape(-1, 2)
slopes = st.floats(-0.3, 0.3)
tilts = st.floats(-0.35, 0.35)


def bent(tilt: tuple[float, float], slope: tuple[float, float], *, across: bool) -> Curl:
    """A sheet that a camera sees from 350 mm."""
    values = np.array((*tilt, 0.1, 0.1, -0.1, 3.5, 0.05, np.log(3300.0), -0.01, *slope, 0.02, 0.01, -0.01))
    return Curl(values, across, CENTRE, HALF, (np.array(SHAPE[::-1]) - 1) / 2, 0.0)


def fitted(seen: Points, of: Points = CORNERS) -> Curl:
    return curl.fit(of, seen, transform.homography(of, seen), SHAPE)


def farthest(one: Array, other: Array) -> float:
    """In mm; there are about 9 px in one."""
    return float(np.linalg.norm(one - other, axis=1).max() / 9)


@given(st.tuples(tilts, tilts), st.tuples(slopes, slopes), st.sampled_from((False, True)))
@settings(max_examples=40)
def test_four_corners_tell_where_the_rest_of_a_bent_sheet_lies(
    tilt: tuple[float, float],
    slope: tuple[float, float],
    across: bool,  # noqa: FBT001 - Hypothesis gives no keywords beside positions
) -> None:
    truth = bent(tilt, (slope[0], 0.5 * slope[1]), across=across)
    found = fitted(truth.to_image(CORNERS))
    flat = transform.homography(CORNERS, truth.to_image(CORNERS))
    before = farthest(transform.apply(flat, ALL_OVER), truth.to_image(ALL_OVER))
    after = farthest(found.to_image(ALL_OVER), truth.to_image(ALL_OVER))
    assert after < max(1.0, 0.3 * before)


def test_no_smooth_surface_through_the_corners_alone_would_do() -> None:
    truth = bent((0.3, 0.2), (0.3, 0.05), across=False)
    seen = truth.to_image(CORNERS)
    flat = transform.homography(CORNERS, seen)
    through = drift.through(
        CORNERS, transform.apply(np.asarray(np.linalg.inv(flat), np.float64), seen) - CORNERS
    )
    smooth = drift.to_image(flat, through, ALL_OVER)
    assert farthest(smooth, truth.to_image(ALL_OVER)) > 3.0
    assert farthest(fitted(seen).to_image(ALL_OVER), truth.to_image(ALL_OVER)) < 1.0


def test_a_flat_sheet_is_not_bent() -> None:
    truth = bent((0.3, -0.2), (0.0, 0.0), across=True)
    found = fitted(truth.to_image(CORNERS))
    assert found.residual < 0.02
    assert farthest(found.to_image(ALL_OVER), truth.to_image(ALL_OVER)) < 0.3


def test_more_points_tell_more() -> None:
    truth = bent((-0.2, 0.3), (-0.2, 0.1), across=False)
    rough = fitted(truth.to_image(CORNERS))
    points = np.vstack((CORNERS, [(25.0, y) for y in range(40, 260, 20)]))
    better = rough.refit(points, truth.to_image(points))
    assert farthest(better.to_image(ALL_OVER), truth.to_image(ALL_OVER)) < 0.3


@given(st.tuples(tilts, tilts), st.tuples(slopes, slopes), st.booleans(), st.integers(0, 3))
@settings(max_examples=40)
def test_three_corners_tell_how_well_they_tell_of_the_fourth(
    tilt: tuple[float, float],
    slope: tuple[float, float],
    across: bool,  # noqa: FBT001 - Hypothesis gives no keywords beside positions
    covered: int,
) -> None:
    truth = bent(tilt, (slope[0], 0.5 * slope[1]), across=across)
    away = np.repeat(np.arange(4) == covered, 4)
    three, fourth = CORNERS[~away], CORNERS[away]
    found = fitted(truth.to_image(three), three)
    unsure = found.unsure(three, truth.to_image(three), fourth)
    assert farthest(found.to_image(fourth), truth.to_image(fourth)) < 4 * unsure
    assert found.unsure(three, truth.to_image(three), three) < 0.1


def test_more_points_leave_less_unsure() -> None:
    truth = bent((-0.2, 0.3), (-0.2, 0.1), across=False)
    few, far = CORNERS[:12], CORNERS[12:]
    more = np.vstack((few, [(25.0, y) for y in range(40, 260, 20)], [(180.0, y) for y in range(40, 200, 20)]))
    told = [fitted(truth.to_image(p), p).unsure(p, truth.to_image(p), far) for p in (few, more, CORNERS)]
    assert told[0] > 2 * told[1] > 2 * told[2]
    noise = np.random.default_rng(4).normal(0.0, 9 * 0.3, more.shape)
    seen = truth.to_image(more) + noise
    assert fitted(seen, more).unsure(more, seen, far) > 2 * told[1], "what fits badly tells less"
