"""A list in delimited text: where each of its cells stands, and its bytes with other texts in some of them.

Reading lists of candidates is `klausur.roster.delimited`'s business. Here not a byte may change that nobody
asked for: encoding, byte order mark, delimiter, quotes and line ends stay, row by row.
"""

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from klausur.roster.delimited import DELIMITERS, MAX_ROWS, ListRow, TableError, encoding, tidy

_SAID = re.compile("\ufeff?sep=([,;\t|])(?:\r\n|\r|\n)", re.IGNORECASE)
"""A first line as spreadsheets write it, with or without a byte order mark before it."""

_MARK = "\ufeff"
_QUOTED = re.compile(r' *"([^"]*(?:""[^"]*)*)"')
_LINE_END = re.compile(r"\r\n|\r|\n")
_PLAIN = {delimiter: re.compile(rf"[^{re.escape(delimiter)}\r\n]*") for delimiter in DELIMITERS}


@dataclass(frozen=True, slots=True)
class TextCell:
    """A cell: its first character and the one after its last, its text, and whether it stands in quotes."""

    start: int
    end: int
    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class TextRow:
    """A row and the line that it begins on (from 1). It has at least one cell, if an empty one."""

    line: int
    cells: tuple[TextCell, ...]


@dataclass(frozen=True, slots=True)
class DelimitedList:
    """A list under one delimiter. ``text`` is all of it, byte order mark included."""

    text: str
    encoding: str
    delimiter: str
    split: tuple[TextRow, ...]

    @property
    def name(self) -> str:
        """What a place in it is called: nothing, beside the file."""
        return ""

    @property
    def rows(self) -> tuple[ListRow, ...]:
        """What stands in its cells."""
        return tuple(ListRow(row.line, tuple(tidy(cell.text) for cell in row.cells)) for row in self.split)

    def locked(self, row: int, column: int) -> str:
        """Why a cell cannot be written; no cell of a text is."""
        del row, column
        return ""

    def takes_numbers(self, row: int, column: int) -> bool:
        """Whether a cell holds numbers, which look as the program likes that shows them. A text has none."""
        del row, column
        return False

    def filled(self, texts: Mapping[tuple[int, int], str]) -> bytes:
        """The bytes with other texts in these cells, by row and column (from 0).

        A row that is too short for a cell gets the delimiters that it lacks.

        Raises:
            TableError: a text cannot be written in the list's encoding.
        """
        parts: list[str] = []
        done = 0
        for (row, column), new in sorted(texts.items()):
            cells = self.split[row].cells
            if column < len(cells):
                start, end, before = cells[column].start, cells[column].end, ""
            else:
                start = end = cells[-1].end
                # Several cells behind the end of one row: the first brings those before it.
                have = max((c for r, c in texts if r == row and c < column), default=-1)
                before = self.delimiter * (column - max(len(cells) - 1, have))
            quoted = column < len(cells) and cells[column].quoted
            parts += (self.text[done:start], before, self._cell(new, quoted=quoted))
            done = end
        try:
            return "".join((*parts, self.text[done:])).encode(self.encoding)
        except UnicodeEncodeError as error:
            bad = error.object[error.start : error.end]
            raise TableError(f"is written in {self.encoding}, which has no {bad!r}") from None

    def _cell(self, text: str, *, quoted: bool) -> str:
        needed = text != text.strip() or any(c in text for c in (self.delimiter, '"', "\r", "\n"))
        return '"' + text.replace('"', '""') + '"' if quoted or needed else text


def readings(data: bytes) -> Iterator[DelimitedList]:
    """The list under each delimiter that it can be split by; under one alone, if it says which.

    Raises:
        TableError: the bytes are no text, or cannot be split by any.
    """
    codec = exact(data)
    text = data.decode(codec)
    said = _SAID.match(text)
    problems: list[TableError] = []
    for delimiter in said[1] if said else DELIMITERS:
        try:
            rows = tuple(split(text, delimiter, said.end() if said else text.startswith(_MARK)))
        except TableError as error:
            problems.append(error)
        else:
            yield DelimitedList(text, codec, delimiter, rows)
    if len(problems) == (1 if said else len(DELIMITERS)):
        raise problems[0]


def exact(data: bytes) -> str:
    """The encoding of a list, by which its text becomes these bytes again, with its byte order mark.

    Raises:
        TableError: it is none that lists are written in.
    """
    found = encoding(data)
    if codecs.lookup(found).name == "utf-16":
        found = "utf-16-be" if data.startswith(codecs.BOM_UTF16_BE) else "utf-16-le"
    if data.decode(found).encode(found) != data:
        raise TableError(f"is no plain text in {found}")
    return found


def split(text: str, delimiter: str, start: int = 0) -> Iterator[TextRow]:
    """The rows of a text from this character on, as Python's csv module reads them.

    Raises:
        TableError: quotes that are not closed, or closed before the end of a cell.
    """
    at, line = int(start), 1 + len(_LINE_END.findall(text, 0, int(start)))
    while at < len(text):
        cells: list[TextCell] = []
        while True:
            cells.append(_cell(text, delimiter, at, line))
            at = cells[-1].end
            if text[at : at + 1] != delimiter:
                break
            at += 1
        yield TextRow(line, tuple(cells))
        if end := _LINE_END.match(text, at):
            at = end.end()
        line += 1 + sum(len(_LINE_END.findall(cell.text)) for cell in cells if cell.quoted)
        if line > 2 * MAX_ROWS:
            raise TableError(f"has more than {MAX_ROWS:,} rows", line)


def _cell(text: str, delimiter: str, at: int, line: int) -> TextCell:
    quoted = _QUOTED.match(text, at)
    if quoted is None:
        plain = _PLAIN[delimiter].match(text, at)
        found = plain[0] if plain else ""
        if found.lstrip(" ").startswith('"'):
            raise TableError("cannot be split into cells: a quote is not closed", line)
        return TextCell(at, at + len(found), found, quoted=False)
    if text[quoted.end() : quoted.end() + 1] not in ("", delimiter, "\r", "\n"):
        raise TableError(f"cannot be split into cells: {delimiter!r} expected after '\"'", line)
    return TextCell(at, quoted.end(), quoted[1].replace('""', '"'), quoted=True)
