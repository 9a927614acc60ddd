"""The ink segmenter: what each pixel of a box's window is, and the window with nothing but print and pens.

Highlighter, shadows, stains and what shows through from the other side count as paper. How the network was
made lives in `klausur.learn.segment`; what colours alone can tell in `klausur.read.highlighter`.
"""

from functools import cache
from pathlib import Path

import numpy as np

from klausur.base.errors import ToolError
from klausur.paper.fields import MARK_WINDOW
from klausur.read import card as cards
from klausur.read import card_paths
from klausur.read.crop import PAPER_QUANTILE, SIDE
from klausur.read.network import Network
from klausur.read.preprocess import Inputs, PaperLevels, inputs
from klausur.scan.model import Pixels

SHIPPED = card_paths.SEGMENTS
PREPROCESSING = "ink"
"""The name of what `klausur.read.preprocess` does."""

CLASSES = ("paper", "print", "pen", "red")
"""What a pixel can be, in the order of the model's outputs; `pen` is a candidate's, `red` a corrector's."""

_AT_ONCE = 64
"""Windows of one batch."""
_REMEDY = "install Klausur again"


class Segmenter:
    """A model with its card, ready to tell ink from all else. It holds one thread and no other resources."""

    def __init__(self, card_path: Path) -> None:
        """Load a segmenter.

        Raises:
            ToolError: card or model cannot be used.
        """
        self.card, model = cards.read(card_path)
        given = self.card.input
        fed = (given.side, given.channels, given.window, given.preprocessing, given.paper_quantile)
        if (*fed, self.card.classes) != (SIDE, 3, MARK_WINDOW, PREPROCESSING, PAPER_QUANTILE, CLASSES):
            raise ToolError(f"{card_path} wants windows that this Klausur does not make", _REMEDY)
        self._network = Network(self.card, model)

    def probabilities(self, fed: Inputs) -> Inputs:
        """How probably each pixel is of each class, (n, 4, 80, 80), for prepared windows, (n, 3, 80, 80)."""
        return self._network.probabilities(fed)

    def without_background(self, windows: Pixels, paper: PaperLevels | None = None) -> Pixels:
        """Windows, (n, 80, 80, 1 or 3), on white paper, with print and pens in grey; the same shape.

        ``paper`` is their paper level, where that is known.
        """
        cleaned = np.empty_like(windows)
        for start in range(0, len(windows), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            fed = inputs(windows[some], None if paper is None else paper[some])
            ink = np.minimum(fed.max(axis=1), 1.0) * (1.0 - self.probabilities(fed)[:, 0])
            cleaned[some] = np.round(255.0 * (1.0 - ink)).astype(np.uint8)[..., None]
        return cleaned


@cache
def shipped() -> Segmenter:
    """The segmenter that comes with Klausur, loaded once per process."""
    return Segmenter(SHIPPED)
