"""What happens to a sheet before it is scanned: something lies on it, or some of it is folded away or lost.

Each function draws by chance how it looks, changes the `Paper`, and notes what can no longer be seen. Dust
and hairs, which are on every page, live in `klausur.rehearse.dirt`.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from klausur.base.geometry import Box, Size
from klausur.rehearse.strokes import Points
from lab.canvas import Paper, blob, cast, fill, inside, line, lose, rim, stain, wet_line


def label(sheet: Paper, at: Box, rng: np.random.Generator) -> None:
    """A paper label, stuck over a place a little askew; it covers all of it."""
    over = at.grown(float(rng.uniform(1.2, 2.5)))
    over = Box(over.x - rng.uniform(0, 2), over.y - rng.uniform(0, 1), over.w + rng.uniform(0, 5), over.h)
    corners = _turned(np.array(over.corners), rng.normal(0, 3.0))
    tone = np.array((rng.uniform(236, 252),) * 3) * (1, 1, rng.uniform(0.8, 1.0))
    cast(sheet, corners, rng, 0.35, 0.8)
    fill(sheet, corners, tone)
    line(sheet, rim(corners), 0.12, 205)
    sheet.hidden.append(corners)


def blot(sheet: Paper, at: Box, rng: np.random.Generator) -> None:
    """Ink that ran out: a dark blot with splashes; it covers all of a place, and print under it is gone."""
    radius = 0.72 * max(at.w, at.h)
    outline = blob(at.centre, radius, 0.1, rng)
    tone = np.array(((12, 14, 40), (10, 10, 12), (8, 8, 20))[int(rng.integers(3))])
    stain(sheet, outline, tone, 0.985, 0.25)
    fill(sheet, at.centre + 0.97 * (outline - at.centre), tone)
    for _ in range(int(rng.poisson(7))):
        away = rng.uniform(1.1, 1.9) * radius
        angle = rng.uniform(0, 2 * np.pi)
        middle = (at.centre[0] + away * np.cos(angle), at.centre[1] + away * np.sin(angle))
        stain(sheet, blob(middle, rng.uniform(0.2, 0.9), 0.25, rng), tone, 0.95, 0.1)
    sheet.hidden.append(outline)


def finger(sheet: Paper, at: Box, rng: np.random.Generator) -> None:
    """A strip of dark tape or a clip over a place."""
    corners = _turned(np.array(at.grown(float(rng.uniform(0.6, 1.5))).corners), rng.normal(0, 12.0))
    cast(sheet, corners, rng, 0.5, 0.7)
    fill(sheet, corners, np.array((1.0, 1.0, rng.uniform(0.9, 1.1))) * rng.uniform(25, 140))
    sheet.hidden.append(corners)


def struck(sheet: Paper, at: Box, rng: np.random.Generator) -> None:
    """A stroke or two of a pen through a place, as people cross out what they take for a mistake."""
    middle, far = np.array(at.centre), 0.75 * max(at.w, at.h)
    for _ in range(int(rng.integers(1, 3))):
        angle = rng.uniform(0, np.pi)
        along = np.array((np.cos(angle), np.sin(angle)))
        off = rng.uniform(-0.3, 0.3) * at.w * np.array((-along[1], along[0]))
        t = np.linspace(-1, 1, 20)[:, None]
        bow = rng.normal(0, 0.35) * (1 - t**2) * np.array((-along[1], along[0]))
        line(
            sheet,
            middle + off + t * far * along + bow,
            float(rng.uniform(0.35, 0.6)),
            int(rng.integers(15, 70)),
        )


def stamped(sheet: Paper, at: Box, rng: np.random.Generator) -> None:
    """The rim of a stamp and its letters over a place: ink that print still shows through."""
    middle = np.array(at.centre) + rng.normal(0, 4.0, 2)
    tone, share = np.array((40.0, 45.0, 150.0)), float(rng.uniform(0.4, 0.8))
    radius = rng.uniform(8.0, 14.0)
    t = np.linspace(0, 2 * np.pi, 60)
    ring = np.column_stack((np.cos(t), np.sin(t)))
    for part in (1.0, 0.7):
        wet_line(sheet, middle + part * radius * ring, 0.5, tone, soft=0.08, share=share)
    for angle in np.arange(0, 2 * np.pi, 0.35):
        foot = middle + 0.76 * radius * np.array((np.cos(angle), np.sin(angle)))
        head = middle + 0.92 * radius * np.array((np.cos(angle), np.sin(angle)))
        wet_line(sheet, np.array((foot, head)), 0.5, tone, soft=0.08, share=share)


def stapled(sheet: Paper, at: tuple[float, float], rng: np.random.Generator) -> None:
    """A staple that is still in: a bright wire with its shadow, 12 mm wide."""
    angle = rng.normal(0.0, 0.35) - np.pi / 4 * (rng.random() < 0.6)
    along = np.array((np.cos(angle), np.sin(angle))) * 6.0
    ends = np.array([np.array(at) - along, np.array(at) + along])
    line(sheet, ends + np.array((0.35, 0.45)), 0.9, 95, soft=0.25, share=0.6)
    line(sheet, ends, 0.55, 130)
    line(sheet, ends - np.array((0.06, 0.1)), 0.16, 234)
    for end in ends:
        line(sheet, np.array([end - 0.05, end + 0.05]), 0.8, 60)


def dog_ear(sheet: Paper, corner: str, reach: tuple[float, float], rng: np.random.Generator) -> None:
    """A folded corner: forwards it lies on the page and shows the sheet's back, backwards it is away.

    Args:
        sheet: the page.
        corner: tl, tr, br or bl.
        reach: mm from the corner to where the fold meets the page's edges, across and down.
        rng: forwards or backwards, light and shadow.
    """
    at, x_end, y_end = _corner(sheet.size, corner, reach)
    lose(sheet, np.array([at, x_end, y_end]))
    if rng.random() < 0.75:
        along = (y_end - x_end) / np.linalg.norm(y_end - x_end)
        tip = 2 * (x_end + along * ((at - x_end) @ along)) - at
        flap = np.array([tip, x_end, y_end])
        cast(sheet, flap, rng, 0.45, 1.6)
        _show_back(sheet, flap, x_end, along, rng.uniform(0.9, 0.97))
        sheet.hidden.append(flap)
    line(sheet, np.array([x_end, y_end]), 0.5, 120, soft=0.3, share=0.5)


def torn(sheet: Paper, corner: str, reach: tuple[float, float], rng: np.random.Generator) -> None:
    """A corner torn off along a ragged line."""
    at, x_end, y_end = _corner(sheet.size, corner, reach)
    t = np.linspace(0, 1, 40)[:, None]
    edge = x_end + (y_end - x_end) * t
    normal = np.array((-(y_end - x_end)[1], (y_end - x_end)[0])) / np.linalg.norm(y_end - x_end)
    ragged = np.cumsum(rng.normal(0, 0.35, 40))
    ragged -= np.linspace(ragged[0], ragged[-1], 40)
    path = edge + normal * ragged[:, None]
    lose(sheet, np.vstack([at, path]))
    line(sheet, path, 0.7, 214, soft=0.15, share=0.8)


def punched_at(sheet: Paper, places: Sequence[tuple[float, float]], width: float = 6.0) -> None:
    """Punch holes through the sheet, their middles in mm."""
    for x, y in places:
        t = np.linspace(0, 2 * np.pi, 48)
        ring = np.column_stack([x + width / 2 * np.cos(t), y + width / 2 * np.sin(t)])
        lose(sheet, ring)
        line(sheet, rim(ring), 0.12, 185)


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
    on = inside(sheet, flap)
    sheet.pixels[on] = (shown[on] * light).astype(np.uint8)


def _turned(points: Points, degrees: float) -> Points:
    middle, angle = points.mean(axis=0), np.radians(degrees)
    turn = np.array(((np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))))
    return np.asarray((points - middle) @ turn.T + middle)
