"""Dirt on a sheet: dust, hairs, staple shadows, punch holes, and page codes that are destroyed.

Dirt keeps off marks no more than real dirt does, but it is too thin or too small to be taken for one.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from klausur.base.geometry import Box, Size
from klausur.rehearse.scanner import Wear
from klausur.rehearse.strokes import Points, resample, smooth
from klausur.scan.model import Pixels

HOLE_SPREAD, HOLE_INSET, HOLE_WIDTH = 80.0, 12.0, 6.0
"""Distance between two punch holes, of their middles from the left edge, and their width in mm (ISO 838)."""

_ASKEW = 0.05
"""Share of punched booklets whose holes sit anywhere along the left edge, a fiducial included."""

_SHIFT = 4


@dataclass(frozen=True, slots=True)
class Dirt:
    """What lies on one side of a sheet; on its ``back`` the staple is on the right."""

    dust: int
    hairs: int
    staple: bool
    holes: tuple[Box, ...]
    code_spoilt: bool
    back: bool

    @property
    def defects(self) -> tuple[str, ...]:
        """The larger defects by name."""
        names = {"staple": self.staple, "holes": bool(self.holes), "code-spoilt": self.code_spoilt}
        return tuple(name for name, there in names.items() if there)


def punched(size: Size, rng: np.random.Generator) -> tuple[Box, ...]:
    """Where a booklet is punched: the squares round its two holes, in mm."""
    middle, x = size.h / 2 + rng.normal(0.0, 3.0), HOLE_INSET + rng.normal(0.0, 1.0)
    if rng.random() < _ASKEW:
        middle = rng.uniform(0.0, size.h)
    radius = HOLE_WIDTH / 2
    ends = (middle - HOLE_SPREAD / 2, middle + HOLE_SPREAD / 2)
    return tuple(Box(float(x) - radius, float(y) - radius, HOLE_WIDTH, HOLE_WIDTH) for y in ends)


def befall(
    wear: Wear, size: Size, rng: np.random.Generator, *, stapled: bool, holes: tuple[Box, ...], back: bool
) -> Dirt:
    """Draw the dirt of one page.

    Args:
        wear: how much dirt there is.
        size: the sheet in mm.
        rng: the page's own stream.
        stapled: whether the booklet was stapled.
        holes: where the booklet was punched, seen from the front.
        back: whether the page is the back of its sheet, where holes and staple are mirrored.
    """
    return Dirt(
        dust=int(rng.integers(0, wear.dust + 1)),
        hairs=int(rng.poisson(wear.hairs)),
        staple=stapled,
        holes=tuple(replace(hole, x=size.w - hole.right) for hole in holes) if back else holes,
        code_spoilt=bool(rng.random() < wear.code_spoilt),
        back=back,
    )


def soil(sheet: Pixels, dirt: Dirt, size: Size, code: Box | None, rng: np.random.Generator) -> None:
    """Put dirt on a sheet.

    Args:
        sheet: grey or RGB, changed in place.
        dirt: what to put.
        size: the sheet in mm.
        code: where the page code stands, in mm; only a spoilt one is touched on purpose.
        rng: where it lies.
    """
    scale = sheet.shape[1] / size.w
    for _ in range(dirt.dust):
        _speck(sheet, rng, scale)
    for _ in range(dirt.hairs):
        _hair(sheet, rng, scale)
    if dirt.staple:
        _staple(sheet, rng, scale, back=dirt.back)
    if dirt.holes:
        _punch(sheet, dirt.holes, rng, scale)
    if dirt.code_spoilt and code is not None:
        _spoil(sheet, code, rng, scale)


def _speck(sheet: Pixels, rng: np.random.Generator, scale: float) -> None:
    """A speck of dust or toner, up to a third of a millimetre wide."""
    height, width = sheet.shape[:2]
    at = (int(rng.uniform(0, width)), int(rng.uniform(0, height)))
    axes = (max(1, round(rng.uniform(0.03, 0.17) * scale)), max(1, round(rng.uniform(0.03, 0.12) * scale)))
    tone = int(rng.integers(40, 200))
    cv2.ellipse(sheet, at, axes, rng.uniform(0, 180), 0, 360, (tone,) * 3, -1, cv2.LINE_AA)


def _hair(sheet: Pixels, rng: np.random.Generator, scale: float) -> None:
    """A hair or fibre on the glass: thin, curved, grey."""
    height, width = sheet.shape[:2]
    start = np.array((rng.uniform(0, width), rng.uniform(0, height)))
    steps = rng.normal(0.0, 1.0, (4, 2)).cumsum(axis=0) * rng.uniform(1.5, 4.0) * scale
    path = smooth(np.vstack([start, start + steps]), 4)
    tone = int(rng.integers(110, 200))
    _line(sheet, path, max(1, round(0.06 * scale)), tone)


def _staple(sheet: Pixels, rng: np.random.Generator, scale: float, *, back: bool) -> None:
    """Where the staple was: two holes, the groove between them, and often the fold of the corner."""
    middle = rng.uniform(5.0, 9.0, 2)
    angle = -np.pi / 4 + rng.normal(0.0, 0.12)
    along = np.array((np.cos(angle), np.sin(angle))) * 6.0
    away = middle + 3.5 + rng.normal(0.0, 0.7, 2)
    ends = np.array([middle - along, middle + along, away - 2.2 * along, away + 2.2 * along]) * scale
    if back:
        ends[:, 0] = sheet.shape[1] - ends[:, 0]
    _line(sheet, ends[:2] + 0.3 * scale, round(0.5 * scale), int(rng.integers(150, 215)))
    for x, y in ends[:2]:
        tone = int(rng.integers(20, 90))
        at = (round(float(x)), round(float(y)))
        cv2.circle(sheet, at, max(1, round(0.4 * scale)), (tone,) * 3, -1, cv2.LINE_AA)
    if rng.random() < 0.5:
        _line(sheet, ends[2:], max(1, round(0.18 * scale)), int(rng.integers(190, 230)))


def _punch(sheet: Pixels, holes: tuple[Box, ...], rng: np.random.Generator, scale: float) -> None:
    """Punch holes with their rims; what lies behind the sheet is dark, or the scanner's white lid."""
    tone = int(rng.choice([25, 60, 235]))
    for hole in holes:
        x, y = hole.centre
        centre, radius = (round(x * scale), round(y * scale)), round(hole.w / 2 * scale)
        cv2.circle(sheet, centre, radius, (tone,) * 3, -1, cv2.LINE_AA)
        cv2.circle(sheet, centre, radius, (150,) * 3, max(1, round(0.1 * scale)), cv2.LINE_AA)


