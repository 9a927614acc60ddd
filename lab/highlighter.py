"""A highlighter drawn over a page: a broad stroke of clear ink, through which pen and print can be seen."""

from collections.abc import Sequence

import cv2
import numpy as np

from klausur.rehearse.strokes import Points
from klausur.scan.model import Pixels

INKS = (
    (255, 246, 70),  # yellow
    (255, 252, 130),  # pale yellow
    (150, 250, 120),  # green
    (255, 140, 190),  # pink
    (255, 190, 90),  # orange
    (130, 205, 250),  # blue
)
"""Colours of white paper under one stroke, as scanners see them."""


def stroke(pixels: Pixels, path: Points, width: float, ink: Sequence[int], rng: np.random.Generator) -> None:
    """Draw over RGB or grey pixels, in place: what is below is seen through the ink.

    Args:
        pixels: (h, w, 3), or (h, w) as a grey scanner sees it.
        path: (n, 2) px, the middle of the stroke.
        width: of the tip, in px.
        ink: its colour on white paper.
        rng: streaks along the stroke, and its rims.
    """
    height, broad = pixels.shape[:2]
    cover = np.zeros((height, broad), np.uint8)
    points = [np.round(path * 16).astype(np.int32)]
    cv2.polylines(cover, points, False, 255, max(1, round(width)), cv2.LINE_AA, 4)  # noqa: FBT003 - OpenCV's own
    soft = cv2.GaussianBlur(cover, (0, 0), max(width / 40, 0.3)).astype(np.float32) / 255
    rim = np.clip(
        soft - cv2.erode(soft, np.ones((3, 3), np.uint8), iterations=max(1, round(width / 16))), 0, 1
    )
    streaks = cv2.resize(rng.normal(0.0, 0.05, (24, 3)).astype(np.float32), (broad, height))
    share = soft * (1.0 + streaks) + 0.15 * rim
    shade = np.asarray(ink, np.float32) / 255
    if pixels.ndim == 2:
        shade = np.array([shade @ (0.299, 0.587, 0.114)], np.float32)
    through = 1.0 - share[..., None] * (1.0 - shade)
    seen = pixels.reshape(height, broad, -1) * np.clip(through, 0.0, 1.0)
    pixels[:] = np.round(seen).astype(np.uint8).reshape(pixels.shape)
