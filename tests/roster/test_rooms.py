import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.roster.model import SeatRule
from klausur.roster.rooms import MAX_BYTES, Rooms, read

WHOLE = """# two rooms
rule = "random"
seed = 12

[[room]]
name = "Hall 1"
rows = 4
seats_per_row = 6
free_rows = 1
free_seats = 1
blocked = ["A1", "C3..C5"]

[[room]]
name = "Seminar  2"
seats_per_row = [3, 4]
seat = "{row_number}-{place}"
blocked_rows = [1]
reserved = true
fill = "back"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rooms")


def rooms(folder: Path, text: str | bytes) -> Rooms:
    path = folder / "rooms.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path)


def findings(found: Rooms) -> list[tuple[str, int]]:
    return [(d.code, d.place.line) for d in found.diagnostics]


def test_a_whole_file(folder: Path) -> None:
    found = rooms(folder, WHOLE)
    assert found.diagnostics == ()
    assert (found.rule, found.seed) == (SeatRule.RANDOM, 12)
    assert [room.name for room in found.rooms] == ["Hall 1", "Seminar 2"]
    assert [s.name for s in found.rooms[0].seats] == ["A2", "A4", "A6", "C1", "C6"]
    assert [s.name for s in found.rooms[1].seats] == ["2-1", "2-2", "2-3", "2-4"]
    assert [room.reserved for room in found.rooms] == [False, True]
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301 - what was pickled on this line


def test_what_the_file_leaves_out(folder: Path) -> None:
    found = rooms(folder, '[[room]]\nname = "H"\nrows = 1\nseats_per_row = 2\n')
    assert (found.rule, found.seed, found.diagnostics) == (None, None, ())
    assert [s.name for s in found.rooms[0].seats] == ["A1", "A2"]


def room(changes: str) -> str:
    return '[[room]]\nname = "H"\nrows = 2\nseats_per_row = 3\n' + changes + "\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("attribute-missing", 0)]),
        ("room = 3", [("attribute-missing", 1)]),
        ("room = []", [("attribute-missing", 1)]),
        ("[[room]\n", [("toml-syntax", 1)]),
        ("a = 1\na = 2\n", [("toml-syntax", 2)]),
        ('rule = "best"\n' + room(""), [("attribute-value", 1)]),
        ("seed = -1\n" + room(""), [("attribute-value", 1)]),
        ("seat = 1\n" + room(""), [("attribute-unknown", 1)]),
        (room("colour = 1"), [("attribute-unknown", 5)]),
        (room("free_rows = true"), [("attribute-value", 5)]),
        (room("free_seats = -1"), [("attribute-value", 5)]),
        (room('reserved = "yes"'), [("attribute-value", 5)]),
        (room('fill = "middle"'), [("attribute-value", 5)]),
        (room('blocked = "A1"'), [("attribute-value", 5)]),
        (room('blocked = ["A1", 3]'), [("attribute-value", 5)]),
        (room('blocked = ["A1", " "]'), [("attribute-value", 5)]),
        (room('blocked = ["A1", "D1"]'), [("attribute-value", 5)]),
        (room('seat = "{place}"'), [("attribute-value", 5)]),
        (room("blocked_rows = [0]"), [("attribute-value", 5)]),
        (room("blocked_rows = [1, 2]"), [("room-empty", 1)]),
        ("[[room]]\nrows = 1\nseats_per_row = 1\n", [("attribute-missing", 1)]),
        ('[[room]]\nname = ""\nrows = 1\nseats_per_row = 1\n', [("attribute-value", 2)]),
        ('[[room]]\nname = "H"\nrows = 1\n', [("attribute-missing", 1)]),
        ('[[room]]\nname = "H"\nseats_per_row = 1\n', [("attribute-missing", 1)]),
        ('[[room]]\nname = "H"\nrows = 3\nseats_per_row = [1, 2]\n', [("attribute-value", 4)]),
        ('[[room]]\nname = "H"\nrows = 900\nseats_per_row = 1\n', [("attribute-value", 3)]),
        (room("") + room("").replace('"H"', '" h "'), [("room-duplicate", 7)]),
        (room("x = 1") + room("") + room("y = 1"), [("attribute-unknown", 5), ("attribute-unknown", 15)]),
    ],
)
def test_what_cannot_be_used_is_a_finding_with_its_line(
    folder: Path, text: str, expected: list[tuple[str, int]]
) -> None:
    found = rooms(folder, text)
    assert findings(found) == expected
    assert all(d.hint for d in found.diagnostics)


def test_good_rooms_stay_beside_a_bad_one(folder: Path) -> None:
    found = rooms(folder, room("x = 1") + room("").replace('"H"', '"I"'))
    assert [r.name for r in found.rooms] == ["I"]


def test_what_is_no_text_file_is_a_finding(folder: Path) -> None:
    assert findings(rooms(folder, b"\xff\xfe")) == [("file-unreadable", 0)]
    assert findings(rooms(folder, b"#" * (MAX_BYTES + 1))) == [("toml-syntax", 0)]
    assert findings(read(folder / "nowhere.toml")) == [("file-unreadable", 0)]
    assert findings(read(folder)) == [("toml-syntax", 0)]


@given(
    cut=st.integers(0, len(WHOLE)),
    at=st.integers(0, len(WHOLE)),
    put=st.sampled_from(
        ["", "[", "]", '"', "=", "\n", "[[room]]", "{}", "[[1]]", "9" * 30, "-1", "\x00", "ä"]
    ),
)
def test_no_text_raises(folder: Path, cut: int, at: int, put: str) -> None:
    text = WHOLE[:at] + put + WHOLE[at:]
    found = rooms(folder, text[: max(cut, 1)])
    assert found.rooms or found.diagnostics


@pytest.mark.parametrize(
    "text", ["room = [1]", 'room = [1, {name = "H", rows = 2, seats_per_row = 2}]', "room = []"]
)
def test_what_is_no_list_of_rooms_is_a_finding(folder: Path, text: str) -> None:
    assert [code for code, _ in findings(rooms(folder, text))] == ["attribute-missing"]
