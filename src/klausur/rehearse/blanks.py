"""Words in blanks of a text that people read: what is written there looks like an answer and says nothing."""

import numpy as np

from klausur.base.geometry import Size
from klausur.paper.fields import Field
from klausur.rehearse.hands import Hand
from klausur.rehearse.handwriting import scrawl
from klausur.rehearse.pen import ink
from klausur.rehearse.prints import origin
from klausur.scan.model import Pixels

WRITTEN, EMPTY = "written", "none"
"""What a blank holds, as the truth has it: no reader reads it, and nobody could read the words."""

_SKIPPED = 0.06
"""Share of the blanks that stay empty."""

_ABOVE_LINE = 0.8
"""From the line up to the base line of what is written, in mm."""


def answer(rng: np.random.Generator) -> str:
    """Whether a candidate writes into a blank."""
    return EMPTY if rng.random() < _SKIPPED else WRITTEN


def draw(sheet: Pixels, size: Size, field: Field, hand: Hand, rng: np.random.Generator) -> None:
    """Write something into a blank, on its line."""
    scale, corner = sheet.shape[1] / size.w, origin(sheet, size, field.box)
    start = field.box.x + float(rng.uniform(1.0, 3.0))
    width = (field.box.right - 1.0 - start) * float(rng.uniform(0.5, 0.95))
    height = float(rng.uniform(1.8, 2.6))
    base = (start, field.box.bottom - _ABOVE_LINE - float(rng.uniform(0.0, 0.8)))
    ink(sheet, scrawl(base, width, height, hand, rng), scale, corner, hand, rng)
