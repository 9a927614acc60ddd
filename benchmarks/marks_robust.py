"""Ten ways to spoil a scan, each at five strengths: which reader gives way first, and whether silently."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from klausur.scan.model import Pixels

Spoil = Callable[[Pixels, float, np.random.Generator], Pixels]
"""A clean sheet at 300 dpi, grey, and a strength, to the same sheet spoilt."""

PER_MM = 300 / 25.4


def blurred(sheet: Pixels, sigma: float, _: np.random.Generator) -> Pixels:
    """Out of focus by so many mm."""
    return np.asarray(cv2.GaussianBlur(sheet, (0, 0), sigma * PER_MM), np.uint8)


def moved(sheet: Pixels, length: float, _: np.random.Generator) -> Pixels:
    """Moved by so many mm while it was seen."""
    return np.asarray(cv2.blur(sheet, (1, max(1, round(length * PER_MM)))), np.uint8)


def noisy(sheet: Pixels, sigma: float, rng: np.random.Generator) -> Pixels:
    """Noise of so many grey levels."""
    return _clipped(sheet + rng.normal(0.0, sigma, sheet.shape))


def faint(sheet: Pixels, kept: float, _: np.random.Generator) -> Pixels:
    """Only this share of the contrast is left."""
    return _clipped(255.0 - (255.0 - sheet) * kept)


def bright(sheet: Pixels, gamma: float, _: np.random.Generator) -> Pixels:
    """Pale tones get paler."""
    return _clipped(255.0 * (sheet / 255.0) ** gamma)


def coarse(sheet: Pixels, dpi: float, _: np.random.Generator) -> Pixels:
    """Scanned at so many dots an inch."""
    size = (round(sheet.shape[1] * dpi / 300), round(sheet.shape[0] * dpi / 300))
    small = cv2.resize(sheet, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, sheet.shape[::-1], interpolation=cv2.INTER_LINEAR), np.uint8)


def packed(sheet: Pixels, quality: float, _: np.random.Generator) -> Pixels:
    """JPEG of this quality."""
    made = cv2.imencode(".jpg", sheet, [cv2.IMWRITE_JPEG_QUALITY, int(quality)])[1]
    return np.asarray(cv2.imdecode(made, cv2.IMREAD_GRAYSCALE), np.uint8)


def two_level(sheet: Pixels, threshold: float, rng: np.random.Generator) -> Pixels:
    """Black where it is darker than a grey level, with some noise before."""
    soft = cv2.GaussianBlur(sheet, (0, 0), 0.5) + rng.normal(0.0, 5.0, sheet.shape)
    return np.where(soft > threshold, 255, 0).astype(np.uint8)


def dusty(sheet: Pixels, specks: float, rng: np.random.Generator) -> Pixels:
    """So many specks of up to 0.3 mm in a square centimetre."""
    out = sheet.copy()
    area = sheet.size / PER_MM**2 / 100
    for _ in range(int(specks * area)):
        at = (int(rng.integers(sheet.shape[1])), int(rng.integers(sheet.shape[0])))
        cv2.circle(out, at, int(rng.integers(0, 3)), float(rng.uniform(20, 150)), -1, cv2.LINE_AA)
    return out


def shaded(sheet: Pixels, least: float, rng: np.random.Generator) -> Pixels:
    """Light that falls to this share within a centimetre, again and again, as over folds."""
    x = np.arange(sheet.shape[1]) / PER_MM
    wave = (1 + np.sin(2 * np.pi * x / 20.0 + rng.uniform(0, 6))) / 2
    return _clipped(sheet * (least + (1 - least) * wave)[None, :])


TABLE: Mapping[str, tuple[Spoil, tuple[float, ...]]] = {
    "blur, mm": (blurred, (0.05, 0.1, 0.15, 0.2, 0.3)),
    "motion, mm": (moved, (0.15, 0.3, 0.5, 0.7, 1.0)),
    "noise, grey levels": (noisy, (5, 10, 20, 30, 45)),
    "contrast left": (faint, (0.7, 0.5, 0.35, 0.25, 0.15)),
    "gamma": (bright, (0.8, 0.6, 0.45, 0.35, 0.25)),
    "dpi": (coarse, (200, 150, 120, 100, 75)),
    "JPEG quality": (packed, (60, 40, 25, 15, 8)),
    "two-level, threshold": (two_level, (200, 160, 130, 100, 70)),
    "dust, specks a cm²": (dusty, (0.5, 1, 2, 4, 8)),
    "shade, light left": (shaded, (0.85, 0.7, 0.55, 0.4, 0.25)),
}


def strengths() -> Iterator[tuple[str, float, Callable[[Pixels, np.random.Generator], Pixels]]]:
    """Each way at each strength."""
    for name, (spoil, levels) in TABLE.items():
        for level in levels:
            yield name, level, partial(_at, spoil, level)


def _at(spoil: Spoil, level: float, sheet: Pixels, rng: np.random.Generator) -> Pixels:
    return spoil(sheet, level, rng)


def _clipped(image: npt.NDArray[Any]) -> Pixels:
    return np.clip(np.round(image), 0, 255).astype(np.uint8)
