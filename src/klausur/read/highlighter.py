"""Highlighter over boxes: its tone is taken out of a window where pen and print can be seen through it.

A highlighter makes paper lighter than any pen does, over a broad stroke that runs on beyond the box. So it is
told from ink by three measures: nothing thinner than a pen's stroke counts, one colour at least stays nearly
as light as paper, and the stroke reaches the window's edge. What is filled with a pen reaches no edge, and a
stroke of a highlighter that ends at the box may be meant as a mark: both are left as they are.
"""

import cv2
import numpy as np
import numpy.typing as npt

from klausur.read.crop import SIDE
from klausur.read.preprocess import PaperLevels, paper_level
from klausur.scan.model import Pixels

_STROKE = 13
"""Pixels, 1.3 mm: thinner strokes are a pen's."""

_TINTED = 0.94
"""Part of the paper's brightness below which a broad tone is none of the paper itself."""

_LIGHT = 0.85, 0.5
"""Parts of the paper's brightness that the lightest colour keeps at least, and all colours together."""

_GREY = 0.72
"""The same where the scan has no colours: below, it may be a pencil's."""

_WEAK = 0.6
"""Part of the strongest colour's light below which a colour tells noise from ink no more."""

_UNEVEN = 0.06
"""By how much of the paper's light a highlighter's tone may be darker beside the box than at the edge."""

_EDGE = 12
"""Pixels along the window's edge, 1.2 mm, that a highlighter's stroke takes up at least."""

_LUMA = np.array((0.299, 0.587, 0.114), np.float32)


_RIM = np.pad(np.zeros((SIDE - 2 * _EDGE,) * 2, np.bool_), _EDGE, constant_values=True)
"""The pixels near a window's edge, clear of the box."""


def without(windows: Pixels, paper: PaperLevels | None = None) -> Pixels:
    """Windows, (n, 80, 80, 1 or 3), with highlighter turned to paper; the same array where there is none.

    ``paper`` is their paper level, where that is known.
    """
    if paper is None:
        paper = paper_level(windows)
    suspected = np.flatnonzero(_suspected(windows, paper) | _swamped(paper))
    if not len(suspected):
        return windows
    cleaned = windows.copy()
    for n in suspected.tolist():
        cleaned[n] = _without(windows[n], paper[n, 0, 0])
    return cleaned


def _swamped(paper: PaperLevels) -> npt.NDArray[np.bool_]:
    """Which windows have a paper level in which one colour is too weak to tell ink from noise: (n,)."""
    return np.asarray(paper.min(axis=3) < _WEAK * paper.max(axis=3))[:, 0, 0]


def _suspected(windows: Pixels, paper: PaperLevels) -> npt.NDArray[np.bool_]:
    """In which windows enough of the edge has another tone than paper: (n,)."""
    edge = np.concatenate(
        (windows[:, 2], windows[:, -3], windows[:, :, 2], windows[:, :, -3]), axis=1
    )  # (n, 320, c)
    darker = edge < paper[:, 0] * _TINTED
    tinted = darker[..., 0] if darker.shape[2] == 1 else darker.any(axis=2)
    return np.asarray(np.count_nonzero(tinted, axis=1) >= _EDGE)


def _without(window: Pixels, paper: npt.NDArray[np.float32]) -> Pixels:
    kernel = np.ones((_STROKE, _STROKE), np.uint8)
    broad = cv2.morphologyEx(window, cv2.MORPH_CLOSE, kernel).reshape(window.shape)
    share = np.minimum(broad / paper, 1.0)  # of the paper's light that is left, without pen and print
    mask = _reaching(_light(share) & (share < _TINTED).any(axis=2))
    lit = window / paper
    if mask.any():
        rim = mask & _RIM
        # Where pen strokes lie close together the broad tone is theirs: it is no darker than at the edge.
        share = np.maximum(share, np.quantile(share[rim], 0.1, axis=0) - _UNEVEN)
        lit = np.where(mask[..., None], lit / share, lit)
    strength = np.where(mask[..., None], share, 1.0) * paper
    best = strength.argmax(axis=2)[..., None]
    weak = strength < _WEAK * np.take_along_axis(strength, best, axis=2)
    lit = np.where(weak, np.take_along_axis(lit, best, axis=2), lit)
    return np.asarray(np.clip(np.round(lit * paper), 0, 255), np.uint8)


def _light(share: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    if share.shape[2] == 1:
        return np.asarray(share[..., 0] >= _GREY)
    lightest, together = _LIGHT
    return np.asarray((share.max(axis=2) >= lightest) & (share @ _LUMA >= together))


def _reaching(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The parts of a mask that take up enough of the window's edge."""
    count, parts = cv2.connectedComponents(mask.astype(np.uint8))
    edge = np.concatenate((parts[0], parts[-1], parts[1:-1, 0], parts[1:-1, -1]))
    along = np.bincount(edge, minlength=count)
    along[0] = 0
    return np.asarray((along >= _EDGE)[parts])
