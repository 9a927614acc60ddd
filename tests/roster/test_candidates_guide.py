"""docs/guide/candidates.md says what the code does."""

import re
from pathlib import Path

from klausur.base.codes import CODES
from klausur.exam.source import exam_toml
from klausur.exam.source.exam_toml import KEYS
from klausur.exam.source.pieces import Source
from klausur.roster import rooms
from klausur.roster.candidates import MAX_CELL, MAX_NUMBER, read
from klausur.roster.delimited import ABOVE, MAX_BYTES, MAX_ROWS
from klausur.roster.known_headings import HEADINGS, LEFT_OUT, SYSTEMS, TAKES_PART, UNUSED
from klausur.roster.model import Candidate, SeatRule
from klausur.roster.seats import RESERVED
from klausur.roster.sheets import MAX_UNPACKED

GUIDE = (Path(__file__).parents[2] / "docs/guide/candidates.md").read_text(encoding="utf-8")


def test_every_heading_is_listed() -> None:
    columns = GUIDE.partition("## Columns")[2].partition("```toml")[0]
    rows = re.findall(r"^\| ([a-z ]+) \| [^|]+ \| ([^|]+) \|$", columns, re.MULTILINE)
    assert {column: tuple(headings.split(", ")) for column, headings in rows if column != "column"} == {
        str(column): headings for column, headings in HEADINGS.items()
    }


def test_every_system_and_status_is_listed() -> None:
    part = GUIDE.partition("| system | known by |")[2].partition("\n\n")[0]
    rows = {
        name: (marks, used)
        for name, marks, used in re.findall(r"^\| (.+) \| (.+) \| (.+) \|$", part, re.MULTILINE)
    }
    rows.pop("---", None)
    assert rows == {
        system.name: (
            ", ".join(system.marks),
            ", ".join(h for h, column in system.headings.items() if column not in UNUSED),
        )
        for system in SYSTEMS
    }
    status = " ".join(GUIDE.partition("**Status**")[2].partition("\n- **")[0].split())
    assert all(word in status for word in (*TAKES_PART, *LEFT_OUT))


def test_the_example_is_read_as_shown(tmp_path: Path) -> None:
    (example,) = re.findall(r"```csv\n(.*?)```", GUIDE, re.DOTALL)
    path = tmp_path / "list.csv"
    path.write_text(example, encoding="utf-8")
    found = read(path)
    assert found.diagnostics == ()
    assert found.candidates == (
        Candidate("00012345", "Ada Example", "Hall 1", "A1"),
        Candidate("03712345", "Muster, Jürgen", "Hall 1", "A2"),
    )


def test_the_exams_headings_are_read_as_shown(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(\[candidates\]\n.*?)```", GUIDE, re.DOTALL)
    source = Source(tmp_path, "exam.toml", [])
    header = exam_toml.read(source, example)
    assert header is not None
    assert not [d for d in source.found if "candidates" in d.message]
    assert dict(header.candidate_columns) == {
        "registration": ("Kennung",),
        "name": ("Titel", "Vorname", "Zuname"),
        "extra_minutes": ("Nachteilsausgleich",),
    }
    keys = GUIDE.partition("The keys are")[2].partition(".")[0]
    assert set(KEYS["candidates"]) == set(re.findall(r"`([a-z_]+)`", keys))


def test_the_rooms_are_read_as_shown(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(rule = .*?)```", GUIDE, re.DOTALL)
    path = tmp_path / "rooms.toml"
    path.write_text(example, encoding="utf-8")
    found = rooms.read(path)
    assert found.diagnostics == ()
    hall, seminar = found.rooms
    given = [seat.name for seat in hall.seats]
    assert given[:12] == ["A2", "A4", "A6", "A8", "A10", "A12", "A14", "C1", "C3", "C9", "C11", "C13"]
    assert [seat.name for seat in seminar.seats][:2] == ["3-01", "3-02"]
    assert seminar.reserved


def test_every_key_of_rooms_is_listed() -> None:
    listed = re.findall(r"^\| `([a-z_.]+)` \|", GUIDE.partition("## Rooms")[2], re.MULTILINE)
    known = {key for key in rooms.KEYS if key != "room"} | {f"room.{key}" for key in rooms.ROOM_KEYS}
    assert set(listed) >= known
    assert {key for key in listed if key.startswith("room.")} <= known


def test_every_rule_for_seats_is_listed() -> None:
    part = GUIDE.partition("## Who sits where")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `([a-z]+)` \|", part, re.MULTILINE)
    assert listed == [str(rule) for rule in SeatRule]


def test_words_that_ask_for_a_reserved_room_are_listed() -> None:
    text = " ".join(GUIDE.split()).casefold()
    assert all(f"*{words}*" in text for words in RESERVED)


def test_every_finding_is_explained() -> None:
    explained = set(re.findall(r"^\| `((?:roster|rooms?|seats?)-[a-z-]+)` \|", GUIDE, re.MULTILINE))
    assert explained == {code for code in CODES if code.startswith(("roster-", "room-", "seat-", "seats-"))}


def test_the_limits_are_the_codes() -> None:
    assert f"up to {MAX_NUMBER} digits" in GUIDE
    assert f"up to {MAX_CELL} characters" in GUIDE
    assert f"at most {MAX_ROWS:,} rows and {MAX_BYTES // 1_000_000} MB" in GUIDE
    assert f"unpacks to at most {MAX_UNPACKED // 1_000_000} MB" in GUIDE
    assert f"above the headings, up to {ABOVE} rows" in GUIDE
    assert f"how many rows, up to {rooms.MAX_ROWS}" in GUIDE
