"""A Candidate: a person registered for the exam."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row of the list of candidates. ``registration`` is text: leading zeros count."""

    registration: str
    name: str
    room: str = ""
    seat: str = ""
