"""The list of candidates, from a file to Candidates and findings. docs/guide/candidates.md describes it.

Whatever the file holds, the outcome is a Roster: bytes that are no table give a finding, never an exception.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from klausur.base.diagnostics import Diagnostic, Place
from klausur.roster.columns import HEADINGS, Column, columns
from klausur.roster.model import Candidate
from klausur.roster.table import MAX_BYTES, Row, TableError, rows

MAX_CELL = 200
"""Characters in a name, room or seat; no longer text fits on a cover."""

MAX_NUMBER = 20
"""Characters in a registration number."""

_NUMBER = re.compile(r"[A-Za-z0-9]+([-/][A-Za-z0-9]+)*")
_SAVE_HINT = (
    "save the list as CSV (UTF-8) from the spreadsheet, one candidate a row, headings in the first row"
)


@dataclass(frozen=True, slots=True)
class Roster:
    """The candidates in the order of the list, without rows that have a finding, and the findings."""

    candidates: tuple[Candidate, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def read(path: Path) -> Roster:
    """Read a list of candidates: delimited text with headings, in any of the usual encodings."""
    file = str(path)
    try:
        header, *body = rows(_bytes(path))
    except TableError as error:
        return _refused(file, str(error), error.line)
    kinds = columns(header.cells)
    wrong = _check_header(file, header, kinds)
    if wrong:
        return Roster((), wrong)
    if not body:
        return _refused(file, "has headings, but no candidates")
    return _candidates(file, kinds, body)


def _bytes(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():  # a folder, or a pipe that would never end
            raise TableError("is no file")
        if path.stat().st_size > MAX_BYTES:
            raise TableError(f"has more than {MAX_BYTES:,} bytes: this is no list of candidates")
        return path.read_bytes()
    except OSError as error:
        raise TableError(f"cannot be opened: {error.strerror or error}") from None


def _refused(file: str, what: str, line: int = 0) -> Roster:
    message = f"the list of candidates {what}"
    return Roster((), (Diagnostic("roster-syntax", message, Place(file, line), _SAVE_HINT),))


def _check_header(file: str, header: Row, kinds: tuple[Column | None, ...]) -> tuple[Diagnostic, ...]:
    """Columns that are missing or named twice."""
    found: list[Diagnostic] = []
    place = Place(file, header.line)

    def missing(what: str, column: Column) -> None:
        known = ", ".join(HEADINGS[column])
        found.append(
            Diagnostic(
                "roster-column", f"no column holds {what}", place, f"give one of these headings: {known}"
            )
        )

    if Column.REGISTRATION not in kinds:
        missing("the registration number", Column.REGISTRATION)
    if Column.NAME not in kinds and not {Column.FIRST, Column.LAST} <= set(kinds):
        missing("the name", Column.NAME)
    for column in Column:
        twice = [h for h, kind in zip(header.cells, kinds, strict=True) if kind is column]
        if len(twice) > 1:
            names = " and ".join(repr(h) for h in twice)
            message = f"{len(twice)} columns hold the {column}: {names}"
            found.append(Diagnostic("roster-column", message, place, "keep one of them, rename the others"))
    return tuple(found)


def _candidates(file: str, kinds: tuple[Column | None, ...], body: list[Row]) -> Roster:
    candidates: list[Candidate] = []
    diagnostics: list[Diagnostic] = []
    seen: dict[str, int] = {}
    for row in body:
        cells = {kind: cell for kind, cell in zip(kinds, row.cells, strict=False) if kind is not None}
        candidate = Candidate(
            cells.get(Column.REGISTRATION, ""),
            _name(cells),
            cells.get(Column.ROOM, ""),
            cells.get(Column.SEAT, ""),
        )
        wrong = _check_row(Place(file, row.line), row, len(kinds), candidate)
        if not wrong:
            # a number typed once as s123 and once as S123 is one person
            before = seen.setdefault(candidate.registration.casefold(), row.line)
            if before != row.line:
                wrong = Diagnostic(
                    "roster-duplicate",
                    f"the registration number {candidate.registration} stands in line {before} already",
                    Place(file, row.line),
                    "remove the second row, or mend the number that is wrong",
                )
        if wrong:
            diagnostics.append(wrong)
        else:
            candidates.append(candidate)
    return Roster(tuple(candidates), tuple(diagnostics))


def _name(cells: Mapping[Column, str]) -> str:
    """The name as people write it. Beside a first name, a column ``Name`` holds the family name."""
    name, first, last = (cells.get(c, "") for c in (Column.NAME, Column.FIRST, Column.LAST))
    if Column.LAST in cells and name:
        return name
    return f"{first} {last or name}".strip()


def _check_row(place: Place, row: Row, width: int, candidate: Candidate) -> Diagnostic | None:
    """The first thing that is wrong with a row."""
    number = candidate.registration
    if any(row.cells[width:]):
        return Diagnostic(
            "roster-syntax",
            f"the row has {len(row.cells)} cells, but there are {width} headings",
            place,
            "put a cell that holds a delimiter in double quotes",
        )
    if not number:
        who = candidate.name or "the row"
        message = f"{who} has no registration number"
        return Diagnostic("roster-number", message, place, "fill it in, or remove the row")
    if len(number) > MAX_NUMBER or not _NUMBER.fullmatch(number) or not any(c.isdigit() for c in number):
        return Diagnostic(
            "roster-number",
            f"{_short(number)} is no registration number",
            place,
            f"write it with at most {MAX_NUMBER} digits and letters, such as 03712345; format the column as "
            "text, so that the spreadsheet keeps every digit",
        )
    if not candidate.name:
        return Diagnostic("roster-syntax", f"{number} has no name", place, "fill in the name")
    longest = max((candidate.name, candidate.room, candidate.seat), key=len)
    if len(longest) > MAX_CELL:
        message = f"{_short(longest)} has {len(longest)} characters"
        return Diagnostic("roster-syntax", message, place, f"shorten it to {MAX_CELL} characters")
    return None


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")
