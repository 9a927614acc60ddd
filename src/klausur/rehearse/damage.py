"""What happens to a sheet of paper before it is scanned: covered, folded, torn, wet, stapled, punched, crumpled.

Each function draws by chance where and how, changes the `Paper`, and notes what can no longer be seen. Dust and
hairs, which are on every page, live in `klausur.rehearse.dirt`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from klausur.base.geometry import Box, Size
from klausur.rehearse.strokes import Points
from klausur.scan.model import Pixels

Share = npt.NDArray[np.float32]
"""(height, width), 0 … 1."""

_SHIFT = 4


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
        return self.pixels.shape[1] / self.size.w

    def hides(self, box: Box) -> bool:
        """Whether something lies on a box, on any part of it, or the paper there is missing."""
        corners = np.array(box.corners, np.float32)
        return any(_meet(corners, polygon.astype(np.float32)) for polygon in self.hidden)


def paper(
    pixels: Pixels, size: Size, code: Box, fiducials: dict[str, Box], back: Callable[[], Pixels]
) -> Paper:
    """An undamaged sheet; ``pixels`` is not copied."""
    return Paper(pixels, size, code, fiducials, back, np.zeros(pixels.shape[:2], np.uint8))


# ---------------------------------------------------------------------------------------------- covered


def label(sheet: Paper, at: Box, rng: np.random.Generator) -> None:
    """A paper label, stuck over a place a little askew; it covers all of it."""
    over = at.grown(float(rng.uniform(1.2, 2.5)))
    over = Box(over.x - rng.uniform(0, 2), over.y - rng.uniform(0, 1), over.w + rng.uniform(0, 5), over.h)
    corners = _turned(np.array(over.corners), rng.normal(0, 3.0))
    tone = np.array((rng.uniform(236, 252),) * 3) * (1, 1, rng.uniform(0.8, 1.0))
    _cast(sheet, corners, rng, 0.35, 0.8)
    _fill(sheet, corners, tone)
    _outline(sheet, corners, 0.12, 205)
    sheet.hidden.append(corners)


def blot(sheet: Paper, at: Box, rng: np.random.Generator) -> None:
    """Ink that ran out: a dark blot with splashes; it covers all of a place, and print under it is gone."""
    radius = 0.72 * max(at.w, at.h)
    outline = _blob(at.centre, radius, 0.1, rng)
    tone = np.array(((12, 14, 40), (10, 10, 12), (8, 8, 20))[int(rng.integers(3))])
    _stain(sheet, outline, tone, 0.985, 0.25)
    _fill(sheet, at.centre + 0.97 * (outline - at.centre), tone)
    for _ in range(int(rng.poisson(7))):
        away = rng.uniform(1.1, 1.9) * radius
        angle = rng.uniform(0, 2 * np.pi)
        middle = (at.centre[0] + away * np.cos(angle), at.centre[1] + away * np.sin(angle))
        _stain(sheet, _blob(middle, rng.uniform(0.2, 0.9), 0.25, rng), tone, 0.95, 0.1)
    sheet.hidden.append(outline)


def finger(sheet: Paper, at: Box, rng: np.random.Generator) -> None:
    """A strip of dark tape or a clip over a place."""
    corners = _turned(np.array(at.grown(float(rng.uniform(0.6, 1.5))).corners), rng.normal(0, 12.0))
    _cast(sheet, corners, rng, 0.5, 0.7)
    _fill(sheet, corners, np.array((1.0, 1.0, rng.uniform(0.9, 1.1))) * rng.uniform(25, 140))
    sheet.hidden.append(corners)


def stapled(sheet: Paper, at: tuple[float, float], rng: np.random.Generator) -> None:
    """A staple that is still in: a bright wire with its shadow, 12 mm wide."""
    angle = rng.normal(0.0, 0.35) - np.pi / 4 * (rng.random() < 0.6)
    along = np.array((np.cos(angle), np.sin(angle))) * 6.0
    ends = np.array([np.array(at) - along, np.array(at) + along])
    _draw_line(sheet, ends + (0.35, 0.45), 0.9, (95, 95, 98), soft=0.25, share=0.6)
    _draw_line(sheet, ends, 0.55, (128, 128, 132))
    _draw_line(sheet, ends - (0.06, 0.1), 0.16, (232, 232, 236))
    for end in ends:
        _draw_line(sheet, np.array([end - 0.05, end + 0.05]), 0.8, (60, 60, 62))


# ------------------------------------------------------------------------------------- folded and torn


def dog_ear(sheet: Paper, corner: str, reach: tuple[float, float], rng: np.random.Generator) -> None:
    """A folded corner: forwards it lies on the page and shows the sheet's back, backwards it is away.

    Args:
        sheet: the page.
        corner: tl, tr, br or bl.
        reach: mm from the corner to where the fold meets the page's edges, across and down.
        rng: forwards or backwards, light and shadow.
    """
    at, x_end, y_end = _corner(sheet.size, corner, reach)
    _lose(sheet, np.array([at, x_end, y_end]))
    if rng.random() < 0.75:
        along = (y_end - x_end) / np.linalg.norm(y_end - x_end)
        tip = 2 * (x_end + along * ((at - x_end) @ along)) - at
        flap = np.array([tip, x_end, y_end])
        _cast(sheet, flap, rng, 0.45, 1.6)
        _show_back(sheet, flap, x_end, along, rng.uniform(0.9, 0.97))
        sheet.hidden.append(flap)
    _draw_line(sheet, np.array([x_end, y_end]), 0.5, (120, 120, 120), soft=0.3, share=0.5)


def torn(sheet: Paper, corner: str, reach: tuple[float, float], rng: np.random.Generator) -> None:
    """A corner torn off along a ragged line."""
    at, x_end, y_end = _corner(sheet.size, corner, reach)
    t = np.linspace(0, 1, 40)[:, None]
    edge = x_end + (y_end - x_end) * t
    normal = np.array((-(y_end - x_end)[1], (y_end - x_end)[0])) / np.linalg.norm(y_end - x_end)
    ragged = np.cumsum(rng.normal(0, 0.35, 40))
    ragged -= np.linspace(ragged[0], ragged[-1], 40)
    path = edge + normal * ragged[:, None]
    _lose(sheet, np.vstack([at, path]))
    _draw_line(sheet, path, 0.7, (215, 215, 213), soft=0.15, share=0.8)


def punched_at(sheet: Paper, places: Sequence[tuple[float, float]], width: float = 6.0) -> None:
    """Punch holes through the sheet, their middles in mm."""
    for x, y in places:
        t = np.linspace(0, 2 * np.pi, 48)
        ring = np.column_stack([x + width / 2 * np.cos(t), y + width / 2 * np.sin(t)])
        _lose(sheet, ring)
        _outline(sheet, ring, 0.12, 185)


# ---------------------------------------------------------------------------------------------- wet


def coffee(sheet: Paper, at: tuple[float, float], rng: np.random.Generator) -> None:
    """The ring of a cup, darker at its rims, now and then with a spill: print and ink show through."""
    tone = np.array((rng.uniform(120, 150), rng.uniform(82, 100), rng.uniform(40, 60)))
    radius = rng.uniform(33.0, 44.0)
    if rng.random() < 0.75:
        _ring(sheet, at, radius, tone, rng)
    if rng.random() < 0.6:
        spill = (at[0] + rng.normal(0, 25), at[1] + rng.normal(0, 25))
        outline = _blob(spill, rng.uniform(8, 24), 0.18, rng)
        _stain(sheet, outline, tone, rng.uniform(0.12, 0.3), 1.2)
        _rim(sheet, outline, tone, rng)
    for _ in range(int(rng.poisson(5))):
        drop = (at[0] + rng.normal(0, 40), at[1] + rng.normal(0, 40))
        _stain(sheet, _blob(drop, rng.uniform(0.4, 2.2), 0.15, rng), tone, rng.uniform(0.2, 0.5), 0.2)


def shows_through(sheet: Paper, share: float) -> None:
    """The other side's print and ink, mirrored and soft, as through thin paper."""
    behind = cv2.flip(sheet.back(), 1)
    soft = cv2.GaussianBlur(behind, (0, 0), 0.16 * sheet.scale)
    paper_light = cv2.addWeighted(soft, share, np.full_like(soft, 255), 1 - share, 0)
    sheet.pixels[:] = cv2.multiply(sheet.pixels, paper_light, scale=1 / 255).astype(np.uint8, copy=False)


