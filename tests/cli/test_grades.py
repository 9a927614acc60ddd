"""``klausur grades``, as people call it: text, JSON, exit codes, files."""

import csv
import hashlib
from pathlib import Path

import pytest

from .conftest import Call
from .test_key import sat

__all__ = ["sat"]

LIST = "Matrikelnummer;Name;Note;token\r\n0371;Example, Ada;;a/b=\r\n0372;Bo Muster;;c\r\n"
DONE = LIST.replace("Ada;;", "Ada;1.0;")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    path = tmp_path / "office.csv"
    path.write_bytes(LIST.encode())
    return path


def test_a_list_from_the_look_to_the_file(klausur: Call, sat: Path, office: Path) -> None:
    new = office.with_name("office-filled.csv")
    dry = klausur("grades", sat, "--fill", office, "--dry-run")
    assert dry.code == 0
    assert dry.out.splitlines() == [
        "List of kind other: column 'Note' with grade",
        "Would be filled in",
        "line\tregistration\tname\tcolumn\twas\tis",
        "2\t0371\tAda Example\tNote\t\t1.0",
        "Rows that get nothing",
        "line\tregistration\tname\twhy",
        "3\t0372\tBo Muster\tno candidate has this number",
        "1 row filled in, 0 were so already, 1 got nothing, 0 candidates without a row",
        "Dry run: nothing was written",
    ]
    assert not new.exists()
    done = klausur("grades", "--fill", office, "--exam", sat, "--json").json
    assert done["written"]
    assert done["output"] == str(new)
    assert new.read_bytes() == DONE.encode()
    assert office.read_bytes() == LIST.encode()
    (event,) = klausur("log", sat, "--verb", "fill-grades", "--json").json["events"]
    assert event["detail"]["output_digest"] == hashlib.sha256(new.read_bytes()).hexdigest()

    refused = klausur("grades", sat, "--fill", office)
    assert refused.code == 4
    assert "--overwrite" in refused.err
    again = klausur("grades", sat, "--fill", new, "-o", new, "--overwrite", "--json").json
    assert (again["cells"], again["already"]) == ([], 1)
    assert new.read_bytes() == DONE.encode()
    assert (
        klausur("grades", sat, "--fill", office, "--overwrite", "--column", "Name=percent", "--replace").code
        == 0
    )
    assert [row[1] for row in csv.reader(new.open(newline=""), delimiter=";")] == ["Name", "100", "Bo Muster"]


def test_what_cannot_be_filled_is_said(klausur: Call, sat: Path, office: Path) -> None:
    assert klausur("grades", sat).code == 2
    assert klausur("grades", sat, "--fill", office.with_name("none.csv")).code == 3
    assert klausur("grades", sat, "--fill", office.parent).code == 3
    assert klausur("grades", sat, "--fill", office, "--edition", 4).code == 3
    said = klausur("grades", sat, "--fill", office, "--column", "Mark")
    assert said.code == 2
    assert said.err.startswith(f"error: {office}: no column has the heading 'Mark'")
    assert klausur("grades", sat, "--fill", office, "--column", "Note=points").code == 2
    assert klausur("grades", sat, "--fill", office, "--decimal", ";").code == 2
    office.write_bytes(b'Matrikelnummer;Note\n"0371;\n')
    said = klausur("grades", sat, "--fill", office)
    assert (said.code, said.err.splitlines()[0]) == (
        1,
        f"error: {office}:2: the list cannot be split into cells: a quote is not closed",
    )
    assert not office.with_name("office-filled.csv").exists()
