"""What stands at a fixed place on every page, in mm, and how the modules of codes become rectangles."""

from functools import cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from klausur.paper.code import CODE_SIDE
from klausur.paper.fields import DIGIT_H, DIGIT_W, FIDUCIAL, FIDUCIAL_CORNERS, MARK_BOX

FIDUCIAL_INSET = 6.0
"""From a page's edges to the outer edges of its fiducials."""

CODE_X, CODE_Y = 17.0, 4.5
"""Top left corner of the page code's symbol."""

PITCH = 8.2
"""Between the centres of two boxes: the reader's window of 8 mm on one must not see the other."""

PRINTABLE = 5.0
"""Office printers leave a rim of 4 to 5 mm white."""

MARGIN = {"left": 30.0, "top": 21.0, "right": 15.0, "bottom": 17.0}
"""Round the text; the right one is the least. The left one has room for two columns of credit boxes."""

_MODULES = 6


def runs(modules: npt.NDArray[np.bool_]) -> tuple[tuple[int, int, int, int], ...]:
    """The black runs of each row as rectangles (x, y, w, h) in modules.

    Joining equal runs of neighbouring rows would save a seventh of them and cost five times as long.
    """
    high, wide = modules.shape
    padded = np.zeros(
        (high, wide + 2), dtype=np.bool_
    )  # white left and right of each row: edges come in pairs
    padded[:, 1:-1] = modules
    ys, edges = np.nonzero(padded[:, 1:] != padded[:, :-1])
    at = edges.tolist()
    return tuple((x, y, end - x, 1) for y, x, end in zip(ys[::2].tolist(), at[::2], at[1::2], strict=True))


@cache
def fiducials() -> tuple[tuple[str, tuple[tuple[int, int, int, int], ...]], ...]:
    """Each corner with the rectangles of its marker, in sixths of its side."""
    known = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    return tuple(
        (corner, runs(cv2.aruco.generateImageMarker(known, number, _MODULES) < 128))
        for corner, number in FIDUCIAL_CORNERS.items()
    )


def measures() -> dict[str, Any]:
    """The measures that the template is drawn with."""
    return {
        "fiducial": {
            "side": FIDUCIAL,
            "inset": FIDUCIAL_INSET,
            "modules": _MODULES,
            "marks": [{"corner": corner, "rects": rects} for corner, rects in fiducials()],
        },
        "code": {"side": CODE_SIDE, "x": CODE_X, "y": CODE_Y},
        "margin": MARGIN,
        "mark": {"side": MARK_BOX, "pitch": PITCH},
        "digit": {"w": DIGIT_W, "h": DIGIT_H},
    }
