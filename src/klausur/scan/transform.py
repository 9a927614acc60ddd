"""From points on paper (mm) to points in an image (px): fitting the transform that the fiducials show.

Arithmetic only, no pixels. Four fiducials give a projective transform, three an affine one, two a
similarity; a fiducial that contradicts the others is left out. Formulas: the normalised direct linear
transform (Hartley & Zisserman, Multiple View Geometry, algorithm 4.2), least squares for the others.
"""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from klausur.scan.model import Matrix

Points = npt.NDArray[np.float64]
"""(n, 2) points, x then y."""

AGREES = 0.04
"""Root mean square residual in mm below which all fiducials are believed. Scans without distortion give
0.01. A fiducial that lies wrong by 1 mm gives 0.025: exact transforms take most of a shift away, so that
little more than the shape of the fiducials themselves can tell."""

CLEARLY_BETTER = 0.5
"""A fiducial is left out where the others alone have less than this part of the residual."""

MAX_RESIDUAL = 0.15
"""Residual in mm above which nothing is believed of a page that is taken for flat: folded or curled paper, or
marks that are no fiducials."""

MAX_BENT = 0.8
"""Residual in mm above which fiducials are not those of a page, however much it is curled. With 0.5, points
in the middle of a photographed page lie 4 mm off; from 6 mm on, a box might be taken for the next."""

MAX_STRETCH = 1.12
"""How far the two directions of a scanned page may differ in scale, near any corner."""

MAX_TILT = 1.7
"""The same for a photographed page: one seen at 53° from upright. Fiducials of two pages side by side,
taken for those of one, give 2.1."""

_LEAST_AGREEING = 0.7  # part of the edge points that must lie near their lines


@dataclass(frozen=True, slots=True)
class Fit:
    """A transform from mm to px, the fiducials it stands on, and its residual in mm (root mean square)."""

    to_pixels: Matrix
    used: tuple[int, ...]
    residual: float


def apply(matrix: Matrix, points: Points) -> Points:
    """Where a projective transform puts (n, 2) points."""
    mapped = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(mapped[:, :2] / mapped[:, 2:], np.float64)


def scale_at(matrix: Matrix, x: float, y: float) -> float:
    """Pixels per mm near a point on paper: the root of the area of 1 mm² there."""
    # The determinant of `jacobian`, number by number: with arrays as small NumPy takes 20 times as long.
    (a, b, c), (d, e, f), (g, h, i) = matrix.tolist()
    depth = g * x + h * y + i
    across, down = (a * x + b * y + c) / depth, (d * x + e * y + f) / depth
    area = (a - across * g) * (e - down * h) - (b - across * h) * (d - down * g)
    return float(math.sqrt(abs(area)) / abs(depth))


def jacobian(matrix: Matrix, x: float, y: float) -> Matrix:
    """The (2, 2) derivative of px by mm at a point on paper."""
    mapped = matrix @ (x, y, 1.0)
    here = mapped[:2] / mapped[2]
    return np.asarray((matrix[:2, :2] - here[:, None] * matrix[2, :2]) / mapped[2], np.float64)


def fit(paper: Mapping[int, Points], seen: Mapping[int, Points]) -> Fit | None:
    """The transform that the fiducials seen agree on, or None.

    Args:
        paper: the (4, 2) corners of each fiducial on paper in mm, by id.
        seen: the (4, 2) corners found in the image in px, in the same order, by id.

    All that were seen if they agree; without one or two of them where the rest then agrees far better.
    """
    ids = sorted(seen.keys() & paper.keys())
    best: Fit | None = None
    for size in range(len(ids), 1, -1):
        fits = [_fit_of(paper, seen, chosen) for chosen in itertools.combinations(ids, size)]
        nearest = min((f for f in fits if f is not None), key=lambda f: f.residual, default=None)
        if nearest and (best is None or nearest.residual < CLEARLY_BETTER * best.residual):
            best = nearest
        if best is not None and best.residual <= AGREES:
            break
    return best if best is not None and best.residual <= MAX_RESIDUAL else None


