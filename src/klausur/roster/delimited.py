"""Bytes of a delimited text file to rows of cells: its encoding, its delimiter, its quoting.

What the cells mean is the business of `klausur.roster.columns` and `klausur.roster.candidates`; the forms of
spreadsheet programs are in `klausur.roster.tables`.
"""

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType

from charset_normalizer import from_bytes

from klausur.roster.columns import Named, columns, header_at

DELIMITERS = ",;\t|"
"""What may stand between two cells."""

MAX_ROWS = 50_000
"""More than any list of candidates has."""

MAX_BYTES = 100 * MAX_ROWS
"""Larger than any list of candidates."""

ABOVE = 30
"""Rows among which the headings are looked for."""

_ENCODINGS = ["utf_16", "utf_16_le", "utf_16_be", "cp1252"]
"""What spreadsheets write apart from UTF-8. More would only add wrong guesses: with all that the detector
knows, a short German list in cp1252 is taken for cp1250."""

_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x7f]")
"""What no text holds. One or two may have come into a cell from elsewhere; more are no text."""

_MOST_BINARY = 10

_TEXT_FORMULA = re.compile(r'="((?:[^"]|"")*)"')
_MARKED_TEXT = re.compile(r"'[0-9=+@-]")
"""An apostrophe before a letter is part of a name, as in 't Hooft."""

_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")
"""Characters that show nothing, which web pages and mails leave in what is copied out of them.
Those that turn text round are findings: what is seen is not what stands there."""

_OTHER_ENCODING = re.compile("(?<=[A-Za-z])(?:[„”‰†‡Ÿ](?=[a-z])|(?<=[a-z])§(?!\\d))")
"""What umlauts of Mac OS Roman and DOS become in words, in the encoding of Windows."""

_SEP = re.compile(r"sep=([,;\t|])\r?\n?", re.IGNORECASE)


class TableError(ValueError):
    """The bytes are no table. ``line`` counts from 1; 0 means the file as a whole."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row: the line it begins on (from 1), and its cells without white space around them."""

    line: int
    cells: tuple[str, ...]


def rows(data: bytes, named: Named = MappingProxyType({})) -> tuple[ListRow, ...]:
    """All rows with at least one filled cell, at least one of them, the header first.

    The delimiter is the one under which the header names most columns that Klausur knows. A first line
    ``sep=;``, as spreadsheets write it, settles the delimiter. Lines above the header are left out.

    Raises:
        TableError: there is nothing, or no text in a known encoding, or quoted so that it cannot be split.
    """
    text = decode(data)
    binary = tuple(islice(_BINARY.finditer(text), _MOST_BINARY))
    if "\0" in text or len(binary) == _MOST_BINARY:
        line = text.count("\n", 0, binary[0].start()) + 1
        raise TableError("has control characters: this is no text file", line)
    if not _is_utf8(data) and (other := _OTHER_ENCODING.search(text)):
        why = f"is in an encoding that is not known: it has {other[0]!r} in a word"
        raise TableError(why, text.count("\n", 0, other.start()) + 1)
    if not text.strip(f'{DELIMITERS}" \r\n'):
        raise TableError("is empty")
    said = _SEP.match(text)
    if said:
        found = _split(text[said.end() :], said[1], first=2)
    else:
        found = _split(text, max(DELIMITERS, key=lambda d: _headings(text, d, named)))
    return found[header_at([row.cells for row in found[:ABOVE]], named) :]


def decode(data: bytes) -> str:
    """The text of a file, in one of the encodings that lists are written in.

    Raises:
        TableError: it is no text in one of them.
    """
    return data.decode(encoding(data)).removeprefix("\ufeff")


def encoding(data: bytes) -> str:
    """The encoding of a list, as Python calls it; these bytes can be decoded by it.

    Raises:
        TableError: it is none that lists are written in.
    """
    if b"\0" not in data:  # UTF-16 without a byte order mark can look like UTF-8 with NULs between
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            pass  # most likely cp1252
        else:
            return "utf-8"
    guess = from_bytes(data, cp_isolation=_ENCODINGS).best()
    if guess is None:
        raise TableError("is no text in UTF-8, UTF-16 or Windows-1252")
    try:
        data.decode(guess.encoding)
    except UnicodeDecodeError as error:  # the detector looks at samples of a long file only
        raise TableError(f"is no text: byte {error.start} has no meaning in {guess.encoding}") from None
    return guess.encoding


def _headings(text: str, delimiter: str, named: Named) -> tuple[int, int]:
    """How many columns of the header are known under this delimiter, and how many there are."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    first: list[list[str]] = []
    try:
        for cells in islice((cells for cells in reader if any(c.strip() for c in cells)), ABOVE):
            first.append(cells)  # noqa: PERF402 - the rows before one that cannot be split count
    except csv.Error:
        pass
    if not first:
        return 0, 0
    header = first[header_at(first, named)]
    return sum(c is not None for c in columns(header, named)), len(header)


def _split(text: str, delimiter: str, first: int = 1) -> tuple[ListRow, ...]:
    found: list[ListRow] = []
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True
    )
    line = first
    try:
        for cells in reader:
            plain = tuple(map(tidy, cells))
            if any(plain):
                found.append(ListRow(line, plain))
            if len(found) > MAX_ROWS:
                raise TableError(f"has more than {MAX_ROWS:,} rows", line)
            line = first + reader.line_num
    except csv.Error as error:
        raise TableError(f"cannot be split into cells: {error}", line) from None
    if not found:  # nothing below "sep=", or other white space only
        raise TableError("is empty")
    return tuple(found)


def tidy(cell: str) -> str:
    """A cell on one line: pasted names carry line breaks, runs of blanks and split umlauts.

    What makes a spreadsheet take a number for text is taken away, ``="0042"`` and ``'0042``, and what shows
    nothing.
    """
    text = unicodedata.normalize("NFC", " ".join(_UNSEEN.sub("", cell).split()))
    if formula := _TEXT_FORMULA.fullmatch(text):
        return formula[1].replace('""', '"').strip()
    return text[1:] if _MARKED_TEXT.match(text) else text
