"""What is asked for and what the files say, put together: rooms, seats, label sheets."""

from pathlib import Path

import pytest

from klausur.actions.print_request import PrintRequest, find
from klausur.base.errors import UsageError
from klausur.paper.labels import KNOWN
from klausur.roster.model import SeatRule

pytestmark = pytest.mark.above_records

ROOMS = """\
[[room]]
name = "Small"
rows = 1
seats_per_row = 2

[[room]]
name = "Large"
rows = 2
seats_per_row = 3
"""
LABELS = """\
[ours]
paper = "a4"
columns = 2
rows = 2
w = 60
h = 40
left = 10
top = 10
pitch_x = 70
pitch_y = 50
"""


SHORT = "Registration number,Name"


def listed(folder: Path, *rows: str, head: str = "Registration number,Name,Room,Seat") -> None:
    (folder / "candidates.csv").write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")


def seats(folder: Path, wanted: PrintRequest | None = None) -> list[tuple[str, str, str]]:
    found = find(folder, wanted or PrintRequest())
    assert found.diagnostics == ()
    return [(p.registration, p.room, p.seat) for p in found.people]


def test_without_rooms_the_list_s_seats_are_kept_and_bring_the_order(tmp_path: Path) -> None:
    listed(tmp_path, "1,Ada Example,Hall,A10", "2,Ben Example,Hall,A2", "3,Cy Example,Annex,B1")
    assert seats(tmp_path) == [("3", "Annex", "B1"), ("2", "Hall", "A2"), ("1", "Hall", "A10")]


def test_seats_of_the_list_are_kept_where_there_are_rooms_too(tmp_path: Path) -> None:
    listed(tmp_path, "1,Ada Example,Large,B1", "2,Ben Example,Small,A2")
    (tmp_path / "rooms.toml").write_text(ROOMS, encoding="utf-8")
    assert seats(tmp_path) == [("2", "Small", "A2"), ("1", "Large", "B1")]


def test_without_seats_the_candidates_are_spread(tmp_path: Path) -> None:
    listed(tmp_path, "1,Ada Example", "2,Ben Example", "3,Cy Example", "4,Di Example", head=SHORT)
    (tmp_path / "rooms.toml").write_text(ROOMS, encoding="utf-8")
    assert [(room, number) for number, room, _ in seats(tmp_path)] == [
        ("Small", "1"), ("Large", "2"), ("Large", "3"), ("Large", "4"),
    ]  # fmt: skip


def test_the_rule_that_is_asked_for_goes_before_that_of_the_file(tmp_path: Path) -> None:
    listed(tmp_path, "1,Zoe Example", "2,Ada Aardvark", "3,Cy Middle", head=SHORT)
    (tmp_path / "rooms.toml").write_text(f'rule = "alphabetical"\n{ROOMS}', encoding="utf-8")
    assert [number for number, *_ in seats(tmp_path)] == ["2", "1", "3"]
    drawn = {
        tuple(seats(tmp_path, PrintRequest(seats=SeatRule.RANDOM, seat_seed=seed))) for seed in range(12)
    }
    assert len(drawn) > 1
    assert seats(tmp_path, PrintRequest(seats=SeatRule.RANDOM)) == seats(
        tmp_path, PrintRequest(seats=SeatRule.RANDOM, seat_seed=0)
    )


def test_the_seed_of_the_file_holds_until_another_is_asked_for(tmp_path: Path) -> None:
    listed(tmp_path, *(f"{n},Person{n} Example" for n in range(1, 9)), head=SHORT)
    (tmp_path / "rooms.toml").write_text(f'rule = "random"\nseed = 4\n{ROOMS}', encoding="utf-8")
    assert (
        seats(tmp_path)
        == seats(tmp_path, PrintRequest(seat_seed=4))
        != seats(tmp_path, PrintRequest(seat_seed=5))
    )


