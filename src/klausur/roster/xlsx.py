"""Bytes of an XLSX workbook to rows of cells, as `klausur.roster.delimited` makes them of delimited text.

A damaged or locked workbook, and one that unpacks to more than a list of candidates can need, is refused.
"""

import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from types import MappingProxyType
from typing import Protocol

import openpyxl
from openpyxl.cell.read_only import EMPTY_CELL

from klausur.roster.columns import Named, columns, enough, header_at
from klausur.roster.delimited import ABOVE, MAX_ROWS, ListRow, TableError, tidy

MAX_UNPACKED = 50_000_000
"""Bytes that a workbook may unpack to; 50,000 candidates in ten columns need half of that."""

MAX_PARTS = 1_000
MAX_COLUMNS = 100
MAX_LINE = 2 * MAX_ROWS
"""Rows further down are not looked at."""

_ZIP = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EXACT = 10**15
"""From here on a spreadsheet no longer keeps every digit of a number."""

_DAMAGED = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, MemoryError, OSError,
    RuntimeError, SyntaxError, TypeError, ValueError, struct.error, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What openpyxl and the parsers below it raise on damaged workbooks (errors of XML are SyntaxErrors)."""


@dataclass(frozen=True, slots=True)
class SheetRows:
    """The rows of one sheet, the header first. ``line`` of a Row is the sheet's row number."""

    sheet: str
    rows: tuple[ListRow, ...]


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are those of a spreadsheet program's own file, XLSX or another."""
    return data.startswith((_ZIP, _COMPOUND))


def table(data: bytes, named: Named = MappingProxyType({})) -> SheetRows:
    """The first visible sheet whose headings tell who the candidates are; else the first that holds anything.

    A number is given with all its digits and the zeros that its format shows; a date as 24.12.2026, which is
    no registration number; an error as ``#N/A``.

    Raises:
        TableError: the workbook is locked, damaged, too large, or of another form than XLSX; or it is empty.
    """
    _check_form(data)
    try:
        return _table(data, named)
    except _DAMAGED as error:
        if isinstance(error, TableError):
            raise
        raise TableError("is a damaged workbook") from error


def sheets(data: bytes) -> tuple[SheetRows, ...]:
    """Every visible sheet with all that stands in it: cells as `table` gives them, none left out.

    Raises:
        TableError: as for `table`.
    """
    _check_form(data)
    try:
        return tuple(SheetRows(name, tuple(_rows(cells))) for name, cells in _visible(data))
    except _DAMAGED as error:
        if isinstance(error, TableError):
            raise
        raise TableError("is a damaged workbook") from error


def _check_form(data: bytes) -> None:
    if data.startswith(_COMPOUND):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        raise TableError("is locked with a password" if locked else "is in an old form, such as .xls")
    _check_size(data)


def _check_size(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            infos = parts.infolist()
    except _DAMAGED:
        raise TableError("is a damaged workbook") from None
    if not any(info.filename == "[Content_Types].xml" for info in infos):
        raise TableError("is no XLSX workbook")
    # no more than the size that a part declares is ever unpacked of it
    if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > MAX_UNPACKED:
        raise TableError(f"unpacks to more than {MAX_UNPACKED:,} bytes: this is no list of candidates")


def _table(data: bytes, named: Named) -> SheetRows:
    found: SheetRows | None = None
    for name, cells in _visible(data):
        rows = _rows(cells)
        first = list(islice(rows, ABOVE))
        if not first:
            continue
        at = header_at([row.cells for row in first], named)
        good = enough(columns(first[at].cells, named))
        if good or found is None:
            found = SheetRows(name, (*first[at:], *rows))
        if good:
            break
    if found is None:
        raise TableError("is empty")
    return found


class _Cell(Protocol):
    """What is used of openpyxl's cells."""

    @property
    def value(self) -> object: ...
    @property
    def number_format(self) -> str: ...


def _visible(data: bytes) -> Iterator[tuple[str, Iterator[tuple[_Cell, ...]]]]:
    """The visible sheets: their names and cells."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about drop-down lists and the like, which are of no interest
        book = openpyxl.load_workbook(
            io.BytesIO(data), read_only=True, data_only=True, keep_links=False, rich_text=False
        )
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                sheet.reset_dimensions()  # they may say anything
                yield sheet.title, sheet.iter_rows(max_row=MAX_LINE, max_col=MAX_COLUMNS)


def _rows(sheet: Iterator[tuple[_Cell, ...]]) -> Iterator[ListRow]:
    """The filled rows."""
    count = 0
    for line, cells in enumerate(sheet, start=1):
        if all(cell is EMPTY_CELL for cell in cells):  # an empty sheet may be formatted down to its end
            continue
        plain = tuple(tidy(_text(cell)) for cell in cells)
        if any(plain):
            count += 1
            if count > MAX_ROWS:
                raise TableError(f"has more than {MAX_ROWS:,} rows", line)
            yield ListRow(line, _trimmed(plain))


def _trimmed(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Without the empty cells at the end."""
    filled = max(n for n, cell in enumerate(cells, start=1) if cell)
    return cells[:filled]


def _text(cell: _Cell) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        value = int(value)
    if isinstance(value, int):
        zeros = re.fullmatch(r"0+", cell.number_format or "")
        return str(value).zfill(len(zeros[0])) if zeros and value >= 0 else str(value)
    if isinstance(value, datetime | date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value)
