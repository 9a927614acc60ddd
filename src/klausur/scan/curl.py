"""A sheet that is bent and photographed: where all of it lies, by a few of its points.

Arithmetic only, no pixels. Paper does not stretch, so it bends in one direction at a time, as a cylinder
does, though not a round one: its slope is taken for a cubic polynomial of the way across its axis. Four
corners tell the slope at both ends by how they are foreshortened, and so where the middle lies; a smooth
surface through the corners alone does not. Three tell it less well, and how well is known (`Curl.unsure`).
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares
from scipy.spatial.transform import Rotation

from klausur.scan.model import Matrix
from klausur.scan.transform import Points

Array = npt.NDArray[np.float64]

_FOCAL = 0.85  # focal length to the longer side of a picture, as most telephones have
_LIKELY = np.array((0.15, 0.1, 0.01, 0.2, 0.15, 0.05, 0.015, 0.015))
"""How far a sheet and its camera usually are from a flat sheet before an ideal one: the axis' angle in
radians, the focal length's logarithm, the lens' radial term, the slope's three terms in radians, and how far
beside the picture's middle the camera looks, to the focal length."""

_BEND = np.append(np.zeros(9), (0.1, *np.zeros(4)))  # begun with, towards the camera and away from it

_ERROR = 0.03  # mm by which points are seen beside their places; weighs them against what is likely
_SETTLED = 1e-3  # part of the squared errors below which a change ends the search
_STEP = 1e-6  # by which values differ to see what they change
_FAR = 100.0  # mm; the unit of distances, so that all values are of about one size

_NODES, _WEIGHTS = (np.polynomial.legendre.leggauss(5)[0] + 1) / 2, np.polynomial.legendre.leggauss(5)[1] / 2
"""Gauss and Legendre's quadrature over 0 … 1, by which the slope is summed up."""


@dataclass(frozen=True, slots=True)
class Curl:
    """A bent sheet before a camera.

    ``values`` are its rotation vector (3), its place in units of 100 mm (3), the angle of its axis, the
    logarithm of the focal length in px, the lens' radial term, the slope's terms (3), and how far beside the
    picture's middle the camera looks, to the focal length (2). ``across`` says whether it bends along its
    width. ``centre`` and ``half`` are the middle and the half sides of what its points span, in mm; ``eye``
    is the middle of the picture in px. ``residual`` is the root mean square distance in mm between points and
    where they were seen.
    """

    values: Array
    across: bool
    centre: Points
    half: Points
    eye: Points
    residual: float

    def to_image(self, points: Points) -> Points:
        """Where (n, 2) points on paper in mm lie in the image, in px."""
        return np.asarray(self.seen(self.values[None], points)[0], np.float64)

    def seen(self, values: Array, points: Points) -> Array:
        """Where (n, 2) points on paper lie in the image, (m, n, 2) px, for each of (m, 14) values."""
        turn, place, aside = values[:, :3], values[:, None, 3:6], values[:, None, 12:]
        focal, lens = np.exp(values[:, 7, None, None]), values[:, 8, None, None]
        space = self._lifted(values, points) @ Rotation.from_rotvec(turn).as_matrix().mT + _FAR * place
        flat = space[..., :2] / space[..., 2:]
        wide = 1.0 + 2.0 * lens * (flat**2).sum(axis=2, keepdims=True)
        return np.asarray(focal * (wide * flat + aside) + self.eye, np.float64)

    def refit(self, paper: Points, seen: Points) -> Self:
        """The bent sheet near this one by other points: nonlinear least squares (Levenberg & Marquardt)."""
        wrong = self._errors(paper, seen)
        values = least_squares(
            lambda one: wrong(one[None])[0],
            self.values,
            lambda one: _slope(wrong, one),
            method="lm",
            ftol=_SETTLED,
        ).x
        away = wrong(values[None])[0, : 2 * len(paper)]
        return replace(self, values=values, residual=_ERROR * float(np.sqrt((away**2).sum() / len(paper))))

    def unsure(self, paper: Points, seen: Points, points: Points) -> float:
        """How far off the worst of (n, 2) points on paper may lie: a standard deviation, in mm.

        ``paper`` and ``seen`` are what the sheet was fitted by. The covariance of least squares (Gauss &
        Newton), larger where what was seen fits worse than it should.
        """
        slope = _slope(self._errors(paper, seen), self.values)
        moved = _slope(lambda values: self.seen(values, points).reshape(len(values), -1), self.values)
        covariance = moved @ np.linalg.inv(slope.T @ slope) @ moved.T
        variance = np.diag(covariance).reshape(-1, 2).sum(axis=1)
        return max(1.0, self.residual / _ERROR) * float(variance.max() ** 0.5) / _scale(paper, seen)

    def _errors(self, paper: Points, seen: Points) -> Callable[[Array], Array]:
        """The errors, (m, k), of (m, 14) values, to what is usual for points, sheets and cameras."""
        likely = np.array((0.0, self.values[7], *np.zeros(6)))
        unit = _scale(paper, seen) * _ERROR

        def wrong(values: Array) -> Array:
            away = (self.seen(values, paper) - seen) / unit
            return np.concatenate((away.reshape(len(values), -1), (values[:, 6:] - likely) / _LIKELY), axis=1)

        return wrong

    def _lifted(self, values: Array, points: Points) -> Array:
        """Places in space of points of the bent sheet, (m, n, 3) mm from its middle."""
        angle = values[:, 6] + (0.0 if self.across else np.pi / 2)
        axis = np.stack((np.cos(angle), np.sin(angle)), axis=1)  # (m, 2)
        flat = points - self.centre
        way = axis @ flat.T  # (m, n) mm
        t = (way / (np.abs(axis) @ self.half)[:, None])[..., None] * _NODES  # (m, n, 5), from the middle out
        first, second, third = (values[:, n, None, None] for n in (9, 10, 11))
        slope = first * t + second * (t**2 - 1 / 3) + third * t**3
        along, height = (way * (part @ _WEIGHTS) for part in (np.cos(slope), np.sin(slope)))
        return np.concatenate((flat + (along - way)[..., None] * axis[:, None], height[..., None]), axis=2)


