"""docs/guide/candidates.md says what the code does."""

import re
from pathlib import Path

from klausur.base.codes import CODES
from klausur.roster.candidates import MAX_CELL, MAX_NUMBER, read
from klausur.roster.columns import HEADINGS
from klausur.roster.model import Candidate
from klausur.roster.table import MAX_BYTES, MAX_ROWS

GUIDE = (Path(__file__).parents[2] / "docs/guide/candidates.md").read_text(encoding="utf-8")


def test_every_heading_is_listed() -> None:
    rows = re.findall(r"^\| ([a-z ]+) \| [^|]+ \| ([^|]+) \|$", GUIDE, re.MULTILINE)
    assert {column: tuple(headings.split(", ")) for column, headings in rows if column != "column"} == {
        str(column): headings for column, headings in HEADINGS.items()
    }


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


def test_every_finding_is_explained() -> None:
    explained = set(re.findall(r"^\| `(roster-[a-z]+)` \|", GUIDE, re.MULTILINE))
    assert explained == {code for code in CODES if code.startswith("roster-")}


def test_the_limits_are_the_codes() -> None:
    assert f"up to {MAX_NUMBER} digits" in GUIDE
    assert f"up to {MAX_CELL} characters" in GUIDE
    assert f"at most {MAX_ROWS:,} rows and {MAX_BYTES // 1_000_000} MB" in GUIDE
