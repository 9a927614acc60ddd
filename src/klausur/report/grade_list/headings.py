"""The headings of an office's list: who a row is about, and which columns want what of the results.

The headings of lists of candidates are `klausur.roster.columns`'; here are those that grade lists have
besides. docs/guide/grade-lists.md names them, and a test holds it to this table.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from klausur.base.errors import KlausurError, UsageError
from klausur.report.grade_list.office_list import OfficeList
from klausur.report.grade_list.request import Wanted
from klausur.roster.columns import Named, columns, same
from klausur.roster.delimited import ABOVE, ListRow
from klausur.roster.known_headings import END, HEADINGS, START, Column


class ListKind(StrEnum):
    """Whose list it is, as far as that changes what its columns mean."""

    HIS = "HIS"
    CAMPUS_ONLINE = "CAMPUSonline"
    MOODLE = "Moodle"
    CANVAS = "Canvas"
    OTHER = "other"


NUMBERS = ("mtknr", "MatrNr", "SIS User ID")
NAMES = ("sortname",)
GRADES, CREDITS = HEADINGS[Column.GRADE], HEADINGS[Column.CREDITS]
MOST = ("Maximum grade", "Bestwertung", "Note maximale")
"""Of a Moodle worksheet, like the next: what it has beside grades, so that these are credits."""
CHANGED = ("Last modified (grade)", "Zuletzt geändert (Bewertung)", "Dernière modification (note)")

_ASSIGNMENT = re.compile(r"(?P<name>.+?) \([0-9]+\)")


@dataclass(frozen=True, slots=True)
class Target:
    """A column (from 0) to be written, under its heading."""

    column: int
    heading: str
    wants: Wanted


@dataclass(frozen=True, slots=True)
class Headings:
    """Where what stands. Rows and columns count from 0.

    Attributes:
        kind: whose list it is.
        row: the one of the headings.
        end: the one after the last of the table.
        number: the column of registration numbers.
        names: those that together give a name.
        targets: those to be written.
        most: the column of the most credits that can be reached.
    """

    kind: ListKind
    row: int
    end: int
    number: int | None
    names: tuple[int, ...]
    targets: tuple[Target, ...]
    most: int | None = None


def chosen(
    readings: Iterable[OfficeList], named: Named, asked: Sequence[tuple[str, Wanted | None]], *, by_name: bool
) -> tuple[OfficeList, Headings]:
    """The reading of a list that has the headings, and what stands under them.

    Args:
        readings: of the list.
        named: the headings of the exam's own list of candidates.
        asked: columns that somebody names, with what they want where that is said.
        by_name: rows are known by names, not by registration numbers.

    Raises:
        UsageError: a column that is asked for is not there, or nobody knows what it wants.
        KlausurError: nothing says who a row is about, or which column wants a grade.
    """
    found = [
        (_worth(row, named, asked, by_name=by_name), one, at) for one in readings for at, row in _tops(one)
    ]
    if not found:
        raise KlausurError("the list is empty", "give the file that the office handed out")
    (_, best, at) = max(found, key=lambda each: each[0])
    return best, _headings(best, at, named, asked, by_name=by_name)


def _tops(one: OfficeList) -> list[tuple[int, ListRow]]:
    """The rows that may be headings: below the marker of a HIS list, else the first ones."""
    marked = [n for n, row in enumerate(one.rows) if START in row.cells]
    if marked:
        below = [(n, row) for n, row in enumerate(one.rows) if n > marked[0] and any(row.cells)]
        return below[:1]
    return [(n, row) for n, row in enumerate(one.rows[:ABOVE]) if any(row.cells)]


def _worth(
    header: ListRow, named: Named, asked: Sequence[tuple[str, Wanted | None]], *, by_name: bool
) -> tuple[bool, int, int]:
    """How well a row serves as headings; of equals the first one is taken."""
    cells = header.cells
    number, names = _number(cells, named), _names(cells, named)
    wanted = sum(_meant(cell, heading) for cell in cells for heading, _ in asked) if asked else _count(cells)
    return bool(names) if by_name else number is not None, wanted, (number is not None) + len(names)


def _count(cells: Sequence[str]) -> int:
    return sum(_is(cell, (*GRADES, *CREDITS)) or bool(_ASSIGNMENT.fullmatch(cell)) for cell in cells)


def _is(cell: str, headings: Sequence[str]) -> bool:
    return any(same(cell, heading) for heading in headings)


def _number(cells: Sequence[str], named: Named) -> int | None:
    for kinds in (columns(cells, named), columns(cells)):
        if Column.REGISTRATION in kinds:
            return kinds.index(Column.REGISTRATION)
    return next((at for at, cell in enumerate(cells) if _is(cell, NUMBERS)), None)


def _names(cells: Sequence[str], named: Named) -> tuple[int, ...]:
    for kinds in (columns(cells, named), columns(cells)):
        parts = tuple(at for at, kind in enumerate(kinds) if kind in {Column.FIRST, Column.LAST})
        whole = tuple(at for at, kind in enumerate(kinds) if kind is Column.NAME)
        if parts or whole:
            return parts if len(parts) > 1 else (*whole, *parts)
    return tuple(at for at, cell in enumerate(cells) if _is(cell, NAMES))


def _headings(
    one: OfficeList, at: int, named: Named, asked: Sequence[tuple[str, Wanted | None]], *, by_name: bool
) -> Headings:
    cells = one.rows[at].cells
    kind = _kind(one, at)
    there = ", ".join(repr(cell) for cell in cells if cell) or "none"
    number, names = _number(cells, named), _names(cells, named)
    if by_name and not names:
        raise KlausurError(f"no column of the list holds names; its headings: {there}", "leave out --by-name")
    if not by_name and number is None:
        raise KlausurError(
            f"no column of the list holds registration numbers; its headings: {there}",
            "name its heading as registration under [candidates] in exam.toml, or go by names: --by-name",
        )
    return Headings(
        kind,
        at,
        _end(one, at),
        None if by_name else number,
        names,
        _targets(cells, kind, asked, there),
        next((n for n, cell in enumerate(cells) if _is(cell, MOST)), None),
    )


def _kind(one: OfficeList, at: int) -> ListKind:
    cells = one.rows[at].cells
    if any(START in row.cells for row in one.rows[:at]):
        return ListKind.HIS
    if any(_is(cell, (*MOST, *CHANGED)) for cell in cells):
        return ListKind.MOODLE
    if "REGISTRATION_NUMBER" in cells:
        return ListKind.CAMPUS_ONLINE
    if "Student" in cells and {"ID", "SIS User ID", "SIS Login ID"} & set(cells):
        return ListKind.CANVAS
    return ListKind.OTHER


def _end(one: OfficeList, at: int) -> int:
    ends = (n for n, row in enumerate(one.rows) if n > at and END in row.cells)
    return next(ends, len(one.rows))


def _targets(
    cells: Sequence[str], kind: ListKind, asked: Sequence[tuple[str, Wanted | None]], there: str
) -> tuple[Target, ...]:
    if asked:
        return tuple(_asked(cells, kind, heading, wants, there) for heading, wants in asked)
    if kind is ListKind.CANVAS:
        found = [Target(n, c, Wanted.CREDITS) for n, c in enumerate(cells) if _ASSIGNMENT.fullmatch(c)]
    else:
        known = [(n, c, wants) for n, c in enumerate(cells) if (wants := _wants(c, kind)) is not None]
        grades = [each for each in known if _is(each[1], GRADES)]
        found = [Target(*each) for each in grades or known]
    if len(found) == 1:
        return tuple(found)
    if found:
        several = ", ".join(repr(target.heading) for target in found)
        message = f"several columns may want the results: {several}"
    else:
        message = f"no column is known to want results; the list's headings: {there}"
    raise KlausurError(message, "say which: --column HEADING=grade, or =credits, =percent, =hundredths")


def _asked(cells: Sequence[str], kind: ListKind, heading: str, wants: Wanted | None, there: str) -> Target:
    at = [n for n, cell in enumerate(cells) if _meant(cell, heading)]
    if len(at) != 1:
        state = "no column has" if not at else f"{len(at)} columns have"
        raise UsageError(f"{state} the heading {heading!r}; the list's headings: {there}", "see --column")
    cell = cells[at[0]]
    wants = wants or (Wanted.CREDITS if kind is ListKind.CANVAS else _wants(cell, kind))
    if wants is None:
        raise UsageError(
            f"nobody knows what column {cell!r} wants",
            f"say it: --column '{heading}=grade', or =credits, =percent, =hundredths",
        )
    return Target(at[0], cell, wants)


def _meant(cell: str, heading: str) -> bool:
    """Whether somebody means this column; a Canvas assignment may be named without its number."""
    assignment = _ASSIGNMENT.fullmatch(cell)
    return same(cell, heading) or (assignment is not None and same(assignment["name"], heading))


def _wants(cell: str, kind: ListKind) -> Wanted | None:
    if _is(cell, GRADES):
        return Wanted.CREDITS if kind is ListKind.MOODLE else Wanted.GRADE
    return Wanted.CREDITS if _is(cell, CREDITS) else None