def fit(paper: Points, seen: Points, to_pixels: Matrix, shape: tuple[int, ...]) -> Curl:
    """The bent sheet that puts points on paper nearest to where they were seen.

    Args:
        paper: (n, 2) points on paper in mm, to all sides of the sheet.
        seen: (n, 2) where they lie in the image, in px.
        to_pixels: a projective transform that does so roughly.
        shape: height and width of the image in px, of which the camera looked at the middle.
    """
    low, high = paper.min(axis=0), paper.max(axis=0)
    centre, half = (low + high) / 2, (high - low) / 2
    eye = (np.array(shape[1::-1], np.float64) - 1) / 2
    values = _flat(to_pixels, centre, eye, _FOCAL * max(shape[:2]))
    begin = [
        Curl(values + bend * _BEND, across, centre, half, eye, np.inf)
        for across, bend in itertools.product((False, True), (-1, 1))
    ]
    return min((one.refit(paper, seen) for one in begin), key=lambda curl: curl.residual)


def _scale(paper: Points, seen: Points) -> float:
    """Pixels per mm."""
    spans = (np.linalg.norm(points - points.mean(axis=0)) for points in (seen, paper))
    return float(next(spans) / next(spans))


def _slope(of: Callable[[Array], Array], values: Array) -> Array:
    """How what is computed of (m, 14) values, (m, k), changes with each of one set of them, (k, 14)."""
    return np.asarray((of(values + _STEP * np.eye(len(values))) - of(values[None])).T / _STEP, np.float64)


def _flat(to_pixels: Matrix, centre: Points, eye: Points, focal: float) -> Array:
    """The values of a flat sheet that lies as a projective transform has it."""
    from_centre = np.array(((1, 0, centre[0]), (0, 1, centre[1]), (0, 0, 1.0)))
    to_eye = np.array(((1, 0, -eye[0]), (0, 1, -eye[1]), (0, 0, focal))) / focal
    flat = to_eye @ to_pixels @ from_centre
    flat /= np.sign(flat[2, 2]) * np.sqrt(np.linalg.norm(flat[:, 0]) * np.linalg.norm(flat[:, 1]))
    turn = np.column_stack((flat[:, 0], flat[:, 1], np.cross(flat[:, 0], flat[:, 1])))
    left, _, right = np.linalg.svd(turn)
    vector = Rotation.from_matrix(left @ right).as_rotvec()
    return np.concatenate((vector, flat[:, 2] / _FAR, (0.0, np.log(focal)), np.zeros(6)))
