"""What a list of an office is, whatever its form: rows of cells, and bytes with others in some of them."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from klausur.report.grade_list import delimited_list, workbook_list
from klausur.roster import web_page, xlsx
from klausur.roster.delimited import ListRow, TableError


class OfficeList(Protocol):
    """One way to read a list: a text under one delimiter, or one sheet of a workbook. Places count from 0."""

    @property
    def name(self) -> str:
        """The sheet's name; nothing for a text."""

    @property
    def delimiter(self) -> str:
        """What stands between cells; nothing in a workbook."""

    @property
    def rows(self) -> tuple[ListRow, ...]:
        """What stands in its cells."""

    def locked(self, row: int, column: int) -> str:
        """Why a cell cannot be written, if it cannot."""

    def takes_numbers(self, row: int, column: int) -> bool:
        """Whether what looks like a number becomes one, without a decimal sign of its own."""

    def filled(self, texts: Mapping[tuple[int, int], str]) -> bytes:
        """The whole list with other texts in these cells, by row and column."""


def readings(data: bytes) -> Iterator[OfficeList]:
    """All ways to read a list.

    Raises:
        TableError: there is none.
    """
    if web_page.is_page(data):
        raise TableError("is a web page, whatever it is called: save it as XLSX or CSV from a spreadsheet")
    yield from workbook_list.readings(data) if xlsx.is_workbook(data) else delimited_list.readings(data)
