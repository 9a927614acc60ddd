"""The list of which page scanned images are: written, corrected in a spreadsheet, read again."""

from pathlib import Path

import pytest

from klausur.actions.scan_placements import Placement, put, read, written
from klausur.base.errors import KlausurError, NotFoundError

LINES = (
    Placement(1, 1, "", "0042", "a.pdf", 1, 99, 0, "", "a" * 64),
    Placement(1, 2, "page 2 twice", "", "=b.pdf", 2, 98, 180, "", "b" * 64),
    Placement(0, 0, "", "", "a.pdf", 3, 0, 0, "nothing is on it", "a" * 64),
)


def test_a_list_is_read_as_it_was_written(tmp_path: Path) -> None:
    put(tmp_path / "list.csv", written(LINES))
    assert read(tmp_path / "list.csv") == LINES
    assert b"\r\n1,2,page 2 twice,,./=b.pdf," in (tmp_path / "list.csv").read_bytes()


def test_other_programs_part_cells_otherwise(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(written(LINES).replace(b",", b";"))
    assert read(tmp_path / "list.csv") == LINES


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("1,1,", "one,1,", "list.csv:2: 'one' is no booklet"),
        ("1,1,", ",1,", "list.csv:2: a line has booklet and page, or neither"),
        ("sha256:", "", "no error"),
        ("aaaa", "a", "list.csv:2: file, image and sha256 must stay as they were"),
        ("registration", "number", "list.csv has no column 'registration'"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = written(LINES).decode("utf-8-sig")
    (tmp_path / "list.csv").write_text(text.replace(old, new, 1), encoding="utf-8")
    if message == "no error":
        assert read(tmp_path / "list.csv") == LINES
        return
    with pytest.raises(KlausurError) as caught:
        read(tmp_path / "list.csv")
    assert message in str(caught.value)


def test_a_list_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        read(tmp_path / "list.csv")
