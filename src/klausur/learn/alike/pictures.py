"""The characters that the autoencoder learns from: MNIST's digits and pen traces, without what they are.

All are prepared by the function that prepares a scanned space's characters.
"""

from pathlib import Path

import cv2
import numpy as np

from klausur.learn import traces
from klausur.learn.digits import mnist
from klausur.learn.digits.mnist import Pictures
from klausur.learn.traces import Part, Trace
from klausur.read.characters import SIDE, normalised
from klausur.scan.model import Pixels

_FINE = 120
"""Pixels of a trace's longer side as it is drawn; a quarter of them is what a scan at 150 dpi has."""

_BY = 4
_WIDTHS = 0.07, 0.2
"""Width of a pen in parts of a character's longer side."""

_SMALL = frozenset(",.")
"""Characters that are written a third as large as others: a trace does not say how large it was."""

_LONG = 3


def of_mnist(pictures: Pictures) -> Pixels:
    """MNIST's pictures, (n, 28, 28), 0 paper … 255 ink, as the reader would feed them."""
    return np.stack([_bytes(_cropped(picture)) for picture in pictures.pixels])


def of_traces(file: Path, part: Part, seed: int) -> Pixels:
    """The traces of one part's writers, (n, 28, 28), each with a pen of some width.

    Raises:
        UsageError: the file is no file of traces.
    """
    rng = np.random.default_rng((seed, part))
    return np.stack([_drawn(trace, float(rng.uniform(*_WIDTHS))) for trace in traces.characters(file, part)])


def some(file: Path | None, tarball: Path, part: mnist.Part, seed: int, most: int | None = None) -> Pixels:
    """All characters of a part: MNIST's, and those of the traces' writers where there is a file of them."""
    read = mnist.read(tarball, part)
    digits = of_mnist(Pictures(read.pixels[:most], read.labels[:most]))
    if file is None:
        return digits
    traced = of_traces(file, Part.TRAIN if part is mnist.Part.TRAIN else Part.CALIBRATION, seed)
    return np.concatenate([digits, traced[:most]])


def _cropped(picture: Pixels) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    rows, columns = np.nonzero(picture)
    if not len(rows):
        return np.zeros((SIDE, SIDE), np.float32)
    cut = picture[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    return normalised(cut.astype(np.float32) / 255.0, max(cut.shape))


def _drawn(trace: Trace, width: float) -> Pixels:
    room = round(_FINE * (1 + 2 * width))
    sheet = np.zeros((2 * (room // 2) + _BY, 2 * (room // 2) + _BY), np.uint8)
    for stroke in trace.strokes:
        path = np.round(stroke * _FINE + sheet.shape[0] / 2).astype(np.int32)
        cv2.polylines(sheet, [path], isClosed=False, color=255, thickness=max(1, round(width * _FINE)))
    small = cv2.resize(sheet, None, fx=1 / _BY, fy=1 / _BY, interpolation=cv2.INTER_AREA)
    rows, columns = np.nonzero(small)
    cut = small[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1].astype(np.float32) / 255.0
    return _bytes(normalised(cut, max(cut.shape) * (_LONG if trace.label in _SMALL else 1)))


def _bytes(ink: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> Pixels:
    return np.asarray(np.round(ink * 255), np.uint8)
