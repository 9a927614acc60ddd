"""A set of marks with their truth, for measuring readers of marks: the same for everybody, by a fixed seed.

Sheets of boxes, of every state as many as `STATES` says, by the judging hands, one a row; scanned in every
way of `WAYS`. Each way is a folder of marks as files (`klausur.read.mark_files`). What readers make of them
is measured by ``benchmarks/leaderboard.py``.
"""

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from klausur.base.errors import RefusedError
from klausur.base.geometry import Box
from klausur.paper.fields import MARK_BOX
from klausur.read import mark_files
from klausur.read.crop import windows
from klausur.read.mark_files import MarkFile
from klausur.read.model import Mark
from klausur.rehearse import pen, scanner_tones
from klausur.rehearse.hands import Population, hand, stream
from klausur.rehearse.level import Level
from klausur.rehearse.sheet_scans import PER_MM, SIZE, Locally, flat, in_colour, office, phone, two_level
from klausur.scan import tones
from klausur.scan.model import Pixels

SEED = 1
SHEETS = 4
"""Sheets of each way, of 315 boxes by 21 hands each."""

STATES = (Mark.EMPTY,) * 3 + (Mark.CROSSED,) * 6 + (Mark.FILLED,) * 3 + (Mark.OTHER,) * 3
"""What each hand puts into the boxes of its row."""

_PITCH, _FRAME, _ASTRAY = 13.0, 0.25, 0.08
"""Distance of boxes and width of their frames in mm; how far off, in each direction, a box is taken to be."""

_ROWS = tuple(
    tuple(Box(12.0 + _PITCH * n, 12.0 + _PITCH * row, MARK_BOX, MARK_BOX) for n in range(len(STATES)))
    for row in range(21)
)

Way = Callable[[Pixels, np.random.Generator], Locally]


@dataclass(frozen=True, slots=True)
class _Marked:
    """A box, what is in it, and which of the sheet's hands made it."""

    box: Box
    state: Mark
    row: int


def make(
    folder: Path,
    software: str,
    *,
    seed: int = SEED,
    sheets: int = SHEETS,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> int:
    """Write a folder of marks for each way; how many marks there are.

    Args:
        folder: new, or empty.
        software: what writes it.
        seed: the published set has `SEED`.
        sheets: of each way.
        progress: told how many ways are written, of how many.

    Raises:
        RefusedError: the folder holds other things.
        ToolError: it cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RefusedError(f"{folder} holds other things", "name a new folder")
    count = 0
    for done, (name, way) in enumerate(WAYS.items(), start=1):
        count += mark_files.write(folder / name, _marks(name, way, seed, sheets), software)
        progress(done, len(WAYS))
    return count


def _marks(name: str, way: Way, seed: int, sheets: int) -> Iterator[tuple[MarkFile, bytes]]:
    for number in range(sheets):
        # Every way sees the same sheets, so that ways can be compared; what befalls them is drawn anew.
        sheet, marks = _drawn(stream(Population.JUDGE, seed, 0, number))
        rng = stream(Population.JUDGE, seed, 1, list(WAYS).index(name), number)
        scan = way(sheet, rng)
        middle = _ROWS[10][7]
        kind = tones.kind(scan(middle), (middle,))
        for mark in marks:
            x, y = np.array((mark.box.x, mark.box.y)) + rng.normal(0.0, _ASTRAY, 2)
            cut = windows(scan(mark.box), [Box(float(x), float(y), mark.box.w, mark.box.h)])[0]
            yield (
                MarkFile(
                    *("", "", _hand(number, mark.row), mark.state, mark.state, 1.0),
                    flagged=False,
                    reader="",
                    version="",
                    scan=kind,
                    dpi=round(PER_MM * 25.4, 1),
                ),
                _png(cut),
            )


def _drawn(rng: np.random.Generator) -> tuple[Pixels, list[_Marked]]:
    """A sheet (RGB) with boxes, and what was put into them."""
    sheet = np.full((round(SIZE.h * PER_MM), round(SIZE.w * PER_MM), 3), 255, np.uint8)
    marks = []
    for number, row in enumerate(_ROWS):
        person = hand(rng, Population.JUDGE)
        for box, at in zip(row, rng.permutation(len(STATES)).tolist(), strict=True):
            _frame(sheet, box)
            pen.draw(sheet, box, PER_MM, (0.0, 0.0), STATES[at], person, rng)
            marks.append(_Marked(box, STATES[at], number))
    return sheet, marks


def _frame(sheet: Pixels, box: Box) -> None:
    """Print a box's frame, within it: black, each pixel by how much of it the frame covers."""
    fine, room = 8, 2
    left, top = (int(edge * PER_MM) - room for edge in (box.x, box.y))
    side = round(box.w * PER_MM) + 2 * room
    patch = np.full((side * fine, side * fine), 255, np.uint8)
    for inset, tone in ((0.0, 0), (_FRAME, 255)):
        x0, x1, y0, y1 = (
            round((edge * PER_MM - start) * fine)
            for low, high, start in ((box.x, box.right, left), (box.y, box.bottom, top))
            for edge in (low + inset, high - inset)
        )
        patch[y0:y1, x0:x1] = tone
    small = np.asarray(cv2.resize(patch, (side, side), interpolation=cv2.INTER_AREA), np.uint8)
    part = sheet[top : top + side, left : left + side]
    part[:] = np.minimum(part, small[:, :, None])


def _hand(sheet: int, row: int) -> str:
    return hashlib.blake2b(f"{sheet} {row}".encode(), digest_size=8).hexdigest()


def _png(window: Pixels) -> bytes:
    out = io.BytesIO()
    Image.fromarray(window[..., 0] if window.shape[2] == 1 else window).save(out, "PNG")
    return out.getvalue()


def _toned(
    tone: Callable[[Pixels, float, np.random.Generator], Pixels], sheet: Pixels, rng: np.random.Generator
) -> Locally:
    grey = np.asarray(cv2.cvtColor(sheet, cv2.COLOR_RGB2GRAY), np.uint8)
    return flat(tone(grey, PER_MM, rng), np.eye(2, 3))


WAYS: Mapping[str, Way] = {
    "office": office,
    "office-hard": partial(office, level=Level.HARD),
    "colour": in_colour,
    "two-level": two_level,
    "phone": phone,
    "faint": partial(_toned, scanner_tones.faint),
    "overexposed": partial(_toned, scanner_tones.overexposed),
    "unsharp": partial(_toned, scanner_tones.unsharp),
    "streaked": partial(_toned, scanner_tones.streaked),
}
"""How the sheets are scanned: a folder each."""
