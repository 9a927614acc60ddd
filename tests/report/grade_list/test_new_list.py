"""New grade lists: each is known again as what it is, and holds what the results say."""

from pathlib import Path
from types import MappingProxyType

import pytest

from klausur.base.errors import UsageError
from klausur.report.grade_list.fill import fill
from klausur.report.grade_list.headings import ListKind
from klausur.report.grade_list.new_list import new_list
from klausur.report.grade_list.request import FillRequest, ListForm, Wanted

from .graded import graded

PEOPLE = (
    ("00012345", "Ada Example", "9.5"),
    ("03712345", "Muster, Jürgen Karl", "8"),
    ("03712346", "Bo Open", None),
)


def made(form: ListForm, *columns: tuple[str, Wanted | None], comma: bool | None = None) -> str:
    return new_list(form, graded(PEOPLE), "Endterm, part 1", columns, comma=comma).data.decode()


def test_lists_for_platforms_hold_credits_of_those_who_have_a_result() -> None:
    assert made(ListForm.MOODLE) == (
        'ID number,First name,Last name,"Endterm, part 1"\r\n'
        "00012345,Ada,Example,9.5\r\n03712345,Jürgen Karl,Muster,8\r\n"
    )
    assert made(ListForm.CANVAS) == (
        'Student,ID,SIS User ID,SIS Login ID,Section,"Endterm, part 1"\r\n'
        "    Points Possible,,,,,10\r\n"
        '"Example, Ada",,00012345,,,9.5\r\n"Muster, Jürgen Karl",,03712345,,,8\r\n'
    )
    assert made(ListForm.CANVAS, ("Endterm, part 1", Wanted.PERCENT)).splitlines()[1:3] == [
        "    Points Possible,,,,,100",
        '"Example, Ada",,00012345,,,95',
    ]


def test_lists_for_offices_hold_grades_with_a_comma() -> None:
    assert made(ListForm.CAMPUS_ONLINE) == (
        '"REGISTRATION_NUMBER";"FAMILY_NAME_OF_STUDENT";"FIRST_NAME_OF_STUDENT";"GRADE";"REMARK"\r\n'
        '"00012345";"Example";"Ada";"1,0";""\r\n"03712345";"Muster";"Jürgen Karl";"1,3";""\r\n'
    )
    assert '"1.3"' in made(ListForm.CAMPUS_ONLINE, comma=False)
    with pytest.raises(UsageError, match="'Note' is no column"):
        made(ListForm.CAMPUS_ONLINE, ("Note", Wanted.GRADE))
    with pytest.raises(UsageError, match="what to hold"):
        made(ListForm.CAMPUS_ONLINE, ("GRADE", None))


@pytest.mark.parametrize(
    ("form", "kind", "wants"),
    [
        (ListForm.CANVAS, ListKind.CANVAS, Wanted.CREDITS),
        (ListForm.CAMPUS_ONLINE, ListKind.CAMPUS_ONLINE, Wanted.GRADE),
        (ListForm.HIS, ListKind.HIS, Wanted.HUNDREDTHS),
    ],
)
def test_what_fills_lists_knows_a_new_one_and_finds_nothing_to_fill(
    form: ListForm, kind: ListKind, wants: Wanted
) -> None:
    results = graded(PEOPLE)
    column = {ListForm.CANVAS: "Endterm", ListForm.HIS: "bewertung"}.get(form, "GRADE")
    new = new_list(form, results, "Endterm", ((column, wants),))
    assert (new.people, [row.registration for row in new.lacking]) == (2, ["03712346"])
    again = fill(new.data, results, MappingProxyType({}), FillRequest(Path("x"), columns=((column, wants),)))
    assert (again.kind, again.cells, again.already) == (kind, (), 2)
    assert [row.registration for row in again.lacking] == ["03712346"]
