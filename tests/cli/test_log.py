from pathlib import Path

import pytest
from tests.cli.conftest import Call

from klausur.store import audit, pages
from klausur.store.connections import connection
from klausur.store.folder import opened, writing


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Two files were recorded, by two people."""
    place = tmp_path / "exam"
    place.mkdir()
    with opened(place, create=True):
        for name, who in (("one", "Ada Example"), ("two", "Eve")):
            with writing():
                pages.append_file(f"{name:0>64}", name, 1)
                audit.append("scan", who, {"file": name, "why": "", "pages": [1, 2]})
    return place


def test_the_trail_is_shown_and_holds(klausur: Call, place: Path) -> None:
    said = klausur("log", place, "--verify")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == "event\twhen\twho\twhat\tdetail"
    assert lines[1].startswith("1\t")
    assert lines[1].endswith("\tAda Example\tscan\tfile one, pages [1, 2]")
    assert lines[3] == "All is as it was written."
    assert lines[4].startswith("records: event 2:")
    some = klausur("log", place, "--who", "Eve", "--verb", "scan", "--since", "2026-01-01", "--json").json
    assert [event["number"] for event in some["events"]] == [2]
    assert some["wrong"] is None
    assert some["head"]["digest"] == some["events"][0]["digest"]


def test_what_does_not_hold_is_an_exit_code_and_named(klausur: Call, place: Path) -> None:
    head = klausur("log", place).out.rpartition("event ")[2].strip()
    assert klausur("log", place, "--head", head).code == 0
    with opened(place), connection().cursor() as cursor:
        cursor.execute("DELETE FROM store_scannedfile WHERE id = 2")
        cursor.execute("DELETE FROM store_auditevent WHERE number = 2")
    assert klausur("log", place, "--verify").code == 0, "nothing but a noted head tells"
    said = klausur("log", place, "--head", head, "--json")
    assert said.code == 1
    assert said.json["wrong"] == ["the trail ends at event 1: it was cut off, event 2 was there"]
    for wrong in (("--head", "2"), ("--since", "yesterday")):
        assert klausur("log", place, *wrong).code == 2


def test_before_printing_there_is_nothing_to_verify(klausur: Call, place: Path, tmp_path: Path) -> None:
    assert klausur("verify", place).code == 3
    assert klausur("log", tmp_path).code == 3
