"""How far the reader of marks is to be believed, as its card knows it."""

from dataclasses import dataclass
from functools import cache

from klausur.base.errors import ToolError
from klausur.read import card as cards
from klausur.read.marks import SHIPPED


@dataclass(frozen=True, slots=True)
class Belief:
    """What was measured on ``boxes`` of hands that training never saw.

    ``wrong`` of them were misread and not flagged, ``odd`` of these such as a person should decide;
    ``flagged`` percent of plain marks were. ``drawn``: no real handwriting was among them.
    """

    version: str
    boxes: int
    wrong: int
    odd: int
    flagged: float
    drawn: bool


@cache
def belief() -> Belief | None:
    """What the card of the mark reader says; None if it does not say it."""
    try:
        card, _model = cards.read(SHIPPED)
    except ToolError:
        return None
    known = card.figures
    if (
        not {"test_windows", "test_silent_misreads", "test_silent_of_other", "test_flagged_plain"}
        <= known.keys()
    ):
        return None
    boxes, wrong, odd = (int(known[f"test_{n}"]) for n in ("windows", "silent_misreads", "silent_of_other"))
    return Belief(
        card.version,
        boxes,
        wrong,
        odd,
        round(100 * float(known["test_flagged_plain"]), 1),
        card.data.get("real_handwriting") == "none",
    )
