"""Wet paper, and paper that is too thin: coffee, and the other side's print showing through."""

import cv2
import numpy as np

from klausur.scan.model import Pixels
from lab.canvas import Paper, Tone, blob, part_of, rim, stain, tint, wet_line


def coffee(sheet: Paper, at: tuple[float, float], rng: np.random.Generator) -> None:
    """The ring of a cup, darker at its rims, now and then with a spill: print and ink show through."""
    tone = np.array((rng.uniform(120, 150), rng.uniform(82, 100), rng.uniform(40, 60)))
    if rng.random() < 0.75:
        _ring(sheet, at, rng.uniform(33.0, 44.0), tone, rng)
    if rng.random() < 0.6:
        spill = blob((at[0] + rng.normal(0, 25), at[1] + rng.normal(0, 25)), rng.uniform(8, 24), 0.18, rng)
        stain(sheet, spill, tone, rng.uniform(0.12, 0.3), 1.2)
        wet_line(sheet, rim(spill), 0.5, tone, soft=0.15, share=rng.uniform(0.25, 0.5))  # where it dried
    for _ in range(int(rng.poisson(5))):
        drop = (at[0] + rng.normal(0, 40), at[1] + rng.normal(0, 40))
        stain(sheet, blob(drop, rng.uniform(0.4, 2.2), 0.15, rng), tone, rng.uniform(0.2, 0.5), 0.2)


def shows_through(sheet: Paper, share: float) -> None:
    """The other side's print and ink, mirrored and soft, as through thin paper; ``share`` of its darkness."""
    behind = cv2.flip(sheet.back(), 1)
    soft = cv2.GaussianBlur(behind, (0, 0), 0.16 * sheet.scale)
    light = cv2.addWeighted(soft, share, np.full_like(soft, 255), 1 - share, 0)
    sheet.pixels[:] = cv2.multiply(sheet.pixels, light, scale=1 / 255).astype(np.uint8, copy=False)


def _ring(sheet: Paper, at: tuple[float, float], radius: float, tone: Tone, rng: np.random.Generator) -> None:
    """A ring that is wet to a different degree all round."""
    wide = rng.uniform(1.5, 3.5)
    part, origin = part_of(sheet, np.array([at]), radius + wide + 2)
    if not part.size:
        return
    x, y = _places(part, sheet.scale)
    x, y = x + np.float32(origin[0] - at[0]), y + np.float32(origin[1] - at[1])
    knots = rng.uniform(0.1, 1.0, 12)
    turn = np.linspace(-np.pi, np.pi, 13)
    wet = np.interp(np.arctan2(y, x), turn, [*knots, knots[0]]).astype(np.float32)
    away = np.abs(np.hypot(x, y) - np.float32(radius))
    band = np.clip((wide / 2 - away) / 0.5, 0, 1) * 0.3
    rims = np.exp(-(((away - wide / 2) / 0.25) ** 2))
    tint(part, ((band + 0.55 * rims) * wet).astype(np.float32), tone)


def _places(part: Pixels, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """The x and y in mm of each pixel of a part, from its corner."""
    y, x = np.mgrid[0 : part.shape[0], 0 : part.shape[1]].astype(np.float32) / np.float32(scale)
    return x, y
