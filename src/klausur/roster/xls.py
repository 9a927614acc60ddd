"""Bytes of a workbook in the old binary form of Excel 97 to 2003 (``.xls``) to rows of cells, by xlrd."""

import io
import struct
from collections.abc import Iterator
from types import MappingProxyType

import xlrd
from xlrd.biffh import XLRDError
from xlrd.compdoc import CompDocError
from xlrd.sheet import Cell, Sheet

from klausur.roster.columns import Named
from klausur.roster.delimited import ListRow, TableError
from klausur.roster.sheets import MAX_COLUMNS, SheetRows, as_text, filled, pick

_DAMAGED = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, MemoryError, OSError,
    RuntimeError, TypeError, ValueError, struct.error, XLRDError, CompDocError,
)  # fmt: skip
"""What xlrd raises on damaged workbooks."""

_VISIBLE = 0


def table(data: bytes, named: Named = MappingProxyType({})) -> SheetRows:
    """The sheet with the candidates.

    Raises:
        TableError: the workbook is locked, damaged, no workbook at all, or empty.
    """
    if any(word.encode("utf-16-le") in data for word in ("EncryptedPackage", "EncryptionInfo")):
        raise TableError("is locked with a password")
    try:
        # formatting_info: the formats tell which zeros are shown; logfile: what it grumbles about is no news
        book = xlrd.open_workbook(
            file_contents=data, logfile=io.StringIO(), formatting_info=True, ragged_rows=True
        )
        return pick(_sheets(book), named)
    except _DAMAGED as error:
        if isinstance(error, TableError):
            raise
        locked = isinstance(error, XLRDError) and "encrypted" in str(error).casefold()
        raise TableError("is locked with a password" if locked else "is a damaged workbook") from error


def _sheets(book: xlrd.Book) -> Iterator[tuple[str, Iterator[ListRow]]]:
    for sheet in book.sheets():
        if sheet.visibility == _VISIBLE:
            yield (
                sheet.name,
                filled((n + 1, [_text(book, cell) for cell in _row(sheet, n)]) for n in range(sheet.nrows)),
            )


def _row(sheet: Sheet, number: int) -> list[Cell]:
    return list(sheet.row(number)[:MAX_COLUMNS])


def _text(book: xlrd.Book, cell: Cell) -> str:
    value = cell.value
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return str(bool(value)).upper()
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(int(value), "#ERROR")
    if cell.ctype == xlrd.XL_CELL_DATE:
        return as_text(xlrd.xldate_as_datetime(float(value), book.datemode))
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return as_text(value, _format(book, cell))
    return as_text(value)


def _format(book: xlrd.Book, cell: Cell) -> str:
    """The number format of a cell; empty if the workbook does not tell."""
    if cell.xf_index is None or not 0 <= cell.xf_index < len(book.xf_list):
        return ""
    known = book.format_map.get(book.xf_list[cell.xf_index].format_key)
    return "" if known is None else str(known.format_str or "")
