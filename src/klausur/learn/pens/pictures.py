"""The digits that pens learn from: MNIST's pictures, and pen traces drawn as these are."""

from pathlib import Path

import cv2
import numpy as np

from klausur.learn import traces
from klausur.learn.digits import cells, mnist
from klausur.learn.digits.mnist import SIDE, Pictures
from klausur.learn.traces import Trace
from klausur.rehearse.pictured import TALL
from klausur.scan.model import Pixels

_BY = 4
"""A trace is drawn so many times as large, and then averaged down: as grey as MNIST's edges are."""

_WIDTHS = 2.0, 3.4
"""Width of its strokes in pixels of a picture, as MNIST's have them."""


def some(
    tarball: Path, part: mnist.Part, file: Path | None, writers: traces.Part, seed: int, most: int | None
) -> Pictures:
    """The pictures of a part of MNIST, and those of some writers' traces where there is a file of them.

    Raises:
        ToolError: MNIST cannot be read.
        UsageError: the file is no file of traces.
    """
    read = mnist.read(tarball, part)
    pixels, labels = read.pixels[:most], read.labels[:most]
    if file is not None:
        rng = np.random.default_rng((seed, int(writers)))
        known = cells.known(file, writers)[:most]
        pixels = np.concatenate([pixels, [_drawn(trace, float(rng.uniform(*_WIDTHS))) for trace in known]])
        labels = np.concatenate([labels, [int(trace.label) for trace in known]])
    return Pictures(pixels, labels)


def _drawn(trace: Trace, width: float) -> Pixels:
    """(28, 28): the longer side has 20 pixels, and the middle of mass lies in the middle, as in MNIST."""
    sheet = np.zeros((SIDE * _BY, SIDE * _BY), np.uint8)
    inner = (TALL - width) * _BY
    for stroke in trace.strokes:
        path = np.round((stroke * inner + SIDE * _BY / 2) * 16).astype(np.int32)
        cv2.polylines(sheet, [path], False, 255, max(1, round(width * _BY)), cv2.LINE_AA, 4)  # noqa: FBT003
    moments = cv2.moments(sheet)
    if moments["m00"]:
        by = [SIDE * _BY / 2 - moments[name] / moments["m00"] for name in ("m10", "m01")]
        shift = np.array([[1.0, 0.0, by[0]], [0.0, 1.0, by[1]]])
        sheet = cv2.warpAffine(sheet, shift, sheet.shape[::-1]).astype(np.uint8)
    return np.asarray(cv2.resize(sheet, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)
