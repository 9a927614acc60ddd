"""The digit reader: the cells of a DigitRow to a number with its probabilities, with ONNX Runtime.

What the number stands for is not known here: `klausur.roster.match` finds whose registration number it is.
Where windows come from lives in `klausur.read.cells`; how the network was made in `klausur.learn.digits`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from klausur.base.errors import ToolError
from klausur.base.geometry import Box
from klausur.paper.fields import Field
from klausur.read import card as cards
from klausur.read import card_paths, eaten, looks
from klausur.read.card import Card
from klausur.read.cells import CELL_SIDE, CELL_WINDOW, ink, split
from klausur.read.crop import PAPER_QUANTILE, windows
from klausur.read.looks import Once
from klausur.read.model import Reading
from klausur.read.network import Network
from klausur.read.preprocess import Inputs
from klausur.scan.model import Pixels, Placed
from klausur.scan.tones import ScanKind

SHIPPED = card_paths.DIGITS
PREPROCESSING = "cell-ink"
"""The name of what `klausur.read.cells` does."""

DIGITS = (*"0123456789", "empty")
"""What a cell of a registration number holds, in the order of `Reading.scores`."""

SIGNS = (*"-,.",)
"""What may stand in a number besides. Version 1 knows none of them."""

CLASSES = (*DIGITS, *SIGNS)
"""What the network tells apart, in the order of its outputs."""

UNKNOWN = "?"
"""Stands in a Reading's value for a cell that is unclear; in a DigitRow's for an empty one, too."""

EMPTY = "_"
"""Stands for an empty cell, where that is told."""

_EMPTY = CLASSES.index("empty")

_AT_ONCE = 0.995
"""Confidence from which on one look is enough."""

_ASIDE = 1
"""Pixels by which a window is moved for another look: a quarter of a millimetre."""


@dataclass(frozen=True, slots=True)
class SeenCells:
    """What the reader saw in some cells.

    Attributes:
        chances: the probabilities of what they hold, (n, 11), in the order of `DIGITS`.
        sure: the network's own for the likeliest, (n,), of all that it knows.
        doubted: which of them go to a person however sure it is, (n,): a scan may have eaten their ink.
    """

    chances: Inputs
    sure: Inputs
    doubted: npt.NDArray[np.bool_]

    def texts(self, least: float, nothing: str) -> str:
        """A sign for each cell: a digit, ``nothing`` in an empty one, `UNKNOWN` where a person must look.

        Args:
            least: the confidence under which one must.
            nothing: stands for an empty cell.
        """
        best, clear = self.chances.argmax(axis=1).tolist(), (self.sure >= least) & ~self.doubted
        return "".join(
            (nothing if k == _EMPTY else CLASSES[k]) if ok else UNKNOWN
            for k, ok in zip(best, clear, strict=True)
        )


class DigitReader:
    """A model with its card, ready to read."""

    def __init__(self, card_path: Path) -> None:
        """Load a reader.

        Raises:
            ToolError: card or model cannot be used.
        """
        self.card, model = cards.read(card_path)
        _check(self.card, card_path)
        self._network = Network(self.card, model)

    def read(self, placed: Placed, row: Field, kind: ScanKind | None = None) -> Reading:
        """What stands in a DigitRow of a page of some kind of scan.

        A row is flagged if a cell is neither surely a digit nor surely empty. An empty row is a value like
        any other.

        Raises:
            ValueError: the field has no cells.
        """
        if not row.cells:
            raise ValueError(f"{row.id} has no cells")
        (seen,) = self.seen(placed, [split(row.box, row.cells)], kind)
        texts = seen.texts(self.card.flag_below, EMPTY)
        return Reading(
            field=row.id,
            kind=row.kind,
            question=row.question,
            value=texts.replace(EMPTY, UNKNOWN),
            confidence=float(np.prod(seen.sure)),
            flagged=UNKNOWN in texts,
            reader=self.card.reader,
            version=self.card.version,
            scores=tuple(tuple(round(p, 6) for p in cell) for cell in seen.chances.astype(float).tolist()),
        )

    def seen(
        self, placed: Placed, rows: Sequence[Sequence[Box]], kind: ScanKind | None = None
    ) -> list[SeenCells]:
        """What is seen in the cells of some rows of a page; all are looked at in one batch."""
        cut = windows(placed, [cell for cells in rows for cell in cells], CELL_WINDOW)
        seen = self.opinion(ink(cut))
        chances, sure = digits_alone(seen), seen[:, : len(DIGITS)].max(axis=1)
        doubted = self.doubted(cut, seen, kind)
        # Where ink is gone from what passes for empty, anything may have stood.
        chances[doubted & (chances.argmax(axis=1) == _EMPTY)] = 1.0 / len(DIGITS)
        ends = np.cumsum([len(cells) for cells in rows])[:-1]
        parts = (np.split(each, ends) for each in (chances, sure, doubted))
        return [SeenCells(*part) for part in zip(*parts, strict=True)]

    def doubted(self, cut: Pixels, seen: Inputs, kind: ScanKind | None = None) -> npt.NDArray[np.bool_]:
        """Of which cells a scan may have eaten ink, (n,): on kinds of scan that the card has bounds for.

        Args:
            cut: their windows, (n, 80, 80, 1 or 3).
            seen: what the network says to them, (n, 11 or 14).
            kind: how the page was scanned.
        """
        bounds = None if kind is None else self.card.kinds.get(kind)
        if bounds is None or not len(cut):
            return np.zeros(len(cut), np.bool_)
        return eaten.doubtful(cut, seen[:, : len(DIGITS)].argmax(axis=1) == _EMPTY, bounds)

    def probabilities(self, fed: Inputs) -> Inputs:
        """The network's probabilities for prepared windows, (n, 1, 40, 40).

        They are (n, 14), in the order of `CLASSES`; of version 1 (n, 11), in that of `DIGITS`.
        """
        return self._network.probabilities(fed)

    def opinion(self, fed: Inputs) -> Inputs:
        """The same, of several looks where the network is not sure at once."""
        return looked(self.probabilities, fed)


def looked(once: Once, fed: Inputs) -> Inputs:
    """Probabilities for prepared windows, (n, classes); where one look is not sure, the mean of five.

    Args:
        once: what one look at windows gives, (n, classes).
        fed: the windows, (n, 1, 40, 40).
    """
    return looks.opinion(once, fed, _AT_ONCE, _views)


def _views(fed: Inputs) -> list[Inputs]:
    """Prepared windows as they look a little aside, each way."""
    padded = np.pad(fed, ((0, 0), (0, 0), (_ASIDE, _ASIDE), (_ASIDE, _ASIDE)), mode="edge")
    return [
        padded[:, :, y : y + CELL_SIDE, x : x + CELL_SIDE]
        for y, x in ((0, _ASIDE), (2 * _ASIDE, _ASIDE), (_ASIDE, 0), (_ASIDE, 2 * _ASIDE))
    ]


def digits_alone(chances: Inputs) -> Inputs:
    """Probabilities, (n, 11), of cells in which nothing but a digit can be meant."""
    kept = np.maximum(chances[:, : len(DIGITS)], 1e-12)
    return np.asarray(kept / kept.sum(axis=1, keepdims=True), np.float32)


@cache
def shipped() -> DigitReader:
    """The reader that comes with Klausur, loaded once per process."""
    return DigitReader(SHIPPED)


def _check(card: Card, path: Path) -> None:
    """Refuse a model that wants to be fed otherwise than this Klausur feeds it."""
    given = (card.input.side, card.input.channels, card.input.window)
    how = (card.input.preprocessing, card.input.paper_quantile)
    if given != (CELL_SIDE, 1, CELL_WINDOW) or how != (PREPROCESSING, PAPER_QUANTILE):
        raise ToolError(f"{path} wants windows that this Klausur does not make", "install Klausur again")
    if any(bounds.temperature != card.temperature for bounds in card.kinds.values()):
        raise ToolError(f"{path} has temperatures that no digit reader has", "install Klausur again")
    if card.classes not in {CLASSES, DIGITS}:
        raise ToolError(f"{path} does not tell the ten digits and empty cells apart", "install Klausur again")