def test_other_files_may_be_named(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    listed(other, "1,Ada Example", head=SHORT)
    (other / "hall.toml").write_text(ROOMS, encoding="utf-8")
    wanted = PrintRequest(list_of_candidates=other / "candidates.csv", rooms=other / "hall.toml")
    assert [(number, room) for number, room, _ in seats(tmp_path, wanted)] == [("1", "Large")]


def test_a_rule_without_rooms_is_refused(tmp_path: Path) -> None:
    listed(tmp_path, "1,Ada Example,Hall,A1")
    with pytest.raises(UsageError, match="no rooms"):
        find(tmp_path, PrintRequest(seats=SeatRule.SPREAD))
    assert len(find(tmp_path, PrintRequest(seats=SeatRule.FILE)).people) == 1


def test_findings_of_all_files_come_together(tmp_path: Path) -> None:
    listed(tmp_path, "1,Ada Example", ",Ben Example", head=SHORT)
    (tmp_path / "rooms.toml").write_text("[[room]]\nrows = 3\n", encoding="utf-8")
    (tmp_path / "labels.toml").write_text("[ours]\n", encoding="utf-8")
    found = find(tmp_path, PrintRequest(stickers="ours"))
    assert {d.code for d in found.diagnostics} >= {"roster-number", "attribute-missing", "labels-file"}
    assert found.sheet is None


def test_what_is_wrong_with_seats_is_told_beside_what_is_wrong_with_the_list(tmp_path: Path) -> None:
    (tmp_path / "rooms.toml").write_text(ROOMS, encoding="utf-8")
    listed(tmp_path, "1,Ada Example,Large,B1", "x,Ben Example,Large,B1", "3,Cy Example,Attic,A1")
    found = find(tmp_path, PrintRequest())
    assert [d.code for d in found.diagnostics] == ["roster-number", "seat-taken", "seat-unknown"]
    listed(tmp_path, "x,Ada Example", *(f"{n},Person{n} Example" for n in range(1, 10)), head=SHORT)
    codes = [d.code for d in find(tmp_path, PrintRequest()).diagnostics]
    assert codes == ["roster-number", "seats-short"]
    (tmp_path / "rooms.toml").write_text("[[room]]\nrows = 3\n", encoding="utf-8")
    listed(tmp_path, "1,Ada Example,Large,B1", "2,Ben Example,Large,B1")
    codes = [d.code for d in find(tmp_path, PrintRequest()).diagnostics]
    assert codes.count("seat-taken") == 1
    assert "seat-unknown" not in codes  # of rooms with errors nothing is known


def test_the_list_may_come_in_other_forms(tmp_path: Path) -> None:
    (tmp_path / "candidates.xls").write_text(
        "<table><tr><td>Matrikel<td>Name<tr><td>0042<td>Ada Example</table>", encoding="utf-8"
    )
    found = find(tmp_path, PrintRequest())
    assert [p.registration for p in found.people] == ["0042"]
    assert found.file == tmp_path / "candidates.xls"


def test_too_few_seats_are_told(tmp_path: Path) -> None:
    listed(tmp_path, *(f"{n},Person{n} Example" for n in range(1, 10)), head=SHORT)
    (tmp_path / "rooms.toml").write_text(ROOMS, encoding="utf-8")
    assert [d.code for d in find(tmp_path, PrintRequest()).diagnostics] == ["seats-short"]


def test_label_sheets_come_by_name_or_from_the_folder(tmp_path: Path) -> None:
    (tmp_path / "labels.toml").write_text(LABELS, encoding="utf-8")
    assert find(tmp_path, PrintRequest(stickers="l7160")).sheet == KNOWN["L7160"]
    ours = find(tmp_path, PrintRequest(stickers="ours")).sheet
    assert ours is not None
    assert ours.count == 4
    with pytest.raises(UsageError, match="L1"):
        find(tmp_path, PrintRequest(stickers="L1"))
    (tmp_path / "labels.toml").rename(tmp_path / "others.toml")
    assert find(tmp_path, PrintRequest(stickers="ours", labels=tmp_path / "others.toml")).sheet == ours


@pytest.mark.parametrize("wanted", [PrintRequest(skip=3), PrintRequest(labels=Path("labels.toml"))])
def test_labels_without_stickers_are_a_slip(tmp_path: Path, wanted: PrintRequest) -> None:
    with pytest.raises(UsageError, match="no stickers"):
        find(tmp_path, wanted)
