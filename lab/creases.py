"""Paper that was crumpled and smoothed out."""

from dataclasses import dataclass

import cv2
import numpy as np

from klausur.rehearse.strokes import Points
from lab.canvas import Paper, Share, light_up


@dataclass(frozen=True, slots=True)
class Creases:
    """The relief of a sheet that was crumpled and smoothed out, at 1 px per mm: height in mm."""

    height: Share

    def moved(self, points: Points) -> Points:
        """How far each of (n, 2) points in mm is shifted by the relief, (n, 2) mm."""
        place = np.clip(points, 0, np.array(self.height.shape[::-1]) - 1.001)
        low = place.astype(int)
        (x, y), (fx, fy) = low.T, (place - low).T[..., None]
        down, across = np.gradient(self.height)
        slope = np.stack([np.asarray(across), np.asarray(down)], axis=-1)
        top = slope[y, x] * (1 - fx) + slope[y, x + 1] * fx
        bottom = slope[y + 1, x] * (1 - fx) + slope[y + 1, x + 1] * fx
        return np.asarray(0.9 * (top * (1 - fy) + bottom * fy), np.float64)


def crumpled(sheet: Paper, rng: np.random.Generator) -> Creases:
    """Crumple a sheet and smooth it out: creases catch the light and shift what is printed a little."""
    rows, columns = round(sheet.size.h) + 1, round(sheet.size.w) + 1
    y, x = (n.astype(np.float32) for n in np.mgrid[0:rows, 0:columns])
    height = np.zeros((rows, columns), np.float32)
    for _ in range(int(rng.integers(14, 26))):
        angle = rng.uniform(0, np.pi)
        across = (x - rng.uniform(0, columns)) * np.cos(angle) + (y - rng.uniform(0, rows)) * np.sin(angle)
        along = -(x - rng.uniform(0, columns)) * np.sin(angle) + (y - rng.uniform(0, rows)) * np.cos(angle)
        reach = np.exp(-((along / rng.uniform(30, 110)) ** 2))
        height += rng.uniform(-1, 1) * reach * np.maximum(0, 1 - np.abs(across) / rng.uniform(6, 26))
    relief = cv2.GaussianBlur(height * np.float32(0.9), (0, 0), 1.1).astype(np.float32)
    fine = cv2.GaussianBlur(rng.standard_normal((rows, columns)).astype(np.float32), (0, 0), 2.5)
    relief += 0.25 * fine
    light = rng.uniform(0, 2 * np.pi)
    slope_y, slope_x = np.gradient(relief)
    shade = 1.0 - 0.85 * (slope_x * np.cos(light) + slope_y * np.sin(light))
    light_up(sheet, np.clip(shade, 0.6, 1.06).astype(np.float32))
    return Creases(relief)
