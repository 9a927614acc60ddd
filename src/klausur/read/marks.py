"""The mark reader: windows of boxes to Marks, with ONNX Runtime.

Boxes that are plainly empty are answered by the ink test; the network sees the rest, in one batch. A box
whose outline is not seen, or that has ink in it and passes for empty, is left to a person. Where windows
come from lives in `klausur.read.crop`; how the network was made in `klausur.learn`.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from klausur.base.errors import ToolError
from klausur.paper.fields import MARK_WINDOW
from klausur.read import card as cards
from klausur.read import card_paths, highlighter, ink
from klausur.read.card import Card
from klausur.read.crop import PAPER_QUANTILE, SIDE
from klausur.read.ink import InkTest, plainly_empty
from klausur.read.model import Mark
from klausur.read.network import Network
from klausur.read.outline import outline
from klausur.read.preprocess import Inputs, inputs, paper_level
from klausur.scan.model import Pixels

SHIPPED = card_paths.MARKS
PREPROCESSING = "ink"
"""The name of what `klausur.read.preprocess` does."""


@dataclass(frozen=True, slots=True)
class SeenMark:
    """What the reader saw in one window; as in `klausur.read.model.Reading`."""

    value: Mark
    confidence: float
    flagged: bool


class MarkReader:
    """A model with its card, ready to read. It holds one thread and no other resources."""

    def __init__(self, card_path: Path) -> None:
        """Load a reader.

        Raises:
            ToolError: card or model cannot be used.
        """
        self.card, model = cards.read(card_path)
        self._ink_test = _checked(self.card, card_path)
        self._marks = tuple(Mark(name) for name in self.card.classes)
        self._network = Network(self.card, model)

    def read(self, windows: Pixels) -> tuple[SeenMark, ...]:
        """The Marks in windows (n, 80, 80, 1 or 3)."""
        if not len(windows):
            return ()
        paper = paper_level(windows)
        cleaned = highlighter.without(windows, paper)
        if cleaned is not windows:
            windows, paper = cleaned, paper_level(cleaned)
        empty, bare = plainly_empty(windows, self._ink_test, paper)
        probabilities = np.zeros((len(windows), len(self._marks)), np.float32)
        probabilities[empty, self._marks.index(Mark.EMPTY)] = self._ink_test.confidence
        if not empty.all():
            inked, level = windows[~empty], paper[~empty]
            probabilities[~empty] = self.probabilities(inputs(inked, level))
            bare[~empty] = ink.bare(inked, self._ink_test, level)
        best = probabilities.argmax(axis=1)
        is_empty = best == self._marks.index(Mark.EMPTY)
        seen = (outline(windows, paper) >= self.card.covers.outline) & (bare | ~is_empty)
        return tuple(
            self._verdict(self._marks[k], float(p[k]), seen=box)
            for k, p, box in zip(best.tolist(), probabilities, seen.tolist(), strict=True)
        )

    def probabilities(self, fed: Inputs) -> Inputs:
        """The network's probabilities, (n, 4), for prepared windows, (n, 3, 80, 80)."""
        return self._network.probabilities(fed)

    def _verdict(self, value: Mark, confidence: float, *, seen: bool) -> SeenMark:
        unsure = value is Mark.OTHER or confidence < self.card.flag_below
        return SeenMark(value, confidence, unsure or not seen)


@cache
def shipped() -> MarkReader:
    """The reader that comes with Klausur, loaded once per process."""
    return MarkReader(SHIPPED)


def _checked(card: Card, path: Path) -> InkTest:
    """Refuse a model that wants to be fed otherwise than this Klausur feeds it; the ink test of any other."""
    given = (card.input.side, card.input.channels, card.input.window)
    how = (card.input.preprocessing, card.input.paper_quantile)
    if given != (SIDE, 3, MARK_WINDOW) or how != (PREPROCESSING, PAPER_QUANTILE):
        raise ToolError(f"{path} wants windows that this Klausur does not make", "install Klausur again")
    if set(card.classes) != set(Mark) or card.ink_test is None:
        raise ToolError(f"{path} tells other marks apart than this Klausur knows", "install Klausur again")
    return card.ink_test
