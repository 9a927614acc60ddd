"""From a window's pixels to what the mark network is fed. Training and reading share it.

Paper becomes 0 and black ink 1, whatever the sheet's shade or the scanner's lamp: each window is measured
against its own paper level. Nothing here knows what a mark is.
"""

import numpy as np
import numpy.typing as npt

from klausur.read.crop import PAPER_QUANTILE
from klausur.scan.model import Pixels

Inputs = npt.NDArray[np.float32]

PaperLevels = npt.NDArray[np.float32]
"""The paper's brightness in windows (n, h, w, c): (n, 1, 1, c)."""

_STRIDE = 3
"""Every third row and column is enough to find the paper level, and nine times as fast."""


def paper_level(windows: Pixels) -> PaperLevels:
    """The paper's brightness in windows (n, h, w, c), at least 1."""
    n, channels = windows.shape[0], windows.shape[3]
    # NumPy selects among numbers of 16 bits in a row ten times as fast as among those of 8.
    few = windows[:, ::_STRIDE, ::_STRIDE].transpose(0, 3, 1, 2).reshape(n, channels, -1).astype(np.int16)
    at = int(PAPER_QUANTILE * (few.shape[2] - 1))
    few.partition(at, axis=2)
    return np.maximum(few[:, :, at], 1).astype(np.float32).reshape(n, 1, 1, channels)


def inputs(windows: Pixels, paper: PaperLevels | None = None) -> Inputs:
    """What the network is fed for windows (n, 80, 80, 1 or 3): (n, 3, 80, 80), 0 paper … 1 black.

    ``paper`` is their paper level, where that is known.
    """
    return in_three(planes(windows, paper))


def planes(windows: Pixels, paper: PaperLevels | None = None) -> Inputs:
    """The same with as many channels as windows have: (n, 1 or 3, 80, 80)."""
    ink = 1.0 - windows.astype(np.float32) / (paper_level(windows) if paper is None else paper)
    return np.ascontiguousarray(np.maximum(ink, 0.0, out=ink).transpose(0, 3, 1, 2))


def in_three(fed: Inputs) -> Inputs:
    """Windows, (n, 1 or 3, 80, 80), with three channels, which are equal where there was one."""
    return np.ascontiguousarray(np.broadcast_to(fed, (len(fed), 3, *fed.shape[2:])))
