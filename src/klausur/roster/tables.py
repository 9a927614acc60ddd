"""The forms in which a list of candidates may come, known by their first bytes and not by the file's name."""

from collections.abc import Callable
from importlib import import_module
from types import MappingProxyType

from klausur.roster import delimited, web_page
from klausur.roster.columns import Named
from klausur.roster.delimited import TableError
from klausur.roster.sheets import SheetRows

_ZIP = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument"
_OLD = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")
"""Excel before 5.0 wrote its records without a file system around them."""


def _opened_by(module: str) -> Callable[[bytes, Named], SheetRows]:
    """What opens a form, loaded when there is such a list: openpyxl takes 0.1 s."""

    def table(data: bytes, named: Named) -> SheetRows:
        found: SheetRows = import_module(f"klausur.roster.{module}").table(data, named)
        return found

    return table


FORMS: tuple[tuple[str, Callable[[bytes], bool], Callable[[bytes, Named], SheetRows]], ...] = (
    ("ODS", lambda data: data.startswith(_ZIP) and _OPEN_DOCUMENT in data[:200], _opened_by("ods")),
    ("XLSX", lambda data: data.startswith(_ZIP), _opened_by("xlsx")),
    ("XLS", lambda data: data.startswith((_COMPOUND, *_OLD)), _opened_by("xls")),
    ("web page", web_page.is_page, web_page.table),
)
"""Each form with how it is known and who opens it, in the order of looking; what is none of them is CSV."""


def form(data: bytes) -> str:
    """The form that these bytes have, by its name in the table of forms; empty for CSV and what is none."""
    return next((name for name, is_one, _ in FORMS if is_one(data)), "")


def table(data: bytes, named: Named = MappingProxyType({})) -> SheetRows:
    """The rows with the candidates, the header first; ``sheet`` is empty where there are none.

    Raises:
        TableError: no table can be had from these bytes.
    """
    known = form(data)
    opened = next((opened for name, _, opened in FORMS if name == known), None)
    if opened is not None:
        return opened(data, named)
    if data.lstrip(b"\xef\xbb\xbf \r\n").startswith((b"<?xml", b"MIME-Version", b"{\\rtf", b"%PDF")):
        raise TableError("is in a form that is not read")
    return SheetRows("", delimited.rows(data, named))