# ---------------------------------------------------------------------------------------- crumpled


@dataclass(frozen=True, slots=True)
class Creases:
    """The relief of a sheet that was crumpled and smoothed out, at 1 px per mm: height in mm."""

    height: Share

    def moved(self, points: Points) -> Points:
        """How far each of (n, 2) points in mm is shifted by the relief, (n, 2)."""
        slope_y, slope_x = np.gradient(self.height.astype(np.float64))
        x = np.clip(points[:, 0], 0, self.height.shape[1] - 1).astype(np.float32)[None]
        y = np.clip(points[:, 1], 0, self.height.shape[0] - 1).astype(np.float32)[None]
        found = [
            cv2.remap(slope.astype(np.float32), x, y, cv2.INTER_LINEAR)[0] for slope in (slope_x, slope_y)
        ]
        return np.asarray(0.9 * np.stack(found, axis=1), np.float64)


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
    shade = 1.0 - 0.5 * (slope_x * np.cos(light) + slope_y * np.sin(light))
    _light(sheet, np.clip(shade, 0.6, 1.06).astype(np.float32))
    return Creases(relief)


# ---------------------------------------------------------------------------------------- by hand


def _corner(size: Size, corner: str, reach: tuple[float, float]) -> tuple[Points, Points, Points]:
    """A corner of the sheet, and the places on its edges across and down from it, in mm."""
    x, y = (0.0 if "l" in corner else size.w), (0.0 if "t" in corner else size.h)
    inward_x, inward_y = (1 if "l" in corner else -1), (1 if "t" in corner else -1)
    return np.array((x, y)), np.array((x + inward_x * reach[0], y)), np.array((x, y + inward_y * reach[1]))


