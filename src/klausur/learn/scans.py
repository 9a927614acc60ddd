"""What becomes of a drawing on its way to the reader's window: the training's scanners, copiers and phones.

Each kind of scan imitates what befalls pages: resolution, focus, uneven light, noise, dust, JPEG, and a
position that was found with some error. None of it changes what a mark means: a mark of which a scan leaves
next to nothing is drawn and scanned again (`klausur.learn.crops`). Benchmarks degrade by code of the
rehearsal, not by this one.
"""

from enum import StrEnum
from functools import cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from klausur.base.geometry import Box
from klausur.learn.printed import FINE
from klausur.paper.code import PageCode
from klausur.scan.model import Matrix, Pixels, Placed, Quality

Light = npt.NDArray[np.float32]
"""An image as grey levels, (height, width) or (height, width, 3), not yet rounded."""

_NOWHERE = PageCode(1, 1, 1)
_ANY = Quality(0.0, 300.0, 200.0, 1.0, 4)
_HALF = 6.5
"""Half the side in mm of what is scanned: a window's half and its place's error lie within."""


class Kind(StrEnum):
    """How a page came to be pixels."""

    GREY = "grey"
    """An office scanner at 300 dpi, grey or in colour."""
    LOW = "low"
    """The same at 150 or 200 dpi."""
    COPY = "copy"
    """A copy, scanned: hard contrast, toner's specks."""
    TWO_LEVEL = "two-level"
    """Black and white, without grey: thin lines break up into dots."""
    PHOTO = "photo"
    """A phone's camera: uneven light, shadows, a soft lens, perspective."""


KINDS = {Kind.GREY: 0.27, Kind.LOW: 0.1, Kind.COPY: 0.1, Kind.TWO_LEVEL: 0.28, Kind.PHOTO: 0.25}
"""Share of training windows of each kind."""


def some_kind(rng: np.random.Generator) -> Kind:
    """A kind of scan, as often as `KINDS` says."""
    return list(KINDS)[int(rng.choice(len(KINDS), p=list(KINDS.values())))]


def degraded(paper: Pixels, kind: Kind, rng: np.random.Generator) -> Placed:
    """A drawing, 15 mm a side and (0, 0) its middle, that went through a kind of scan and was found again."""
    match kind:
        case Kind.TWO_LEVEL:
            return _two_level(paper, rng)
        case Kind.PHOTO:
            return _photographed(paper, rng)
        case Kind.COPY:
            return _scanned(_copied(paper, rng), float(rng.choice([200.0, 300.0], p=[0.2, 0.8])), rng)
        case Kind.LOW:
            return _scanned(paper, float(rng.choice([150.0, 200.0], p=[0.4, 0.6])), rng)
        case _:
            return _scanned(paper, 300.0, rng)


def placed(paper: Pixels, rng: np.random.Generator) -> Placed:
    """A drawing that went through an office scanner of 150 to 300 dpi and was found again."""
    return _scanned(paper, float(rng.choice([150.0, 200.0, 300.0], p=[0.12, 0.18, 0.7])), rng)


def off(box: Box, rng: np.random.Generator) -> Box:
    """The box where a reader believes it to be: up to 0.3 mm beside its place, mostly much nearer."""
    dx, dy = np.clip(rng.normal(0.0, 0.08, 2), -0.3, 0.3)
    return Box(box.x + float(dx), box.y + float(dy), box.w, box.h)


def _scanned(paper: Pixels, dpi: float, rng: np.random.Generator) -> Placed:
    scale = dpi / 25.4 * rng.uniform(0.97, 1.03)
    turned = paper if rng.random() < 0.4 else cv2.cvtColor(paper, cv2.COLOR_RGB2GRAY).astype(np.uint8)
    image, to_pixels = _sampled(turned, _turn(scale, rng), rng.uniform(0.0, 0.09), rng)
    image = _lit(image, rng)
    if rng.random() < 0.25:
        _dust(image, scale, rng)
    seen = _rounded(image + _noise(image.shape, rng.uniform(0.0, 10.0), rng))
    if rng.random() < 0.85:
        seen = _jpeg(seen, int(rng.integers(35, 96)))
    return Placed(_NOWHERE, seen, to_pixels, _ANY)


