"""Signatures: whether a field of the attendance list carries ink, as a signature does.

Nobody's hand is recognised here. What reaches in from the fields above and below is told from what stands in
the field. Between the ink that strays and dust leave and that of the scantest signature lies a band in which
a person decides. A dash, drawn through by the supervisors, says that somebody is absent: a straight one is
read as unsigned, and a flat scrawl goes to a person.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from klausur.paper.fields import Field
from klausur.read.model import Reading, Signed
from klausur.read.upright import Area, upright
from klausur.scan.model import Placed

READER, VERSION = "signature", "1"

EDGE = 1.0
"""Distance in mm from the field's edge, where rules are printed, to where ink counts."""

_DARK = 0.25
"""Share by which ink is darker than paper."""

UNSIGNED = 1.0
"""Most mm² of ink in a field that nobody signed."""

SIGNED = 3.5
"""Least mm² of ink in a field that somebody signed."""

FLAT = 1.2
"""Height in mm of the ink's middle nine tenths below which it may be a dash."""

DASH_LENGTH = 8.0
"""Least length in mm of a dash."""

STRAIGHT = 0.12
"""Most root mean square distance in mm of a dash's middle from a straight line. Flat scrawls have 0.19."""

_UNBROKEN = 0.6
"""Share of a dash's length that has ink, at least."""

_ENTERS = 0.35
"""How far, as a share of the field's height, what comes from a neighbour reaches into it."""

_SURE = 0.999
"""The confidence outside of the band. On drawn fields none was wrong there; see docs/reference/readers.md."""


@dataclass(frozen=True, slots=True)
class InkInField:
    """What is in a field.

    Attributes:
        own: mm² of ink that stands in the field.
        from_outside: mm² of ink that enters at the upper or lower edge and does not get far.
        height: mm that the middle nine tenths of ``own`` are tall.
        length: mm from its left to its right end.
        unbroken: share of that length that has ink.
        bend: root mean square distance in mm of its middle line from a straight one.
    """

    own: float
    from_outside: float
    height: float
    length: float
    unbroken: float
    bend: float

    @property
    def dash(self) -> bool:
        """Whether it is one straight stroke from left to right."""
        return self.length >= DASH_LENGTH and self.unbroken >= _UNBROKEN and self.bend <= STRAIGHT


def read(placed: Placed, field: Field) -> Reading:
    """Whether a signature field was signed; flagged where that is not plain."""
    ink = measure(upright(placed, field.box.grown(-EDGE)))
    signed = ink.own >= (UNSIGNED + SIGNED) / 2 and not ink.dash
    bare = ink.own <= UNSIGNED and ink.own + ink.from_outside < SIGNED
    plainly_unsigned = bare or (ink.dash and ink.height < FLAT)
    plainly_signed = ink.own >= SIGNED and ink.height >= FLAT and not ink.dash
    return Reading(
        field=field.id,
        kind=field.kind,
        question=field.question,
        value=Signed.YES if signed else Signed.NO,
        confidence=_SURE if plainly_signed or plainly_unsigned else 0.5,
        flagged=not (plainly_signed or plainly_unsigned),
        reader=READER,
        version=VERSION,
    )


def measure(area: Area) -> InkInField:
    """How much ink there is in a field without its edge."""
    dark = area.dark(_DARK).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    tops = stats[:, cv2.CC_STAT_TOP]
    bottoms = tops + stats[:, cv2.CC_STAT_HEIGHT]
    height = dark.shape[0]
    from_above = (tops == 0) & (bottoms < _ENTERS * height)
    from_below = (bottoms == height) & (tops > (1.0 - _ENTERS) * height)
    entering = from_above | from_below
    entering[0] = False  # the paper
    outside = np.isin(labels, np.flatnonzero(entering))
    own = (dark > 0) & ~outside
    rows = np.cumsum(own.sum(axis=1))
    first, last = np.searchsorted(rows, (0.05 * rows[-1], 0.95 * rows[-1]))
    if not rows[-1]:
        return InkInField(0.0, area.mm2(outside), 0.0, 0.0, 0.0, 0.0)
    columns = np.flatnonzero(own.any(axis=0))
    across = float(columns[-1] - columns[0] + 1)
    middle = (own * np.arange(height)[:, None]).sum(axis=0)[columns] / own.sum(axis=0)[columns]
    line = np.polynomial.Polynomial.fit(columns, middle, 1) if len(columns) > 1 else None
    bend = 0.0 if line is None else float(np.sqrt(np.mean((middle - line(columns)) ** 2)))
    return InkInField(
        own=area.mm2(own),
        from_outside=area.mm2(outside),
        height=float(last - first + 1) / area.scale,
        length=across / area.scale,
        unbroken=len(columns) / across,
        bend=bend / area.scale,
    )
