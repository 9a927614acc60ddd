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
