"""How far the reader of marks is to be believed, as its card knows it."""

from dataclasses import dataclass
from functools import cache

import msgspec

from klausur.read import card_paths


class _Card(msgspec.Struct):
    """What is looked at of a card: the model beside it is another's business, and costs time."""

    version: str
    figures: dict[str, float]
    data: dict[str, str | float]


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
        card = msgspec.json.decode(card_paths.MARKS.read_bytes(), type=_Card)
    except (OSError, msgspec.MsgspecError):
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
