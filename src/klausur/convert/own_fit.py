"""Room on own paper: how pages must lie on the sheet, and where boxes go that Klausur adds.

A page lies as it is if it is white where marks and page code go; else it is moved, and made smaller if it
must be. Boxes stand in the left margin, clear of print and of each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from klausur.base.geometry import Box, Size
from klausur.convert.own_pdf import SeenPage, around
from klausur.exam.own_paper import Column, OwnPage
from klausur.paper.code import CODE_SIDE
from klausur.paper.fields import FIDUCIAL, MARK_BOX
from klausur.typeset.own_boxes import over
from klausur.typeset.page_frame import CODE_X, CODE_Y, FIDUCIAL_INSET, PITCH, PRINTABLE

_QUIET = 1.5
"""mm of white round a mark in a corner, or a code."""

_TEXT_W, _TEXT_H = 40.0, 5.0
"""mm: the page code in readable print, beside its symbol."""

_LADDER = 28.0
"""mm from the left edge of the sheet to print, beside which boxes and their labels have room clear of what a
punch takes away, 9 to 15 mm from the edge."""

_SIDE, _TOP, _FOOT = 6.0, 18.0, 15.0
"""mm from the edges of the sheet within which the print of a page that was moved lies."""

_BESIDE = 2.6
"""mm between a box in the margin and what it stands beside."""

_LEAST_X = 21.0
"""mm: further left is no room for a label before a box."""

_CLEAR = 2.0
"""mm round a box that its reader sees."""

_ABOVE = 4.8
"""mm that labels need above boxes in a row."""

NEAR = 6.5
"""mm between the middles of two boxes, across or down: nearer, the reader of one sees the other."""

_LINE = 0.3
"""mm round a square within which ink is its own line."""

_SHIFTS = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5)
"""mm by which boxes may stand left of their squares."""


def white_places(size: Size) -> tuple[Box, ...]:
    """What must be white on each page of a sheet."""
    far_x, far_y = size.w - FIDUCIAL_INSET - FIDUCIAL, size.h - FIDUCIAL_INSET - FIDUCIAL
    corners = ((x, y) for x in (FIDUCIAL_INSET, far_x) for y in (FIDUCIAL_INSET, far_y))
    text = Box(CODE_X + CODE_SIDE + 3, CODE_Y + 0.5, _TEXT_W, _TEXT_H)
    code = Box(CODE_X, CODE_Y, CODE_SIDE, CODE_SIDE).grown(_QUIET)
    return (*(Box(x, y, FIDUCIAL, FIDUCIAL).grown(_QUIET) for x, y in corners), code, text)


def lies(
    page: SeenPage, size: Size, answers: Sequence[Box], *, boxed: bool, fit: bool
) -> tuple[OwnPage, str]:
    """How a page lies on the sheet, and in words what was done, or what it lacks; nothing if all is well.

    Args:
        page: what is seen on it.
        size: of the sheet.
        answers: where people write on it.
        boxed: whether boxes go into its margin.
        fit: it may be moved and scaled.
    """
    same = OwnPage(page.number, page.size.w, page.size.h)
    printed = page.extent()
    extent = around([*([] if printed is None else [printed]), *answers]) if printed or answers else None
    lacks = _lacks(page, same, size, extent, boxed=boxed)
    if not lacks or extent is None:
        return same, ""
    if not fit:
        return same, f"page {page.number}: {lacks}"
    left = _LADDER + 1 if boxed else _SIDE
    room = Box(left, _TOP, size.w - _SIDE - left, size.h - _FOOT - _TOP)
    scale = min(1.0, room.w / extent.w, room.h / extent.h)
    x = _between(0.0, left - extent.x * scale, room.right - extent.right * scale)
    y = _between(0.0, _TOP - extent.y * scale, room.bottom - extent.bottom * scale)
    moved = OwnPage(page.number, page.size.w, page.size.h, round(x, 2), round(y, 2), round(scale - 5e-5, 4))
    how = f"moved by {moved.x:.1f} and {moved.y:.1f} mm" + (f", scaled to {scale:.0%}" if scale < 1 else "")
    return moved, f"page {page.number}: {how}, since {lacks}"


def _between(value: float, least: float, most: float) -> float:
    return max(least, min(value, most)) if least <= most else (least + most) / 2


def _lacks(page: SeenPage, placed: OwnPage, size: Size, extent: Box | None, *, boxed: bool) -> str:
    """What a page lacks where it lies, in words."""
    if max(abs(page.size.w - size.w), abs(page.size.h - size.h)) > 1:
        return f"it is {page.size.w:.0f} × {page.size.h:.0f} mm large, the sheet {size.w:.0f} × {size.h:.0f}"
    if any(page.inked(_theirs(placed, place)) for place in white_places(size)):
        return "there is print where marks in the corners and the page code go"
    if boxed and extent is not None and extent.x < _LADDER:
        return f"print begins {extent.x:.0f} mm from the left edge, boxes in the margin need {_LADDER:.0f} mm"
    if extent is not None and not extent.grown(PRINTABLE).inside(size):
        return "a space for an answer reaches to where no printer prints"
    return ""


def _theirs(placed: OwnPage, box: Box) -> Box:
    """Where a rectangle of the sheet lies on the page."""
    s = placed.scale
    return Box((box.x - placed.x) / s, (box.y - placed.y) / s, box.w / s, box.h / s)


@dataclass(slots=True)
class Margin:
    """The left margin of a page, filled from above with columns of boxes."""

    page: SeenPage
    placed: OwnPage
    size: Size
    taken: list[Box] = field(default_factory=list)

    def is_white(self, box: Box) -> bool:
        """Whether a rectangle of the sheet is free of print."""
        return not self.page.inked(_theirs(self.placed, box))

    def column(self, beside: Box, count: int, until: float) -> Column | None:
        """Room for so many boxes beside a rectangle of the sheet, from its top on; None if there is none.

        They end above ``until``, where the next question begins, so that nobody takes them for its own.
        """
        extent = self.page.extent()
        edge = beside.x if extent is None else min(beside.x, self.placed.on_sheet(extent).x)
        x, high = edge - _BESIDE - MARK_BOX, (count - 1) * PITCH + MARK_BOX
        if x < _LEAST_X:
            return None
        last = min(until, self.size.h - _FOOT) - high
        y = max([_TOP, beside.y, *(box.bottom + PITCH - MARK_BOX for box in self._before(x))])
        if y > last:
            y = self._last_gap(x, last)
        room = Box(x, y, MARK_BOX, high)
        if (
            y < _TOP
            or not self.is_white(room.grown(_CLEAR))
            or any(room.grown(_CLEAR).overlaps(t) for t in self.taken)
        ):
            return None
        self.taken.append(room)
        return Column(self.page.number, round(x, 2), round(y, 2))

    def _before(self, x: float) -> list[Box]:
        return [box for box in self.taken if abs(box.x - x) < 2 * MARK_BOX]

    def _last_gap(self, x: float, last: float) -> float:
        """The lowest place that ends above the foot and below what is there."""
        lowest = max((box.bottom + PITCH - MARK_BOX for box in self._before(x)), default=_TOP)
        return last if last >= lowest else -1.0

    def row(self, within: Box, count: int) -> Column | None:
        """Room for so many boxes in a row at the top of a rectangle of the sheet, at its right."""
        wide = (count - 1) * PITCH + MARK_BOX
        x, y = within.right - wide - 2 * _CLEAR, within.y + _CLEAR + _ABOVE
        room = Box(x - _CLEAR, within.y + 0.5, wide + 2 * _CLEAR, _ABOVE + MARK_BOX + 2 * _CLEAR)
        if x < within.x or within.h < ROW_HEIGHT + 8 or not self.is_white(room):
            return None
        if any(room.overlaps(box) for box in self.taken):
            return None
        self.taken.append(Box(x, y, wide, MARK_BOX))
        return Column(self.page.number, round(x, 2), round(y, 2), across=True)

    def over(self, squares: Sequence[Box]) -> float | None:
        """How far left of squares of the page boxes can stand in their places; None if they cannot."""
        return next((left for left in _SHIFTS if self._all_clear(squares, left)), None)

    def _all_clear(self, squares: Sequence[Box], left: float) -> bool:
        boxes = [Box(*over(self.placed.on_sheet(square), left), MARK_BOX, MARK_BOX) for square in squares]
        for at, box in enumerate(boxes):
            for other in boxes[:at]:
                (x, y), (u, v) = box.centre, other.centre
                if max(abs(x - u), abs(y - v)) < NEAR:
                    return False
        bare = self.page.without([square.grown(_LINE) for square in squares])
        return all(not bare.inked(_theirs(self.placed, box.grown(_CLEAR))) for box in boxes)


ROW_HEIGHT = _ABOVE + MARK_BOX + 2 * _CLEAR
"""mm that a row of boxes takes of the space at whose top it stands."""
