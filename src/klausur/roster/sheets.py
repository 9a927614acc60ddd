"""Sheets of a workbook to the one with the candidates; what every form of workbook shares.

How a form is opened is told in `klausur.roster.xlsx`, `klausur.roster.xls`, `klausur.roster.ods` and
`klausur.roster.web_page`.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from types import MappingProxyType

from klausur.roster.columns import Named, columns, enough, header_at
from klausur.roster.delimited import ABOVE, MAX_ROWS, ListRow, TableError, tidy

MAX_UNPACKED = 50_000_000
"""Bytes that a workbook may unpack to; 50,000 candidates in ten columns need half of that."""

MAX_PARTS = 1_000
MAX_COLUMNS = 100
MAX_LINE = 2 * MAX_ROWS
"""Rows further down are not looked at."""

_EXACT = 10**15
"""From here on a spreadsheet no longer keeps every digit of a number."""

_ZEROS = re.compile(r"(0+)(?:;.*)?")
_PERCENT = re.compile(r"[0#]+(?:\.[0#]+)?%(?:;.*)?")


@dataclass(frozen=True, slots=True)
class SheetRows:
    """The rows of one sheet, the header first. ``line`` of a Row is the sheet's row number."""

    sheet: str
    rows: tuple[ListRow, ...]


def pick(sheets: Iterable[tuple[str, Iterator[ListRow]]], named: Named = MappingProxyType({})) -> SheetRows:
    """The first sheet whose headings tell who the candidates are; else the first that holds anything.

    Args:
        sheets: the visible ones, each with its name and its filled rows.
        named: headings of the exam's own.

    Raises:
        TableError: all of them are empty.
    """
    found: SheetRows | None = None
    for title, rows in sheets:
        first = list(islice(rows, ABOVE))
        if not first:
            continue
        at = header_at([row.cells for row in first], named)
        good = enough(columns(first[at].cells, named))
        if good or found is None:
            found = SheetRows(title, (*first[at:], *rows))
        if good:
            break
    if found is None:
        raise TableError("is empty")
    return found


def filled(rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[ListRow]:
    """The rows that hold anything, by line, without the empty cells at their ends.

    Raises:
        TableError: there are too many.
    """
    count = 0
    for line, cells in rows:
        plain = tuple(map(tidy, cells))
        if any(plain):
            count += 1
            if count > MAX_ROWS:
                raise TableError(f"has more than {MAX_ROWS:,} rows", line)
            yield ListRow(line, plain[: max(n for n, cell in enumerate(plain, start=1) if cell)])


def check_size(data: bytes, must_have: str, otherwise: str) -> None:
    """Refuse a zipped workbook that unpacks to too much, or that lacks the part ``must_have``.

    Raises:
        TableError: it does, or it is damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            infos = parts.infolist()
    except (ArithmeticError, LookupError, MemoryError, OSError, RuntimeError, ValueError, zipfile.BadZipFile):
        raise TableError("is a damaged workbook") from None
    if not any(info.filename == must_have for info in infos):
        raise TableError(otherwise)
    # no more than the size that a part declares is ever unpacked of it
    if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > MAX_UNPACKED:
        raise TableError(f"unpacks to more than {MAX_UNPACKED:,} bytes: this is no list of candidates")


def as_text(value: object, number_format: str = "") -> str:
    """A cell's value as the list means it: every digit of a number, and the zeros that its format shows.

    A date is 24.12.2026, which is no registration number; a share shown in percent is ``25%``.
    """
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number(value, number_format)
    if isinstance(value, datetime | date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return "" if value is None else str(value)


def _number(value: float, number_format: str) -> str:
    if _PERCENT.fullmatch(number_format):
        return f"{value * 100:.6g}%"
    if isinstance(value, float) and not (value.is_integer() and abs(value) < _EXACT):
        return str(value)
    zeros = _ZEROS.fullmatch(number_format)
    whole = str(int(value))
    return whole.zfill(len(zeros[1])) if zeros and value >= 0 else whole
