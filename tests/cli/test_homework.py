"""``klausur homework``, as people call it, from the look at a list to the grades."""

from pathlib import Path

import pytest

from klausur.base.errors import KlausurError

from .conftest import Call
from .test_key import change, sat

__all__ = ["sat"]

LIST = "Matrikelnummer;Name;Sheets\n371;Ada Example;2,5\n9999;Bo Muster;1\n"


@pytest.fixture
def sheets(tmp_path: Path) -> Path:
    path = tmp_path / "sheets.csv"
    path.write_text(LIST, "utf-8")
    return path


@pytest.mark.long
def test_credits_from_a_list_to_the_grade(klausur: Call, sat: Path, sheets: Path) -> None:
    assert klausur("homework", sat).out == "0 candidates with credits from homework\n"
    bring = ("homework", sat, "--bring", sheets, "--column", "Sheets")
    dry = klausur(*bring, "--most", "2", "--dry-run")
    assert dry.out.splitlines() == [
        "Credits from homework",
        "registration\tname\tcredits",
        "0371\tAda Example\t0 → 2",
        "1 candidate with credits from homework",
        "Line 3 is nobody's in the records: 9999 Bo Muster",
        "1 candidate had more than the most",
        "Who gains",
        "booklet\tregistration\tname\tquestion\tcredits\ttotal\tgrade",
        "1\t0371\tAda Example\t\t\t4 → 6\t1.0",
        "1 booklet concerned: 1 gain, 0 lose; 0 change their grade",
        "Dry run: nothing was recorded",
    ]
    assert klausur("homework", sat, "--json").json["credits"] == []
    done = klausur(*bring, "--why", "the sheets", "--json").json
    assert (done["recorded"], done["credits"][0]["new"]) == (True, "2.5")
    (event,) = klausur("log", sat, "--verb", "bring-homework", "--json").json["events"]
    assert (event["detail"]["why"], event["detail"]["candidates"]) == ("the sheets", 1)
    (row,) = klausur("grade", sat, "--json").json["rows"]
    assert (row["homework"], row["total"]) == ("2.5", "6.5")
    assert klausur("verify", sat).code == 0

    # it is kept when the source's key is taken over, and the source is not behind in it
    assert klausur("key", sat).out == "Edition 1\nThe source has the key that counts.\n"
    change(sat, "- [x] The letter A.\n- [ ] The letter B.", "- [ ] The letter A.\n- [x] The letter B.")
    assert klausur("key", sat, "--take-over", "--why", "A is none").code == 0
    (row,) = klausur("grade", sat, "--json").json["rows"]
    assert (row["homework"], row["total"]) == ("2.5", "4.5")

    # of another number it is nobody's, until the list is brought in again
    changed = klausur(
        "candidates", "change", "0371", "--exam", sat, "--registration", "0372", "--why", "a slip"
    )
    assert changed.code == 0, changed.err
    assert "of nobody on the list of candidates: 0371" in klausur("grade", sat).out
    sheets.write_text("Matrikelnummer;Sheets\n0372;\n", "utf-8")
    assert klausur(*bring, "--why", "none any more").code == 0
    (row,) = klausur("grade", sat, "--json").json["rows"]
    assert (row["homework"], row["total"]) == ("0", "2")


def test_what_cannot_be_brought_in_is_said(klausur: Call, sat: Path, sheets: Path) -> None:
    bring = ("homework", sat, "--bring", sheets, "--column", "Sheets")
    assert klausur(*bring).code == 2
    assert klausur("homework", sat, "--bring", sheets, "--dry-run").code == 2
    assert klausur("homework", sat, "--most", "2").code == 2
    assert klausur(*bring, "--most", "some", "--dry-run").code == 2
    assert klausur("homework", sat, "--bring", sheets, "--column", "Points", "--dry-run").code == 2
    assert klausur("homework", sat, "--bring", sheets.parent, "--column", "Sheets", "--dry-run").code == 3
    sheets.write_text("Matrikelnummer;Sheets\n0371;many\n0371;-1\n371;1\n0371;2\n", "utf-8")
    said = klausur(*bring, "--why", "x")
    assert said.code == KlausurError.exit_code
    assert said.err.splitlines()[1:4] == [
        "  line 2: 'many' is no number of credits: credits are written as 2, 0.5, 1.25 or 1/2",
        "  line 3: 0371 has -1, which is below 0",
        "  line 5: 0371 has a row already",
    ]
    assert klausur("homework", sat, "--json").json["credits"] == []
