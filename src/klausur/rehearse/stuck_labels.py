"""Stickers on paper: real ones, typeset for the print run, and how they come to be stuck on."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from klausur.base.geometry import Box, Size
from klausur.exam.model import Exam
from klausur.paper.labels import KNOWN
from klausur.paper.run import PrintRun
from klausur.rehearse.pose import Pose, paint
from klausur.rehearse.prints import cut
from klausur.scan.model import Pixels
from klausur.typeset.stickers import compile_stickers, places
from klausur.typeset.wording import from_right_to_left

LABELS = {"a4": KNOWN["L7160"], "letter": KNOWN["5160"]}
"""The label sheet that rehearsed stickers come from; both fit the spot on the cover."""


class Way(StrEnum):
    """How a sticker was stuck on."""

    NEATLY = "neatly"
    TURNED = "turned"
    UPSIDE_DOWN = "upside-down"
    SHIFTED = "shifted"
    OVER_THE_EDGE = "over-the-edge"
    """Half of it beyond the edge of the paper, where it was folded back or cut off."""
    HALF_COVERED = "half-covered"
    """Another, empty label lies over its code."""


@dataclass(frozen=True, slots=True)
class StuckSticker:
    """One sticker on a page: where it is cut from, and where it sticks.

    ``pdf``, ``index`` and ``label`` (mm) say where it is printed; ``middle`` (mm) and ``turn`` (degrees) how
    it is stuck on. ``mirrored``: its code is at the label's right.
    """

    number: int
    pdf: Path
    index: int
    label: Box
    middle: tuple[float, float]
    turn: float
    way: Way
    mirrored: bool


@dataclass(frozen=True, slots=True)
class PrintedStickers:
    """The stickers of a print run: their PDF, and for each number the page in it and the label's box."""

    pdf: Path
    labels: Mapping[int, tuple[int, Box]]
    mirrored: bool


def typeset(exam: Exam, run: PrintRun, key: bytes, pdf: Path) -> PrintedStickers:
    """Typeset the stickers of a print run on the rehearsal's own label sheet."""
    sheet = LABELS[exam.paper]
    compile_stickers(exam, run, key, sheet, pdf)
    found = {p.sticker.number: (p.sheet, sheet.box(p.position)) for p in places(run.stickers, sheet)}
    return PrintedStickers(pdf, found, from_right_to_left(exam.language))


def stick(
    printed: PrintedStickers, number: int, spot: Box, size: Size, way: Way, rng: np.random.Generator
) -> StuckSticker:
    """Stick a sticker on a page's spot, in one way or another."""
    index, label = printed.labels[number]
    x, y = np.array(spot.centre) + rng.normal(0.0, 1.5, 2)
    turn = float(rng.normal(0.0, 2.0))
    if way is Way.TURNED:
        turn = float(rng.choice([-1, 1]) * rng.uniform(8.0, 60.0))
    elif way is Way.UPSIDE_DOWN:
        turn += 180.0
    elif way is Way.SHIFTED:
        x, y = x + rng.uniform(-60.0, 5.0), y + rng.uniform(15.0, 120.0)
    elif way is Way.OVER_THE_EDGE:
        x = size.w - rng.uniform(-0.1, 0.15) * label.w
    return StuckSticker(number, printed.pdf, index, label, (float(x), float(y)), turn, way, printed.mirrored)


def lay_on(sheet: Pixels, size: Size, sticker: StuckSticker, rng: np.random.Generator) -> None:
    """Put a sticker on a page's pixels, grey or RGB; what reaches beyond the paper is lost."""
    dpi = round(sheet.shape[1] / size.w * 25.4)
    label = cut(sticker.pdf, sticker.index, dpi, sticker.label, colour=sheet.ndim == 3)
    _paste(sheet, size, label, sticker.label, sticker.middle, sticker.turn)
    if sticker.way is Way.HALF_COVERED:
        # An empty label comes to lie over the half with the code.
        angle = np.radians(sticker.turn)
        away = (0.42 if sticker.mirrored else -0.42) * sticker.label.w
        middle = (sticker.middle[0] + away * np.cos(angle), sticker.middle[1] + away * np.sin(angle))
        blank = np.full_like(label, 250)
        _paste(sheet, size, blank, sticker.label, middle, sticker.turn + float(rng.normal(0, 4.0)))


def _paste(
    sheet: Pixels, size: Size, label: Pixels, box: Box, middle: tuple[float, float], turn: float
) -> None:
    """Lay a label down with the thin shadow of its edge."""
    label = label.copy()
    rim = max(1, round(0.1 * label.shape[1] / box.w))
    for edge in (label[:rim], label[-rim:], label[:, :rim], label[:, -rim:]):
        edge[:] = 205
    angle, scale = np.radians(turn), sheet.shape[1] / size.w
    linear = scale * np.array(((np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))))
    matrix = np.eye(3)
    matrix[:2, :2] = linear
    matrix[:2, 2] = np.array(middle) * scale - 0.5 - linear @ (box.w / 2, box.h / 2)
    paint(sheet, label, Pose(Size(box.w, box.h), matrix))
