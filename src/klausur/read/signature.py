"""Signatures: whether a field of the attendance list carries ink, as a signature does.

Nobody's hand is recognised here. Between the ink that strays, dust and a neighbour's flourish leave and that
of the scantest signature lies a band in which a person decides; so does a mere dash, which often says that
somebody is absent.
"""

import numpy as np

from klausur.paper.fields import Field
from klausur.read.model import Reading, Signed
from klausur.read.upright import Area, upright
from klausur.scan.model import Placed

READER, VERSION = "signature", "1"

_EDGE = 1.0
"""Distance in mm from the field's edge, where rules are printed, to where ink counts."""

_DARK = 0.25
"""Share by which ink is darker than paper."""

UNSIGNED = 1.2
"""Most mm² of ink in a field that nobody signed."""

SIGNED = 3.5
"""Least mm² of ink in a field that somebody signed."""

DASH = 1.6
"""Height in mm of the ink's middle nine tenths below which it is a dash."""

_SURE = 0.999
"""The confidence outside of the band. On drawn fields none was wrong there; see docs/reference/readers.md."""


def read(placed: Placed, field: Field) -> Reading:
    """Whether a signature field was signed; flagged where that is not plain."""
    ink, height = measure(upright(placed, field.box.grown(-_EDGE)))
    signed = ink >= (UNSIGNED + SIGNED) / 2
    flagged = UNSIGNED < ink < SIGNED or (signed and height < DASH)
    return Reading(
        field=field.id,
        kind=field.kind,
        question=field.question,
        value=Signed.YES if signed else Signed.NO,
        confidence=0.5 if flagged else _SURE,
        flagged=flagged,
        reader=READER,
        version=VERSION,
    )


def measure(area: Area) -> tuple[float, float]:
    """How much ink there is, in mm², and how tall its middle nine tenths are, in mm."""
    dark = area.dark(_DARK)
    rows = np.cumsum(dark.sum(axis=1))
    if not rows[-1]:
        return 0.0, 0.0
    first, last = np.searchsorted(rows, (0.05 * rows[-1], 0.95 * rows[-1]))
    return area.mm2(dark), float(last - first + 1) / area.scale
