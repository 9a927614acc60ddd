"""The list of candidates, from a file to Candidates and findings. docs/guide/candidates.md describes it.

Whatever the file holds, the outcome is a Roster: bytes that are no table give a finding, never an exception.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from klausur.base.diagnostics import Diagnostic, Place
from klausur.base.mail_address import is_address
from klausur.roster import tables
from klausur.roster.columns import Named
from klausur.roster.delimited import MAX_BYTES, ListRow, TableError
from klausur.roster.extra_time import ExtraTimeError, extra_minutes
from klausur.roster.headings import ColumnUse, Heads, heads
from klausur.roster.known_headings import Column
from klausur.roster.left_out import sift
from klausur.roster.model import MAX_MINUTES, Candidate
from klausur.roster.number_lengths import check_numbers
from klausur.roster.paper_wanted import PaperCellError, PaperWanted, paper_wanted

MAX_CELL = 200
"""Characters in a name, room, seat or note; no longer text fits on a cover."""

MAX_NUMBER = 20
"""Characters in a registration number."""

_NUMBER = re.compile(r"[A-Za-z0-9]+([-/][A-Za-z0-9]+)*")
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffd]")
"""Control characters, those that turn the direction of writing, and what a broken character was put into."""

_SAVE_HINT = (
    "save the list as CSV (UTF-8), XLSX, XLS or ODS from the spreadsheet, one candidate a row, "
    "headings in the first row"
)


@dataclass(frozen=True, slots=True)
class Roster:
    """The candidates in the order of the list, without rows that have a finding, and the findings.

    Attributes:
        says: the fields of `Candidate` that the list has a column for.
        columns: what each column was used for.
        system: the system that the list comes from, if its headings tell.
        refused: the candidates of rows that have a finding, as far as they can be read; for looking at.
        file: the file, with its sheet, as findings name it.
        papers: which paper those want who want another one than usual, by registration number.
    """

    candidates: tuple[Candidate, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    says: frozenset[str] = frozenset()
    columns: tuple[ColumnUse, ...] = ()
    system: str = ""
    refused: tuple[Candidate, ...] = ()
    file: str = ""
    papers: Mapping[str, PaperWanted] = field(default_factory=dict)

    def plain(self) -> dict[str, object]:
        """Which list was read and which columns of it were used, as plain JSON."""
        return {
            "file": self.file,
            "system": self.system,
            "columns": [{"heading": use.heading, "used_as": use.column} for use in self.columns],
        }


@dataclass(frozen=True, slots=True)
class ListTerms:
    """What an exam says of its list of candidates.

    Attributes:
        columns: the headings and words that exam.toml gives, by the key there.
        minutes: how long the exam takes, for extra time in percent; None if that is not known.
        digits: the boxes for a registration number on the covers; 0 if there are none.
        languages: the papers that the exam has, by language, the usual one first.
    """

    columns: Named = field(default_factory=dict)
    minutes: int | None = None
    digits: int = 0
    languages: tuple[str, ...] = ()


ANY_LIST = ListTerms()


def read(path: Path, terms: ListTerms = ANY_LIST) -> Roster:
    """Read a list of candidates, in any of the forms of `klausur.roster.tables`.

    Args:
        path: the file.
        terms: what the exam says of it. Cells under several headings are put together in their order.
    """
    file = str(path)
    try:
        table = tables.table(_bytes(path), terms.columns)
    except TableError as error:
        return _refused(file, str(error), error.line)
    if table.sheet:
        file = f"{file}, sheet {table.sheet}"
    header, *body = table.rows
    head, found = heads(header, body, terms.columns, file)
    if any(d.code == "roster-column" for d in found):
        return Roster((), found, columns=head.uses, system=head.system, file=file)
    if not body:
        return _refused(file, "has headings, but no candidates")
    return _candidates(file, head, body, terms, found)


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
    return Roster((), (Diagnostic("roster-syntax", message, Place(file, line), _SAVE_HINT),), file=file)


def _candidates(
    file: str, head: Heads, body: Sequence[ListRow], terms: ListTerms, before: Sequence[Diagnostic]
) -> Roster:
    sifted = sift(body, head, terms.columns, file)
    candidates: list[Candidate] = []
    papers: dict[str, PaperWanted] = {}
    refused: list[Candidate] = []
    found: list[Diagnostic] = []
    lines: dict[str, int] = {}
    unwritten: list[tuple[int, str, str]] = []
    for row in sifted.rows:
        cells = head.cells(row)
        candidate, wrong = _candidate(cells, terms.minutes)
        if any(map(str.isalnum, cells.get(Column.MAIL, ""))) and not candidate.mail:
            unwritten.append((row.line, candidate.registration or candidate.name, cells[Column.MAIL]))
        try:
            wanted = paper_wanted(cells, terms.languages)
        except PaperCellError as error:
            who = candidate.registration or candidate.name or "somebody"
            wrong = (*wrong, CandidateFault("roster-paper", f"{who} has {error}", error.hint))
        wrong = _check_row(row, head.width) or (*faults(candidate), *wrong)
        if not wrong:
            # a number typed once as s123 and once as S123 is one person
            before_it = lines.setdefault(candidate.registration.casefold(), row.line)
            if before_it != row.line:
                wrong = (_twice(candidate.registration, before_it),)
            else:
                candidates.append(candidate)
                if wanted != PaperWanted():
                    papers[candidate.registration] = wanted
        elif wrong[0].code != "roster-syntax":
            refused.append(candidate)
        found.extend(Diagnostic(w.code, w.message, Place(file, row.line), w.hint) for w in wrong)
    found = [*before, *found, *sifted.diagnostics, *_no_address(file, unwritten)]
    if not candidates and not found:
        return _refused(file, "has headings, but no candidates")
    numbers = [(c.registration, lines[c.registration.casefold()]) for c in candidates]
    found.extend(check_numbers(file, numbers, terms.digits))
    return Roster(
        tuple(candidates), tuple(found), head.says, head.uses, head.system, tuple(refused), file, papers
    )


def _candidate(
    cells: Mapping[Column, str], minutes: int | None
) -> tuple[Candidate, tuple["CandidateFault", ...]]:
    """The candidate of a row, without extra time if that cannot be read."""
    number = cells.get(Column.REGISTRATION, "").removeprefix("'")
    wrong: tuple[CandidateFault, ...] = ()
    extra = 0
    try:
        extra = extra_minutes(
            cells.get(Column.EXTRA_MINUTES, ""), cells.get(Column.EXTRA_PERCENT, ""), minutes
        )
    except ExtraTimeError as error:
        message = f"{number or 'somebody'} has {_short(error.cell)} as extra time{error.why}"
        hint = (
            f"write a whole number of minutes up to {MAX_MINUTES}, such as 30, or a share such as 25 %; "
            "leave it empty for none"
        )
        wrong = (CandidateFault("roster-minutes", message, hint),)
    return (
        Candidate(
            number,
            _name(cells),
            cells.get(Column.ROOM, ""),
            cells.get(Column.SEAT, ""),
            extra,
            cells.get(Column.NOTE, ""),
            address if is_address(address := cells.get(Column.MAIL, "")) else "",
        ),
        wrong,
    )


def _no_address(file: str, rows: Sequence[tuple[int, str, str]]) -> Iterator[Diagnostic]:
    """What stands under mail and is no address: those candidates get no mail."""
    for line, who, cell in rows:
        message = f"{who or 'somebody'} has {_short(cell)} as mail address, which is none"
        hint = "write one address, such as ada@example.org; without one they are sent no mail"
        yield Diagnostic("roster-mail", message, Place(file, line), hint)


def _twice(number: str, line: int) -> "CandidateFault":
    message = f"the registration number {number} stands in line {line} already"
    return CandidateFault(
        "roster-duplicate", message, "remove the second row, or mend the number that is wrong"
    )


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


def _check_row(row: ListRow, width: int) -> tuple[CandidateFault, ...]:
    if any(row.cells[width:]):
        message = f"the row has {len(row.cells)} cells, but there are {width} headings"
        hint = "put a cell that holds a delimiter in double quotes"
        return (CandidateFault("roster-syntax", message, hint),)
    return ()


def fault(candidate: Candidate) -> CandidateFault | None:
    """The first thing that is wrong with a candidate; extra minutes are not looked at."""
    return next(faults(candidate), None)


def faults(candidate: Candidate) -> Iterator[CandidateFault]:
    """All that is wrong with a candidate; extra minutes are not looked at."""
    number = candidate.registration
    if not number:
        who = candidate.name or "the row"
        hint = "fill it in, or remove the row; if it is a formula, save the workbook in a spreadsheet program"
        yield CandidateFault("roster-number", f"{who} has no registration number", hint)
    elif len(number) > MAX_NUMBER or not _NUMBER.fullmatch(number) or not any(c.isdigit() for c in number):
        hint = (
            f"write it with at most {MAX_NUMBER} digits and letters, such as 03712345; format the column as "
            "text, so that the spreadsheet keeps every digit"
        )
        yield CandidateFault("roster-number", f"{_short(number)} is no registration number", hint)
    if not candidate.name:
        if number:
            yield CandidateFault("roster-syntax", f"{_short(number)} has no name", "fill in the name")
        return
    for text in (candidate.name, candidate.room, candidate.seat, candidate.note):
        who = _short(number) if number else "somebody"
        if hidden := _HIDDEN.search(text):
            name = unicodedata.name(hidden[0], f"a control character {ord(hidden[0]):02X}")
            message = f"{who} has {_short(text)}, which holds {name}"
            yield CandidateFault("roster-syntax", message, "type the cell anew")
        if len(text) > MAX_CELL:
            message = f"{who} has {_short(text)}, which is {len(text)} characters long"
            yield CandidateFault("roster-syntax", message, f"shorten it to {MAX_CELL} characters")
    if candidate.mail and not is_address(candidate.mail):
        message = f"{_short(candidate.mail)} is no mail address"
        yield CandidateFault("roster-mail", message, "write one address, such as ada@example.org")


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")
