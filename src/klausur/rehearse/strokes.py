"""Strokes: the path of a pen's tip in mm with its width and darkness along the way.

Here a bare path becomes what one hand makes of it (shake, pressure, dry gaps). Which paths make a mark lives
in `klausur.rehearse.shapes`, how strokes become pixels in `klausur.rehearse.pen`.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from klausur.rehearse.hands import Hand

Points = npt.NDArray[np.float64]
"""(n, 2) places on paper in mm, x to the right and y down."""

STEP = 0.14
"""Distance in mm between the points of a stroke: less than any stroke is wide."""

_KNOT = 0.7
"""Distance in mm over which a hand's shake and pressure change."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """One stroke, or a filled area when ``solid``.

    ``points`` is (n, 2) in mm; ``width`` in mm and ``density`` (0 dry … 1 full ink) are (n,). ``layers`` is
    how often the pen went over the same place, which one stroke's path does not show.
    """

    points: Points
    width: npt.NDArray[np.float64]
    density: npt.NDArray[np.float64]
    solid: bool = False
    layers: float = 1.0

    def moved(self, by: tuple[float, float]) -> "Stroke":
        """The same stroke elsewhere."""
        return replace(self, points=self.points + np.asarray(by))


def pull(
    path: Points,
    hand: Hand,
    rng: np.random.Generator,
    *,
    step: float = STEP,
    light: float = 1.0,
    shake: float = 1.0,
    layers: float = 1.0,
) -> Stroke:
    """Draw a path by a hand.

    Args:
        path: (n, 2) in mm, n ≥ 2, the corners of the path.
        hand: whose pen.
        rng: the source of shake, pressure and gaps.
        step: distance in mm between the stroke's points.
        light: less than 1 for a pen that hardly touches the paper.
        shake: how much of the hand's tremor applies.
        layers: see `Stroke`.
    """
    points, length = resample(path, step)
    n = len(points)
    at = np.linspace(0.0, length, n)
    points = points + hand.tremor * shake * np.stack([_noise(at, rng), _noise(at, rng)], axis=1)
    press = 1.0 + 0.4 * hand.pressure * _noise(at, rng)
    along = np.linspace(0.0, 1.0, n)
    lift = hand.pressure * rng.uniform(0.2, 1.0)  # the pen leaves the paper in motion
    press *= 1.0 - lift * np.clip((along - 0.75) / 0.25, 0.0, 1.0) ** 2
    width = np.clip(hand.width * light**0.5 * press, 0.12, 1.3)
    density = np.clip(light * (1.0 - 0.35 * hand.pressure * (1.0 - press)), 0.05, 1.0)
    for _ in range(rng.poisson(hand.skips * length / 0.6)):
        start = rng.uniform(0.0, length)
        density[(at >= start) & (at < start + rng.uniform(0.3, 0.8))] *= rng.uniform(0.15, 0.5)
    return Stroke(points, width, density, layers=layers)


def resample(path: Points, step: float) -> tuple[Points, float]:
    """The path with evenly spaced points, and its length in mm. It has at least two points."""
    path = np.asarray(path, dtype=np.float64)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    length = float(along[-1])
    at = np.linspace(0.0, length, max(2, int(length / step) + 1))
    return np.stack([np.interp(at, along, path[:, 0]), np.interp(at, along, path[:, 1])], axis=1), length


def smooth(path: Points, rounds: int = 3) -> Points:
    """Round a path's corners by cutting them (Chaikin 1974); the ends stay."""
    for _ in range(rounds):
        cut = np.empty((2 * len(path), 2))
        cut[0], cut[-1] = path[0], path[-1]
        cut[1:-1:2] = 0.75 * path[:-1] + 0.25 * path[1:]
        cut[2::2] = 0.25 * path[:-1] + 0.75 * path[1:]
        path = cut
    return path


def circle(centre: tuple[float, float], radii: tuple[float, float], rng: np.random.Generator) -> Points:
    """A ring drawn by hand: it starts anywhere, hardly closes, or overlaps itself."""
    start = rng.uniform(0.0, 2 * np.pi)
    angle = start + np.linspace(0.0, rng.uniform(1.9, 2.3) * np.pi, 40) * rng.choice([-1.0, 1.0])
    drift = 1.0 + np.linspace(0.0, rng.uniform(-0.12, 0.12), 40)
    return np.stack(
        [centre[0] + radii[0] * drift * np.cos(angle), centre[1] + radii[1] * drift * np.sin(angle)], axis=1
    )


def _noise(at: npt.NDArray[np.float64], rng: np.random.Generator) -> npt.NDArray[np.float64]:
    knots = max(2, int(at[-1] / _KNOT) + 2)
    return np.interp(at, np.linspace(0.0, max(at[-1], 1e-6), knots), rng.standard_normal(knots))