def _two_level(paper: Pixels, rng: np.random.Generator) -> Placed:
    """One threshold for all, one that follows uneven light, or one that follows the neighbourhood."""
    scale = float(rng.choice([200.0, 300.0, 400.0], p=[0.25, 0.6, 0.15])) / 25.4 * rng.uniform(0.98, 1.02)
    grey = cv2.cvtColor(paper, cv2.COLOR_RGB2GRAY).astype(np.uint8)
    image, to_pixels = _sampled(grey, _turn(scale, rng), rng.uniform(0.0, 0.07), rng)
    black, white = rng.uniform(0.0, 70.0), rng.uniform(205.0, 255.0)
    image = np.asarray(black + (white - black) * (image / 255.0) ** rng.uniform(0.7, 1.4), np.float32)
    image += _noise(image.shape, rng.uniform(0.5, 9.0), rng)
    if rng.random() < 0.25:
        side = 2 * int(rng.uniform(1.5, 4.0) * scale) + 1
        around = cv2.blur(image, (side, side))
        threshold = around - rng.uniform(0.06, 0.2) * white
    else:
        threshold = np.full_like(image, black + rng.uniform(0.35, 0.9) * (white - black))
        if rng.random() < 0.35:
            threshold += _slope(image.shape[0], 10.0, rng)
    seen = np.where(image > threshold, 255, 0).astype(np.uint8)
    if rng.random() < 0.3:  # specks, or what takes specks away and thin lines with them
        seen = _despeckled(seen) if rng.random() < 0.5 else _speckled(seen, rng)
    return Placed(_NOWHERE, seen, to_pixels, _ANY)


def _photographed(paper: Pixels, rng: np.random.Generator) -> Placed:
    """The map knows how the sheet lies before the camera but for a hundredth."""
    scale = rng.uniform(6.5, 13.0)
    lie = np.eye(2) + rng.normal(0.0, 0.05, (2, 2))
    truth = _turn(scale, rng) @ lie
    image, to_pixels = _sampled(paper, truth, 0.0, rng)
    to_pixels[:2, :2] = scale * lie @ (np.eye(2) + rng.normal(0.0, 0.006, (2, 2)))
    light = 1.0 + _slope(image.shape[0], 0.07, rng)
    if rng.random() < 0.35:
        light *= _shadow(image.shape[0], scale, rng)
    cast = rng.uniform(0.85, 1.05, 3) * rng.uniform(0.5, 1.0)
    lit = (10.0 + 235.0 * (image / 255.0) ** rng.uniform(0.8, 1.2)) * light[:, :, None] * cast
    soft = cv2.GaussianBlur(lit, (0, 0), rng.uniform(0.4, 1.7))
    if rng.random() < 0.2:  # the hand moved
        long = int(rng.integers(2, 6))
        soft = cv2.blur(soft, (long, 1) if rng.random() < 0.5 else (1, long))
    soft = soft + _noise(soft.shape, rng.uniform(1.0, 9.0), rng)
    if rng.random() < 0.5:  # phones sharpen, and smooth noise away
        blurred = cv2.GaussianBlur(soft, (0, 0), 1.5)
        soft = soft + rng.uniform(0.3, 1.3) * (soft - blurred)
    return Placed(_NOWHERE, _jpeg(_rounded(soft), int(rng.integers(65, 95))), to_pixels, _ANY)


def _copied(paper: Pixels, rng: np.random.Generator) -> Pixels:
    """What a copier makes of a sheet: pale lines get black or vanish, toner leaves specks. RGB."""
    grey = cv2.cvtColor(paper, cv2.COLOR_RGB2GRAY)
    soft = cv2.GaussianBlur(grey, (0, 0), rng.uniform(0.02, 0.07) * FINE).astype(np.float32)
    middle, steep = rng.uniform(0.5, 0.85) * 255.0, rng.uniform(0.03, 0.12)
    toner = 255.0 / (1.0 + np.exp(np.clip(-(soft - middle) * steep, -50.0, 50.0)))
    toner += _noise(toner.shape, rng.uniform(0.0, 14.0), rng)
    seen = _rounded(toner)
    for _ in range(rng.poisson(3.0)):
        at = rng.uniform(0, seen.shape[0], 2).astype(int).tolist()
        cv2.circle(seen, at, int(rng.integers(0, 2)), float(rng.uniform(0, 120)), -1, cv2.LINE_AA)
    return np.asarray(cv2.cvtColor(seen, cv2.COLOR_GRAY2RGB), np.uint8)


