"""The list of candidates, from a file to Candidates and findings. docs/guide/candidates.md describes it.

Whatever the file holds, the outcome is a Roster: bytes that are no table give a finding, never an exception.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from klausur.base.diagnostics import Diagnostic, Place, errors
from klausur.roster import delimited, xlsx
from klausur.roster.columns import Column, Named
from klausur.roster.delimited import MAX_BYTES, ListRow, TableError
from klausur.roster.headings import Heads, heads
from klausur.roster.model import MAX_MINUTES, Candidate

MAX_CELL = 200
"""Characters in a name, room, seat or note; no longer text fits on a cover."""

MAX_NUMBER = 20
"""Characters in a registration number."""

_NUMBER = re.compile(r"[A-Za-z0-9]+([-/][A-Za-z0-9]+)*")
_MINUTES = re.compile(
    r"\+?(?P<minutes>[0-9]{1,4})(?:[.,]0+)?(?: ?(?:min|minutes|minuten)\.?)?", re.IGNORECASE
)
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffd]")
"""Control characters, those that turn the direction of writing, and what a broken character was put into."""

_SAVE_HINT = (
    "save the list as CSV (UTF-8) or XLSX from the spreadsheet, one candidate a row, "
    "headings in the first row"
)


@dataclass(frozen=True, slots=True)
class Roster:
    """The candidates in the order of the list, without rows that have a finding, and the findings.

    ``says`` names the fields of `Candidate` that the list has a column for.
    """

    candidates: tuple[Candidate, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    says: frozenset[str] = frozenset()


def read(path: Path, columns: Named = MappingProxyType({})) -> Roster:
    """Read a list of candidates: an XLSX workbook, or delimited text in any of the usual encodings.

    Args:
        path: the file.
        columns: the headings that exam.toml gives, by the key there: ``registration``, ``name``, ``room``,
            ``seat``, ``extra_minutes``, ``note``. Cells under several are put together in this order.
    """
    file = str(path)
    try:
        data = _bytes(path)
        if xlsx.is_workbook(data):
            sheet = xlsx.table(data, columns)
            file, found = f"{file}, sheet {sheet.sheet}", sheet.rows
        else:
            found = delimited.rows(data, columns)
    except TableError as error:
        return _refused(file, str(error), error.line)
    head, wrong = heads(found[0], columns, file)
    if wrong:
        return Roster((), wrong)
    if len(found) == 1:
        return _refused(file, "has headings, but no candidates")
    return _candidates(file, head, found[1:])


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


def _candidates(file: str, head: Heads, body: Sequence[ListRow]) -> Roster:
    candidates: list[Candidate] = []
    found: list[Diagnostic] = []
    lines: dict[str, int] = {}
    for row in body:
        place = Place(file, row.line)
        cells = head.cells(row)
        candidate = _candidate(cells)
        wrong = _check_row(row, head.width) or fault(candidate) or _check_minutes(cells)
        if wrong is None:
            # a number typed once as s123 and once as S123 is one person
            before = lines.setdefault(candidate.registration.casefold(), row.line)
            if before != row.line:
                number = candidate.registration
                message = f"the registration number {number} stands in line {before} already"
                hint = "remove the second row, or mend the number that is wrong"
                wrong = CandidateFault("roster-duplicate", message, hint)
        if wrong is None:
            candidates.append(candidate)
        else:
            found.append(Diagnostic(wrong.code, wrong.message, place, wrong.hint))
    if not errors(found):
        found.extend(_lost_zeros(file, candidates, tuple(lines.values())))
    return Roster(tuple(candidates), tuple(found), head.says)


def _candidate(cells: Mapping[Column, str]) -> Candidate:
    return Candidate(
        cells.get(Column.REGISTRATION, ""),
        _name(cells),
        cells.get(Column.ROOM, ""),
        cells.get(Column.SEAT, ""),
        _minutes(cells) or 0,
        cells.get(Column.NOTE, ""),
    )


def _minutes(cells: Mapping[Column, str]) -> int | None:
    """Extra minutes as people write them; None for anything else."""
    cell = cells.get(Column.EXTRA_MINUTES, "")
    if cell in {"", "-", "–"}:
        return 0
    match = _MINUTES.fullmatch(cell)
    minutes = int(match["minutes"]) if match else -1
    return minutes if 0 <= minutes <= MAX_MINUTES else None


def _name(cells: Mapping[Column, str]) -> str:
    """The name as people write it. Beside a first name, a column ``Name`` holds the family name."""
    name, first, last = (cells.get(c, "") for c in (Column.NAME, Column.FIRST, Column.LAST))
    if name and (Column.LAST in cells or not first):
        return name
    return f"{first} {last or name}".strip()


class CandidateFault(NamedTuple):
    """A finding about a candidate, without its place."""

    code: str
    message: str
    hint: str


def _check_row(row: ListRow, width: int) -> CandidateFault | None:
    if any(row.cells[width:]):
        message = f"the row has {len(row.cells)} cells, but there are {width} headings"
        return CandidateFault("roster-syntax", message, "put a cell that holds a delimiter in double quotes")
    return None


def fault(candidate: Candidate) -> CandidateFault | None:
    """The first thing that is wrong with a candidate; extra minutes are not looked at."""
    number = candidate.registration
    if not number:
        who = candidate.name or "the row"
        hint = "fill it in, or remove the row; if it is a formula, save the workbook in a spreadsheet program"
        return CandidateFault("roster-number", f"{who} has no registration number", hint)
    if len(number) > MAX_NUMBER or not _NUMBER.fullmatch(number) or not any(c.isdigit() for c in number):
        hint = (
            f"write it with at most {MAX_NUMBER} digits and letters, such as 03712345; format the column as "
            "text, so that the spreadsheet keeps every digit"
        )
        return CandidateFault("roster-number", f"{_short(number)} is no registration number", hint)
    if not candidate.name:
        return CandidateFault("roster-syntax", f"{number} has no name", "fill in the name")
    for text in (candidate.name, candidate.room, candidate.seat, candidate.note):
        if hidden := _HIDDEN.search(text):
            name = unicodedata.name(hidden[0], f"a control character {ord(hidden[0]):02X}")
            message = f"{number} has {_short(text)}, which holds {name}"
            return CandidateFault("roster-syntax", message, "type the cell anew")
        if len(text) > MAX_CELL:
            message = f"{number} has {_short(text)}, which is {len(text)} characters long"
            return CandidateFault("roster-syntax", message, f"shorten it to {MAX_CELL} characters")
    return None


def _check_minutes(cells: Mapping[Column, str]) -> CandidateFault | None:
    if _minutes(cells) is not None:
        return None
    message = f"{cells[Column.REGISTRATION]} has {_short(cells[Column.EXTRA_MINUTES])} as extra minutes"
    hint = f"write a whole number of minutes up to {MAX_MINUTES}, such as 30; leave it empty for none"
    return CandidateFault("roster-minutes", message, hint)


def _lost_zeros(file: str, candidates: Sequence[Candidate], lines: Sequence[int]) -> Iterator[Diagnostic]:
    """Numbers of digits only, of different lengths, none of which begins with a zero."""
    numbers = [c.registration for c in candidates]
    lengths = Counter(map(len, numbers))
    if len(lengths) < 2 or not all(n.isdigit() and n[0] != "0" for n in numbers):
        return
    longest = max(lengths)
    short = [(n, line) for n, line in zip(numbers, lines, strict=True) if len(n) < longest]
    some = ", ".join(n for n, _ in short[:3]) + (" …" if len(short) > 3 else "")
    message = (
        f"{len(short)} of {len(numbers)} registration numbers have fewer than {longest} digits, and none "
        f"begins with 0: {some}"
    )
    hint = (
        "if the spreadsheet dropped zeros, format the column as text and paste the numbers again; numbers "
        "that are meant to differ in length are fine"
    )
    yield Diagnostic("roster-zeros", message, Place(file, short[0][1]), hint)


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")
