import pytest

from klausur.roster.columns import columns, enough, header_at
from klausur.roster.known_headings import HEADINGS, Column


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Matrikelnummer", Column.REGISTRATION),
        ("MATRIKEL-NR.", Column.REGISTRATION),
        ("registration_number", Column.REGISTRATION),
        ("  Reg. No. ", Column.REGISTRATION),
        ("Vorname", Column.FIRST),
        ("FAMILY_NAME_OF_STUDENT", Column.LAST),
        ("Ho\u0308rsaal", Column.ROOM),
        ("Sitzplatz", Column.SEAT),
        ("e-mail", Column.MAIL),
        ("", None),
    ],
)
def test_headings_are_known_in_any_spelling(heading: str, column: Column | None) -> None:
    assert columns([heading]) == (column,)


def test_every_heading_names_its_column_and_no_two_columns_share_one() -> None:
    for column, headings in HEADINGS.items():
        assert columns(headings) == (column,) * len(headings)
    shouted = [heading.upper() for headings in HEADINGS.values() for heading in headings]
    assert len({columns([heading]) for heading in shouted}) == len(Column)


@pytest.mark.parametrize(
    ("headings", "enough_of"),
    [
        (["Matrikelnummer", "Name"], True),
        (["Matrikelnummer", "Vorname", "Nachname"], True),
        (["Matrikelnummer"], False),
        (["Matrikelnummer", "Nachname"], False),
        (["Name"], False),
    ],
)
def test_a_list_tells_who_people_are_by_number_and_name(headings: list[str], *, enough_of: bool) -> None:
    assert enough(columns(headings)) == enough_of


@pytest.mark.parametrize(
    ("rows", "at"),
    [
        ([], 0),
        ([["Endterm"], ["2026"]], 0),
        ([["Endterm", "Name"], ["Matrikelnummer", "Room"], ["1", "2"]], 1),
        ([["Room", "Seat", "Name"], ["Matrikelnummer", "Name"], ["1", "2"]], 1),
        ([["Matrikelnummer", "Name"], ["Matrikelnummer", "Name"]], 0),
    ],
)
def test_the_headings_are_the_first_row_that_has_most_of_them(rows: list[list[str]], at: int) -> None:
    assert header_at(rows) == at
