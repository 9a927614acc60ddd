"""What a page is that was handed in: which one, how it lies, how hard to read. Nothing is read here.

It is work for a process that an image may end: see `klausur.read.pool.guarded`.
"""

import math
from dataclasses import dataclass

from klausur.paper.code import PageCode
from klausur.paper.layout import Layout
from klausur.read.made_for import why_not
from klausur.scan.model import PageImage, Placed, Reason, Unplaced
from klausur.scan.place import place
from klausur.scan.transform import jacobian


@dataclass(frozen=True, slots=True)
class Looked:
    """One page on an image. ``code`` is what was legible of it; ``turned`` by how many degrees, clockwise.

    ``reason`` is why it could not be placed; ``poor`` why it is hard to read though it was.
    """

    code: PageCode | None
    reason: Reason | None
    turned: int = 0
    poor: str = ""


def look(image: PageImage, layout: Layout, key: bytes) -> tuple[Looked, ...]:
    """What each page on an image is, of a layout that may be that of one booklet."""
    return tuple(_looked(found, layout) for found in place(image, layout, key))


def _looked(found: Placed | Unplaced, layout: Layout) -> Looked:
    if isinstance(found, Unplaced):
        return Looked(found.code, found.reason)
    right = jacobian(found.to_pixels, layout.size.w / 2, layout.size.h / 2)
    turned = round(math.degrees(math.atan2(right[1, 0], right[0, 0])) / 90) * 90 % 360
    return Looked(found.code, None, turned, why_not(found.quality))
