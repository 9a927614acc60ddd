"""A sheet of paper that things happen to, and how to draw on it in millimetres.

Which things happen is said in `lab.damage`, `lab.wet_paper` and
`lab.creases`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from klausur.base.geometry import Box, Size
from klausur.rehearse.strokes import Points
from klausur.scan.model import Pixels

Share = npt.NDArray[np.float32]
"""(height, width), 0 … 1."""

Tone = npt.NDArray[np.float64]
"""(3,) red, green, blue, 0 … 255."""

_SHIFT = 4
"""Fractional bits of the coordinates given to OpenCV."""

_OPEN = _BY_SIGN = False
"""OpenCV's own positional flags, named."""


@dataclass(slots=True)
class Paper:
    """A filled page on its way to the scanner, which damage changes.

    Attributes:
        pixels: RGB or grey, all of the sheet.
        size: in mm.
        code: where the page code stands.
        fiducials: where the fiducials stand, by corner.
        back: draws the other side of the sheet, of the same shape.
        gone: 255 where there is no paper any more.
        hidden: what lies on top of the page: polygons in mm under which nobody can read.
        code_legible: whether the page code can still be read.
    """

    pixels: Pixels
    size: Size
    code: Box
    fiducials: dict[str, Box]
    back: Callable[[], Pixels]
    gone: Pixels
    hidden: list[Points] = field(default_factory=list)
    code_legible: bool = True

    @property
    def scale(self) -> float:
        """Pixels per mm."""
        return float(self.pixels.shape[1] / self.size.w)

    def hides(self, box: Box) -> bool:
        """Whether something lies on a box, on any part of it, or the paper there is missing."""
        corners = np.array(box.corners, np.float32)
        return any(_meet(corners, polygon.astype(np.float32)) for polygon in self.hidden)


def paper(
    pixels: Pixels, size: Size, code: Box, fiducials: dict[str, Box], back: Callable[[], Pixels]
) -> Paper:
    """An undamaged sheet; ``pixels`` is not copied."""
    return Paper(pixels, size, code, fiducials, back, np.zeros(pixels.shape[:2], np.uint8))


def lose(sheet: Paper, around: Points) -> None:
    """Take the paper inside an outline away."""
    cv2.fillPoly(sheet.gone, [_fixed(sheet, around)], 255, cv2.LINE_AA, _SHIFT)
    sheet.hidden.append(around)


def fill(sheet: Paper, around: Points, tone: Tone) -> None:
    """Cover the inside of an outline with one tone."""
    colour = (_grey(tone),) if sheet.pixels.ndim == 2 else tuple(np.clip(tone, 0, 255).tolist())
    cv2.fillPoly(sheet.pixels, [_fixed(sheet, around)], colour, cv2.LINE_AA, _SHIFT)


def cast(sheet: Paper, around: Points, rng: np.random.Generator, dark: float, far: float) -> None:
    """The shadow of something that lies on the sheet, reaching ``far`` mm."""
    away = rng.normal(0, 1, 2)
    moved = around + far * 0.6 * away / np.linalg.norm(away)
    stain(sheet, moved, np.zeros(3), dark * rng.uniform(0.6, 1.0), far)


def stain(sheet: Paper, around: Points, tone: Tone, share: float, soft: float) -> None:
    """Darken the inside of an outline towards a tone; its edge is ``soft`` mm wide."""
    part, origin = part_of(sheet, around, 3 * soft + 1)
    if part.size:
        inside = np.zeros(part.shape[:2], np.uint8)
        cv2.fillPoly(inside, [_fixed(sheet, around - origin)], 255, cv2.LINE_AA, _SHIFT)
        tint(part, _softened(inside, soft * sheet.scale / 2) * np.float32(share), tone)


def line(
    sheet: Paper, path: Points, thick: float, tone: int, *, soft: float = 0.0, share: float = 1.0
) -> None:
    """Draw a line of ``thick`` mm in a grey tone, light or dark; ``share`` of it covers what is below."""
    part, drawn = _drawn_line(sheet, path, thick, soft)
    if part.size:
        over = (drawn * np.float32(share))[(...,) + (None,) * (part.ndim - 2)]
        part[:] = (part * (1 - over) + np.float32(tone) * over).astype(np.uint8)


