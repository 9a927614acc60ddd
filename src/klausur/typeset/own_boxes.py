"""Where boxes come to stand on own paper: over squares that are printed there, in a column, or in a row."""

from klausur.base.geometry import Box
from klausur.exam.own_paper import Column
from klausur.paper.fields import MARK_BOX
from klausur.typeset.page_frame import PITCH


def places(column: Column, count: int) -> list[tuple[float, float]]:
    """The upper left corners of boxes that stand in a column, or in a row, in mm on the sheet."""
    step = (PITCH, 0.0) if column.across else (0.0, PITCH)
    return [(column.x + n * step[0], column.y + n * step[1]) for n in range(count)]


def over(square: Box, left: float) -> tuple[float, float]:
    """Where a box stands in the place of a square: on its middle, but no further right, or so far left of it.

    What a choice says stands to the right of its square.
    """
    x, y = square.centre
    return min(x - MARK_BOX / 2, square.right - MARK_BOX) - left, y - MARK_BOX / 2
