"""Scans in an object store: kept, verified, archived, restored and deleted as those of a folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cast import EXAMINER
from tests.object_store import object_store
from tests.web.conftest import Site

from klausur.actions import doctor, kept_scans
from klausur.actions.archive import archive
from klausur.actions.delete_data import delete
from klausur.actions.restore import restore
from klausur.actions.scan import scan
from klausur.actions.tidy import tidy
from klausur.actions.verify import verify
from klausur.base.object_address import VARIABLE
from klausur.state.facts import Author
from klausur.state.retention import Data
from klausur.store import pages, scan_copies
from klausur.store.folder import Records, opened


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with object_store(tmp_path) as address:
        monkeypatch.setenv(VARIABLE, address)
        monkeypatch.setenv(scan_copies.CACHE, str(tmp_path / "cache"))
        yield address


@pytest.mark.long
def test_a_life_of_scans_in_an_object_store(
    unscanned: Site, store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = unscanned.folder
    files = sorted((folder / "rehearsal").glob("*.pdf"))
    scan(folder, files, actor=EXAMINER, jobs=0)
    records = Records(folder)
    assert [path for path in records.scans.iterdir() if path.is_file()] == []
    with opened(folder):
        (sha256,) = [file.sha256 for file in pages.files()]
    assert list(scan_copies.there(records)) == [sha256]
    assert verify(folder, actor=EXAMINER, scans=True).holds
    assert scan(folder, files, actor=EXAMINER, jobs=0).pages == 0, "it is known"

    made = archive(folder, tmp_path / "exam.zip", actor=EXAMINER)
    assert not made.wrong
    monkeypatch.delenv(VARIABLE)
    assert [each.name for each in doctor.exam(folder) if each.name == "files-silent"] == ["files-silent"]
    restore(made.file, tmp_path / "back", actor=EXAMINER)
    assert verify(tmp_path / "back", actor=EXAMINER, scans=True).holds
    monkeypatch.setenv(VARIABLE, store)
    tidy(tmp_path / "back", actor=EXAMINER)
    assert dict(scan_copies.elsewhere(Records(tmp_path / "back"))) == dict(scan_copies.there(records))

    delete(folder, {Data.SCANS}, Author(EXAMINER, "their time is over"))
    assert dict(scan_copies.there(records)) == {}
    assert not kept_scans.kept(records, sha256).exists()
    assert verify(tmp_path / "back", actor=EXAMINER, scans=True).holds, "another exam's are another's"
