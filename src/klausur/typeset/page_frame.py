"""What stands at a fixed place on every page, in mm."""

import re
from functools import cache
from typing import Any

from klausur.paper.code import CODE_SIDE, NO_BOOKLET
from klausur.paper.code_symbol import symbol
from klausur.paper.fields import CREDIT_H, CREDIT_W, DIGIT_H, DIGIT_W, FIDUCIAL, FIDUCIAL_CORNERS, MARK_BOX
from klausur.paper.number_row import DECIMAL_W, SIGN_INSET, SIGN_W
from klausur.typeset.black_runs import runs

FIDUCIAL_INSET = 6.0
"""From a page's edges to the outer edges of its fiducials."""

CODE_X, CODE_Y = 30.0, 4.5
"""Top left corner of the page code's symbol: where the text begins, clear of a staple in the corner."""

PITCH = 8.2
"""Between the centres of two boxes: the reader's window of 8 mm on one must not see the other."""

PRINTABLE = 5.0
"""Office printers leave a rim of 4 to 5 mm white."""

MARGIN = {"left": 30.0, "top": 21.0, "right": 15.0, "bottom": 17.0}
"""Round the text; the right one is the least. The left one has room for two columns of credit boxes."""

_MODULES = 6

_MARKERS = (
    ("######", "#.#..#", "##.#.#", "###..#", "###.##", "######"),
    ("######", "######", "#....#", "#.##.#", "#.#.##", "######"),
    ("######", "###..#", "###..#", "###.##", "#..#.#", "######"),
    ("######", "#.##.#", "#.##.#", "##.###", "##..##", "######"),
)
"""The first markers of OpenCV's dictionary 4X4_50; OpenCV itself takes 0.1 s to load."""


@cache
def fiducials() -> tuple[tuple[str, tuple[tuple[int, int, int, int], ...]], ...]:
    """Each corner with the rectangles of its marker, in sixths of its side."""
    return tuple(
        (
            corner,
            tuple(
                (run.start(), y, len(run[0]), 1)
                for y, row in enumerate(_MARKERS[number])
                for run in re.finditer("#+", row)
            ),
        )
        for corner, number in FIDUCIAL_CORNERS.items()
    )


@cache
def _no_booklet() -> dict[str, Any]:
    """The mark of papers that are not to be scanned: how many modules it has, and its black runs."""
    modules = symbol(NO_BOOKLET)
    return {"modules": len(modules), "rects": runs(modules)}


def measures() -> dict[str, Any]:
    """The measures that the template is drawn with."""
    return {
        "fiducial": {
            "side": FIDUCIAL,
            "inset": FIDUCIAL_INSET,
            "modules": _MODULES,
            "marks": [{"corner": corner, "rects": rects} for corner, rects in fiducials()],
        },
        "code": {"side": CODE_SIDE, "x": CODE_X, "y": CODE_Y, "no-booklet": _no_booklet()},
        "margin": MARGIN,
        "mark": {"side": MARK_BOX, "pitch": PITCH},
        "digit": {"w": DIGIT_W, "h": DIGIT_H},
        "credit": {"w": CREDIT_W, "h": CREDIT_H},
        "number": {"sign": SIGN_W, "decimal": DECIMAL_W, "inset": SIGN_INSET},
    }