def _spoil(sheet: Pixels, code: Box, rng: np.random.Generator, scale: float) -> None:
    """Destroy the page code: torn off, or scribbled over until nothing of it is left."""
    wide = code.grown(1.0)
    if rng.random() < 0.4:
        reach = wide.right + wide.bottom + rng.uniform(3, 15)
        edge = [(-5.0, -5.0), (reach + 5, -5.0), (-5.0, reach + 5)]  # the code lies within the torn corner
        corner = np.round(np.array(edge) * scale * (1 << _SHIFT)).astype(np.int32)
        cv2.fillPoly(sheet, [corner], (int(rng.choice([30, 250])),) * 3, cv2.LINE_AA, _SHIFT)
        return
    turns = 9
    x = np.repeat(np.linspace(wide.x, wide.right, turns), 2)
    y = np.tile([wide.y, wide.bottom, wide.bottom, wide.y], turns)[: 2 * turns]
    path = np.stack([x, y], axis=1) + rng.normal(0.0, 0.3, (2 * turns, 2))
    _line(sheet, path * scale, round(1.7 * scale), int(rng.integers(0, 9)))  # as black as print


def _line(sheet: Pixels, path: Points, thick: int, tone: int) -> None:
    """A dark line that never lightens what it crosses."""
    points, _ = resample(path, 2.0)
    low = np.floor(points.min(axis=0)).astype(int) - thick - 2
    high = np.ceil(points.max(axis=0)).astype(int) + thick + 2
    left, top = (max(0, int(n)) for n in low)
    right, bottom = min(sheet.shape[1], int(high[0])), min(sheet.shape[0], int(high[1]))
    if left >= right or top >= bottom:
        return
    patch = sheet[top:bottom, left:right]
    line = np.full(patch.shape, 255, np.uint8)
    corners = np.round((points - (left, top)) * (1 << _SHIFT)).astype(np.int32)
    cv2.polylines(
        line,
        [corners],
        isClosed=False,
        color=(tone,) * 3,
        thickness=thick,
        lineType=cv2.LINE_AA,
        shift=_SHIFT,
    )
    np.minimum(patch, line, out=patch)
