import pytest

from klausur.roster.delimited import ABOVE, MAX_BYTES, MAX_ROWS, ListRow, TableError, rows

HEADER = "Matrikelnummer{0}Name{0}Raum"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_by_the_headings(delimiter: str) -> None:
    text = f"{HEADER.format(delimiter)}\r\n0001{delimiter}Ada Example{delimiter}HS 1\r\n"
    assert rows(text.encode())[1] == ListRow(2, ("0001", "Ada Example", "HS 1"))


def test_other_delimiters_inside_the_cells_do_not_mislead() -> None:
    text = 'Registration number;Name;Room\n0001;Example, Ada, B.Sc.;1,5|2\n"0002";"Muster; ""Jürgen""";\n'
    assert [row.cells for row in rows(text.encode())[1:]] == [
        ("0001", "Example, Ada, B.Sc.", "1,5|2"),
        ("0002", 'Muster; "Jürgen"', ""),
    ]


def test_blanks_before_quotes_and_empty_rows_above_the_headings_do_not_mislead() -> None:
    text = b"\n" * ABOVE + b'Registration number; Name\n0001; "Example; Ada, B.Sc., M.A."\n'
    assert [row.cells for row in rows(text)] == [
        ("Registration number", "Name"),
        ("0001", "Example; Ada, B.Sc., M.A."),
    ]


def test_a_spreadsheets_first_line_settles_the_delimiter() -> None:
    found = rows(b"sep=|\r\nName, first|Number\r\nAda|1\r\n")
    assert found == (ListRow(2, ("Name, first", "Number")), ListRow(3, ("Ada", "1")))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("count", [1, 30])
def test_the_encodings_of_spreadsheets_are_told_apart(encoding: str, count: int) -> None:
    names = ["Jürgen Größe-Muster", "Zoë Exemple", "Ada Example", "Señor Ejemplo", "Åse Eksempel"]
    lines = [f"{n:04d};{names[n % len(names)]};Hörsaal {n}" for n in range(count)]
    text = "\r\n".join([HEADER.format(";"), *lines])
    assert [";".join(row.cells) for row in rows(text.encode(encoding))] == text.split("\r\n")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_and_without_umlauts_is_not_taken_for_utf_8(encoding: str) -> None:
    text = "Student ID\tName\n0001\tAda Example\n0002\tAlan Example\n"
    assert [row.cells for row in rows(text.encode(encoding))][1:] == [
        ("0001", "Ada Example"),
        ("0002", "Alan Example"),
    ]


def test_empty_lines_are_left_out_and_lines_keep_their_numbers() -> None:
    found = rows(b"\n ; \nName;Number\n\n;;\nAda;1\n")
    assert [row.line for row in found] == [3, 6]


def test_a_row_is_where_it_begins_even_with_line_breaks_in_cells() -> None:
    found = rows(b'Name,Student ID\n"Ada\nMaria\nExample",1\nAlan,2\n')
    assert found[1:] == (ListRow(2, ("Ada Maria Example", "1")), ListRow(5, ("Alan", "2")))


def test_split_umlauts_are_joined() -> None:
    assert rows("Name,Number\nMu\u0308ller,1\n".encode())[1].cells[0] == "Müller"


def test_what_shows_nothing_is_no_part_of_a_cell() -> None:
    assert rows("Name,Number\nMül\u00adler,\u200b0042\u200e\n".encode())[1].cells == ("Müller", "0042")


def test_titles_above_the_headings_are_left_out_and_other_headings_count_if_they_are_named() -> None:
    text = b"Exam, spring\n;;;\nas of; Monday\n\nKey;Who;Hall\n1;Ada;H\n"
    named = {"registration": ("key",), "name": ("WHO",)}
    assert rows(text, named) == (ListRow(5, ("Key", "Who", "Hall")), ListRow(6, ("1", "Ada", "H")))


@pytest.mark.parametrize(
    ("data", "line", "why"),
    [
        (b"", 0, "empty"),
        (b"\n\n ,, \n", 0, "empty"),
        (b"sep=;\n\v\n;;\n", 0, "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x81\x8d", 0, "no text"),
        (b"Name,Number\n" + b"Ada\x07,1\n" * 10, 2, "control characters"),
        (b"\nName,Number\n" + b"Ada\x07,1\n" * 10, 3, "control characters"),
        (b'Name,Number\n"Ada,1\n', 2, "split"),
        (b'Name,Number\nAda,1\n"Ada"x,2\n', 3, "split"),
        ("Name,Number\nMüller,1\n".encode("mac-roman"), 2, "encoding that is not known"),
        ("Name,Number\nBo,2\nJäger,1\n".encode("cp437"), 3, "encoding that is not known"),
        (b"Name,Number\n" + b"a" * 200_000 + b",1\n", 2, "split"),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(data: bytes, line: int, why: str) -> None:
    with pytest.raises(TableError, match=why) as caught:
        rows(data)
    assert caught.value.line == line


def test_a_byte_without_meaning_late_in_a_long_list_is_refused() -> None:
    good = "".join(f"{n:05d};Jürgen Muster\r\n" for n in range(40_000)).encode("cp1252")
    assert len(good) < MAX_BYTES
    assert len(rows(b"Matrikel;Name\r\n" + good)) == 40_001
    with pytest.raises(TableError):
        rows(b"Matrikel;Name\r\n" + good[:700_001] + b"\x81" + good[700_001:])


def test_a_list_that_never_ends_is_refused() -> None:
    assert len(rows(b"Name,ID\n" + b"A,1\n" * (MAX_ROWS - 1))) == MAX_ROWS
    with pytest.raises(TableError, match="50,000 rows"):
        rows(b"Name,ID\n" + b"A,1\n" * MAX_ROWS)


def test_an_error_says_what_is_wrong_and_where_apart() -> None:
    error = TableError("is odd", 3)
    assert (str(error), error.line) == ("is odd", 3)
