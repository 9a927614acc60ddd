"""What spoils a page before the restorer sees it: the training's own scanners, copiers, lamps and phones.

Nothing is moved: the clean page lies under the spoilt one, but for a quarter of a pixel. Benchmarks spoil by
code of the rehearsal, not by this one.
"""

import cv2
import numpy as np
import numpy.typing as npt

from klausur.learn.restore.pages import PER_MM, shown
from klausur.scan.model import Pixels

Light = npt.NDArray[np.float32]
"""(height, width), grey levels not yet rounded."""

_TWO_LEVEL, _STREAKS, _THROUGH, _SHADOW, _MOVED = 0.15, 0.2, 0.3, 0.35, 0.15
"""Shares of pages in black and white alone, with lines from dirt on the glass, with the other side's print,
under a shadow, and moved while they were seen."""


def worn(sheet: Pixels, rng: np.random.Generator) -> Pixels:
    """A page, RGB, as a bad scanner or phone sees it and as it is shown: grey, (h, w)."""
    image = cv2.cvtColor(sheet, cv2.COLOR_RGB2GRAY).astype(np.float32)
    if rng.random() < _THROUGH:  # of the other side
        image = np.minimum(image, 255.0 - rng.uniform(0.02, 0.12) * (255.0 - image[:, ::-1]))
    image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.02, 0.24) * PER_MM).astype(np.float32)
    if rng.random() < _MOVED:
        long = max(1, round(rng.uniform(0.1, 0.5) * PER_MM))
        image = cv2.blur(image, (1, long) if rng.random() < 0.5 else (long, 1)).astype(np.float32)
    image = np.maximum(image, 0.0)  # a blurred black may be less
    black, white = rng.uniform(0.0, 120.0), rng.uniform(165.0, 300.0)
    image = np.asarray(black + (white - black) * (image / 255.0) ** rng.uniform(0.7, 1.5), np.float32)
    image *= _light(image.shape, rng)
    image += _grain(image.shape, rng.uniform(0.5, 14.0), rng)
    if rng.random() < _STREAKS:
        _streak(image, rng)
    if rng.random() < _TWO_LEVEL:
        bound = np.quantile(image[::8, ::8], 0.8) * rng.uniform(0.55, 0.9)
        image = np.where(image > bound, 255.0, 0.0).astype(np.float32)
    moved = np.array(((1.0, 0.0, rng.uniform(-0.5, 0.5)), (0.0, 1.0, rng.uniform(-0.5, 0.5))))
    seen = cv2.warpAffine(np.clip(image, 0, 255), moved, image.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
    made = cv2.imencode(".jpg", seen.astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 92))])[
        1
    ]
    return shown(np.asarray(cv2.imdecode(made, cv2.IMREAD_GRAYSCALE), np.uint8))


def _light(shape: tuple[int, ...], rng: np.random.Generator) -> Light:
    """Uneven light, and a shadow's soft edge on some pages: the share of light that is left."""
    coarse = 1.0 + rng.normal(0.0, rng.uniform(0.0, 0.1), (4, 3)).astype(np.float32)
    left = cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC)
    if rng.random() < _SHADOW:
        angle, soft = rng.uniform(0.0, 2 * np.pi), rng.uniform(2.0, 60.0) * PER_MM
        y, x = np.ogrid[: shape[0], : shape[1]]
        middle = np.array(shape) * rng.uniform(0.1, 0.9, 2)
        beyond = (np.cos(angle) * (x - middle[1]) + np.sin(angle) * (y - middle[0])) / soft
        left = left * (1.0 - rng.uniform(0.1, 0.55) / (1.0 + np.exp(-np.clip(4 * beyond, -30.0, 30.0))))
    return np.asarray(left, np.float32)


def _grain(shape: tuple[int, ...], sigma: float, rng: np.random.Generator) -> Light:
    """Noise, part of it in grains of two pixels."""
    fine = rng.standard_normal(shape, np.float32)
    coarse = cv2.resize(rng.standard_normal((shape[0] // 2, shape[1] // 2), np.float32), shape[::-1])
    share = rng.uniform(0.0, 0.7)
    return np.asarray(sigma * ((1.0 - share) * fine + 1.4 * share * coarse), np.float32)


def _streak(image: Light, rng: np.random.Generator) -> None:
    """Lines down the page, dark or light."""
    for _ in range(int(rng.integers(1, 6))):
        x, wide = int(rng.integers(image.shape[1])), max(1, round(rng.uniform(0.08, 0.35) * PER_MM))
        share, tone = rng.uniform(0.2, 0.9), rng.uniform(30.0, 255.0)
        column = image[:, x : x + wide]
        column[:] = (1.0 - share) * column + share * tone