def _show_back(sheet: Paper, flap: Points, on_fold: Points, along: Points, light: float) -> None:
    """Draw the sheet's back onto a flap that is folded over the line through ``on_fold``."""
    reflect = 2 * np.outer(along, along) - np.eye(2)
    shift = on_fold - reflect @ on_fold
    # A place p of the flap is the place reflect · p + shift of the sheet, which its back shows mirrored.
    mirror, at = np.diag((-1.0, 1.0)), np.array((sheet.size.w, 0.0))
    linear, offset = mirror @ reflect, (mirror @ shift + at) * sheet.scale
    height, width = sheet.pixels.shape[:2]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    shown = cv2.warpAffine(
        sheet.back(),
        np.column_stack([linear, offset]),
        (width, height),
        flags=flags,
        borderValue=(255, 255, 255),
    )
    inside = _mask(sheet, flap)
    sheet.pixels[inside > 127] = (shown[inside > 127] * light).astype(np.uint8)


def _lose(sheet: Paper, outline: Points) -> None:
    cv2.fillPoly(sheet.gone, [_fixed(sheet, outline)], 255, cv2.LINE_AA, _SHIFT)
    sheet.hidden.append(outline)


def _fill(sheet: Paper, outline: Points, tone: npt.NDArray[np.float64]) -> None:
    cv2.fillPoly(sheet.pixels, [_fixed(sheet, outline)], _colour(sheet, tone), cv2.LINE_AA, _SHIFT)


def _outline(sheet: Paper, outline: Points, thick: float, tone: int) -> None:
    _draw_line(sheet, np.vstack([outline, outline[:1]]), thick, (tone, tone, tone))


