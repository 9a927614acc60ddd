"""Delimited text: cells as the csv module has them, and bytes that stay outside of written cells."""

import csv
import io
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from klausur.report.grade_list.delimited_list import DelimitedList, readings, split
from klausur.roster.delimited import DELIMITERS, TableError

ENCODINGS = ("utf-8", "cp1252", "utf-16-le", "utf-16-be")
MARK = "\ufeff"
TEXTS = st.text("ab ü\"\n\r,;|\t'=0", max_size=6)
"""What may stand in cells, all that splits them among it."""


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, str]:
    """A delimiter and a text: each cell quoted or not, as it likes, each row ended in its own way."""
    delimiter = draw(st.sampled_from(DELIMITERS))
    text = ""
    for _ in range(draw(st.integers(1, 4))):
        cells = draw(st.lists(st.tuples(TEXTS, st.booleans()), min_size=1, max_size=4))
        written = []
        for cell, quoted in cells:
            plain = re.sub(rf'["\r\n{re.escape(delimiter)}]', "", cell)
            written.append('"' + cell.replace('"', '""') + '"' if quoted else plain)
        text += delimiter.join(written) + draw(st.sampled_from(["\n", "\r\n", "\r"]))
    return delimiter, text.rstrip("\r\n") if draw(st.booleans()) else text


@given(tables())
def test_cells_are_those_of_the_csv_module(table: tuple[str, str]) -> None:
    delimiter, text = table
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True
    )
    expected = [row or [""] for row in reader]
    rows = list(split(text, delimiter))
    assert [
        [cell.text.lstrip(" ") if not cell.quoted else cell.text for cell in row.cells] for row in rows
    ] == (expected)


@given(tables(), st.sampled_from(ENCODINGS), st.sampled_from(["", MARK]), st.data())
def test_all_bytes_outside_the_written_cells_stay(
    table: tuple[str, str], encoding: str, mark: str, data: st.DataObject
) -> None:
    delimiter, text = table
    marked = bool(mark) and encoding != "cp1252"
    text = f"{MARK * marked}{text}"
    assume(len(text) > marked)
    one = DelimitedList(text, encoding, delimiter, tuple(split(text, delimiter, marked)))
    plain = text.encode(encoding)
    assert one.filled({}) == plain
    places = [(row, cell) for row, each in enumerate(one.split) for cell in range(len(each.cells))]
    texts = data.draw(st.dictionaries(st.sampled_from(places), st.sampled_from(["1,3", "2.0", "sehr gut"])))
    filled = one.filled(texts).decode(encoding)
    after = DelimitedList(filled, encoding, delimiter, tuple(split(filled, delimiter, marked)))
    # every character between, before and after the written cells, in their order
    assert _around(one, texts) == _around(after, texts)
    for (row, cell), new in texts.items():
        assert after.split[row].cells[cell].text == new
        assert after.split[row].cells[cell].quoted or not one.split[row].cells[cell].quoted


LIST = "Matrikelnummer;Nachname;Vorname;Note\r\n0371;Müller;Jürgen;\r\n0372;Groß;Änne;\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_encoding_of_a_list_is_found_and_kept(encoding: str) -> None:
    plain = LIST.encode(encoding)
    one = next(each for each in readings(plain) if each.delimiter == ";")
    assert one.rows[1].cells == ("0371", "Müller", "Jürgen", "")
    assert one.filled({(2, 3): "1,3"}) == LIST.replace("Änne;", "Änne;1,3").encode(encoding)


def test_a_line_that_names_the_delimiter_settles_it() -> None:
    (one,) = readings(f"sep=;\n{LIST}".encode())
    assert [row.line for row in one.rows] == [2, 3, 4]
    assert one.filled({(1, 3): "2"}).startswith(b"sep=;\nMatrikelnummer")


def _around(one: DelimitedList, texts: dict[tuple[int, int], str]) -> list[str]:
    ends = [(one.split[row].cells[cell].start, one.split[row].cells[cell].end) for row, cell in sorted(texts)]
    starts = [0, *(end for _, end in ends)]
    return [
        one.text[a:b] for a, b in zip(starts, [*(start for start, _ in ends), len(one.text)], strict=True)
    ]


def test_a_row_that_is_too_short_gets_its_delimiters() -> None:
    one = next(each for each in readings(b"number;name;note;points\n17;Ada\n") if each.delimiter == ";")
    assert one.filled({(1, 3): "9"}) == b"number;name;note;points\n17;Ada;;9\n"
    assert one.filled({(1, 2): "1,0", (1, 3): "9"}) == b"number;name;note;points\n17;Ada;1,0;9\n"


def test_what_splits_cells_is_quoted() -> None:
    one = next(each for each in readings(b"a,b\r\n,x") if each.delimiter == ",")
    assert one.filled({(1, 0): "1,3"}) == b'a,b\r\n"1,3",x'


@pytest.mark.parametrize("text", ['a;b\n"c;d\n', 'a;b\n"c"x;d\n'])
def test_quotes_that_make_no_cell_are_refused_with_their_line(text: str) -> None:
    with pytest.raises(TableError, match="cannot be split") as caught:
        list(readings(text.encode()))
    assert caught.value.line == 2


def test_a_text_that_the_encoding_lacks_is_refused() -> None:
    one = next(readings("Nr;Müller;Größe\n".encode("cp1252")))
    with pytest.raises(TableError, match="cp1252"):
        one.filled({(0, 0): "сдано"})
