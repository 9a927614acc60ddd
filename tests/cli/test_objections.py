"""``klausur links`` and ``klausur objections``: what the browser does, at the terminal."""

import csv
import io
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.actions.conftest import folder, layout, record, recorded, scanned, scanned_once, small  # noqa: F401 - fixtures
from tests.actions.test_objections import raised, told  # noqa: F401 - the fixture

from klausur.actions import personal_links

from .conftest import Call

AT = "https://k.example.org/exams/endterm/"


def test_links_are_made_listed_and_revoked(klausur: Call, folder: Path, tmp_path: Path) -> None:  # noqa: F811
    assert [row["state"] for row in klausur("links", folder, "--json").json] == ["none", "none"]
    made = klausur("links", "make", folder, "--address", AT)
    rows = list(csv.DictReader(io.StringIO(made.out)))
    assert [row["registration"] for row in rows] == ["0371", "0372"]
    start, secret = rows[0]["link"].rstrip("/").rsplit("/", 1)
    assert start == "https://k.example.org/review/endterm"
    guest = personal_links.find(folder, secret, datetime.now(UTC))
    assert guest is not None
    assert guest.candidate.candidate.registration == "0371"
    out = tmp_path / "links.csv"
    one = klausur("links", "make", folder, "--address", AT, "--candidate", "0372", "-o", out)
    assert (one.code, len(out.read_text().splitlines()), secret in one.out) == (0, 2, False)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert klausur("links", "make", folder, "--address", AT, "-o", out).code == 4
    assert klausur("links", "revoke", folder, "--candidate", "0371", "--json").json == {"revoked": 1}
    assert [row["state"] for row in klausur("links", folder, "--json").json] == ["revoked", "good"]
    assert "1 good link" in klausur("links", folder).out


@pytest.mark.parametrize(
    "address", ["endterm", "https://k.example.org/", "ftp://k/exams/a", "https://k/exams/a/b"]
)
def test_links_need_the_address_of_an_exam(klausur: Call, folder: Path, address: str) -> None:  # noqa: F811
    assert klausur("links", "make", folder, "--address", address).code == 2


def test_objections_are_listed_shown_and_answered(klausur: Call, told: Path) -> None:  # noqa: F811
    number = raised(told)
    assert "1 to be answered" in klausur("objections", told).out
    shown = klausur("objections", "show", number, "--exam", told).out
    assert "It is a word." in shown
    assert "was told 0, by Konrad Korrektor; earns 0 now" in shown
    assert "40 × 10 mm at 20, 30 mm" in shown
    own = klausur(
        "objections", "answer", number, "--text", "No.", "--exam", told, "--who", "Konrad Korrektor"
    )
    assert own.code == 4
    done = klausur(
        "objections", "answer", number, "--text", "It is none.", "--exam", told, "--who", "Ada", "--json"
    ).json
    assert (done["outcome"], done["answer"], done["by"]) == ("stands", "It is none.", "Ada")
    assert klausur("objections", told, "--waiting", "--json").json == []
