"""The mark reader: windows of boxes to Marks, with ONNX Runtime.

Boxes that are plainly empty are answered by the ink test; the network sees the rest, in one batch, dots in
them that a two-level scan may have left of a thin cross among it. A box whose outline is not seen, or that
has more ink in it and passes for empty, is left to a person. Where windows
come from lives in `klausur.read.crop`; how the network was made in `klausur.learn`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from klausur.base.errors import ToolError
from klausur.paper.fields import MARK_WINDOW
from klausur.read import card as cards
from klausur.read import card_paths, highlighter, ink, looks, one_channel
from klausur.read.card import Bounds, Card
from klausur.read.crop import PAPER_QUANTILE, SIDE
from klausur.read.ink import InkTest, plainly_empty
from klausur.read.model import Mark
from klausur.read.network import Network
from klausur.read.outline import outline
from klausur.read.preprocess import Inputs, PaperLevels, in_three, paper_level, planes
from klausur.scan.model import Pixels
from klausur.scan.tones import ScanKind

SHIPPED = card_paths.MARKS
PREPROCESSING = "ink"
"""The name of what `klausur.read.preprocess` does."""

Cleaning = Callable[[Pixels, PaperLevels], Pixels]
"""Windows, (n, 80, 80, 1 or 3), and their paper level, to windows of the same shape."""

_AT_ONCE = 0.99
"""Confidence from which on one look is enough."""

_WAYS = ((0, 2), (0, -2), (2, 0), (-2, 0))
"""Down and to the right, in pixels: 0.2 mm."""


@dataclass(frozen=True, slots=True)
class SeenMark:
    """What the reader saw in one window; as in `klausur.read.model.Reading`."""

    value: Mark
    confidence: float
    flagged: bool


class MarkReader:
    """A model with its card, ready to read. It holds one thread and no other resources."""

    def __init__(self, card_path: Path, cleaned: Cleaning = highlighter.without) -> None:
        """Load a reader.

        Args:
            card_path: its card.
            cleaned: what takes out of windows what is neither print nor pen, before anything is looked at.

        Raises:
            ToolError: card or model cannot be used.
        """
        self.card, model = cards.read(card_path)
        self._cleaned = cleaned
        self._ink_test = _checked(self.card, card_path)
        self._frequencies = np.array(self.card.frequencies, np.float64)
        self._marks = tuple(Mark(name) for name in self.card.classes)
        self._network = Network(self.card, model)
        self._of_grey = _of_grey(self.card, model)

    def read(self, windows: Pixels, kind: ScanKind | None = None) -> tuple[SeenMark, ...]:
        """The Marks in windows (n, 80, 80, 1 or 3) of a page.

        ``kind`` is how it was scanned; where nobody knows, the card's bounds for all scans hold.
        """
        if not len(windows):
            return ()
        bounds = self._bounds(kind)
        test = replace(self._ink_test, dots=bounds.dots, traces=bounds.traces)
        paper = paper_level(windows)
        cleaned = self._cleaned(windows, paper)
        if cleaned is not windows:
            windows, paper = cleaned, paper_level(cleaned)
        empty = plainly_empty(windows, test, paper)
        probabilities = np.zeros((len(windows), len(self._marks)), np.float32)
        probabilities[empty, self._marks.index(Mark.EMPTY)] = test.confidence
        bare = empty.copy()
        if not empty.all():
            inked, level = windows[~empty], paper[~empty]
            probabilities[~empty] = self._tempered(self.opinion(planes(inked, level)), bounds)
            bare[~empty] = ink.bare(inked, test, level)
        best = probabilities.argmax(axis=1)
        is_empty = best == self._marks.index(Mark.EMPTY)
        seen = (outline(windows, paper) >= bounds.outline) & (bare | ~is_empty)
        return tuple(
            self._verdict(self._marks[k], float(p[k]), bounds, seen=box)
            for k, p, box in zip(best.tolist(), probabilities, seen.tolist(), strict=True)
        )

    def probabilities(self, fed: Inputs) -> Inputs:
        """The model's probabilities, (n, 4), for prepared windows, (n, 3 or, if grey, 1, 80, 80)."""
        if fed.shape[1] == 1 and self._of_grey is not None:
            return self._of_grey.probabilities(fed)
        return self._network.probabilities(in_three(fed))

    def opinion(self, fed: Inputs) -> Inputs:
        """The model's probabilities, (n, 4), for prepared windows; of five looks where one is not sure."""
        return looks.opinion(self.probabilities, fed, _AT_ONCE, _views)

    def _bounds(self, kind: ScanKind | None) -> Bounds:
        """Those for a kind of scan; for all scans where the card has none for this one."""
        card, test = self.card, self._ink_test
        whole = Bounds(card.temperature, card.flag_below, test.dots, test.traces, card.covers.outline)
        return whole if kind is None else self.card.kinds.get(kind, whole)

    def _tempered(self, probabilities: Inputs, bounds: Bounds) -> Inputs:
        """The model's probabilities with the logits divided by another temperature than in the model."""
        if bounds.temperature == self.card.temperature:
            return probabilities
        power = self.card.temperature / bounds.temperature
        raised = (probabilities / self._frequencies) ** power * self._frequencies
        return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)

    def _verdict(self, value: Mark, confidence: float, bounds: Bounds, *, seen: bool) -> SeenMark:
        unsure = value is Mark.OTHER or confidence < bounds.flag_below
        return SeenMark(value, confidence, unsure or not seen)


def _of_grey(card: Card, model: bytes) -> Network | None:
    """The model for windows of one channel, in 0.86 of the time; None if it is not coded as this knows it."""
    try:
        return Network(card, one_channel.of(model))
    except ValueError:
        return None


def _views(fed: Inputs) -> list[Inputs]:
    """Prepared windows as they look a little aside, each way."""
    return [_aside(fed, by) for by in _WAYS]


def _aside(fed: Inputs, by: tuple[int, int]) -> Inputs:
    """Prepared windows, moved by so many pixels; what comes in is paper."""
    moved = np.zeros_like(fed)
    (into_y, from_y), (into_x, from_x) = (
        (slice(max(0, step), SIDE + min(0, step)), slice(max(0, -step), SIDE - max(0, step))) for step in by
    )
    moved[:, :, into_y, into_x] = fed[:, :, from_y, from_x]
    return moved


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
    apart = any(bounds.temperature != card.temperature for bounds in card.kinds.values())
    if apart and len(card.frequencies) != len(card.classes):
        raise ToolError(f"{path} has temperatures without the classes' frequencies", "install Klausur again")
    return card.ink_test
