"""Training windows: a printed box, a mark by the rehearsal's pen, a scan of it, cut out by the reader's crop.

The scan imitates what befalls every page: resolution, focus, uneven light, noise, dust, JPEG, and a position
that was found with some error. Augmentation, anew in each epoch, lives in `klausur.learn.fit`.
"""

from dataclasses import dataclass
from enum import IntEnum

import cv2
import numpy as np
import numpy.typing as npt

from klausur.base.geometry import Box
from klausur.learn import printed
from klausur.learn.freehand import free_cross, free_fill, oddity
from klausur.paper.code import PageCode
from klausur.read.crop import window
from klausur.read.model import Mark
from klausur.rehearse import pen
from klausur.rehearse.hands import CORRECTOR_INKS, Hand, Population, hand, stream
from klausur.rehearse.stray import stray
from klausur.scan.model import Matrix, Pixels, Placed, Quality

CLASSES = tuple(Mark)
"""The network's classes, in the order of its outputs."""

DRAWN = (Mark.EMPTY, Mark.CROSSED, Mark.CROSSED, Mark.FILLED, Mark.OTHER, Mark.OTHER)
"""What one hand marks. The two that are hard to tell from each other come twice; `SHARES` says so to the
calibration.
"""

SHARES = tuple(DRAWN.count(mark) / len(DRAWN) for mark in CLASSES)
"""Share of each class among the windows, in the order of `CLASSES`."""

REACH = 7.5
"""Half a drawing's side in mm: a turned window needs 5.7, and strokes must not end at its edge."""

_BY_RULE = {Mark.CROSSED: free_cross, Mark.FILLED: free_fill, Mark.OTHER: oddity}
_FREE = 0.45
"""Share of marks that `klausur.learn.freehand` draws, not the rehearsal's list of styles."""

_STRAY = 0.4
"""Share of empty boxes with a stray stroke or dot near them: the hard ones."""

FINE = 13.0
"""Pixels per mm of a drawing, 330 dpi: a window has 10."""

_NOWHERE = PageCode(1, 1, 1)
_ANY = Quality(0.0, 300.0, 200.0, 1.0, 4)


class Split(IntEnum):
    """Which hands: the first word of their stream's path, so that no hand is in two splits."""

    TRAIN = 0
    VALIDATION = 1
    TEST = 2


@dataclass(frozen=True, slots=True)
class Crops:
    """Windows (n, 80, 80, 3) with their classes (n,), indices into `CLASSES`."""

    windows: Pixels
    labels: npt.NDArray[np.int64]


def by_hand(seed: int, split: Split, number: int) -> Crops:
    """The windows of one hand, as `DRAWN` lists them, each on paper and scan of its own."""
    rng = stream(Population.TRAIN, seed, split, number)
    corrector = rng.random() < 0.25
    person = hand(rng, Population.TRAIN, CORRECTOR_INKS if corrector else None)
    windows = [one(mark, person, rng) for mark in DRAWN]
    return Crops(np.stack(windows), np.array([CLASSES.index(mark) for mark in DRAWN]))


def one(mark: Mark, person: Hand, rng: np.random.Generator) -> Pixels:
    """A window with a mark, (80, 80, 3)."""
    paper = printed.canvas(REACH, FINE)
    printed.frame(paper, FINE, rng.uniform(0.7, 1.0), rng.uniform(0.2, 0.32))
    if rng.random() < 0.7:
        printed.surroundings(paper, FINE, rng)
    if rng.random() < 0.15:
        printed.show_through(paper, FINE, rng)
    corner = (-REACH, -REACH)
    if mark in _BY_RULE and rng.random() < _FREE:
        pen.ink(paper, _BY_RULE[mark](printed.BOX, person, rng), FINE, corner, person, rng)
    else:
        pen.draw(paper, printed.BOX, FINE, corner, mark, person, rng)
    if mark is Mark.EMPTY and rng.random() < _STRAY:
        stray(paper, printed.BOX, FINE, corner, person, rng)
    return scanned(paper, rng)


def scanned(paper: Pixels, rng: np.random.Generator) -> Pixels:
    """The reader's window of a drawing that went through a scanner."""
    return window(placed(paper, rng), off(printed.BOX, rng))


