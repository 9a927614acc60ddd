"""Fill an office's list with results: what goes into which cell, and what does not, and why.

A cell is written only where it is certain whose row it is, that the result stands, and that nothing else is
in the cell. All the rest is told. Nothing is read from or written to files here.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from klausur.base.credits import show_credits
from klausur.report.grade_list import people
from klausur.report.grade_list.headings import Headings, ListKind, Target, chosen
from klausur.report.grade_list.office_list import OfficeList, readings
from klausur.report.grade_list.people import People
from klausur.report.grade_list.request import FillRequest, Wanted
from klausur.report.grade_list.written import equal, written
from klausur.report.results import ResultRow, Results
from klausur.report.said import said
from klausur.report.text import decimal_sign
from klausur.roster.columns import Named
from klausur.roster.known_headings import POINTS_POSSIBLE

_COMMA_KINDS = frozenset({ListKind.HIS, ListKind.CAMPUS_ONLINE})
_POINT_KINDS = frozenset({ListKind.MOODLE, ListKind.CANVAS})


class Unfilled(StrEnum):
    """Why a row got nothing."""

    UNKNOWN = "unknown"
    """It names nobody whom the records know."""
    SEVERAL = "several"
    """It may name several candidates, or several rows name one."""
    OTHER_NAME = "other-name"
    """The number is a candidate's of another name."""
    NO_RESULT = "no-result"
    """The candidate has no result (yet)."""
    HOLDS_OTHER = "holds-other"
    """Something else stands in the cell."""
    LOCKED = "locked"
    """The cell cannot be written."""


@dataclass(frozen=True, slots=True)
class FilledCell:
    """A cell that gets something, with the line or row of the list that it is in."""

    line: int
    heading: str
    registration: str
    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class UnfilledRow:
    """A row of the list that gets nothing, as it names somebody; ``says`` explains."""

    line: int
    registration: str
    name: str
    why: Unfilled
    says: str


@dataclass(frozen=True, slots=True)
class FilledList:
    """A list with results in it.

    Attributes:
        kind: whose list it is.
        sheet: of a workbook; nothing for a text.
        targets: the columns.
        cells: what is written.
        already: how many rows have their results already.
        unfilled: the rows that get nothing.
        lacking: the results of candidates of whom the list has no row.
        notes: what else is to be known.
        data: the bytes.
    """

    kind: ListKind
    sheet: str
    targets: tuple[Target, ...]
    cells: tuple[FilledCell, ...]
    already: int
    unfilled: tuple[UnfilledRow, ...]
    lacking: tuple[ResultRow, ...]
    notes: tuple[str, ...]
    data: bytes


def fill(data: bytes, results: Results, named: Named, request: FillRequest) -> FilledList:
    """The list with the results in it.

    Args:
        data: the file of the office.
        results: the table.
        named: the headings of the exam's own list of candidates.
        request: how it is to be filled.

    Raises:
        TableError: the bytes are no list, or cannot hold a result in their encoding.
        UsageError, KlausurError: as for `klausur.report.grade_list.headings.chosen`, and for `written`.
    """
    office, headings = chosen(readings(data), named, request.columns, by_name=request.by_name)
    comma = _comma(office, headings, results.locale) if request.comma is None else request.comma
    found = list(_found(office, headings, People(results.rows)))
    unfilled = [one for one in found if isinstance(one, UnfilledRow)]
    texts: dict[tuple[int, int], str] = {}
    cells: list[FilledCell] = []
    already = 0
    for at, result in (one for one in found if not isinstance(one, UnfilledRow)):
        wrong, new = _row(office, headings, at, result, results, request, comma=comma)
        if wrong is not None:
            unfilled.append(wrong)
            continue
        already += not new
        for target, cell in new:
            texts[at, target.column] = cell.new
            cells.append(cell)
    seen = {one[1].registration for one in found if not isinstance(one, UnfilledRow)}
    seen |= {
        one.registration for one in found if isinstance(one, UnfilledRow) and one.why is Unfilled.SEVERAL
    }
    filled = office.filled(texts)
    _see_that_all_else_stayed(office, filled, texts)
    return FilledList(
        kind=headings.kind,
        sheet=office.name,
        targets=headings.targets,
        cells=tuple(cells),
        already=already,
        unfilled=tuple(sorted(unfilled, key=lambda row: row.line)),
        lacking=tuple(r for r in results.rows if r.registration and r.registration not in seen),
        notes=tuple(_notes(office, headings, results)),
        data=filled,
    )


def _found(
    office: OfficeList, headings: Headings, known: People
) -> Iterator[tuple[int, ResultRow] | UnfilledRow]:
    """Whose each row of the table is."""
    whose: defaultdict[str, list[int]] = defaultdict(list)
    rows: dict[str, ResultRow] = {}
    for at in range(headings.row + 1, headings.end):
        if _beside(office, headings, at):
            continue
        one = _whose(office, headings, at, known)
        if isinstance(one, UnfilledRow):
            yield one
        else:
            whose[one.registration].append(at)
            rows[one.registration] = one
    for registration, places in whose.items():
        result = rows[registration]
        if len(places) == 1:
            yield places[0], result
            continue
        lines = " and ".join(str(office.rows[at].line) for at in places)
        for at in places:
            says = f"lines {lines} name the same candidate"
            yield UnfilledRow(office.rows[at].line, registration, result.name, Unfilled.SEVERAL, says)