def wet_line(sheet: Paper, path: Points, thick: float, tone: Tone, *, soft: float, share: float) -> None:
    """Darken along a line of ``thick`` mm towards a tone."""
    part, drawn = _drawn_line(sheet, path, thick, soft)
    if part.size:
        tint(part, drawn * np.float32(share), tone)


def rim(around: Points) -> Points:
    """An outline as a closed path."""
    return np.vstack([around, around[:1]])


def tint(part: Pixels, share: Share, tone: Tone) -> None:
    """Multiply pixels by a tone, by its share of each: what is dark stays dark."""
    if part.ndim == 2:
        part[:] = (part * (1 - share * np.float32(1 - _grey(tone) / 255))).astype(np.uint8)
    else:
        part[:] = (part * (1 - share[:, :, None] * (1 - tone / 255).astype(np.float32))).astype(np.uint8)


def light_up(sheet: Paper, light: Share) -> None:
    """Brighten or darken all of the sheet by a coarse field of factors."""
    height, width = sheet.pixels.shape[:2]
    grown = cv2.resize(light, (width, height), interpolation=cv2.INTER_CUBIC)
    factor = grown if sheet.pixels.ndim == 2 else cv2.merge([grown] * 3)
    sheet.pixels[:] = np.clip(sheet.pixels * factor, 0, 255).astype(np.uint8)


def inside(sheet: Paper, around: Points) -> npt.NDArray[np.bool_]:
    """Which pixels of the sheet lie inside an outline."""
    drawn = np.zeros(sheet.pixels.shape[:2], np.uint8)
    cv2.fillPoly(drawn, [_fixed(sheet, around)], 255, cv2.LINE_AA, _SHIFT)
    return drawn > 127


def part_of(sheet: Paper, around: Points, margin: float) -> tuple[Pixels, Points]:
    """The part of the sheet round some points in mm, and the mm of its first pixel's outer corner."""
    low, high = around.min(axis=0) - margin, around.max(axis=0) + margin
    left, top = (max(0, int(n)) for n in np.floor(low * sheet.scale))
    right, bottom = (max(0, int(n)) for n in np.ceil(high * sheet.scale))
    return sheet.pixels[top:bottom, left:right], np.array((left, top)) / sheet.scale


def blob(at: tuple[float, float], radius: float, rough: float, rng: np.random.Generator) -> Points:
    """A closed outline that is nearly round, in mm."""
    t = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    far = np.ones(90)
    for wave in range(2, 9):
        far += rough * rng.normal(0, 1) / wave * np.cos(wave * t + rng.uniform(0, 2 * np.pi))
    far = radius * np.clip(far, 0.8, 1.6)
    return np.column_stack([at[0] + far * np.cos(t), at[1] + far * np.sin(t)])


def _drawn_line(sheet: Paper, path: Points, thick: float, soft: float) -> tuple[Pixels, Share]:
    """The part of the sheet that a line is on, and its share of each pixel there."""
    part, origin = part_of(sheet, path, thick + 3 * soft + 1)
    drawn = np.zeros(part.shape[:2], np.uint8)
    if part.size:
        wide = max(1, round(thick * sheet.scale))
        cv2.polylines(drawn, [_fixed(sheet, path - origin)], _OPEN, 255, wide, cv2.LINE_AA, _SHIFT)
    return part, _softened(drawn, soft * sheet.scale)


def _softened(drawn: Pixels, sigma: float) -> Share:
    if sigma > 0.15 and drawn.size:
        drawn = cv2.GaussianBlur(drawn, (0, 0), sigma).astype(np.uint8, copy=False)
    return drawn.astype(np.float32) / np.float32(255)


def _fixed(sheet: Paper, points: Points) -> npt.NDArray[np.int32]:
    """Points in mm as OpenCV's fixed-point pixels, whose centres are whole numbers."""
    return np.round((points * sheet.scale - 0.5) * (1 << _SHIFT)).astype(np.int32)


def _grey(tone: Tone) -> float:
    return float(tone @ (0.299, 0.587, 0.114))


def _meet(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> bool:
    """Whether a convex quadrangle and a polygon share a point."""
    pairs = [(other, point) for point in one] + [(one, point) for point in other]
    return any(cv2.pointPolygonTest(area, (float(x), float(y)), _BY_SIGN) >= 0 for area, (x, y) in pairs)
