"""From the ink of an answer to its characters: small pictures, all made alike. Training and reading share it.

A character is ink that hangs together, with what stands above or below it: the bars of an equals sign, a
fraction's two numbers. Nothing here knows what a character means. Joined handwriting makes one character of a
word; that is no harm where only short answers are held against one another.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from klausur.read.preprocess import Inputs
from klausur.read.space import EDGE, darkness, without_rulings
from klausur.read.upright import Area

SIDE = 28
"""Pixels along each side of a character's picture."""

TALL = 20
"""Pixels of the longer side of a character in it. Both are as in MNIST."""

DPI = 150.0
"""Resolution at which a space's ink is looked at: a character of 5 mm has 30 pixels then."""

_DARK = 0.12
"""Share by which ink is darker than paper, at least."""

_STROKE = 0.4
"""Share of a space's own darkest ink from which on a pixel belongs to a stroke."""

_SPECK = 0.45
"""mm: what is shorter is dust. A point that somebody writes is longer."""

_BREAK = 0.15
"""mm over which ink hangs together: thin strokes break up into dots on bad scans."""

_OVERLAP = 0.5
"""Share of the narrower one's width by which two pieces stand above each other if they are one character."""

_SMALL = 0.8
"""A character is enlarged as if it were so tall, in parts of the tallest: a point stays a small one."""

_HANGING = 0.25
"""How far a line reaches above and below its tallest character, in parts of that."""

_LEAN = 0.7
"""Most by which a character is set upright, as the tangent of its angle."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Where ink lies, in pixels: left, top, right, bottom."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def tall(self) -> int:
        """Its height in pixels."""
        return self.bottom - self.top

    @property
    def long(self) -> int:
        """Its longer side in pixels."""
        return max(self.right - self.left, self.tall)

    def with_(self, other: "_Piece") -> "_Piece":
        """The rectangle round both."""
        return _Piece(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def reaches(self, y: float) -> bool:
        """Whether what has its middle there may stand in the same line: a comma hangs below it."""
        room = _HANGING * self.tall
        return self.top - room <= y <= self.bottom + room

    def above_or_below(self, other: "_Piece") -> bool:
        """Whether it stands above or below another one, or round it."""
        shared = min(self.right, other.right) - max(self.left, other.left)
        return shared > _OVERLAP * min(self.right - self.left, other.right - other.left)


def characters(area: Area) -> Inputs:
    """The characters of a space, line by line from the left: (n, 28, 28), 0 paper … 1 ink.

    The space is cut as it is printed: what lies `space.EDGE` from its edges is not looked at.
    """
    edge = round(EDGE * area.scale)
    pixels = area.pixels[edge : area.pixels.shape[0] - edge, edge : area.pixels.shape[1] - edge]
    if min(pixels.shape, default=0) < SIDE // 2:
        return np.zeros((0, SIDE, SIDE), np.float32)
    soft = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.06 * area.scale), np.uint8)
    dark = without_rulings(darkness(Area(soft, area.scale)), area.scale).astype(np.float32) / 255.0
    seen = dark[dark > _DARK]
    if not seen.size:
        return np.zeros((0, SIDE, SIDE), np.float32)
    level = float(np.quantile(seen, 0.9))
    lines = _lines(_pieces(dark > max(_DARK, _STROKE * level), area.scale))
    ink = np.clip(dark / level, 0.0, 1.0)
    ink[ink < _STROKE / 2] = 0.0
    return np.array([picture for line in lines for picture in _pictures(ink, line)], np.float32).reshape(
        -1, SIDE, SIDE
    )


def _pictures(ink: npt.NDArray[np.float32], line: Sequence[_Piece]) -> list[Inputs]:
    least = _SMALL * max(piece.tall for piece in line)
    return [normalised(ink[p.top : p.bottom, p.left : p.right], max(p.long, least)) for p in line]


def normalised(ink: npt.NDArray[np.float32], long: float) -> Inputs:
    """One character, (28, 28): set upright, its middle of mass in the middle, ``long`` of its pixels made 20.

    Args:
        ink: the character alone, (height, width), 0 paper … 1 ink.
        long: what of it shall be as long as a character's longer side.
    """
    per = long / TALL  # pixels of the ink for each of the picture
    soft = cv2.GaussianBlur(ink, (0, 0), 0.4 * per) if per > 1 else ink
    rows, columns = np.mgrid[: ink.shape[0], : ink.shape[1]].astype(np.float32)
    mass = max(float(ink.sum()), 1e-6)
    y, x = float((rows * ink).sum()) / mass, float((columns * ink).sum()) / mass
    tall, lean = (float((a * (rows - y) * ink).sum()) / mass for a in (rows - y, columns - x))
    # The slope of the line through the middle of every row, as in image moments; short ones have none.
    slope = np.clip(lean / tall, -_LEAN, _LEAN) if tall > (0.1 * long) ** 2 else 0.0
    linear = np.array([[per, slope * per], [0.0, per]])
    shift = np.array([x, y]) - linear @ np.full(2, (SIDE - 1) / 2)
    return np.asarray(
        cv2.warpAffine(
            soft,
            np.column_stack([linear, shift]),
            (SIDE, SIDE),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        ),
        np.float32,
    )


def _pieces(strokes: npt.NDArray[np.bool_], scale: float) -> list[_Piece]:
    """Where ink hangs together, without specks."""
    side = 2 * max(1, round(_BREAK * scale / 2)) + 1
    joined = cv2.morphologyEx(strokes.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = (_Piece(x, y, x + w, y + h) for x, y, w, h, _ in stats[1:].tolist())
    return [piece for piece in found if piece.long >= _SPECK * scale]


def _lines(pieces: Sequence[_Piece]) -> list[list[_Piece]]:
    """Characters by lines from the top, each from the left: pieces above one another in a line are joined."""
    lines: list[list[_Piece]] = []
    for piece in sorted(pieces, key=lambda each: -each.tall):  # a line is as high as its tallest ones
        middle = (piece.top + piece.bottom) / 2
        near = [line for line in lines if any(o.reaches(middle) for o in line)]
        if near:
            near[0].append(piece)
        else:
            lines.append([piece])
    return [_joined(line) for line in sorted(lines, key=lambda line: line[0].top)]


def _joined(line: Sequence[_Piece]) -> list[_Piece]:
    found: list[_Piece] = []
    for piece in sorted(line, key=lambda each: each.left):
        while found and found[-1].above_or_below(piece):
            piece = found.pop().with_(piece)  # noqa: PLW2901 - it grows
        found.append(piece)
    return found
