"""Where paper lies that no plain transform describes: curled, pulled unevenly, moved under its marks.

Arithmetic only, no pixels. A `Drift` says for every point on paper how far from it the transform must be
asked instead: a thin plate spline (Bookstein, IEEE PAMI 11, 1989) through places that were measured, smooth
between and beyond them. Pages that lie as they should have none.
"""

import numpy as np
import numpy.typing as npt

from klausur.scan import transform
from klausur.scan.model import Drift, Matrix
from klausur.scan.transform import Points

_UNIT = 100.0  # mm; coordinates of about 1 keep the equations well conditioned
_STIFF = 1e-5
"""Weight of bending against distance from what was measured: a step of 1 mm from one box to the next is
followed to 0.1 mm, errors of 0.05 mm from box to box are halved."""

_NEAR = 2.0  # mm round a point over which its drift is taken to change evenly


def through(points: Points, shifts: Points) -> Drift:
    """The Drift near measured shifts, (n, 2) mm each, at (n, 2) points; three or more of them, not in a line.

    Raises:
        numpy.linalg.LinAlgError: the points lie in a line.
    """
    n = len(points)
    solved = np.linalg.solve(_system(points / _UNIT), np.vstack((shifts, np.zeros((3, 2)))))
    return Drift(points, np.asarray(solved[:n], np.float64), np.asarray(solved[n:], np.float64))


def summed(base: Drift | None, rest: Drift) -> Drift:
    """A Drift and what is left beside it: the sum of two splines is one through the knots of both."""
    if base is None:
        return rest
    both = (np.vstack((base.knots, rest.knots)), np.vstack((base.weights, rest.weights)))
    return Drift(*both, base.plane + rest.plane)


def unaided(drift: Drift) -> Points:
    """How far off each knot would be put if it had not been measured, (n, 2) mm.

    By the identity for leaving one out of a linear smoother (Craven & Wahba, Numer. Math. 31, 1979).
    """
    inverse = np.linalg.inv(_system(drift.knots / _UNIT))
    return np.asarray(drift.weights / np.diag(inverse)[: len(drift.knots), None], np.float64)


def at(drift: Drift | None, points: Points) -> Points:
    """The drift at (n, 2) points, (n, 2) mm."""
    if drift is None:
        return np.zeros_like(points)
    where = points / _UNIT
    bent = _kernel(where, drift.knots / _UNIT) @ drift.weights
    return np.asarray(bent + drift.plane[0] + where @ drift.plane[1:], np.float64)


def maps(to_pixels: Matrix, drift: Drift | None, points: Points) -> npt.NDArray[np.float64]:
    """The affine maps, (n, 2, 3), from mm round each of (n, 2) points on paper to px.

    Each is the first-order expansion at its point. Over 4 mm a sheet on a scanner deviates from it by less
    than a hundredth of a pixel.
    """
    places = points if drift is None else points + at(drift, points)
    mapped = places @ to_pixels[:, :2].T + to_pixels[:, 2]  # (n, 3)
    depth = mapped[:, 2, None]
    here = mapped[:, :2] / depth
    slope = (to_pixels[:2, :2] - here[:, :, None] * to_pixels[2, :2]) / depth[:, :, None]
    if drift is not None:
        reach = np.array(((_NEAR, 0.0), (0.0, _NEAR)))
        change = [(at(drift, points + to) - at(drift, points - to)) / (2 * _NEAR) for to in reach]
        slope = slope @ (np.eye(2) + np.stack(change, axis=2))
    return np.concatenate((slope, here[:, :, None]), axis=2)


def near(to_pixels: Matrix, drift: Drift | None, point: tuple[float, float]) -> Matrix:
    """The transform that holds near a point on paper: the page's own, moved by the drift there."""
    if drift is None:
        return to_pixels
    x, y = at(drift, np.array((point,), np.float64))[0]
    return np.asarray(to_pixels @ np.array(((1, 0, x), (0, 1, y), (0, 0, 1.0))), np.float64)


def to_image(to_pixels: Matrix, drift: Drift | None, points: Points) -> Points:
    """Where (n, 2) points on paper lie in the image, in px."""
    return transform.apply(to_pixels, points if drift is None else points + at(drift, points))


def _system(knots: Points) -> npt.NDArray[np.float64]:
    """The matrix of the spline's equations, (n + 3, n + 3)."""
    n = len(knots)
    system = np.zeros((n + 3, n + 3))
    system[:n, :n] = _kernel(knots, knots) + _STIFF * np.eye(n)
    system[:n, n:] = np.column_stack((np.ones(n), knots))
    system[n:, :n] = system[:n, n:].T
    return system


def _kernel(points: Points, knots: Points) -> npt.NDArray[np.float64]:
    """The spline's r² log r for each of n points and m knots, (n, m)."""
    square = ((points[:, None] - knots[None]) ** 2).sum(axis=2)
    return np.asarray(0.5 * square * np.log(np.maximum(square, 1e-12)), np.float64)
