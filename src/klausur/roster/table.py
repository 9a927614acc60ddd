"""Bytes of a delimited text file to rows of cells: its encoding, its delimiter, its quoting.

What the cells mean is the business of `klausur.roster.columns` and `klausur.roster.candidates`.
"""

import csv
import io
import re
import unicodedata
from dataclasses import dataclass

from charset_normalizer import from_bytes

from klausur.roster.columns import columns

DELIMITERS = ",;\t|"
"""What may stand between two cells."""

MAX_ROWS = 50_000
"""More than any list of candidates has."""

MAX_BYTES = 100 * MAX_ROWS
"""Larger than any list of candidates."""

_ENCODINGS = ["utf_16", "utf_16_le", "utf_16_be", "cp1252"]
"""What spreadsheets write apart from UTF-8. More would only add wrong guesses: with all that the detector
knows, a short German list in cp1252 is taken for cp1250."""

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
"""What no text holds; \x85 is a line break to some."""

_SEP = re.compile(r"sep=([,;\t|])\r?\n?", re.IGNORECASE)


class TableError(ValueError):
    """The bytes are no table. ``line`` counts from 1; 0 means the file as a whole."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it begins on (from 1), and its cells without white space around them."""

    line: int
    cells: tuple[str, ...]


def rows(data: bytes) -> tuple[Row, ...]:
    """All rows with at least one filled cell, at least one of them, the header first.

    The delimiter is the one under which the header names most columns that Klausur knows. A first line
    ``sep=;``, as spreadsheets write it, settles the delimiter.

    Raises:
        TableError: there is nothing, or no text in a known encoding, or quoted so that it cannot be split.
    """
    text = _decode(data)
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        raise TableError("has control characters: this is no text file", line)
    if not text.strip(f'{DELIMITERS}" \r\n'):
        raise TableError("is empty")
    said = _SEP.match(text)
    if said:
        return _split(text[said.end() :], said[1], first=2)
    return _split(text, max(DELIMITERS, key=lambda d: _headings(text, d)))


def _decode(data: bytes) -> str:
    if b"\0" not in data:  # UTF-16 without a byte order mark can look like UTF-8 with NULs between
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            pass  # most likely cp1252
    guess = from_bytes(data, cp_isolation=_ENCODINGS).best()
    if guess is None:
        raise TableError("is no text in UTF-8, UTF-16 or Windows-1252")
    try:
        return data.decode(guess.encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:  # the detector looks at samples of a long file only
        raise TableError(f"is no text: byte {error.start} has no meaning in {guess.encoding}") from None


def _headings(text: str, delimiter: str) -> tuple[int, int]:
    """How many columns of the first filled row are known under this delimiter, and how many there are."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = next((cells for cells in reader if any(c.strip() for c in cells)), [])
    except csv.Error:
        return 0, 0
    return sum(c is not None for c in columns(header)), len(header)


def _split(text: str, delimiter: str, first: int = 1) -> tuple[Row, ...]:
    found: list[Row] = []
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True
    )
    line = first
    try:
        for cells in reader:
            # names pasted from elsewhere carry line breaks, runs of blanks and split umlauts
            plain = tuple(unicodedata.normalize("NFC", " ".join(cell.split())) for cell in cells)
            if any(plain):
                found.append(Row(line, plain))
            if len(found) > MAX_ROWS:
                raise TableError(f"has more than {MAX_ROWS:,} rows", line)
            line = first + reader.line_num
    except csv.Error as error:
        raise TableError(f"cannot be split into cells: {error}", line) from None
    if not found:  # nothing below "sep=", or other white space only
        raise TableError("is empty")
    return tuple(found)
