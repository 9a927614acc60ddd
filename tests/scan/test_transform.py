import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.scan import transform
from klausur.scan.edges import along
from klausur.scan.model import Matrix
from klausur.scan.transform import Points

CORNERS = {0: (6.0, 6.0), 1: (197.0, 6.0), 2: (197.0, 284.0), 3: (6.0, 284.0)}
PAPER: dict[int, Points] = {
    i: np.array(((x, y), (x + 7, y), (x + 7, y + 7), (x, y + 7))) for i, (x, y) in CORNERS.items()
}
PAGE: Points = np.stack(np.meshgrid(np.linspace(0, 210, 8), np.linspace(0, 297, 8)), -1).reshape(-1, 2)

turns = st.floats(0, 360)
scales = st.floats(5.0, 25.0)
shifts = st.floats(-200, 500)
tilts = st.floats(-2e-4, 2e-4)


def _like_a_scan(turn: float, scale: float, dx: float, dy: float) -> Matrix:
    angle = np.radians(turn)
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    return np.array(((cos, -sin, dx), (sin, cos, dy), (0, 0, 1.0)))


def _seen(matrix: Matrix, *ids: int) -> dict[int, Points]:
    return {i: transform.apply(matrix, PAPER[i]) for i in ids}


def _worst(fit: transform.Fit | None, truth: Matrix) -> float:
    assert fit is not None
    away = transform.apply(fit.to_pixels, PAGE) - transform.apply(truth, PAGE)
    return float(np.abs(away).max()) / transform.scale_at(truth, 105, 148)


@given(turns, scales, shifts, shifts, tilts, tilts)
def test_four_fiducials_give_back_any_projective_transform(
    turn: float, scale: float, dx: float, dy: float, gx: float, gy: float
) -> None:
    truth = _like_a_scan(turn, scale, dx, dy) @ np.array(((1, 0, 0), (0, 1, 0), (gx, gy, 1.0)))
    fit = transform.fit(PAPER, _seen(truth, 0, 1, 2, 3))
    assert _worst(fit, truth) < 1e-6


@given(turns, scales, shifts, st.integers(0, 3), st.floats(0.97, 1.03))
def test_three_fiducials_give_back_any_affine_transform(
    turn: float, scale: float, dx: float, gone: int, stretch: float
) -> None:
    truth = _like_a_scan(turn, scale, dx, 0) @ np.diag((stretch, 1.0, 1.0))
    fit = transform.fit(PAPER, _seen(truth, *(set(PAPER) - {gone})))
    assert _worst(fit, truth) < 1e-6