def _cast(sheet: Paper, outline: Points, rng: np.random.Generator, dark: float, far: float) -> None:
    """The shadow of something that lies on the sheet."""
    away = rng.normal(0, 1, 2)
    moved = outline + far * 0.6 * away / np.linalg.norm(away)
    _stain(sheet, moved, np.zeros(3), dark * rng.uniform(0.6, 1.0), far)


def _stain(sheet: Paper, outline: Points, tone: npt.NDArray[np.float64], share: float, soft: float) -> None:
    """Darken the sheet towards a tone inside an outline, with an edge ``soft`` mm wide."""
    low, high = outline.min(axis=0) - 3 * soft - 1, outline.max(axis=0) + 3 * soft + 1
    part, origin = _part(sheet, low, high)
    if not part.size:
        return
    mask = np.zeros(part.shape[:2], np.uint8)
    cv2.fillPoly(mask, [_fixed(sheet, outline - origin)], 255, cv2.LINE_AA, _SHIFT)
    if soft * sheet.scale > 0.3:
        mask = cv2.GaussianBlur(mask, (0, 0), soft * sheet.scale / 2).astype(np.uint8, copy=False)
    _tint(part, mask.astype(np.float32) * np.float32(share / 255), tone)


def _tint(part: Pixels, share: Share, tone: npt.NDArray[np.float64]) -> None:
    """Multiply by a tone, by its share of each pixel: what is dark stays dark."""
    if part.ndim == 2:
        part[:] = (part * (1 - share * (1 - np.float32(_grey(tone) / 255)))).astype(np.uint8)
        return
    part[:] = (part * (1 - share[:, :, None] * (1 - (tone / 255).astype(np.float32)))).astype(np.uint8)


def _ring(
    sheet: Paper,
    at: tuple[float, float],
    radius: float,
    tone: npt.NDArray[np.float64],
    rng: np.random.Generator,
) -> None:
    wide = rng.uniform(1.5, 3.5)
    low, high = np.array(at) - radius - wide - 2, np.array(at) + radius + wide + 2
    part, origin = _part(sheet, low, high)
    if not part.size:
        return
    y, x = (
        n.astype(np.float32) / np.float32(sheet.scale) for n in np.mgrid[0 : part.shape[0], 0 : part.shape[1]]
    )
    x, y = x + np.float32(origin[0] - at[0]), y + np.float32(origin[1] - at[1])
    angle = np.arctan2(y, x)
    t = np.linspace(-np.pi, np.pi, 181)
    knots = rng.uniform(0.1, 1.0, 12)
    wet = np.interp(angle, t, np.interp(t, np.linspace(-np.pi, np.pi, 13), [*knots, knots[0]])).astype(
        np.float32
    )
    away = np.hypot(x, y) - np.float32(radius)
    band = np.clip((wide / 2 - np.abs(away)) / 0.5, 0, 1) * 0.3
    rims = np.exp(-(((np.abs(away) - wide / 2) / 0.25) ** 2))
    _tint(part, ((band + 0.55 * rims) * wet).astype(np.float32), tone)


def _rim(sheet: Paper, outline: Points, tone: npt.NDArray[np.float64], rng: np.random.Generator) -> None:
    """The dark line in which a spill dries."""
    low, high = outline.min(axis=0) - 2, outline.max(axis=0) + 2
    part, origin = _part(sheet, low, high)
    if not part.size:
        return
    mask = np.zeros(part.shape[:2], np.uint8)
    path = _fixed(sheet, outline - origin)
    cv2.polylines(mask, [path], True, 255, max(1, round(0.5 * sheet.scale)), cv2.LINE_AA, _SHIFT)  # noqa: FBT003 - OpenCV's own
    mask = cv2.GaussianBlur(mask, (0, 0), 0.15 * sheet.scale).astype(np.uint8, copy=False)
    _tint(part, mask.astype(np.float32) * np.float32(rng.uniform(0.25, 0.5) / 255), tone)


