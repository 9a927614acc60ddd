"""How far the reader of marks is to be believed, as its card knows it."""

from dataclasses import dataclass
from functools import cache

import msgspec

from klausur.read import card_paths


class _Card(msgspec.Struct):
    """What is looked at of a card: the model beside it is another's business, and costs time."""

    version: str
    figures: dict[str, float]


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
    return _by_people(card) or _by_drawn_hands(card)


def _by_people(card: _Card) -> Belief | None:
    """What was measured on real people who only judge, over all kinds of scan."""
    known = {name.removeprefix(_JUDGED): value for name, value in card.figures.items() if _JUDGED in name}
    scans = [name.removesuffix("_marks") for name in known if name.endswith("_marks")]
    if not scans:
        return None

    def total(name: str) -> float:
        return sum(known[f"{scan}_{name}"] for scan in scans)

    flagged = sum(known[f"{scan}_marks"] * known[f"{scan}_flagged"] for scan in scans)
    odd = int(total("odd_silent"))
    return Belief(
        version=card.version,
        boxes=int(total("marks") + total("empty") + total("odd")),
        wrong=int(total("silent") + total("silent_empty")) + odd,
        odd=odd,
        flagged=round(100 * flagged / total("marks"), 1),
        drawn=False,
    )


_JUDGED = "judged_"


def _by_drawn_hands(card: _Card) -> Belief | None:
    known = card.figures
    names = ("test_windows", "test_silent_misreads", "test_silent_of_other")
    if not {*names, "test_flagged_plain"} <= known.keys():
        return None
    boxes, wrong, odd = (int(known[name]) for name in names)
    return Belief(
        card.version, boxes, wrong, odd, round(100 * float(known["test_flagged_plain"]), 1), drawn=True
    )
