"""What a scanner makes of the light it sees: tones, noise, blur, streaks, black and white.

Each function takes an image and returns another of the same height and width; ``per_mm`` is its px per mm.
How the sheet lies is `klausur.rehearse.scanner_glass`'s to say.
"""

from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from klausur.scan.model import Pixels

_TILE = 1024
_GRAIN_SIGMA = 30.0


def usual(image: Pixels, per_mm: float, rng: np.random.Generator) -> Pixels:
    """An office scanner in good order: hardly soft, hardly noisy, paper nearly white."""
    soft = blurred(image, per_mm, float(rng.uniform(0.02, 0.06)))
    return noisy(levels(soft, int(rng.integers(5, 40)), int(rng.integers(238, 254))), rng.uniform(1, 3), rng)


def levels(image: Pixels, black: int, white: int, gamma: float = 1.0) -> Pixels:
    """Black print and white paper on these grey levels."""
    level = (np.arange(256) / 255.0) ** gamma
    table = np.clip(np.round(black + (white - black) * level), 0, 255).astype(np.uint8)
    return cv2.LUT(image, table).astype(np.uint8, copy=False)


def noisy(image: Pixels, sigma: float, rng: np.random.Generator) -> Pixels:
    """Grain of a sensor, of that standard deviation in grey levels."""
    tile = _grain()
    y, x = (int(n) for n in rng.integers(0, _TILE, 2))
    height, width = image.shape[:2]
    times = (-(-(height + y) // _TILE), -(-(width + x) // _TILE))
    share = np.round(sigma / _GRAIN_SIGMA * (tile.astype(np.int16) - 128)).astype(np.int8)
    grain = np.tile(share, times)[y : y + height, x : x + width]
    if image.ndim == 3:  # what one colour's sensor sees is not what the others' see
        grain = np.asarray(
            cv2.merge([grain, np.roll(grain, 137, axis=0), np.roll(grain, 91, axis=1)]), np.int8
        )
    return np.asarray(cv2.add(image, grain, dtype=cv2.CV_8U), np.uint8)


@lru_cache(maxsize=1)
def _grain() -> Pixels:
    """Noise round 128, made once: new noise for each image took a third of all its time."""
    noise = np.random.default_rng(3).normal(128.0, _GRAIN_SIGMA, (_TILE, _TILE))
    return np.clip(np.round(noise), 0, 255).astype(np.uint8)


def blurred(image: Pixels, per_mm: float, sigma: float) -> Pixels:
    """Soft by ``sigma`` mm."""
    if sigma * per_mm < 0.3:
        return image
    return cv2.GaussianBlur(image, (0, 0), sigma * per_mm).astype(np.uint8, copy=False)


def streaked(image: Pixels, per_mm: float, rng: np.random.Generator) -> Pixels:
    """Dirt on the glass of a feeder: lines down the whole image, dark or light, hardly wavering."""
    out = image.copy()
    height, width = image.shape[:2]
    for _ in range(int(rng.integers(2, 7))):
        wide = max(1, round(rng.uniform(0.08, 0.35) * per_mm))
        x = int(rng.uniform(0.02, 0.98) * width)
        column = out[:, x : x + wide].astype(np.float32)
        strength = rng.uniform(0.25, 0.85) * np.ones((height, 1), np.float32)
        if rng.random() < 0.3:  # the dirt came with a page, or left
            strength[: int(rng.uniform(0.1, 0.6) * height)] = 0
        tone = rng.choice([40.0, 70.0, 110.0, 255.0], p=[0.35, 0.3, 0.2, 0.15])
        tint = np.full(column.shape, tone, np.float32)
        share = strength if image.ndim == 2 else strength[:, :, None]
        out[:, x : x + wide] = (column * (1 - share) + tint * share).astype(np.uint8)
    return out


def bilevel(image: Pixels, per_mm: float, rng: np.random.Generator) -> Pixels:
    """Black and white as a fax or a copier's archive mode makes it, one threshold for all of the page."""
    soft = noisy(blurred(_grey(image), per_mm, 0.03), rng.uniform(2, 6), rng)
    return _cut(soft, np.full((1, 1), rng.uniform(140, 190), np.float32))


def bilevel_uneven(image: Pixels, per_mm: float, rng: np.random.Generator) -> Pixels:
    """Black and white under uneven light: one side drowns in speckle, print on another gets thin."""
    soft = noisy(blurred(_grey(image), per_mm, 0.03), rng.uniform(5, 9), rng)
    angle = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[0:9, 0:7] / np.array((8.0, 6.0)).reshape(2, 1, 1) - 0.5
    slope = np.cos(angle) * x + np.sin(angle) * y
    return _cut(soft, (185 + rng.uniform(35, 62) * slope).astype(np.float32))


def border_erased(image: Pixels, per_mm: float, rng: np.random.Generator) -> Pixels:
    """The border made white, as scanners and copiers do against shadows; fiducials lie further in."""
    out = usual(image, per_mm, rng)
    wide = round(float(rng.uniform(3.0, 5.5)) * per_mm)
    out[:wide] = out[-wide:] = 255
    out[:, :wide] = out[:, -wide:] = 255
    return out


def faint(image: Pixels, per_mm: float, rng: np.random.Generator) -> Pixels:
    """Low contrast: grey paper, pale print, as from a worn lamp or recycled paper."""
    soft = blurred(image, per_mm, 0.04)
    return noisy(
        levels(soft, int(rng.integers(95, 125)), int(rng.integers(185, 215))), rng.uniform(2, 5), rng
    )


def overexposed(image: Pixels, per_mm: float, rng: np.random.Generator) -> Pixels:
    """Too much light: paper without any tone, print grey and thinner."""
    soft = blurred(image, per_mm, 0.07)
    return noisy(
        levels(soft, int(rng.integers(70, 110)), int(rng.integers(285, 320)), 0.9), rng.uniform(1, 3), rng
    )


def unsharp(image: Pixels, per_mm: float, rng: np.random.Generator) -> Pixels:
    """Out of focus, as a page that does not touch the glass, or moved on while it was seen."""
    soft = blurred(image, per_mm, float(rng.uniform(0.12, 0.24)))
    if rng.random() < 0.5:
        long = max(1, round(rng.uniform(0.1, 0.4) * per_mm))
        soft = cv2.blur(soft, (1, long)).astype(np.uint8, copy=False)
    return noisy(levels(soft, 30, 245), rng.uniform(1, 3), rng)


def _grey(image: Pixels) -> Pixels:
    if image.ndim == 2:
        return image
    return cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)


def _cut(image: Pixels, threshold: npt.NDArray[np.float32]) -> Pixels:
    """255 where the image is brighter than a coarse threshold, else 0."""
    height, width = image.shape
    grown = cv2.resize(threshold, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.where(image > grown, 255, 0).astype(np.uint8)
