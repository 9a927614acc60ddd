"""A cleaned view of a bad scan or photograph: for people to look at beside the original, never instead of it.

A page goes through the network in tiles, grey, and comes out in colour: on white paper, with what the network
takes for print and pens. Its colours are guesses, and so is what was too faint to see. Nothing is read from
it and nothing is kept of it in the records. How the network was made lives in `klausur.learn.restore`.
"""

from functools import cache
from pathlib import Path

import cv2
import numpy as np

from klausur.base.errors import ToolError
from klausur.read import card as cards
from klausur.read import card_paths
from klausur.read.cuts import jpeg
from klausur.read.network import Network
from klausur.read.preprocess import Inputs
from klausur.scan.edges import grey
from klausur.scan.model import Pixels

SHIPPED = card_paths.RESTORER
PREPROCESSING = "grey"
"""The name of what `prepared` does."""

DPI = 120.0
"""Resolution of the pages that it was made for."""

TILE, _MARGIN = 256, 16
"""Sides of a tile in pixels, and how much at each edge is only looked at: as far as the network sees."""

_STEP = TILE - 2 * _MARGIN
_AT_ONCE = 8
_REMEDY = "install Klausur again"


def prepared(pixels: Pixels) -> Inputs:
    """What the network is fed for grey tiles, (n, h, w): (n, 1, h, w), 0 white … 1 black."""
    return np.ascontiguousarray(1.0 - pixels[:, None].astype(np.float32) / 255.0)


class Restorer:
    """A model with its card, ready to clean pages. It holds one thread and no other resources."""

    def __init__(self, card_path: Path) -> None:
        """Load a restorer.

        Raises:
            ToolError: card or model cannot be used.
        """
        self.card, model = cards.read(card_path)
        if (self.card.input.side, self.card.input.channels, self.card.input.preprocessing) != (
            TILE,
            1,
            PREPROCESSING,
        ):
            raise ToolError(f"{card_path} wants tiles that this Klausur does not make", _REMEDY)
        self._network = Network(self.card, model)

    def probabilities(self, fed: Inputs) -> Inputs:
        """Clean colours, (n, 3, 256, 256), 0 white … 1 black, of prepared tiles, (n, 1, 256, 256)."""
        return self._network.probabilities(fed)

    def cleaned(self, pixels: Pixels) -> Pixels:
        """A page, (h, w) or (h, w, 3), in clean colours, (h, w, 3)."""
        seen = grey(pixels)
        height, width = seen.shape
        rows, columns = (-(-side // _STEP) for side in (height, width))
        around = cv2.copyMakeBorder(
            seen,
            *(_MARGIN, rows * _STEP - height + _MARGIN, _MARGIN, columns * _STEP - width + _MARGIN),
            cv2.BORDER_REPLICATE,
        )
        places = [(row * _STEP, column * _STEP) for row in range(rows) for column in range(columns)]
        clean = np.empty((rows * _STEP, columns * _STEP, 3), np.uint8)
        for start in range(0, len(places), _AT_ONCE):
            some = places[start : start + _AT_ONCE]
            tiles = np.asarray([around[y : y + TILE, x : x + TILE] for y, x in some], np.uint8)
            inner = self.probabilities(prepared(tiles))[:, :, _MARGIN:-_MARGIN, _MARGIN:-_MARGIN]
            shown = np.round(255.0 * (1.0 - inner)).astype(np.uint8).transpose(0, 2, 3, 1)
            for (y, x), tile in zip(some, shown, strict=True):
                clean[y : y + _STEP, x : x + _STEP] = tile
        return np.ascontiguousarray(clean[:height, :width])


@cache
def shipped() -> Restorer:
    """The restorer that comes with Klausur, loaded once per process."""
    return Restorer(SHIPPED)


def cleaned_jpeg(pixels: Pixels) -> bytes:
    """The cleaned view of a page as a JPEG file."""
    return jpeg(shipped().cleaned(pixels))
