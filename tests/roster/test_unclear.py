"""What a column without a known heading seems to hold."""

import pytest

from klausur.roster.known_headings import Column
from klausur.roster.unclear import looks_like


@pytest.mark.parametrize(
    ("heading", "cells", "column"),
    [
        ("Bemerkung", ["", "+25 %", "keine"], Column.EXTRA_MINUTES),
        ("Bemerkung", ["30 min.", "45 Minuten"], Column.EXTRA_MINUTES),
        ("Bemerkung", ["Brille", "keine"], None),
        ("Bemerkung", ["", ""], None),
        ("Sitzplatz-Nr.", ["A1"], Column.SEAT),
        ("Sitzplatz-Nr.", [""], None),
        ("Hörsaal", ["H1"], Column.ROOM),
        ("Anmeldestatus", ["angemeldet"], Column.STATUS),
        ("Time allowance", ["x"], Column.EXTRA_MINUTES),
        ("Schreibdauer", ["120"], Column.EXTRA_MINUTES),
        ("Tisch", ["7"], Column.SEAT),
        ("Gebäude", ["B"], Column.ROOM),
        ("Cancelled?", ["yes"], Column.STATUS),
        ("Anmeldestand", ["ok"], Column.STATUS),
        ("Colour", ["red"], None),
    ],
)
def test_a_column_is_told_by_its_heading_or_by_what_is_in_it(
    heading: str, cells: list[str], column: Column | None
) -> None:
    assert looks_like(heading, cells) == column
