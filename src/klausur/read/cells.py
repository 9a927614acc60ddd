"""From a row of digit cells to what the digit network is fed. Training and reading share it.

A window is the 10 mm square centred on a 7 × 9 mm cell: strokes that leave their cell are seen, and so is the
edge of what stands in the next one. Nothing here knows what a digit is.
"""

from collections.abc import Sequence

import numpy as np

from klausur.base.geometry import Box
from klausur.read.crop import SIDE, windows
from klausur.read.preprocess import Inputs, paper_level
from klausur.scan.model import Pixels, Placed

CELL_WINDOW = 10.0
"""Side of a window in mm."""

CELL_SIDE = SIDE // 2
"""Pixels along each side of a window: 4 to a millimetre, so that a digit is about as tall as in MNIST."""


def split(row: Box, cells: int) -> tuple[Box, ...]:
    """The cells of a DigitRow, from left to right."""
    width = row.w / cells
    return tuple(Box(row.x + n * width, row.y, width, row.h) for n in range(cells))


def cell_inputs(placed: Placed, cells: Sequence[Box]) -> Inputs:
    """What the network is fed for cells of a page: (n, 1, 40, 40), 0 paper … 1 black."""
    return ink(windows(placed, cells, CELL_WINDOW))


def ink(cut: Pixels) -> Inputs:
    """Windows (n, 80, 80, 1 or 3) as ink, (n, 1, 40, 40): each against its own paper level.

    Coloured ink is dark in at least one channel: the darkest one counts.
    """
    n = len(cut)
    dark = np.clip(1.0 - cut.astype(np.float32) / paper_level(cut), 0.0, 1.0).max(axis=3)
    small = dark.reshape(n, CELL_SIDE, 2, CELL_SIDE, 2).mean(axis=(2, 4))
    return np.ascontiguousarray(small[:, None], np.float32)