def _draw_line(
    sheet: Paper,
    path: Points,
    thick: float,
    tone: tuple[int, int, int],
    *,
    soft: float = 0.0,
    share: float = 1.0,
) -> None:
    low, high = path.min(axis=0) - thick - 3 * soft - 1, path.max(axis=0) + thick + 3 * soft + 1
    part, origin = _part(sheet, low, high)
    if not part.size:
        return
    mask = np.zeros(part.shape[:2], np.uint8)
    wide = max(1, round(thick * sheet.scale))
    cv2.polylines(mask, [_fixed(sheet, path - origin)], False, 255, wide, cv2.LINE_AA, _SHIFT)  # noqa: FBT003 - OpenCV's own
    if soft:
        mask = cv2.GaussianBlur(mask, (0, 0), soft * sheet.scale).astype(np.uint8, copy=False)
    over = (mask.astype(np.float32) * np.float32(share / 255))[(...,) + (None,) * (part.ndim - 2)]
    colour = np.float32(_grey(np.array(tone))) if part.ndim == 2 else np.array(tone, np.float32)
    part[:] = (part * (1 - over) + colour * over).astype(np.uint8)


def _light(sheet: Paper, light: Share) -> None:
    """Brighten or darken all of the sheet by a coarse field of factors."""
    height, width = sheet.pixels.shape[:2]
    grown = cv2.resize(light, (width, height), interpolation=cv2.INTER_CUBIC)
    factor = grown if sheet.pixels.ndim == 2 else cv2.merge([grown] * 3)
    sheet.pixels[:] = np.clip(sheet.pixels * factor, 0, 255).astype(np.uint8)


def _mask(sheet: Paper, outline: Points) -> Pixels:
    mask = np.zeros(sheet.pixels.shape[:2], np.uint8)
    cv2.fillPoly(mask, [_fixed(sheet, outline)], 255, cv2.LINE_AA, _SHIFT)
    return mask


def _part(sheet: Paper, low: Points, high: Points) -> tuple[Pixels, Points]:
    """The part of the sheet between two corners in mm, and the mm of its first pixel's outer corner."""
    left, top = (max(0, int(n)) for n in np.floor(low * sheet.scale))
    right, bottom = (max(0, int(n)) for n in np.ceil(high * sheet.scale))
    return sheet.pixels[top:bottom, left:right], np.array((left, top)) / sheet.scale


def _fixed(sheet: Paper, points: Points) -> npt.NDArray[np.int32]:
    """Points in mm as OpenCV's fixed-point pixels, whose centres are whole numbers."""
    return np.round((points * sheet.scale - 0.5) * (1 << _SHIFT)).astype(np.int32)


def _blob(at: tuple[float, float], radius: float, rough: float, rng: np.random.Generator) -> Points:
    """A closed outline that is nearly round."""
    t = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    far = np.ones(90)
    for wave in range(2, 9):
        far += rough * rng.normal(0, 1) / wave * np.cos(wave * t + rng.uniform(0, 2 * np.pi))
    far = radius * np.clip(far, 0.8, 1.6)
    return np.column_stack([at[0] + far * np.cos(t), at[1] + far * np.sin(t)])


def _turned(points: Points, degrees: float) -> Points:
    middle, angle = points.mean(axis=0), np.radians(degrees)
    turn = np.array(((np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))))
    return np.asarray((points - middle) @ turn.T + middle)


def _grey(tone: npt.NDArray[np.float64]) -> float:
    return float(tone @ (0.299, 0.587, 0.114))


def _colour(sheet: Paper, tone: npt.NDArray[np.float64]) -> tuple[float, ...]:
    return (_grey(tone),) if sheet.pixels.ndim == 2 else tuple(float(n) for n in np.clip(tone, 0, 255))


def _meet(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> bool:
    """Whether a convex quadrangle and a polygon share a point."""
    if any(cv2.pointPolygonTest(other, (float(x), float(y)), False) >= 0 for x, y in one):  # noqa: FBT003 - OpenCV's own
        return True
    return any(cv2.pointPolygonTest(one, (float(x), float(y)), False) >= 0 for x, y in other)  # noqa: FBT003 - OpenCV's own