def _beside(office: OfficeList, headings: Headings, at: int) -> bool:
    """Whether a row is about nobody: an empty one, or what assignments are worth."""
    cells = office.rows[at].cells
    points = headings.kind is ListKind.CANVAS and cells[0] == POINTS_POSSIBLE
    return points or not any(cells)


def _whose(office: OfficeList, headings: Headings, at: int, known: People) -> ResultRow | UnfilledRow:
    row = office.rows[at]
    number, name = people.number(headings, row), people.name(headings, row)
    if headings.number is None:
        namesakes = known.by_name(name) if name else ()
        if len(namesakes) == 1:
            return namesakes[0]
        several = f"{len(namesakes)} candidates are called so"
        why = Unfilled.SEVERAL if namesakes else Unfilled.UNKNOWN
        return UnfilledRow(row.line, "", name, why, several if namesakes else "no candidate is called so")
    found = known.by_number(number) if number else None
    if found is None:
        says = "no candidate has this number" if number else "there is no registration number"
        return UnfilledRow(row.line, number, name or _shown(row.cells), Unfilled.UNKNOWN, says)
    if not people.alike(name, found.name):
        says = f"the records call {found.registration} {found.name}: see klausur candidates change"
        return UnfilledRow(row.line, number, name, Unfilled.OTHER_NAME, says)
    return found


def _shown(cells: Sequence[str]) -> str:
    return next((cell for cell in cells if cell), "")


def _row(
    office: OfficeList,
    headings: Headings,
    at: int,
    result: ResultRow,
    results: Results,
    request: FillRequest,
    *,
    comma: bool,
) -> tuple[UnfilledRow | None, list[tuple[Target, FilledCell]]]:
    """What a candidate's row gets: nothing where it is there already; all of it, or a reason."""
    row = office.rows[at]
    new: list[tuple[Target, FilledCell]] = []

    def unfilled(why: Unfilled, says: str) -> UnfilledRow:
        return UnfilledRow(row.line, result.registration, result.name, why, says)

    if result.total is None:
        say = said("en")  # as all that is said of lists
        why = "; ".join((result.standing, *(point.said(say) for point in result.open))).strip("; ")
        return unfilled(Unfilled.NO_RESULT, f"{result.status}: {why}" if why else str(result.status)), []
    for target in headings.targets:
        text = written(target.wants, result.grade, result.total, results.of, comma=comma)
        old = row.cells[target.column] if target.column < len(row.cells) else ""
        if equal(old, text):
            continue
        if reason := office.locked(at, target.column):
            return unfilled(Unfilled.LOCKED, f"{target.heading}: {reason}"), []
        if old and not request.replace:
            says = f"{target.heading} holds {old}, the result is {text}: --replace writes over it"
            return unfilled(Unfilled.HOLDS_OTHER, says), []
        new.append(
            (target, FilledCell(row.line, target.heading, result.registration, result.name, old, text))
        )
    return None, new


def _comma(office: OfficeList, headings: Headings, language: str) -> bool:
    """Whether numbers of a list have a decimal comma: as those in it, else as is usual for such a list."""
    for row in office.rows[headings.row + 1 : headings.end]:
        for target in headings.targets:
            cell = row.cells[target.column] if target.column < len(row.cells) else ""
            for sign in ",.":
                if cell.count(sign) == 1 and cell.replace(sign, "").isdecimal():
                    return sign == ","
    if headings.kind in _COMMA_KINDS | _POINT_KINDS:
        return headings.kind in _COMMA_KINDS
    return decimal_sign(language) == "," and office.delimiter != ","


def _notes(office: OfficeList, headings: Headings, results: Results) -> Iterator[str]:
    """Where the list says that there are other credits to be reached than the exam has."""
    for target in headings.targets:
        if target.wants is not Wanted.CREDITS:
            continue
        column = target.column if headings.kind is ListKind.CANVAS else headings.most
        for row in office.rows[headings.row + 1 : headings.end]:
            cells = row.cells
            says_so = headings.kind is not ListKind.CANVAS or cells[:1] == (POINTS_POSSIBLE,)
            if column is None or column >= len(cells) or not cells[column] or not says_so:
                continue
            if not equal(cells[column], show_credits(results.of)):
                yield (
                    f"line {row.line} says that {cells[column]} credits can be reached, the exam has "
                    f"{show_credits(results.of)}: set this in the platform, or fill in =percent"
                )
                break


def _see_that_all_else_stayed(before: OfficeList, data: bytes, texts: dict[tuple[int, int], str]) -> None:
    """Read the list again.

    Raises:
        RuntimeError: another cell than these has changed.
    """
    after = next(o for o in readings(data) if (o.name, o.delimiter) == (before.name, before.delimiter))
    changed = {
        (at, column)
        for at, (old, new) in enumerate(zip(before.rows, after.rows, strict=True))
        for column in range(max(len(old.cells), len(new.cells)))
        if (*old.cells, *[""] * len(new.cells))[column] != (*new.cells, *[""] * len(old.cells))[column]
    }
    if not changed <= set(texts):
        raise RuntimeError(f"cells of the list have changed that should not: {sorted(changed - set(texts))}")