@given(turns, scales, shifts, st.sampled_from([(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]))
def test_two_fiducials_give_back_any_similarity(
    turn: float, scale: float, dx: float, ids: tuple[int, int]
) -> None:
    truth = _like_a_scan(turn, scale, dx, 0)
    fit = transform.fit(PAPER, _seen(truth, *ids))
    assert _worst(fit, truth) < 1e-6
    assert fit is not None
    assert fit.used == ids


@given(turns, scales, shifts, st.integers(0, 2**32 - 1))
def test_half_a_fiducial_gives_back_any_similarity_by_its_edges(
    turn: float, scale: float, dx: float, seed: int
) -> None:
    truth = _like_a_scan(turn, scale, dx, 0)
    generator = np.random.default_rng(seed)
    corners = np.stack([PAPER[1], PAPER[3]])
    paper = along(corners)
    seen = transform.apply(truth, paper.reshape(-1, 2)).reshape(paper.shape)
    sides = np.roll(corners, -1, axis=1) - corners
    normals = (sides[..., ::-1] * (1, -1)) @ truth[:2, :2].T
    normals /= np.linalg.norm(normals, axis=2, keepdims=True)
    slip = (normals[..., ::-1] * (1, -1))[:, :, None] * generator.uniform(-9, 9, (2, 4, 20, 1))
    counts = np.ones((2, 4, 20), np.bool_)
    counts[0, 1] = counts[1, 3] = False  # one side of each is cut off
    counts[..., 12:] = False
    matrix, residual = transform.by_lines(paper, seen + slip, normals, counts, stretched=False)
    assert residual < 1e-6
    assert _worst(transform.Fit(matrix, (1, 3), residual), truth) < 1e-4


def test_fewer_than_two_fiducials_give_nothing() -> None:
    assert transform.fit(PAPER, {}) is None
    assert transform.fit(PAPER, _seen(_like_a_scan(0, 12, 0, 0), 2)) is None


@given(st.integers(0, 3), st.floats(0, 2 * np.pi), st.floats(4, 60), turns)
def test_one_fiducial_that_lies_wrong_is_left_out(wrong: int, way: float, far: float, turn: float) -> None:
    truth = _like_a_scan(turn, 11.8, 30, 40)
    seen = _seen(truth, 0, 1, 2, 3)
    noise = np.random.default_rng(3)
    seen = {i: corners + noise.normal(0, 0.05, (4, 2)) for i, corners in seen.items()}
    seen[wrong] = seen[wrong] + 11.8 * far * np.array((np.cos(way), np.sin(way)))
    fit = transform.fit(PAPER, seen)
    assert fit is not None
    assert wrong not in fit.used
    assert _worst(fit, truth) < 0.1


@given(st.floats(15, 60), st.floats(0, 2 * np.pi))
def test_two_fiducials_that_contradict_each_other_are_not_believed(far: float, way: float) -> None:
    seen = _seen(_like_a_scan(0, 11.8, 0, 0), 0, 1)
    seen[1] = seen[1] + 11.8 * far * np.array((np.cos(way), np.sin(way)))
    assert transform.fit(PAPER, seen) is None


def test_a_mirrored_page_is_no_page() -> None:
    mirrored = np.array(((-12.0, 0, 2500), (0, 12.0, 0), (0, 0, 1)))
    assert transform.fit(PAPER, _seen(mirrored, 0, 1, 2, 3)) is None


def test_corners_that_fall_together_are_no_page() -> None:
    assert transform.fit(PAPER, {i: np.zeros((4, 2)) for i in range(4)}) is None


@given(st.integers(0, 2**32 - 1))
def test_any_four_squares_give_a_page_or_none(seed: int) -> None:
    points = np.random.default_rng(seed).uniform(0, 3000, (4, 4, 2))
    fit = transform.fit(PAPER, dict(enumerate(points)))
    assert fit is None or fit.residual <= transform.MAX_RESIDUAL


def test_scale_is_that_of_the_paper_there() -> None:
    truth = _like_a_scan(33, 11.811, 0, 0)
    assert transform.scale_at(truth, 50, 60) == pytest.approx(11.811)
    tilted = truth + np.array(((0.4, -0.2, 3.0), (0.1, 0.3, -2.0), (2e-4, -3e-4, 0.0)))
    area = abs(np.linalg.det(transform.jacobian(tilted, 50, 60)))
    assert transform.scale_at(tilted, 50, 60) == pytest.approx(area**0.5, rel=1e-12)


@pytest.mark.parametrize(
    ("stretch", "believed"), [(1.115, True), (1.125, False), (1 / 1.115, True), (1 / 1.125, False)]
)
def test_a_scan_is_stretched_by_so_much_at_most(stretch: float, believed: object) -> None:
    truth = _like_a_scan(20, 11.8, 30, 40) @ np.diag((stretch, 1.0, 1.0))
    assert (transform.fit(PAPER, _seen(truth, 0, 1, 2)) is not None) is believed


@pytest.mark.parametrize(("tilt", "believed"), [(1.69, True), (1.71, False)])
def test_a_photograph_is_taken_at_such_an_angle_at_most(tilt: float, believed: object) -> None:
    truth = _like_a_scan(0, 11.8, 0, 0) @ np.diag((tilt, 1.0, 1.0))
    assert (transform.fit(PAPER, _seen(truth, 0, 1, 2, 3)) is not None) is believed


@pytest.mark.parametrize(
    ("middle", "gx", "gy", "believed"),
    [
        # no corner is stretched by more than 1.63, but the near edge is seen twice as large as the far one
        ((105, 148.5), 0, 0.99 / 2.99 / 142.5, True),
        ((105, 148.5), 0, 1.01 / 3.01 / 142.5, False),
        # seen upright at one corner of the page, the opposite one is stretched by 1.699 and 1.704
        ((0, 0), 0.00176, 0, True),
        ((0, 0), 0.00177, 0, False),
        ((210, 297), -0.00127, 0, True),
    ],
)
def test_a_photograph_is_taken_from_so_near_at_most(
    middle: tuple[float, float], gx: float, gy: float, believed: object
) -> None:
    there, back = np.eye(3), np.eye(3)
    there[:2, 2], back[:2, 2] = middle, np.negative(middle)
    seen = there @ np.array(((1, 0, 0), (0, 1, 0), (gx, gy, 1.0))) @ back
    truth = _like_a_scan(30, 11.8, 30, 40) @ seen
    assert (transform.fit(PAPER, _seen(truth, 0, 1, 2, 3)) is not None) is believed


def _rough(truth: Matrix, *ids: int) -> dict[int, Points]:
    """Fiducials whose corners lie 1 mm off, back and forth: no transform takes that away."""
    off = 11.8 * np.array(((1.0, 0.0), (-1.0, 0.0), (1.0, 0.0), (-1.0, 0.0)))
    return {i: corners + off for i, corners in _seen(truth, *ids).items()}


def _with_residual(residual: float, *ids: int) -> dict[int, Points]:
    """Fiducials of which all together leave this residual, in mm."""
    truth = _like_a_scan(0, 11.8, 0, 0)
    plain, rough = _seen(truth, *ids), _rough(truth, *ids)
    return {i: plain[i] + residual * (rough[i] - plain[i]) for i in ids}


@pytest.mark.parametrize(("residual", "believed"), [(0.148, True), (0.152, False)])
def test_fiducials_of_a_flat_page_lie_off_by_so_much_at_most(residual: float, believed: object) -> None:
    seen = _with_residual(residual, 0, 1, 2, 3)
    found = transform.fit(PAPER, seen)
    assert (found is not None) is believed
    assert found is None or found.residual == pytest.approx(residual, rel=0.01)


@pytest.mark.parametrize(("residual", "believed"), [(0.79, True), (0.81, False)])
def test_fiducials_of_a_curled_page_lie_off_by_so_much_at_most(residual: float, believed: object) -> None:
    for ids in ((0, 1, 2, 3), (0, 1, 2)):
        assert (transform.looser(PAPER, _with_residual(residual, *ids)) is not None) is believed


@pytest.mark.parametrize(("residual", "believed"), [(0.148, True), (0.152, False)])
def test_two_fiducials_are_never_taken_for_those_of_a_curled_page(residual: float, believed: object) -> None:
    assert (transform.looser(PAPER, _with_residual(residual, 0, 2)) is not None) is believed


@pytest.mark.parametrize(("off", "believed"), [(0.25, True), (0.35, False)])
def test_points_far_off_their_lines_are_left_out_unless_they_are_many(off: float, believed: object) -> None:
    truth = _like_a_scan(10, 11.8, 20, 30)
    corners = np.stack([PAPER[1], PAPER[3]])
    paper = along(corners)
    seen = transform.apply(truth, paper.reshape(-1, 2)).reshape(paper.shape)
    sides = np.roll(corners, -1, axis=1) - corners
    normals = (sides[..., ::-1] * (1, -1)) @ truth[:2, :2].T
    normals /= np.linalg.norm(normals, axis=2, keepdims=True)
    far = np.arange(paper.shape[2]) < off * paper.shape[2]
    seen[:, :, far] += 40 * normals[:, :, None]  # where a pen crosses the edge
    counts = np.ones(paper.shape[:3], np.bool_)
    matrix, residual = transform.by_lines(paper, seen, normals, counts, stretched=False)
    assert (residual < 1e-6) is believed
    assert np.isfinite(residual) == believed
    assert not believed or _worst(transform.Fit(matrix, (1, 3), residual), truth) < 1e-4


@given(turns, st.floats(0.95, 1.05), st.floats(-0.03, 0.03))
def test_three_fiducials_give_back_any_affine_transform_by_their_edges(
    turn: float, stretch: float, shear: float
) -> None:
    truth = _like_a_scan(turn, 11.8, 20, 30) @ np.array(((stretch, shear, 0), (0, 1, 0), (0, 0, 1.0)))
    corners = np.stack([PAPER[0], PAPER[1], PAPER[3]])
    paper = along(corners)
    seen = transform.apply(truth, paper.reshape(-1, 2)).reshape(paper.shape)
    sides = np.roll(corners, -1, axis=1) - corners
    ways = sides @ truth[:2, :2].T
    normals = ways[..., ::-1] * (1, -1) / np.linalg.norm(ways, axis=2, keepdims=True)
    counts = np.ones(paper.shape[:3], np.bool_)
    matrix, residual = transform.by_lines(paper, seen, normals, counts, stretched=True)
    assert residual < 1e-6
    assert _worst(transform.Fit(matrix, (0, 1, 3), residual), truth) < 1e-4


@pytest.mark.parametrize("scale", [0.4, 11.8])
def test_a_residual_by_edges_is_told_in_mm(scale: float) -> None:
    truth = _like_a_scan(0, scale, 20, 30)
    corners = np.stack([PAPER[1], PAPER[3]])
    paper = along(corners)
    seen = transform.apply(truth, paper.reshape(-1, 2)).reshape(paper.shape)
    sides = np.roll(corners, -1, axis=1) - corners
    normals = sides[..., ::-1] * (1, -1) / np.linalg.norm(sides, axis=2, keepdims=True)
    back_and_forth = np.where(np.arange(paper.shape[2]) % 2, 1.0, -1.0)
    seen = seen + 0.05 * scale * back_and_forth[:, None] * normals[:, :, None]
    counts = np.ones(paper.shape[:3], np.bool_)
    _, residual = transform.by_lines(paper, seen, normals, counts, stretched=False)
    assert residual == pytest.approx(0.05, rel=0.02)
