"""Which parts of a page people look at: a box and what is round it, a question; and which tell a name."""

from collections.abc import Iterable

from klausur.base.geometry import Box, Size
from klausur.paper.code import Sheet
from klausur.paper.fields import ANSWERING, Field
from klausur.state.facts import Spot

ROUND = 5.0
"""How much is shown round a box, in mm."""
NEAR = 1.0
"""How much is shown round a space that somebody writes in, in mm."""
_ABOVE, _BELOW = 60.0, 6.0
"""How much is shown above and below the boxes of a question, in mm: at most up to the question before."""

_NAMES = ("cover/", "candidate/", "extra/registration")
"""How the ids of Fields begin in which a person stands: by name, number, sticker or signature."""


def around(question: str, fields: Iterable[Field]) -> Box | None:
    """The part of a page that a question takes: from the end of the one before to its own last box."""
    known = tuple(fields)
    own = [f.box for f in known if f.question == question]
    if not own:
        return None
    top, bottom = min(box.y for box in own), max(box.bottom for box in own)
    before = [f.box.bottom for f in known if f.question not in {None, question} and f.box.bottom <= top]
    start = max([top - _ABOVE, *(end + 1 for end in before)])
    return Box(0, start, 1000, bottom + _BELOW - start)


def shown_part(question: str, fields: Iterable[Field], size: Size) -> Box:
    """The same without what lies off the page: exactly what a picture of the question shows."""
    found = around(question, fields)
    if found is None:
        raise ValueError(f"nothing of {question} lies on this page")
    left, top = max(0.0, found.x), max(0.0, found.y)
    return Box(left, top, min(size.w, found.right) - left, min(size.h, found.bottom) - top)


def tells_a_name(field: Field) -> bool:
    """Whether a person stands in this Field."""
    return field.kind not in ANSWERING and field.id.startswith(_NAMES)


def page_tells_a_name(spot: Spot) -> bool:
    """Whether a person may stand on this page: a cover, a list, a sticker, the front of an extra sheet."""
    return spot.sheet not in {Sheet.BOOKLET, Sheet.EXTRA} or spot.page == 1
