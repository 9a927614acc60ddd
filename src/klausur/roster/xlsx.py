"""Bytes of an XLSX workbook to rows of cells, by openpyxl.

A damaged or locked workbook, and one that unpacks to more than a list of candidates can need, is refused.
"""

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from types import MappingProxyType
from typing import Protocol

import openpyxl
from openpyxl.cell.read_only import EMPTY_CELL

from klausur.roster.columns import Named
from klausur.roster.delimited import ListRow, TableError
from klausur.roster.sheets import MAX_COLUMNS, MAX_LINE, SheetRows, as_text, check_size, filled, pick

_DAMAGED = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, MemoryError, OSError,
    RuntimeError, SyntaxError, TypeError, ValueError, struct.error, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What openpyxl and the parsers below it raise on damaged workbooks (errors of XML are SyntaxErrors)."""


_TYPES = "[Content_Types].xml"
_ZIP = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are those of a spreadsheet program's own file, XLSX or another."""
    return data.startswith((_ZIP, _COMPOUND))


def table(data: bytes, named: Named = MappingProxyType({})) -> SheetRows:
    """The sheet with the candidates.

    Raises:
        TableError: the workbook is damaged, too large, no XLSX, or empty.
    """
    check_size(data, _TYPES, "is no XLSX workbook")
    try:
        return pick(_sheets(data), named)
    except _DAMAGED as error:
        if isinstance(error, TableError):
            raise
        raise TableError("is a damaged workbook") from error


def sheets(data: bytes) -> tuple[SheetRows, ...]:
    """Every visible sheet with all that stands in it: cells as `table` gives them, none left out.

    Raises:
        TableError: as for `table`, or the workbook is of another form than XLSX.
    """
    if data.startswith(_COMPOUND):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        raise TableError("is locked with a password" if locked else "is in an old form, such as .xls")
    check_size(data, _TYPES, "is no XLSX workbook")
    try:
        return tuple(SheetRows(name, tuple(rows)) for name, rows in _sheets(data))
    except _DAMAGED as error:
        if isinstance(error, TableError):
            raise
        raise TableError("is a damaged workbook") from error


def _sheets(data: bytes) -> Iterator[tuple[str, Iterator[ListRow]]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about drop-down lists and the like, which are of no interest
        book = openpyxl.load_workbook(
            io.BytesIO(data), read_only=True, data_only=True, keep_links=False, rich_text=False
        )
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                sheet.reset_dimensions()  # they may say anything
                yield sheet.title, filled(_rows(sheet.iter_rows(max_row=MAX_LINE, max_col=MAX_COLUMNS)))


class _Cell(Protocol):
    """What is used of openpyxl's cells."""

    @property
    def value(self) -> object: ...
    @property
    def number_format(self) -> str: ...


def _rows(sheet: Iterator[tuple[_Cell, ...]]) -> Iterator[tuple[int, list[str]]]:
    for line, cells in enumerate(sheet, start=1):
        if not all(cell is EMPTY_CELL for cell in cells):  # an empty sheet may be formatted down to its end
            yield line, [as_text(cell.value, cell.number_format or "") for cell in cells]
