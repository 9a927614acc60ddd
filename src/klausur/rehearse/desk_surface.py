"""What a page lies on when it is photographed: desks made of noise, none of them plain."""

import cv2
import numpy as np
import numpy.typing as npt

from klausur.scan.model import Pixels

Field = npt.NDArray[np.float32]
"""(height, width), or (height, width, 3) of red, green, blue."""

Tone = npt.NDArray[np.float64]

_SMALL = 4
"""A desk is made at a fourth of the picture's size: it is out of focus, and nobody reads it."""


def surface(shape: tuple[int, int], rng: np.random.Generator) -> Pixels:
    """A desk of some kind, RGB, of (height, width)."""
    small = (-(-shape[0] // _SMALL), -(-shape[1] // _SMALL))
    kind = int(rng.integers(4))
    if kind == 0:
        made = _wood(small, rng)
    elif kind == 1:
        made = _plain(small, rng, np.array((1.0, 1.0, 1.02)) * rng.uniform(35, 110), 5.0)
    elif kind == 2:
        made = _plain(small, rng, np.array((1.0, 0.985, 0.95)) * rng.uniform(165, 215), 6.0)
    else:
        made = _cloth(small, rng)
    grown = cv2.resize(
        np.clip(made, 0, 255).astype(np.uint8), (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC
    )
    return grown.astype(np.uint8, copy=False)


def _noise(shape: tuple[int, int], rng: np.random.Generator, soft: tuple[float, float]) -> Field:
    """Noise of mean 0 and deviation 1, ``soft`` px (x, y) from grain to grain."""
    by = [max(1, int(n / 4)) for n in soft]  # what is soft is made small
    size = (-(-shape[0] // by[1]), -(-shape[1] // by[0]))
    fine = rng.standard_normal(size, dtype=np.float32)
    small = cv2.GaussianBlur(fine, (0, 0), sigmaX=max(soft[0] / by[0], 0.1), sigmaY=max(soft[1] / by[1], 0.1))
    made = cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(made / max(float(made.std()), 1e-6), np.float32)


def _wood(shape: tuple[int, int], rng: np.random.Generator) -> Field:
    """Boards with grain that runs one way and bends a little."""
    height, width = shape
    tone = np.array(
        ((186, 140, 96), (122, 84, 55), (208, 176, 132), (96, 62, 42))[int(rng.integers(4))], np.float32
    )
    y, x = (n.astype(np.float32) for n in np.mgrid[0:height, 0:width])
    wave = _noise(shape, rng, (width / 6, height / 40)) * 9
    rings = np.sin((y + wave) / rng.uniform(3.0, 8.0) + 0.002 * x)
    grain = 0.5 * rings + 0.8 * _noise(shape, rng, (40.0, 0.7)) + 0.3 * _noise(shape, rng, (80.0, 12.0))
    made = tone * (1 + 0.07 * grain[:, :, None])
    board = int(height / rng.uniform(2.5, 5.0))
    made[board - 1 : board + 1] *= 0.55
    if rng.random() < 0.5:
        made = cv2.rotate(cv2.resize(made, (height, width)), cv2.ROTATE_90_CLOCKWISE)
    return np.asarray(made, np.float32)


def _plain(shape: tuple[int, int], rng: np.random.Generator, tone: Tone, rough: float) -> Field:
    """Laminate: speckled, with a smear here and there."""
    speckle = _noise(shape, rng, (0.8, 0.8)) + 0.8 * _noise(shape, rng, (30.0, 30.0))
    return np.asarray(tone + rough * speckle[:, :, None], np.float32)


def _cloth(shape: tuple[int, int], rng: np.random.Generator) -> Field:
    """A table cloth with checks: edges that are straight and are no page's."""
    height, width = shape
    one, other = (rng.uniform(40, 230, 3).astype(np.float32) for _ in range(2))
    y, x = (n.astype(np.float32) for n in np.mgrid[0:height, 0:width])
    angle, side = rng.uniform(0, np.pi), rng.uniform(20, 70)
    u, v = x * np.cos(angle) + y * np.sin(angle), -x * np.sin(angle) + y * np.cos(angle)
    share = ((np.sin(np.pi * u / side) > 0).astype(np.float32) + (np.sin(np.pi * v / side) > 0)) / 2
    made = one + (other - one) * cv2.GaussianBlur(share, (0, 0), 0.8)[:, :, None]
    return np.asarray(made * (1 + 0.04 * _noise(shape, rng, (0.7, 0.7))[:, :, None]), np.float32)
