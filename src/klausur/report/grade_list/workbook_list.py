"""A list in an XLSX workbook: its cells, and its bytes with other values in some of them.

No library writes a workbook back whole: openpyxl drops what it does not know. So the cells are exchanged in
the XML of their sheet, where an XML parser says that they stand, and all else is copied. A workbook with
formulas is marked to be computed when it is opened, since their values may follow from grades; the formulas
themselves stay. ECMA-376 part 1, 18.3.1.4 (c), 18.3.1.73 (row), 18.2.2 (calcPr).
"""

import io
import posixpath
import re
import zipfile
from bisect import bisect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.xml.functions import fromstring

from klausur.roster import xlsx
from klausur.roster.delimited import ListRow, TableError

_TAG = re.compile(rb"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")
_REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
_NUMBER = re.compile(r"-?[0-9]+([.,][0-9]+)?")
_CALCULATION = re.compile(rb"(<(?:\w+:)?calcPr\b)((?:[^>\"]|\"[^\"]*\")*?)(/?>)")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>]")
_AS_TEXT = "49"
"""The number format of cells that hold text, whatever is typed: ECMA-376 part 1, 18.8.30."""


@dataclass(slots=True)
class SheetCell:
    """A cell in the XML of its sheet: its first byte, the one after its last, its style, what it is."""

    start: int
    end: int
    style: str
    formula: bool = False


@dataclass(slots=True)
class SheetRow:
    """A row in the XML: where cells may be put at its end, its style, its cells by column (from 0)."""

    prefix: str
    style: str
    end: int = 0
    cells: dict[int, SheetCell] = field(default_factory=dict)


@dataclass(slots=True)
class SheetXml:
    """The XML of a sheet, with its rows by their number (from 1) and the styles of whole columns."""

    data: bytes
    rows: dict[int, SheetRow] = field(default_factory=dict)
    columns: list[tuple[int, int, str]] = field(default_factory=list)

    def style(self, row: SheetRow, column: int) -> str:
        """The style of a cell that is not there yet."""
        of_column = (s for first, last, s in self.columns if first <= column <= last)
        return row.style or next(of_column, "")


@dataclass(frozen=True, slots=True)
class WorkbookList:
    """One sheet of a workbook, in which nothing stands between cells.

    ``part`` is where its XML lies, ``texts`` are the styles of cells that hold text.
    """

    data: bytes
    name: str
    rows: tuple[ListRow, ...]
    part: str
    xml: SheetXml
    texts: frozenset[str]
    delimiter: str = ""

    def locked(self, row: int, column: int) -> str:
        """Why a cell cannot be written, if it cannot."""
        found = self.xml.rows[self.rows[row].line].cells.get(column)
        return "a formula stands there" if found is not None and found.formula else ""

    def takes_numbers(self, row: int, column: int) -> bool:
        """Whether a cell holds numbers, which look as the program likes that shows them; else text."""
        return self._style(row, column) not in self.texts

    def _style(self, row: int, column: int) -> str:
        of = self.xml.rows[self.rows[row].line]
        found = of.cells.get(column)
        return self.xml.style(of, column) if found is None else found.style

    def filled(self, texts: Mapping[tuple[int, int], str]) -> bytes:
        """The workbook with other values in these cells, by row and column (from 0).

        What is a number goes into a cell that takes numbers as one.
        """
        by_place = sorted(self._exchanges(texts))
        parts: list[bytes] = []
        done = 0
        for start, _, end, new in by_place:
            parts += (self.xml.data[done:start], new)
            done = end
        return _with_sheet(self.data, self.part, b"".join((*parts, self.xml.data[done:])))

    def _exchanges(self, texts: Mapping[tuple[int, int], str]) -> Iterator[tuple[int, int, int, bytes]]:
        """What comes between which bytes, and its column: in their order cells come to one place."""
        for (at, column), text in texts.items():
            line = self.rows[at].line
            row = self.xml.rows[line]
            old = row.cells.get(column)
            number = (
                text.replace(",", ".") if self.takes_numbers(at, column) and _NUMBER.fullmatch(text) else ""
            )
            new = _cell(
                row.prefix, f"{get_column_letter(column + 1)}{line}", self._style(at, column), text, number
            )
            if old is not None:
                yield old.start, column, old.end, new
                continue
            there = sorted(row.cells)
            after = bisect(there, column)
            place = row.cells[there[after]].start if after < len(there) else row.end
            yield place, column, place, new


def _cell(prefix: str, reference: str, style: str, text: str, number: str) -> bytes:
    attributes = f' r="{reference}"' + (f" s={quoteattr(style)}" if style else "")
    if number:
        inner = f"<{prefix}v>{number}</{prefix}v>"
    else:
        attributes += ' t="inlineStr"'
        inner = f"<{prefix}is><{prefix}t>{escape(text)}</{prefix}t></{prefix}is>"
    return f"<{prefix}c{attributes}>{inner}</{prefix}c>".encode()


def readings(data: bytes) -> Iterator[WorkbookList]:
    """The visible sheets of a workbook that hold anything.

    Raises:
        TableError: it is no XLSX workbook, locked, damaged or too large.
    """
    sheets = xlsx.sheets(data)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        paths = _parts(parts)
        texts = _text_styles(parts, paths.get("", ""))
        for sheet in sheets:
            if sheet.rows and sheet.sheet in paths:
                xml = located(parts.read(paths[sheet.sheet]))
                yield WorkbookList(data, sheet.sheet, sheet.rows, paths[sheet.sheet], xml, texts)