def _turn(scale: float, rng: np.random.Generator) -> Matrix:
    """A scale, and an angle that the map to pixels does not know: the error of a page's place."""
    angle = np.deg2rad(rng.normal(0.0, 0.5))
    return scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _sampled(paper: Pixels, to: Matrix, focus: float, rng: np.random.Generator) -> tuple[Light, Matrix]:
    """The drawing under a linear map (2, 2) from mm to px, and a map (3, 3) that does not know its angle.

    ``focus`` is the blur of the lens in mm.
    """
    scale = float(np.sqrt(abs(np.linalg.det(to))))
    side = int(2 * _HALF * scale)
    middle = (side - 1) / 2 + rng.uniform(-0.5, 0.5, 2)
    slope, fine = to / FINE, (paper.shape[0] - 1) / 2
    # A sensor gathers light over its pixel's area, a lens over a little more: blur before sampling.
    soft = cv2.GaussianBlur(paper, (0, 0), float(np.hypot(0.35 / scale, focus)) * FINE).astype(np.uint8)
    turned = cv2.warpAffine(
        soft,
        np.column_stack([slope, middle - slope @ (fine, fine)]),
        (side, side),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    to_pixels = np.array([[scale, 0.0, middle[0]], [0.0, scale, middle[1]], [0.0, 0.0, 1.0]])
    return turned.astype(np.float32), to_pixels


def _lit(image: Light, rng: np.random.Generator) -> Light:
    """Contrast and light: black and white as a scanner's lamp and settings make them, a slight slope."""
    black = rng.uniform(0.0, 70.0)
    white = rng.uniform(195.0, 262.0)  # beyond 255 the paper's own noise is clipped away
    shade = _slope(image.shape[0], 4.0, rng)
    lit = black + (white - black) * (image / 255.0) ** rng.uniform(0.6, 1.5)
    return np.asarray(lit + (shade if image.ndim == 2 else shade[:, :, None]), np.float32)


def _slope(side: int, most: float, rng: np.random.Generator) -> Light:
    """A plane through 0 in the middle; ``most`` is the standard deviation of its rise to an edge."""
    across, down = rng.normal(0.0, most, 2)
    ramp = np.linspace(-1.0, 1.0, side, dtype=np.float32)
    return np.asarray(across * ramp[None, :] + down * ramp[:, None], np.float32)


def _shadow(side: int, scale: float, rng: np.random.Generator) -> Light:
    """The edge of a shadow, soft over up to 3 mm, which takes a fifth to two thirds of the light."""
    angle, at = rng.uniform(0.0, 2 * np.pi), rng.uniform(-5.0, 5.0)
    y, x = (np.mgrid[0:side, 0:side] - side / 2) / scale
    beyond = (np.cos(angle) * x + np.sin(angle) * y - at) / rng.uniform(0.2, 3.0)
    return np.asarray(
        1.0 - rng.uniform(0.2, 0.65) / (1.0 + np.exp(-np.clip(beyond * 4, -30, 30))), np.float32
    )


def _noise(shape: tuple[int, ...], sigma: float, rng: np.random.Generator) -> Light:
    """Gaussian noise, part of it in grains of more than a pixel, as in sensors."""
    share = rng.uniform(0.0, 0.7)
    fine = [_piece(_grain(), shape, rng) for _ in range(shape[2] if len(shape) == 3 else 1)]
    noise = fine[0] if len(shape) == 2 else np.stack(fine, axis=2)
    half = _piece(_grain(), (shape[0] // 2, shape[1] // 2), rng)
    coarse = cv2.resize(half, shape[1::-1]).astype(np.float32)
    grains = coarse if len(shape) == 2 else coarse[:, :, None]
    return np.asarray(sigma * ((1.0 - share) * noise + 1.4 * share * grains), np.float32)


@cache
def _grain() -> Light:
    """Gaussian noise of which every scan sees other pieces: to draw it anew took a tenth of all drawing."""
    return np.random.default_rng(5).standard_normal((_GRAIN, _GRAIN), np.float32)


_GRAIN = 1024


def _piece(grain: Light, shape: tuple[int, ...], rng: np.random.Generator) -> Light:
    y, x = (int(rng.integers(_GRAIN - side)) for side in shape[:2])
    return grain[y : y + shape[0], x : x + shape[1]]


def _dust(image: Light, scale: float, rng: np.random.Generator) -> None:
    """Specks of dust: dark, up to 0.3 mm, anywhere."""
    for _ in range(int(rng.integers(1, 5))):
        at = rng.uniform(0, image.shape[0], 2).astype(int).tolist()
        grey = float(rng.uniform(30, 170))
        radius = max(0, round(rng.uniform(0.03, 0.15) * scale))
        cv2.circle(image, at, radius, (grey, grey, grey), -1, cv2.LINE_AA)


def _speckled(seen: Pixels, rng: np.random.Generator) -> Pixels:
    flipped = rng.random(seen.shape) < 10 ** rng.uniform(-4.0, -2.3)
    return np.where(flipped, 255 - seen, seen).astype(np.uint8)


def _despeckled(seen: Pixels) -> Pixels:
    """Black dots of one or two pixels are white."""
    _, parts, stats, _ = cv2.connectedComponentsWithStats(255 - seen, connectivity=8)
    small = np.asarray(stats[:, cv2.CC_STAT_AREA] <= 2)
    return np.where(small[parts], 255, seen).astype(np.uint8)


def _rounded(image: npt.NDArray[Any]) -> Pixels:
    return np.clip(np.round(image), 0, 255).astype(np.uint8)


def _jpeg(image: Pixels, quality: int) -> Pixels:
    colour = image.ndim == 3
    made = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(made, cv2.IMREAD_COLOR if colour else cv2.IMREAD_GRAYSCALE), np.uint8)