def looser(paper: Mapping[int, Points], seen: Mapping[int, Points]) -> Fit | None:
    """The transform of all fiducials seen that supposes less of the page than `fit` does, or None.

    Four or three may agree as roughly as on a curled page; three give a projective transform as on a
    photograph, two an affine one as of a scan stretched in one direction, by the shapes of the fiducials.
    Something else must bear it out: it would hide that one of them lies wrong. Arguments as for `fit`.
    """
    ids = sorted(seen.keys() & paper.keys())
    found = (
        _fit_by({2: affine, 3: homography, 4: homography}, paper, seen, ids) if 2 <= len(ids) <= 4 else None
    )
    most = MAX_BENT if len(ids) > 2 else MAX_RESIDUAL
    return found if found is not None and found.residual <= most else None


_Solve = Callable[[Points, Points], Matrix]


def _fit_of(paper: Mapping[int, Points], seen: Mapping[int, Points], ids: Sequence[int]) -> Fit | None:
    return _fit_by({2: similarity, 3: affine, 4: homography}, paper, seen, ids)


def _fit_by(
    solvers: Mapping[int, _Solve],
    paper: Mapping[int, Points],
    seen: Mapping[int, Points],
    ids: Sequence[int],
) -> Fit | None:
    """The fit of just these fiducials, or None if they contradict one another."""
    of = np.concatenate([paper[i] for i in ids])
    to = np.concatenate([seen[i] for i in ids])
    solve = solvers[len(ids)]
    try:
        matrix = solve(of, to)
    except np.linalg.LinAlgError:  # corners that fall together
        return None
    most = MAX_TILT if solve is homography else MAX_STRETCH
    if not np.isfinite(matrix).all():
        return None
    mapped = of @ matrix[:, :2].T + matrix[:, 2]
    if not _is_like_a_page(matrix, mapped, most):
        return None
    away = mapped[:, :2] / mapped[:, 2:] - to
    scale = scale_at(matrix, *_mean(of))
    return Fit(matrix, tuple(ids), _spread(away) / scale)


def _is_like_a_page(matrix: Matrix, mapped: npt.NDArray[np.float64], most: float) -> bool:
    """Whether a transform neither mirrors nor bends the page out of shape, nor sends points to infinity.

    ``mapped`` is where it puts points, (n, 3), before they are divided by their depth.
    """
    depth = mapped[:, 2]
    if depth.max() > 2 * depth.min():  # so it is, too, where any depth is below 0
        return False
    # The derivative at each point, as `jacobian` gives it for one.
    here = mapped[:, :2] / depth[:, None]
    (a, b), (c, d) = (matrix[:2, :2, None] - here.T[:, None] * matrix[2, :2, None]) / depth
    area = a * d - b * c
    # The singular values of a 2 × 2 matrix have product |area| and squared sum of all entries squared.
    squares = a * a + b * b + c * c + d * d
    return bool((area > 0).all() and (squares <= (most + 1 / most) * area).all())


def similarity(paper: Points, seen: Points) -> Matrix:
    """The shift, turn and scale that put (n, 2) points on paper nearest to where they were seen."""
    of, to = paper.mean(axis=0), seen.mean(axis=0)
    p = (paper - of) @ (1, 1j)
    q = (seen - to) @ (1, 1j)
    turn = np.vdot(p, q) / np.vdot(p, p).real
    a, b = turn.real, turn.imag
    linear = np.array(((a, -b), (b, a)))
    return _assembled(linear, to - linear @ of)


