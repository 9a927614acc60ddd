"""Data about one candidate: all of it for who examines to hand out, what is published by their own link."""

import csv
import io
import json
import stat
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.actions.test_objections import ADA, KONRAD, raised, told, who  # noqa: F401 - the fixture

from klausur.actions import change_candidate, objections, personal_links, publish
from klausur.actions.change_candidate import Correction
from klausur.actions.own_data import of_guest, write
from klausur.base.errors import NotFoundError, RefusedError
from klausur.state.facts import Author
from klausur.state.publication import Part, Publication, Terms
from klausur.store.folder import opened


def files(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name).decode("utf-8", "replace") for name in packed.namelist()}


def data(found: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    return json.loads(found["data.json"])  # type: ignore[no-any-return]


@pytest.fixture
def known(told: Path) -> Path:  # noqa: F811
    """Ada has objected, was answered, moved, and has a link; her note begins like a formula."""
    change_candidate.change(told, "0371", Correction(note="=1+1", mail="ada@example.org"), ADA)
    personal_links.make(told, datetime.now(UTC) + timedelta(days=3), ADA)
    objections.answer(told, raised(told), "It stays.", Author(ADA.actor, "between us"))
    return told


def test_who_examines_hands_out_all_of_it_and_nothing_of_others(known: Path, tmp_path: Path) -> None:
    out = tmp_path / "ada.zip"
    rows, pages = write(known, "0371", out)
    assert pages == 0  # of a file that was never kept no page can be shown
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    found = files(out.read_bytes())
    tables = data(found)
    assert sum(map(len, tables.values())) == rows
    assert {
        "candidateentry",
        "booklet",
        "pageimage",
        "reading",
        "judgement",
        "objection",
        "personallink",
    } <= set(tables)
    assert tables["judgement"][0]["who"] == KONRAD.who
    assert [row["note"] for row in tables["candidateentry"]] == ["", "=1+1"]
    assert [row["note"] for row in csv.DictReader(io.StringIO(found["candidateentry.csv"]))] == ["", "'=1+1"]
    assert "digest" not in found["data.json"]
    assert "Jürgen" not in "".join(found.values())
    assert "0372" not in "".join(found.values())
    with pytest.raises(RefusedError, match="is there already"):
        write(known, "0371", out)
    with pytest.raises(NotFoundError):
        write(known, "9", tmp_path / "nobody.zip")


def test_by_their_link_they_get_what_is_published_and_no_name(known: Path) -> None:
    def got(*parts: Part) -> dict[str, str]:
        publish.set_terms(known, Terms(frozenset(parts)), ADA)
        with opened(known):
            now: Publication = publish.look(known).publication
        return files(of_guest(known, who(known), now, lambda image: b"a picture" if image else None))

    few = got(Part.TOTAL)
    assert set(data(few)) == {"candidateentry", "objection", "objectionreply", "personallink"}
    assert not any(name.startswith("pages/") for name in few)
    every = got(*Part)
    assert {"reading", "judgement", "pageimage"} <= set(data(every))
    assert [name for name in every if name.startswith("pages/")] == [
        "pages/booklet-00001-page-01.jpg",
        "pages/booklet-00001-page-02.jpg",
    ]
    for found in (few, every):
        text = "".join(found.values())
        for hidden in (KONRAD.who, "between us", '"who"'):
            assert hidden not in text