def placed(paper: Pixels, rng: np.random.Generator) -> Placed:
    """A drawing, 15 mm a side and (0, 0) its middle, that went through a scanner and was found again."""
    scale = rng.choice([150.0, 200.0, 300.0], p=[0.12, 0.18, 0.7]) / 25.4
    scale *= rng.uniform(0.97, 1.03)
    image, to_pixels = _imaged(paper, scale, np.deg2rad(rng.normal(0.0, 0.5)), rng)
    image = _lit(image, rng)
    if rng.random() < 0.25:
        _dust(image, scale, rng)
    seen = np.clip(np.round(image + _noise(image.shape, rng)), 0, 255).astype(np.uint8)
    if rng.random() < 0.85:
        seen = _jpeg(seen, int(rng.integers(35, 96)))
    return Placed(_NOWHERE, seen, to_pixels, _ANY)


def _imaged(
    paper: Pixels, scale: float, turn: float, rng: np.random.Generator
) -> tuple[npt.NDArray[np.float32], Matrix]:
    """The drawing at a scanner's resolution and angle, grey or RGB; and the map from mm to its pixels.

    The map does not know the angle: it stands for the error with which a page's position is found.
    """
    side = int(2 * 6.5 * scale)
    middle = (side - 1) / 2 + rng.uniform(-0.5, 0.5, 2)
    cos, sin = np.cos(turn), np.sin(turn)
    slope = scale / FINE * np.array([[cos, -sin], [sin, cos]])
    fine = (paper.shape[0] - 1) / 2
    image = paper if rng.random() < 0.4 else cv2.cvtColor(paper, cv2.COLOR_RGB2GRAY)
    # A sensor gathers light over its pixel's area, a lens over a little more: blur before sampling.
    focus = np.hypot(0.35 / scale, rng.uniform(0.0, 0.09)) * FINE
    image = cv2.GaussianBlur(image, (0, 0), focus).astype(np.uint8)
    turned = cv2.warpAffine(
        image,
        np.column_stack([slope, middle - slope @ (fine, fine)]),
        (side, side),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    to_pixels = np.array([[scale, 0.0, middle[0]], [0.0, scale, middle[1]], [0.0, 0.0, 1.0]])
    return turned.astype(np.float32), to_pixels


def _lit(image: npt.NDArray[np.float32], rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Contrast and light: black and white as a scanner's lamp and settings make them, a slight slope."""
    black = rng.uniform(0.0, 70.0)
    white = rng.uniform(195.0, 262.0)  # beyond 255 the paper's own noise is clipped away
    slope = rng.normal(0.0, 4.0, 2)
    ramp = np.linspace(-1.0, 1.0, image.shape[0], dtype=np.float32)
    shade = (slope[0] * ramp[:, None] + slope[1] * ramp[None, :]).astype(np.float32)
    gamma = rng.uniform(0.6, 1.5)
    lit = black + (white - black) * (image / 255.0) ** gamma
    return np.asarray(lit + (shade if image.ndim == 2 else shade[:, :, None]), np.float32)


def _noise(shape: tuple[int, ...], rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Gaussian noise of up to 10 grey levels, part of it in grains of more than a pixel, as in sensors."""
    noise = rng.standard_normal(shape, np.float32)
    share = rng.uniform(0.0, 0.7)
    coarse = cv2.resize(rng.standard_normal((shape[0] // 2, shape[1] // 2), np.float32), shape[1::-1])
    grains = coarse if len(shape) == 2 else coarse[:, :, None]
    return (rng.uniform(0.0, 10.0) * ((1.0 - share) * noise + 1.4 * share * grains)).astype(np.float32)


def _dust(image: npt.NDArray[np.float32], scale: float, rng: np.random.Generator) -> None:
    """Specks of dust: dark, up to 0.3 mm, anywhere."""
    for _ in range(int(rng.integers(1, 5))):
        at = rng.uniform(0, image.shape[0], 2).astype(int).tolist()
        grey = float(rng.uniform(30, 170))
        radius = max(0, round(rng.uniform(0.03, 0.15) * scale))
        cv2.circle(image, at, radius, (grey, grey, grey), -1, cv2.LINE_AA)


def _jpeg(image: Pixels, quality: int) -> Pixels:
    colour = image.ndim == 3
    made = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(made, cv2.IMREAD_COLOR if colour else cv2.IMREAD_GRAYSCALE), np.uint8)


def off(box: Box, rng: np.random.Generator) -> Box:
    """The box where a reader believes it to be: up to 0.3 mm beside its place, mostly much nearer."""
    dx, dy = np.clip(rng.normal(0.0, 0.08, 2), -0.3, 0.3)
    return Box(box.x + float(dx), box.y + float(dy), box.w, box.h)
