"""A Candidate: a person registered for the exam; and the rules by which candidates get seats."""

from dataclasses import dataclass
from enum import StrEnum

MAX_MINUTES = 24 * 60
"""More extra time than this is a mistake."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row of the list of candidates. ``registration`` is text: leading zeros count.

    ``extra_minutes`` is more time than the others have; ``note`` what the invigilators must know; ``mail`` is
    the address that they are written to, empty if none is known.
    """

    registration: str
    name: str
    room: str = ""
    seat: str = ""
    extra_minutes: int = 0
    note: str = ""
    mail: str = ""


class SeatRule(StrEnum):
    """Who sits where; `klausur.roster.seats` says how."""

    SPREAD = "spread"
    ALPHABETICAL = "alphabetical"
    RANDOM = "random"
    FILE = "file"
