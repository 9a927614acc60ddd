"""What is written in spaces as points, near one another where it looks alike: an autoencoder's encoder.

An answer is a row of characters, each of which has an embedding. Nothing here knows what a character means,
and nothing is decided: people see what is said to be alike, and judge it. How the encoder was made lives in
`klausur.learn.alike`; how answers are held against one another in `klausur.read.likeness`.
"""

from functools import cache
from pathlib import Path

import numpy as np

from klausur.base.errors import ToolError
from klausur.read import card as cards
from klausur.read import card_paths
from klausur.read.card import Card
from klausur.read.characters import DPI, SIDE, characters
from klausur.read.network import Network
from klausur.read.preprocess import Inputs
from klausur.read.upright import Area
from klausur.scan.model import Pixels

SHIPPED = card_paths.ALIKE
PREPROCESSING = "characters"
"""The name of what `klausur.read.characters` does."""

MOST = 12
"""Characters of an answer that is held against others. Longer ones are sentences: nobody writes one twice."""


class Embedder:
    """A model with its card, ready to embed."""

    def __init__(self, card_path: Path) -> None:
        """Load an embedder.

        Raises:
            ToolError: card or model cannot be used.
        """
        self.card, model = cards.read(card_path)
        _check(self.card, card_path)
        self._network = Network(self.card, model)

    def embeddings(self, seen: Inputs) -> Inputs:
        """The embeddings, (n, bottleneck), of characters, (n, 28, 28)."""
        return self._network.probabilities(np.ascontiguousarray(seen[:, None], np.float32))


@cache
def shipped() -> Embedder:
    """The embedder that comes with Klausur, loaded once per process."""
    return Embedder(SHIPPED)


def ink(pixels: Pixels) -> bytes:
    """The embeddings of a space's characters, cut out grey at `characters.DPI`, to be kept.

    Numbers of two bytes, (n, bottleneck), one character after the other. There are none
    where nothing is written, and where more is than is held against other answers.
    """
    seen = characters(Area(pixels, DPI / 25.4))
    if not 0 < len(seen) <= MOST:
        return b""
    return np.asarray(shipped().embeddings(seen), np.float16).tobytes()


def _check(card: Card, path: Path) -> None:
    """Refuse a model that wants to be fed otherwise than this Klausur feeds it."""
    if (card.input.side, card.input.channels, card.input.preprocessing) != (SIDE, 1, PREPROCESSING):
        raise ToolError(f"{path} wants characters that this Klausur does not make", "install Klausur again")
