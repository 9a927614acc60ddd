"""A phone's camera over a page on a desk: perspective, a bent sheet, light and shadow, a soft lens.

`frame` decides by chance how a sheet is photographed, `take` makes the picture.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from klausur.base.geometry import Size
from klausur.rehearse import desk_surface
from klausur.rehearse.pose import Field, Pose, full, on_paper, outline, paint
from klausur.rehearse.scanner_tones import noisy
from klausur.rehearse.strokes import Points
from klausur.scan.model import Matrix, Pixels

SENSORS = ((4032, 3024), (3264, 2448), (4000, 3000))
"""Height and width in px of the pictures that phones take of a page."""

_TABLE = 401
"""Points of the table that says how a bent sheet runs."""


@dataclass(frozen=True, slots=True)
class Take:
    """How hard a photograph is: the most of everything.

    Attributes:
        tilt: degrees between the camera's axis and the upright.
        bend: radians by which the sheet's slope differs between its middle and its edge.
        dark: share of light that shade takes at its darkest.
        defocus: standard deviation of the blur in px.
        roll: degrees by which the phone is turned in its plane.
    """

    tilt: float = 18.0
    bend: float = 0.16
    dark: float = 0.45
    defocus: float = 1.3
    roll: float = 6.0


@dataclass(frozen=True, slots=True)
class _Curl:
    """A sheet bent round a cylinder's axis: tables over the way along the sheet, in mm from its middle."""

    axis: Points
    """(2,) direction across the axis, in which the sheet bends."""
    along: npt.NDArray[np.float64]
    across: npt.NDArray[np.float64]
    height: npt.NDArray[np.float64]
    slope: npt.NDArray[np.float64]

    def lifted(self, points: Points) -> Points:
        """(n, 3) places in space of (n, 2) points of the sheet, both in mm from its middle."""
        u = points @ self.axis
        beyond = u - np.clip(u, self.along[0], self.along[-1])
        flat = np.interp(u, self.along, self.across) + beyond
        rest = points - u[:, None] * self.axis
        return np.column_stack([rest + flat[:, None] * self.axis, np.interp(u, self.along, self.height)])

    def slope_at(self, x: Field, y: Field) -> Field:
        """The sheet's slope in radians along ``axis``."""
        u = x * self.axis[0] + y * self.axis[1]
        return np.asarray(np.interp(u, self.along, self.slope), np.float32)


@dataclass(frozen=True, slots=True)
class Framed:
    """One photograph to be taken."""

    shape: tuple[int, int]
    pose: Pose
    curl: _Curl
    how: Take


def frame(size: Size, how: Take, rng: np.random.Generator) -> Framed:
    """Hold the camera over a sheet: all of the sheet is in the picture, and some of the desk."""
    height, width = SENSORS[int(rng.integers(len(SENSORS)))]
    curl = _curl(size, how, rng)
    tilt, towards = np.radians(rng.uniform(0.25, 1.0) * how.tilt), rng.uniform(0, 2 * np.pi)
    roll = np.radians(rng.uniform(-1, 1) * how.roll)
    turn = _rotation(np.array((np.cos(towards), np.sin(towards), 0.0)), tilt) @ _rotation(
        np.array((0.0, 0.0, 1.0)), roll
    )
    focal = rng.uniform(0.75, 0.95) * height
    lens = rng.uniform(-0.02, 0.015)
    shift = rng.uniform(-0.02, 0.02, 2) * (width, height)
    edge = outline(size)
    corners = curl.lifted(edge - np.array((size.w, size.h)) / 2) @ turn.T
    room = rng.uniform(0.78, 0.95)  # of the picture, filled by the sheet's larger side
    away = focal * max(size.h / height, size.w / width) / room
    for _ in range(60):
        seen = _through(corners, focal, away, lens, (width, height)) + shift
        low, high = seen.min(axis=0), seen.max(axis=0)
        spare = 0.012 * height
        if (low > spare).all() and (high < (width - spare, height - spare)).all():
            break
        away *= 1.02
        shift *= 0.9
    middle = np.array((size.w, size.h)) / 2

    def to_pixels(points: Points) -> Points:
        return _through(curl.lifted(points - middle) @ turn.T, focal, away, lens, (width, height)) + shift

    return Framed((height, width), Pose(size, _rough(to_pixels, size), to_pixels), curl, how)


