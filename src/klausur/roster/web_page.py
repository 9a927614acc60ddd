"""Bytes of a web page with a table to rows of cells: many systems save one as ``.xls``, and so can Excel."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from types import MappingProxyType

from klausur.roster.columns import Named
from klausur.roster.delimited import MAX_ROWS, ListRow, TableError, decode
from klausur.roster.sheets import MAX_COLUMNS, SheetRows, filled, pick

_ROUNDED = re.compile(r"[0-9][.,]?[0-9]*E\+?[0-9]+", re.IGNORECASE)
_SILENT = frozenset({"script", "style", "title"})


def is_page(data: bytes) -> bool:
    """Whether the bytes are those of a web page, whatever the file is called."""
    start = data[:4000].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    return start.startswith((b"<html", b"<!doctype html", b"<table", b"<head", b"<meta", b"<style")) or (
        start.startswith((b"<?xml", b"<!--")) and b"<html" in start
    )


def table(data: bytes, named: Named = MappingProxyType({})) -> SheetRows:
    """The table with the candidates; ``line`` counts its rows.

    Raises:
        TableError: no text, damaged, or no table that holds anything.
    """
    page = _Page()
    text = decode(data)
    try:
        page.feed(text)
        page.close()
    except AssertionError as error:  # what the parser of some Pythons says of a malformed <![
        raise TableError("is a damaged web page") from error
    return pick(_tables(page), named)


def _tables(page: "_Page") -> Iterator[tuple[str, Iterator[ListRow]]]:
    if not any(page.tables):
        raise TableError("is a web page without a table")
    for rows in page.tables:
        yield "", filled(enumerate(rows, start=1))


class _Page(HTMLParser):
    """Gathers the cells of all tables; what a cell shows counts, and tables inside cells are cells' text.

    Of a number that Excel shows rounded, ``3.71E+06``, the digits that it writes beside count. A cell over
    several rows says the same of all of them.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self._depth = 0
        self._cell: list[str] | None = None
        self._wide = self._high = 1
        self._above: dict[int, tuple[str, int]] = {}  # by column: what a cell says, and to which row
        self._digits = ""
        self._silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A table, a row or a cell begins."""
        if tag in _SILENT:
            self._silent = tag
        elif tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.tables.append([])
                self._above = {}
        elif self._depth != 1:
            return
        elif tag == "tr":
            self._end_row()
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self._end_cell()
            if not self.tables[-1]:
                self.tables[-1].append([])
            said = dict(attrs)
            self._cell, self._digits = [], said.get("x:num") or ""
            self._wide = _span(said.get("colspan"), MAX_COLUMNS)
            self._high = _span(said.get("rowspan"), MAX_ROWS)
        elif tag in {"br", "p", "div"} and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """A table, a row or a cell ends."""
        if tag == self._silent:
            self._silent = ""
        elif tag == "table":
            if self._depth == 1:
                self._end_row()
            self._depth = max(0, self._depth - 1)
        elif tag in {"td", "th", "tr"} and self._depth == 1:
            self._end_cell()

    def handle_data(self, data: str) -> None:
        """Text of a cell."""
        if self._cell is not None and not self._silent:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        self._take_from_above()
        row = self.tables[-1][-1]
        free = MAX_COLUMNS - len(row)
        shown = "".join(self._cell)
        if self._digits.isdigit() and _ROUNDED.fullmatch(shown.strip()):
            shown = self._digits
        cells = [shown, *[""] * (self._wide - 1)][:free]
        last = len(self.tables[-1]) + self._high - 2
        self._above |= {at: (cell, last) for at, cell in enumerate(cells, len(row))}
        row.extend(cells)
        self._cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self.tables[-1]:
            self._take_from_above()

    def _take_from_above(self) -> None:
        """What cells of rows above say of this row, too, where its next cell would stand."""
        row = self.tables[-1][-1]
        while (above := self._above.get(len(row))) and above[1] >= len(self.tables[-1]) - 1:
            row.append(above[0])


def _span(said: str | None, most: int) -> int:
    count = said or ""
    plain = count.isascii() and count.isdigit() and len(count) < 6
    return min(int(count), most) or 1 if plain else 1
