"""Which column of a list of candidates holds what: the headings that Klausur knows, English and German.

Case, spaces and punctuation of a heading do not count: ``Matrikel-Nr.`` is ``MATRIKELNR``.
docs/guide/candidates.md lists the same headings; a test holds them equal.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType


class Column(StrEnum):
    """What a column can hold."""

    REGISTRATION = "registration"
    NAME = "name"
    FIRST = "first name"
    LAST = "last name"
    ROOM = "room"
    SEAT = "seat"


HEADINGS: Mapping[Column, tuple[str, ...]] = MappingProxyType(
    {
        Column.REGISTRATION: (
            "Registration number",
            "Registration",
            "Registration no.",
            "Reg. no.",
            "Matriculation number",
            "Matriculation",
            "Student number",
            "Student ID",
            "ID number",
            "Matrikelnummer",
            "Matrikel-Nr.",
            "Matrikel",
            "Matr.-Nr.",
            "ID-Nummer",
        ),
        Column.NAME: (
            "Name",
            "Full name",
            "Candidate",
            "Student",
            "Vollständiger Name",
            "Kandidat",
            "Kandidat/in",
            "Studierende",
        ),
        Column.FIRST: ("First name", "Given name", "Forename", "First name of student", "Vorname"),
        Column.LAST: (
            "Last name",
            "Family name",
            "Surname",
            "Family name of student",
            "Nachname",
            "Familienname",
        ),
        Column.ROOM: ("Room", "Hall", "Lecture hall", "Raum", "Hörsaal", "Saal"),
        Column.SEAT: (
            "Seat",
            "Seat number",
            "Seat no.",
            "Platz",
            "Platznummer",
            "Platz-Nr.",
            "Sitz",
            "Sitzplatz",
            "Sitzplatznummer",
        ),
    }
)


def _plain(heading: str) -> str:
    """A heading as it is compared: folded, letters and digits only."""
    folded = unicodedata.normalize("NFC", heading).casefold()
    return "".join(c for c in folded if c.isalnum())


_KNOWN = {_plain(heading): column for column, headings in HEADINGS.items() for heading in headings}


def columns(header: Sequence[str]) -> tuple[Column | None, ...]:
    """For each heading the Column it names, or None if Klausur does not know it."""
    return tuple(_KNOWN.get(_plain(heading)) for heading in header)
