"""Where the boxes of a NumberRow stand: a box for a minus, the digits, and those behind the decimal sign."""

from klausur.base.geometry import Box
from klausur.paper.fields import DIGIT_H, DIGIT_W, MARK_BOX, Field

SIGN_W = 14.0
"""Width in mm of the place for a minus: the box to be crossed stands at its left end."""

DECIMAL_W = 5.0
"""Width in mm of the gap for the decimal sign: the digit reader sees 1.5 mm to either side of a cell."""

SIGN_INSET = 2.0
"""From the row's left edge to the box for a minus, in mm: there must be white round it."""


def sign_box(row: Field) -> Box | None:
    """The box that is crossed for a minus, of a row that has one."""
    if not row.sign:
        return None
    return Box(row.box.x + SIGN_INSET, row.box.y + (DIGIT_H - MARK_BOX) / 2, MARK_BOX, MARK_BOX)


def digit_cells(row: Field) -> tuple[Box, ...]:
    """The cells of the digits, from left to right."""
    cells, decimals = row.cells or 0, row.decimals or 0
    start = row.box.x + (SIGN_W if row.sign else 0.0)
    gap = [0.0] * (cells - decimals) + [DECIMAL_W] * decimals
    return tuple(Box(start + at * DIGIT_W + gap[at], row.box.y, DIGIT_W, DIGIT_H) for at in range(cells))
