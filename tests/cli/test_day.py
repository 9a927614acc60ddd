"""``klausur day``, and what ``klausur print`` says of a list."""

from pathlib import Path

import pytest

from .conftest import Call

pytestmark = pytest.mark.above_records

LIST = (
    "Matrikelnummer;Name;Studiengang;{}\n03700001;Ada Example;Physik;25 %\n03700002;Jürgen Muster;Physik;\n"
)
ROOMS = '[[room]]\nname = "Hall 1"\nrows = 2\nseats_per_row = 4\naisles = [2]\n'


@pytest.mark.long
def test_a_list_is_asked_about_printed_and_hung_up(klausur: Call, begun: Path) -> None:
    (begun / "rooms.toml").write_text(ROOMS, encoding="utf-8")
    (begun / "candidates.csv").write_text(LIST.format("NTA-Zugabe"), encoding="utf-8")
    asked = klausur("print", begun)
    assert asked.code == 1
    assert "'NTA-Zugabe' looks like extra time" in asked.out + asked.err
    assert 'extra_minutes = "NTA-Zugabe"' in asked.out + asked.err
    (begun / "candidates.csv").write_text(LIST.format("Zeitzuschlag"), encoding="utf-8")
    printed = klausur("print", begun)
    assert printed.code == 0
    assert (
        "columns used: Matrikelnummer (registration), Name (name), Zeitzuschlag (extra minutes)"
        in printed.out
    )
    assert "not used: Studiengang" in printed.out
    assert "Printed 2 booklets" in printed.out

    made = klausur("day", begun, "--name-signs")
    assert made.code == 0
    assert [Path(line).name for line in made.out.splitlines()] == [
        *("checklist.pdf", "door-lists.pdf", "name-signs.pdf", "seat-plans.pdf")
    ]
    again = klausur("day", begun, "--out", begun / "other", "--json").json
    assert (again["people"], again["unseated"], again["diagnostics"]) == (2, [], [])
    assert all(Path(file).parent.name == "other" for file in again["files"])
    (begun / "rooms.toml").write_text(ROOMS.replace("aisles = [2]", 'aisles = "2"'), encoding="utf-8")
    wrong = klausur("day", begun)
    assert wrong.code == 1
    assert "aisles cannot be used" in wrong.out + wrong.err
    (begun / "rooms.toml").write_text(ROOMS.replace("Hall 1", "Hall 2"), encoding="utf-8")
    assert "rooms.toml does not have their seats: 03700001, 03700002" in klausur("day", begun).out


def test_before_printing_the_day_has_no_papers(klausur: Call, begun: Path) -> None:
    said = klausur("day", begun)
    assert said.code != 0
    assert "klausur print" in said.err


def test_a_room_is_kept_from_the_command_line(klausur: Call, begun: Path) -> None:
    (begun / "rooms.toml").write_text(ROOMS, encoding="utf-8")
    (begun / "candidates.csv").write_text(LIST.format("Zeitzuschlag"), encoding="utf-8")
    assert klausur("print", begun, "--spare", "1", "--extra", "1").code == 0
    at = ("--exam", begun)
    assert klausur("day", "check-in", "03700001", *at).code == 0
    assert klausur("day", "check-in", "03700002", "--as", "absent", "--why", "by phone", *at).code == 0
    assert klausur("day", "hand-out", "03700001", "--booklet", "3", "--extra", "1", *at).code == 0
    assert klausur("day", "note", "fire-alarm", "--minutes", "5", "--room", "Hall 1", *at).code == 0
    told = klausur("day", "rooms", *at)
    assert told.code == 1
    assert "booklet 3 of Ada Example (Hall 1): not counted in" in told.out
    counted = klausur("day", "count-in", "1-3", "9", *at)
    assert counted.code == 1
    assert "there is no such booklet" in counted.out
    (wrong,) = klausur("day", "rooms", *at, "--json").json["differences"]
    assert (wrong["booklet"], wrong["differences"]) == (2, ["counted-in-of-nobody"])
    assert klausur("day", "count-in", "2", "--undo", *at).code == 0
    found = klausur("day", "rooms", *at, "--json").json
    assert found["differences"] == []
    assert (found["all"]["present"], found["all"]["absent"], found["all"]["counted_in"]) == (1, 1, 2)
    assert klausur("day", "close", "Hall 1", "--signed", "Petra Aufsicht", *at).code == 0
    assert "Petra Aufsicht" in klausur("day", "rooms", *at).out
    made = Path(klausur("day", "protocol", "Hall 1", *at).out.strip())
    assert made.read_bytes().startswith(b"%PDF")
    assert klausur("day", "protocol", "Nowhere", *at).code == 3
    assert klausur("day", "note", "nonsense", *at).code == 2
