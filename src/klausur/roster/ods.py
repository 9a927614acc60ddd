"""Bytes of an OpenDocument spreadsheet (``.ods``) to rows of cells.

Its one part is read as a stream by the standard library's parser, for rows and cells may be repeated millions
of times by one attribute, and libraries lay out all of them.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import IO
from xml.etree import ElementTree as ET

from klausur.roster.columns import Named
from klausur.roster.delimited import ListRow, TableError
from klausur.roster.sheets import MAX_COLUMNS, MAX_LINE, SheetRows, as_text, check_size, filled, pick

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"

_CONTENT = "content.xml"

_DAMAGED = (
    ArithmeticError, EOFError, LookupError, MemoryError, OSError, RuntimeError, ET.ParseError, TypeError,
    ValueError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def table(data: bytes, named: Named = MappingProxyType({})) -> SheetRows:
    """The sheet with the candidates.

    Raises:
        TableError: the workbook is locked, damaged, too large, no spreadsheet, or empty.
    """
    check_size(data, _CONTENT, "is no workbook")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            manifest = (
                parts.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in parts.namelist() else b""
            )
            if b"encryption-data" in manifest:
                raise TableError("is locked with a password")
            with parts.open(_CONTENT) as content:
                return pick(_sheets(content), named)
    except _DAMAGED as error:
        if isinstance(error, TableError):
            raise
        raise TableError("is a damaged workbook") from error


def _sheets(content: IO[bytes]) -> Iterator[tuple[str, Iterator[ListRow]]]:
    """The visible sheets; what was read is let go of, table by table."""
    hidden: set[str] = set()
    # expat itself refuses entities that grow without bounds, and fetches nothing from outside
    for _, element in ET.iterparse(content, ["end"]):  # noqa: S314
        if element.tag == f"{_STYLE}style":
            shown = element.find(f"{_STYLE}table-properties")
            if shown is not None and shown.get(f"{_TABLE}display") == "false":
                hidden.add(element.get(f"{_STYLE}name", ""))
        elif element.tag == f"{_TABLE}table":
            if element.get(f"{_TABLE}style-name") not in hidden:
                yield element.get(f"{_TABLE}name", ""), filled(_rows(element))
            element.clear()


def _rows(sheet: ET.Element) -> Iterator[tuple[int, Sequence[str]]]:
    line = 1
    for row in sheet.iter(f"{_TABLE}table-row"):
        times = _repeated(row, "rows")
        cells = list(_cells(row))
        if any(cells):  # an empty row may stand for all that follow
            for n in range(min(times, MAX_LINE - line + 1)):
                yield line + n, cells
        line += times
        if line > MAX_LINE:
            return


def _cells(row: ET.Element) -> Iterator[str]:
    count = 0
    for cell in row:
        if cell.tag in {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}:
            times = min(_repeated(cell, "columns"), MAX_COLUMNS - count)
            count += times
            yield from (_text(cell),) * times


def _repeated(element: ET.Element, what: str) -> int:
    return max(1, int(element.get(f"{_TABLE}number-{what}-repeated", "1")))


def _text(cell: ET.Element) -> str:
    """What a cell shows; of a number all digits that it has."""
    paragraphs = (" ".join(p.itertext()) for p in cell.findall(f"{_TEXT}p"))
    shown = " ".join(paragraphs).strip()
    value = cell.get(f"{_OFFICE}value")
    if cell.get(f"{_OFFICE}value-type") != "float" or value is None:
        return shown
    number = as_text(float(value))
    return shown if shown.isdigit() and shown.lstrip("0") == number.lstrip("0") else number