def by_lines(
    paper: Points, seen: Points, normals: Points, counts: npt.NDArray[np.bool_], *, stretched: bool
) -> tuple[Matrix, float]:
    """The transform that puts points on paper on the lines where they were seen, and its residual in mm.

    Args:
        paper: (…, p, 2) points on paper in mm, p on each line.
        seen: (…, p, 2) points in px on the lines that these belong to, not at the same place along them.
        normals: (…, 2) of length 1, across each line.
        counts: (…, p) which points to use.
        stretched: whether to fit an affine transform, which needs three fiducials, or a similarity.

    The residual is the root mean square distance from the lines, without points that lie far off, such as
    where a pen crosses an edge; it is infinite if those are too many.
    """
    across = np.broadcast_to(normals[..., None, :], paper.shape)[counts]
    (x, y), (u, v) = paper[counts].T, across.T
    wanted = (across * seen[counts]).sum(axis=1)
    # (u, v) · (matrix of (x, y)) = (u, v) · seen is linear in the matrix's entries.
    linear = (u * x, u * y, v * x, v * y) if stretched else (u * x + v * y, v * x - u * y)
    rows = np.stack((*linear, u, v), axis=1)
    use = np.ones(len(rows), np.bool_)
    solved, away = np.zeros(rows.shape[1]), np.zeros(len(rows))
    for _ in range(3):
        solved = np.linalg.lstsq(rows[use], wanted[use])[0]
        away = np.abs(rows @ solved - wanted)
        use = away <= 2.5 * max(float(np.median(away)), 0.1)
    if use.mean() < _LEAST_AGREEING:
        return np.eye(3), np.inf
    a, b, c, d = solved[:4] if stretched else (solved[0], -solved[1], solved[1], solved[0])
    matrix = np.array(((a, b, solved[-2]), (c, d, solved[-1]), (0.0, 0.0, 1.0)))
    return matrix, float(np.sqrt((away[use] ** 2).mean() / max(abs(a * d - b * c), 1e-9)))


def affine(paper: Points, seen: Points) -> Matrix:
    """The affine transform with the least squared distances."""
    of, to = paper.mean(axis=0), seen.mean(axis=0)
    p, q = paper - of, seen - to
    linear = np.linalg.solve(p.T @ p, p.T @ q).T
    return _assembled(linear, to - linear @ of)


def homography(paper: Points, seen: Points) -> Matrix:
    """The projective transform of the normalised direct linear transform; its last entry is 1."""
    before, _, p = _normalised(paper)
    _, back, q = _normalised(seen)
    sides = np.zeros((2, len(p), 8))  # of u: x, y, 1, 0, 0, 0, -u · x, -u · y; those of v likewise
    sides[0, :, :2] = sides[1, :, 3:5] = p
    sides[0, :, 2] = sides[1, :, 5] = 1.0
    sides[:, :, 6:] = -q.T[:, :, None] * p
    rows = sides.reshape(-1, 8)
    # The last entry can be fixed at 1: the middle of a page is never sent to infinity.
    solved = np.linalg.solve(rows.T @ rows, rows.T @ q.T.ravel())
    matrix = back @ np.append(solved, 1.0).reshape(3, 3) @ before
    return np.asarray(matrix / matrix[2, 2], np.float64)


def _normalised(points: Points) -> tuple[Matrix, Matrix, Points]:
    """The matrix that brings points to mean 0 and mean distance about 1, its inverse, and these points."""
    mean = _mean(points)
    away = points - mean
    size = _spread(away)
    if not size:
        raise np.linalg.LinAlgError("all points fall together")
    x, y = mean.tolist()
    matrix = np.array(((1 / size, 0, -x / size), (0, 1 / size, -y / size), (0, 0, 1.0)))
    back = np.array(((size, 0, x), (0, size, y), (0, 0, 1.0)))
    return matrix, back, away / size


def _mean(points: Points) -> Points:
    """The middle of (n, 2) points, (2,). For as few as here, NumPy's own takes twice the time."""
    return np.asarray(np.add.reduce(points, axis=0) / len(points), np.float64)


def _spread(away: Points) -> float:
    """The root mean square length of (n, 2) distances."""
    squares = away * away
    return math.sqrt(np.add.reduce(squares[:, 0] + squares[:, 1]) / len(away))


def _assembled(linear: Matrix, shift: Points) -> Matrix:
    matrix = np.eye(3)
    matrix[:2, :2] = linear
    matrix[:2, 2] = shift
    return matrix
