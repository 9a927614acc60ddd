"""What correctors draw on answers, as the records have it."""

from dataclasses import dataclass
from datetime import datetime

from klausur.base.ink import Drawing
from klausur.state.facts import Spot


@dataclass(frozen=True, slots=True)
class StoredAnnotation:
    """A Drawing in the records: about which answer, on which page, and by which act, that counts once."""

    id: int
    booklet: int
    question: str
    spot: Spot
    drawing: Drawing
    act: str
    who: str
    when: datetime
    taken_back: bool