def _parts(parts: zipfile.ZipFile) -> dict[str, str]:
    """Where the XML of each sheet lies, by its name; under no name, where the styles lie."""
    book = next(iter(_related(parts, "", "/officeDocument").values()))
    sheets, styles = _related(parts, book, "/worksheet"), _related(parts, book, "/styles")
    found = {"": next(iter(styles.values()), "")}
    for element in fromstring(parts.read(book)).iter():
        if _local(element.tag) == "sheet":
            id_ = next((value for name, value in element.attrib.items() if name.endswith("}id")), "")
            if id_ in sheets:
                found[element.attrib["name"]] = sheets[id_]
    return found


def _related(parts: zipfile.ZipFile, part: str, kind: str) -> dict[str, str]:
    """The parts of a kind that a part names, by the names that it has for them."""
    folder, name = posixpath.split(part)
    tree = fromstring(parts.read(posixpath.join(folder, "_rels", f"{name}.rels")))
    return {
        one.attrib["Id"]: posixpath.normpath(posixpath.join("/", folder, one.attrib["Target"])).lstrip("/")
        for one in tree
        if one.attrib.get("Type", "").endswith(kind)
    }


def _text_styles(parts: zipfile.ZipFile, path: str) -> frozenset[str]:
    """The styles, by their place, of cells that hold text."""
    if not path:
        return frozenset()
    tree = fromstring(parts.read(path))
    own = {
        one.attrib["numFmtId"]
        for each in tree
        if _local(each.tag) == "numFmts"
        for one in each
        if one.attrib.get("formatCode") == "@"
    }
    formats = [each for each in tree if _local(each.tag) == "cellXfs"]
    return frozenset(
        str(n)
        for each in formats
        for n, xf in enumerate(each)
        if xf.attrib.get("numFmtId") in {_AS_TEXT, *own}
    )


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def located(data: bytes) -> SheetXml:
    """The XML of a sheet, with the places of its rows and cells in it.

    Raises:
        TableError: it is no XML in UTF-8.
    """
    parser = expat.ParserCreate()
    reader = _Reader(SheetXml(data), parser)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.XmlDeclHandler = reader.declared
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat's own signature
    except expat.ExpatError as error:
        raise TableError("is a damaged workbook") from error
    return reader.sheet


class _Reader:
    """What expat calls while it reads a sheet. Places are those of tags: ``<`` of the one that was found."""

    def __init__(self, sheet: SheetXml, parser: expat.XMLParserType) -> None:
        self.sheet, self.parser = sheet, parser
        self.row, self.column = 0, -1
        self.inside = False

    def declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in {"utf-8", "us-ascii"}:
            raise TableError(f"is a workbook whose sheet is written in {encoding}")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        prefix, _, name = tag.rpartition(":")
        if name == "sheetData":
            self.inside = True
        elif name == "col" and not self.inside:
            first, last = int(attributes["min"]) - 1, int(attributes["max"]) - 1
            self.sheet.columns.append((first, last, attributes.get("style", "")))
        elif name == "row" and self.inside:
            self.row = int(attributes.get("r", self.row + 1))
            self.column = -1
            style = attributes.get("s", "") if attributes.get("customFormat") in {"1", "true"} else ""
            self.sheet.rows[self.row] = SheetRow(f"{prefix}:" if prefix else "", style)
        elif name == "c" and self.inside:
            found = _REFERENCE.fullmatch(attributes.get("r", ""))
            self.column = column_index_from_string(found[1]) - 1 if found else self.column + 1
            at = self.parser.CurrentByteIndex
            self._cells[self.column] = SheetCell(at, at, attributes.get("s", ""))
        elif name == "f" and self.inside:
            self._cells[self.column].formula = True

    def end(self, tag: str) -> None:
        name, at = tag.rpartition(":")[2], self.parser.CurrentByteIndex
        if name == "sheetData":
            self.inside = False
        elif name == "row" and self.inside:
            self.sheet.rows[self.row].end = at
        elif name == "c" and self.inside:
            cell = self._cells[self.column]
            first = _TAG.match(self.sheet.data, cell.start)
            # of a tag that ends itself, expat gives the place behind it
            closing = first if first and first[0].endswith(b"/>") else _TAG.match(self.sheet.data, at)
            cell.end = closing.end() if closing else at

    @property
    def _cells(self) -> dict[int, SheetCell]:
        return self.sheet.rows[self.row].cells


def _with_sheet(data: bytes, part: str, sheet: bytes) -> bytes:
    """The workbook with another XML for one of its sheets."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        infos = old.infolist()
        whole = {info.filename: old.read(info) for info in infos}
        computed = any(_FORMULA.search(content) for name, content in whole.items() if name.endswith(".xml"))
        book = next(iter(_related(old, "", "/officeDocument").values()))
        for info in infos:
            content = whole[info.filename]
            if info.filename == part:
                content = sheet
            elif info.filename == book and computed:
                content = _CALCULATION.sub(_anew, content, count=1)
            new.writestr(info, content, info.compress_type)
    return made.getvalue()


def _anew(found: re.Match[bytes]) -> bytes:
    rest = re.sub(rb'\s+fullCalcOnLoad="[^"]*"', b"", found[2])
    return found[1] + rest.rstrip() + b' fullCalcOnLoad="1"' + found[3]
