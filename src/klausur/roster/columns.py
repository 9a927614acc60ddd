"""Which column of a list of candidates holds what: the headings that Klausur knows, English and German.

Case, spaces and punctuation of a heading do not count: ``Matrikel-Nr.`` is ``MATRIKELNR``.
docs/guide/candidates.md lists the same headings; a test holds them equal. An exam's own are `Named`.
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
    EXTRA_MINUTES = "extra minutes"
    NOTE = "note"


Named = Mapping[str, tuple[str, ...]]
"""The headings that exam.toml gives, by the key there (``extra_minutes`` for `Column.EXTRA_MINUTES`)."""


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
        Column.EXTRA_MINUTES: (
            "Extra minutes",
            "Extra time",
            "Additional minutes",
            "Additional time",
            "Zusatzminuten",
            "Zusatzzeit",
            "Zeitzuschlag",
            "Zeitverlängerung",
            "Schreibzeitverlängerung",
        ),
        # No "Note": in German lists that is the grade.
        Column.NOTE: (
            "Remark",
            "Remarks",
            "Notes",
            "Comment",
            "Comments",
            "Bemerkung",
            "Bemerkungen",
            "Anmerkung",
            "Anmerkungen",
            "Kommentar",
        ),
    }
)


def _plain(heading: str) -> str:
    """A heading as it is compared: folded, letters and digits only."""
    folded = unicodedata.normalize("NFC", heading).casefold()
    return "".join(c for c in folded if c.isalnum())


_KNOWN = {_plain(heading): column for column, headings in HEADINGS.items() for heading in headings}


def columns(header: Sequence[str], named: Named = MappingProxyType({})) -> tuple[Column | None, ...]:
    """For each heading the Column it names, or None if it names none.

    Args:
        header: the headings.
        named: those of the exam; a column that has some is under no other heading. A name that they give is
            the whole name.
    """
    own = {_plain(heading): column for column, headings in own_headings(named) for heading in headings}
    taken = set(own.values())
    if Column.NAME in taken:
        taken |= {Column.FIRST, Column.LAST}
    known = {heading: column for heading, column in _KNOWN.items() if column not in taken}
    return tuple((known | own).get(_plain(heading)) for heading in header)


def own_headings(named: Named) -> tuple[tuple[Column, tuple[str, ...]], ...]:
    """The headings of an exam's own by Column."""
    return tuple((Column(key.replace("_", " ")), headings) for key, headings in named.items())


def same(heading: str, other: str) -> bool:
    """Whether two headings are one, as headings are compared."""
    return _plain(heading) == _plain(other)


def enough(kinds: Sequence[Column | None]) -> bool:
    """Whether these columns tell who the candidates are."""
    named = Column.NAME in kinds or {Column.FIRST, Column.LAST} <= set(kinds)
    return named and Column.REGISTRATION in kinds


def header_at(first: Sequence[Sequence[str]], named: Named = MappingProxyType({})) -> int:
    """Which of the first rows of a table holds its headings: titles and remarks may stand above them.

    It is the first one with headings that are enough; else the one with the most that are known.
    """
    found = [columns(row, named) for row in first]
    best = max(((enough(kinds), sum(k is not None for k in kinds)) for kinds in found), default=(False, 0))
    return next(
        (n for n, kinds in enumerate(found) if (enough(kinds), sum(k is not None for k in kinds)) == best), 0
    )
