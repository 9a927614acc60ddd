"""Rows of a list of candidates that are nobody who takes the exam: what stands below the table, and statuses.

What is left out is told, never silent.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from klausur.base.diagnostics import Diagnostic, Place
from klausur.roster.columns import Named, plain
from klausur.roster.delimited import ListRow
from klausur.roster.headings import Heads
from klausur.roster.known_headings import END, LEFT_OUT, POINTS_POSSIBLE, TAKES_PART, Column

_FOOTER = re.compile(
    r"(?:summe|anzahl|total|gesamt\w*|sum|count|number of|stand|as of|seite|page|datum|date|erstellt|created"
    r"|export\w*|gedruckt|printed|ende|end of|unterschrift|signature|legende|hinweis|quelle|source|prüfer"
    r"|examiner|teilnehmer\w*|students|candidates|effectif|nombre|édité|imprimé|étudiants)\b",
    re.IGNORECASE,
)
"""What a row below a table begins with."""

_COUNT = re.compile(r"(?:summe|anzahl|total|gesamt\w*|sum|count)\b[^:,]*:?|.*:", re.IGNORECASE)
_COUNT_DIGITS = 4
"""No count of people is longer, and hardly any registration number as short: somebody may be called Sum."""

_RULE = "-–—=*#_ "
"""What people draw a line with, before a footer's words."""

_SOME_DATA = re.compile(r"[0-9:_]")
_MOST_CELLS = 3
_POINTS = POINTS_POSSIBLE.casefold()
_NOBODY = frozenset({_POINTS, "student, test", "test student"})
"""Rows that Canvas adds: the points of each assignment, and a student for trying things out."""

_NAMED = 20
"""Rows that a message names."""


@dataclass(frozen=True, slots=True)
class Sifted:
    """The rows of people who take the exam, and the findings about the others."""

    rows: tuple[ListRow, ...]
    diagnostics: tuple[Diagnostic, ...]


def sift(body: Sequence[ListRow], head: Heads, named: Named, file: str) -> Sifted:
    """Leave out the rows below the table, and those whose status says that somebody does not take part."""
    people = list(_table(body, head))
    lines = {row.line for row in people}
    below = [row for row in body if row.line not in lines]
    found = [_below(below, file)] if below else []
    known = {plain(word): True for word in (*TAKES_PART, *named.get("registered", ()), "")}
    known |= {plain(word): False for word in (*LEFT_OUT, *named.get("left_out", ()))}
    kept: list[ListRow] = []
    gone: dict[str, list[int]] = {}
    unknown: dict[str, list[int]] = {}
    for row in people:
        status = head.cells(row).get(Column.STATUS, "")
        takes_part = known.get(plain(status))
        if takes_part is False:
            gone.setdefault(status, []).append(row.line)
        else:
            kept.append(row)
            if takes_part is None:
                unknown.setdefault(status, []).append(row.line)
    found += [_gone(status, lines, file) for status, lines in gone.items()]
    found += [_unknown(status, lines, file) for status, lines in unknown.items()]
    return Sifted(tuple(kept), tuple(found))


def rows_named(lines: Sequence[int]) -> str:
    """Rows as a message names them: ``row 3``, or ``rows 3, 7 and 12 more``."""
    more = f" and {len(lines) - _NAMED} more" if len(lines) > _NAMED else ""
    return f"row{'s' * (len(lines) > 1)} {', '.join(map(str, lines[:_NAMED]))}{more}"


def _table(body: Sequence[ListRow], head: Heads) -> Iterator[ListRow]:
    """The rows of the table, without a footer and what Canvas adds."""
    ends = (at for at, row in enumerate(body) if [c.casefold() for c in row.cells if c] == [END.casefold()])
    table = body[: next(ends, len(body))]
    last = len(table)
    while last and _is_footer(table[last - 1], head.cells(table[last - 1])):
        last -= 1
    cells_of = [head.cells(row) for row in table[:last]]
    points = (n for n, cells in enumerate(cells_of) if cells.get(Column.NAME, "").casefold() == _POINTS)
    begins = next(points, 0)  # above it, Canvas says which assignments are posted by hand
    for n, (row, cells) in enumerate(zip(table[:last], cells_of, strict=True)):
        if n < begins and not cells.get(Column.REGISTRATION) and not cells.get(Column.NAME):
            continue
        if cells.get(Column.REGISTRATION) or cells.get(Column.NAME, "").casefold() not in _NOBODY:
            yield row


def _is_footer(row: ListRow, cells: Mapping[Column, str]) -> bool:
    filled = [cell for cell in row.cells if cell]
    begins = filled[0].lstrip(_RULE)
    if len(filled) > _MOST_CELLS or not _FOOTER.match(begins):
        return False
    number = cells.get(Column.REGISTRATION, "")
    if any(c.isdigit() for c in number) and number != filled[0]:  # a sum may stand where numbers do
        return len(filled) == 2 and len(number) <= _COUNT_DIGITS and _COUNT.fullmatch(filled[0]) is not None
    return begins != filled[0] or _SOME_DATA.search(" ".join(filled)) is not None


def _below(rows: Sequence[ListRow], file: str) -> Diagnostic:
    words = " | ".join(cell for cell in rows[0].cells if cell)[:60]
    message = f"{rows_named([row.line for row in rows])} left out, as below a table: {words!r}"
    return Diagnostic(
        "roster-left-out", message, Place(file, rows[0].line), "if it is a candidate, fill in the number"
    )


def _gone(status: str, lines: Sequence[int], file: str) -> Diagnostic:
    message = f"left out because of their status {status!r}: {rows_named(lines)}"
    hint = f'if they take part, write registered = ["{status}"] under [candidates] in exam.toml'
    return Diagnostic("roster-left-out", message, Place(file, lines[0]), hint)


def _unknown(status: str, lines: Sequence[int], file: str) -> Diagnostic:
    message = f"the status {status!r} is not known: {rows_named(lines)}"
    hint = (
        f'say under [candidates] in exam.toml what it means: registered = ["{status}"] if they take part, '
        f'left_out = ["{status}"] if not'
    )
    return Diagnostic("roster-status", message, Place(file, lines[0]), hint)
