"""A signature on glass: lines of a finger or a pen on a tablet, as text that the records keep.

``12,30 14,31;40,20 41,25`` are two lines of points, in tenths of a millimetre from the top left corner of a
field of 80 by 30 mm. How fast it was written is not kept: it is an autograph, and no feature to know
somebody by.
"""

import re

WIDTH, HEIGHT = 800, 300
"""Of the field, in tenths of a millimetre."""

LONGEST = 6000
"""Letters of a signature at most: a tablet sends every third of a millimetre of half a metre of ink in it."""

FEWEST = 4
"""Points of a signature at least: a tap is none."""

_TEXT = re.compile(r"\d{1,3},\d{1,3}(?:[ ;]\d{1,3},\d{1,3})*", re.ASCII)

Line = tuple[tuple[int, int], ...]


def lines(text: str) -> tuple[Line, ...] | None:
    """The lines of a signature; None if the text is none, or something of it lies outside of the field."""
    if len(text) > LONGEST or not _TEXT.fullmatch(text):
        return None
    found = tuple(
        tuple((int(x), int(y)) for x, _, y in (point.partition(",") for point in line.split(" ")))
        for line in text.split(";")
    )
    points = [point for line in found for point in line]
    inside = all(x <= WIDTH and y <= HEIGHT for x, y in points)
    return found if inside and len(points) >= FEWEST else None