def take(
    sheet: Pixels, framed: Framed, rng: np.random.Generator, gone: Pixels | None = None
) -> tuple[Pixels, int]:
    """Photograph a sheet: the RGB picture, and the JPEG quality that the phone writes it with.

    Args:
        sheet: RGB, with all that is written on it.
        framed: from `frame`.
        rng: desk, light and noise come from here.
        gone: 255 where paper is missing.
    """
    shape, pose = framed.shape, framed.pose
    picture = desk_surface.surface(shape, rng)
    x, y = on_paper(pose, shape)
    _shadow_on_desk(picture, pose, rng)
    paint(picture, sheet, pose, gone, (x, y))
    light = _light(x.shape, framed.how, rng)
    light *= _facing(
        framed.curl, x - np.float32(pose.size.w / 2), y - np.float32(pose.size.h / 2), pose.size, rng
    )
    picture = _lit(picture, full(light, shape), rng)
    blur = rng.uniform(0.4, 1.0) * framed.how.defocus
    picture = cv2.GaussianBlur(picture, (0, 0), float(blur)).astype(np.uint8, copy=False)
    return noisy(picture, float(rng.uniform(1.5, 4.0)), rng), int(rng.integers(78, 93))


def _curl(size: Size, how: Take, rng: np.random.Generator) -> _Curl:
    """A sheet that was rolled or folded: its slope grows towards its edges, on one side more."""
    along_page = rng.random() < 0.5
    angle = (0.0 if along_page else np.pi / 2) + rng.normal(0.0, 0.12)
    axis = np.array((np.cos(angle), np.sin(angle)))
    reach = (abs(axis[0]) * size.w + abs(axis[1]) * size.h) / 2
    u = np.linspace(-reach, reach, _TABLE)
    t = u / reach
    even, odd = rng.uniform(-1.0, 1.0), rng.uniform(-0.6, 0.6)
    slope = how.bend * (even * t + odd * (t**2 - 1 / 3) + rng.uniform(-0.3, 0.3) * t**3)
    step = u[1] - u[0]
    across, height = np.cumsum(np.cos(slope)) * step, np.cumsum(np.sin(slope)) * step
    return _Curl(axis, u, across - across[_TABLE // 2], height - height[_TABLE // 2], slope)


def _rotation(axis: npt.NDArray[np.float64], angle: float) -> Matrix:
    turn, _ = cv2.Rodrigues(axis * angle)
    return np.asarray(turn, np.float64)


def _through(space: Points, focal: float, away: float, lens: float, frame_size: tuple[int, int]) -> Points:
    """Places in space (mm, the camera's axis along z) on the picture, through a lens with one radial term."""
    depth = (away - space[:, 2]) / focal
    flat = space[:, :2] / depth[:, None]
    far = (flat**2).sum(axis=1) / (max(frame_size) / 2) ** 2
    return np.asarray(flat * (1 + lens * far)[:, None] + (np.array(frame_size) - 1) / 2, np.float64)


def _rough(to_pixels: Callable[[Points], Points], size: Size) -> Matrix:
    """The projective transform nearest to the bent sheet's, to start from."""
    t = np.linspace(0.0, 1.0, 7)
    points = np.stack(np.meshgrid(t * size.w, t * size.h), axis=-1).reshape(-1, 2)
    matrix, _ = cv2.findHomography(points, to_pixels(points))
    return np.asarray(matrix, np.float64)


def _shadow_on_desk(picture: Pixels, pose: Pose, rng: np.random.Generator) -> None:
    """The soft shadow of the sheet's edges."""
    small = 8
    edge = pose.to_pixels(outline(pose.size)[[0, 8, 17, 9]]) / small + rng.uniform(-1.5, 1.5, 2)
    mask = np.zeros((-(-picture.shape[0] // small), -(-picture.shape[1] // small)), np.uint8)
    cv2.fillConvexPoly(mask, np.round(edge).astype(np.int32), 255)
    soft = cv2.GaussianBlur(mask, (0, 0), rng.uniform(0.8, 3.0))
    light = 1.0 - rng.uniform(0.2, 0.55) * soft.astype(np.float32) / 255
    _dim(picture, cv2.resize(light, (picture.shape[1], picture.shape[0])).astype(np.float32))


def _light(shape: tuple[int, ...], how: Take, rng: np.random.Generator) -> Field:
    """The light over the scene, 0 … 1, coarse: a lamp or window to one side, shadows of arm and phone."""
    rows, columns = shape
    y, x = (n.astype(np.float32) for n in np.mgrid[0:rows, 0:columns])
    x, y = x / columns - 0.5, y / rows - 0.5
    angle = rng.uniform(0, 2 * np.pi)
    along = np.cos(angle) * x + np.sin(angle) * y
    light = 1.0 - rng.uniform(0.15, 0.8) * how.dark * (along + 0.5)
    light *= 1.0 - rng.uniform(0.05, 0.25) * 2 * (x * x + y * y)  # the lens itself is darker at its rim
    if rng.random() < 0.65:
        light *= _shadow(x, y, how, rng)
    return np.asarray(np.clip(light, 0.12, 1.0), np.float32)


def _shadow(x: Field, y: Field, how: Take, rng: np.random.Generator) -> Field:
    """What the photographer keeps off: an arm that reaches in from an edge and the phone's own square."""
    shade = np.zeros_like(x)
    angle = rng.uniform(0, 2 * np.pi)
    tip = rng.uniform(-0.25, 0.25, 2)
    along = (x - tip[0]) * np.cos(angle) + (y - tip[1]) * np.sin(angle)
    aside = -(x - tip[0]) * np.sin(angle) + (y - tip[1]) * np.cos(angle)
    wide = rng.uniform(0.06, 0.16) * (1 + 0.6 * np.clip(along, 0, 1))
    shade[(along > 0) & (np.abs(aside) < wide)] = 1.0
    turn = rng.uniform(-0.6, 0.6)
    u, v = along * np.cos(turn) - aside * np.sin(turn), along * np.sin(turn) + aside * np.cos(turn)
    half = rng.uniform(0.08, 0.2)
    shade[(np.abs(u) < 2 * half) & (np.abs(v) < half)] = 1.0
    soft = cv2.GaussianBlur(shade, (0, 0), float(rng.uniform(0.01, 0.05) * max(x.shape)))
    return np.asarray((1.0 - rng.uniform(0.3, 1.0) * how.dark * soft), np.float32)


def _facing(curl: _Curl, x: Field, y: Field, size: Size, rng: np.random.Generator) -> Field:
    """How far each place of the sheet faces the light (Lambert): what makes a bend visible. 1 on the desk."""
    towards, high = rng.uniform(0, 2 * np.pi), np.radians(rng.uniform(35, 70))
    lean = np.cos(high) * float(np.array((np.cos(towards), np.sin(towards))) @ curl.axis)
    slope = curl.slope_at(x, y)
    facing = (np.sin(high) * np.cos(slope) - lean * np.sin(slope)) / np.sin(high)
    inside = (np.abs(x) <= size.w / 2) & (np.abs(y) <= size.h / 2)
    return np.asarray(np.where(inside, np.clip(facing, 0.3, 1.15), 1.0), np.float32)


def _lit(picture: Pixels, light: Field, rng: np.random.Generator) -> Pixels:
    """Exposed: the light's colour, the camera's tone curve, and paper that is hardly ever quite white."""
    tint = np.array((1.0, rng.uniform(0.95, 1.0), rng.uniform(0.86, 1.02)))
    if rng.random() < 0.4:
        tint = tint[::-1]  # daylight
    bright = rng.uniform(0.82, 0.97) / float(np.percentile(light[::16, ::16], 85))
    gamma = rng.uniform(0.85, 1.1)
    curve = np.round(255 * (np.arange(256) / 255) ** gamma * 0.93 + 9)  # ink is never quite black
    table = cv2.merge([curve.astype(np.uint8)] * 3)
    lit = cv2.LUT(picture, np.asarray(table, np.uint8).reshape(1, 256, 3))
    scale = bright * tint
    channels = [
        cv2.multiply(channel, light, scale=float(by), dtype=cv2.CV_8U)
        for channel, by in zip(cv2.split(lit), scale, strict=True)
    ]
    return np.asarray(cv2.merge(channels), np.uint8)


def _dim(picture: Pixels, light: Field) -> None:
    shade = np.round(255 * light).astype(np.uint8)
    picture[:] = np.asarray(cv2.multiply(picture, cv2.merge([shade] * 3), scale=1 / 255), np.uint8)
