"""The digit reader: the cells of a DigitRow to a number with its probabilities, with ONNX Runtime.

What the number stands for is not known here: `klausur.roster.match` finds whose registration number it is.
Where windows come from lives in `klausur.read.cells`; how the network was made in `klausur.learn.digits`.
"""

from functools import cache
from pathlib import Path

import numpy as np

from klausur.base.errors import ToolError
from klausur.paper.fields import Field
from klausur.read import card as cards
from klausur.read import card_paths, looks
from klausur.read.card import Card
from klausur.read.cells import CELL_SIDE, CELL_WINDOW, cell_inputs, split
from klausur.read.crop import PAPER_QUANTILE
from klausur.read.looks import Once
from klausur.read.model import Reading
from klausur.read.network import Network
from klausur.read.preprocess import Inputs
from klausur.scan.model import Placed

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
"""Stands in a Reading's value for a cell that is empty or unclear."""

_EMPTY = CLASSES.index("empty")

_AT_ONCE = 0.995
"""Confidence from which on one look is enough."""

_ASIDE = 1
"""Pixels by which a window is moved for another look: a quarter of a millimetre."""


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

    def read(self, placed: Placed, row: Field) -> Reading:
        """What stands in a DigitRow of a page.

        A row is flagged if a cell is neither surely a digit nor surely empty. An empty row is a value like
        any other.

        Raises:
            ValueError: the field has no cells.
        """
        if not row.cells:
            raise ValueError(f"{row.id} has no cells")
        seen = self.opinion(cell_inputs(placed, split(row.box, row.cells)))
        chances = digits_alone(seen)
        best, sure = chances.argmax(axis=1), seen[:, : len(DIGITS)].max(axis=1)
        clear = sure >= self.card.flag_below
        value = "".join(
            CLASSES[k] if ok and k != _EMPTY else UNKNOWN for k, ok in zip(best, clear, strict=True)
        )
        return Reading(
            field=row.id,
            kind=row.kind,
            question=row.question,
            value=value,
            confidence=float(np.prod(sure)),
            flagged=not clear.all(),
            reader=self.card.reader,
            version=self.card.version,
            scores=tuple(tuple(round(p, 6) for p in cell) for cell in chances.astype(float).tolist()),
        )

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
    if card.classes not in {CLASSES, DIGITS}:
        raise ToolError(f"{path} does not tell the ten digits and empty cells apart", "install Klausur again")
