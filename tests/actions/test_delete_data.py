"""Data whose time is over go, with a certificate, and no older archive brings them back."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.cast import EXAMINER
from tests.exams import by_hand

from klausur.actions import deletion_certificate, personal_links, retention, status
from klausur.actions.archive import archive
from klausur.actions.delete_data import check, delete, finish, plan
from klausur.actions.restore import restore
from klausur.actions.results_so_far import so_far
from klausur.actions.verify import verify
from klausur.base.errors import RefusedError, UsageError
from klausur.state.facts import Author
from klausur.state.retention import Data, RetentionTerms, Stage
from klausur.store import deletions, models, pages
from klausur.store.folder import opened

ADA = Author(EXAMINER, "the time is over")
BOTH = (Data.SCANS, Data.RESULTS)
SCAN = b"%PDF-1.7 what a scanner wrote"
SHA = hashlib.sha256(SCAN).hexdigest()
KEPT, OWN = f".klausur/scans/{SHA}", "scans/pile.pdf"


@pytest.fixture(autouse=True)
def noted_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What is noted of deletions is this test's alone."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "klausur" / "deletions"


@pytest.fixture
def old(folder: Path, scanned: None) -> Path:
    """An exam with a scanned file that is kept and lies in the folder, too; a list, results, other files."""
    del scanned
    with opened(folder), by_hand():
        pages.append_file(SHA, "pile.pdf", 0)
    (folder / "scans").mkdir()
    for name, content in (
        (KEPT, SCAN),
        (OWN, SCAN),
        ("scans/other.pdf", SCAN[::-1]),
        (".klausur/unplaced/x-1.jpg", b"a picture"),
        ("results.csv", b"0371,1.0"),
        ("candidates.csv", b"0371,Ada Example"),
        ("print/1/booklets.pdf", b"names on covers"),
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def there(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_file() and "db.sqlite3" not in path.name:
            yield path.relative_to(folder).as_posix()


def test_scans_go_with_every_copy_and_results_stay(old: Path, noted_apart: Path) -> None:
    before, rows = set(there(old)), so_far(old).results
    planned = plan(old, [Data.SCANS])
    names = {KEPT, OWN, ".klausur/unplaced/x-1.jpg"}
    assert {each.name for each in planned.files} == names
    assert set(there(old)) == before
    done = delete(old, [Data.SCANS], ADA)
    assert set(there(old)) == (before - names) | {done.file.relative_to(old).as_posix()}
    assert so_far(old).results == rows
    found = verify(old, actor=EXAMINER, scans=True)
    assert found.trail == found.state == ()
    assert not any("pile.pdf" in text for text in found.scans)  # the one that was never kept is told
    assert done.noted.parent == noted_apart
    assert check(old, done.file) == done.certificate
    assert {(each.name, each.sha256) for each in done.certificate.files} >= {(KEPT, SHA), (OWN, SHA)}
    with pytest.raises(RefusedError, match="deleted already"):
        delete(old, [Data.SCANS], ADA)
    clock = retention.look(old, date(2030, 1, 1))
    assert [each.stage for each in clock.times] == [Stage.DELETED, Stage.KEPT]


def test_results_go_with_all_that_names_candidates(old: Path) -> None:
    personal_links.make(old, datetime.now(UTC) + timedelta(days=3), ADA)
    with pytest.raises(RefusedError, match="scans show"):
        plan(old, [Data.RESULTS])
    with pytest.raises(UsageError, match="nothing is named"):
        plan(old, [])
    planned = plan(old, BOTH)
    assert planned.rows["candidateentry"] == planned.rows["personallink"] == 2
    done = delete(old, BOTH, ADA)
    assert done.certificate.rows == planned.rows
    left = set(there(old))
    assert not left & {KEPT, OWN, "results.csv", "candidates.csv", "print/1/booklets.pdf"}
    assert {"exam.toml", "problems/2-words.md", ".klausur/key", "scans/other.pdf"} <= left
    assert not (old / "print").exists()
    bytes_ = b"".join(path.read_bytes() for path in (old / ".klausur").glob("db.sqlite3*"))
    for name in ("Ada Example", "Jürgen Muster"):
        assert name.encode() not in bytes_.replace(EXAMINER.name.encode(), b"")
    assert verify(old, actor=EXAMINER).holds
    assert so_far(old).results.rows == ()
    assert status.status(old) is not None
    with opened(old):
        assert not models.PageImage.objects.exists()
        assert {name for name in deletions.remaining() if name in done.certificate.rows} == set()
        assert models.Printed.objects.exists()


def test_a_certificate_that_was_changed_is_told(old: Path, tmp_path: Path) -> None:
    file = delete(old, [Data.SCANS], ADA).file
    plain = json.loads(file.read_text())
    for field, value in (("who", "Eve"), ("files", []), ("signature", "0" * 64)):
        changed = tmp_path / "changed.json"
        changed.write_text(json.dumps({**plain, field: value}))
        with pytest.raises(RefusedError, match="not as it was signed"):
            check(old, changed)
    changed.write_text("{}")
    with pytest.raises(RefusedError, match="no certificate"):
        check(old, changed)


def test_who_is_stopped_half_way_is_followed_by_whoever_goes_on(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*args: object, **more: object) -> None:
        raise KeyboardInterrupt(args, more)

    with monkeypatch.context() as patched:
        patched.setattr("klausur.actions.delete_data._finished", stopped)
        with pytest.raises(KeyboardInterrupt):
            delete(old, BOTH, ADA)
    assert (old / KEPT).is_file()
    (old / "results.csv").write_bytes(b"written anew since")
    (file,) = finish(old, ADA)
    left = set(there(old))
    assert not left & {KEPT, OWN, "candidates.csv"}
    assert "results.csv" in left  # it is another file than the one that was to go
    assert set(check(old, file).what) == set(BOTH)
    assert verify(old, actor=EXAMINER).holds


def test_an_older_archive_does_not_bring_back_what_was_deleted(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive(old, tmp_path / "before.zip", actor=EXAMINER)
    file = delete(old, BOTH, ADA).file
    archive(old, tmp_path / "after.zip", actor=EXAMINER)
    back = restore(tmp_path / "before.zip", tmp_path / "back", actor=EXAMINER)
    assert len(back.deleted) == 1
    assert not set(there(tmp_path / "back")) & {KEPT, OWN, "results.csv", "candidates.csv"}
    assert so_far(tmp_path / "back").results.rows == ()
    assert verify(tmp_path / "back", actor=EXAMINER).holds
    after = restore(tmp_path / "after.zip", tmp_path / "again", actor=EXAMINER)
    assert after.deleted == ()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "elsewhere"))  # a machine where nothing is noted
    unknown = restore(tmp_path / "before.zip", tmp_path / "known", actor=EXAMINER)
    assert (unknown.deleted, (tmp_path / "known" / KEPT).is_file()) == ((), True)
    brought = restore(tmp_path / "before.zip", tmp_path / "told", actor=EXAMINER, deletions=[file])
    assert (len(brought.deleted), (tmp_path / "told" / KEPT).is_file()) == (1, False)
    certificate = deletion_certificate.read(file)
    forged = tmp_path / "forged.json"
    forged.write_text(deletion_certificate.text(deletion_certificate.signed(certificate, b"another key")))
    kept = restore(tmp_path / "before.zip", tmp_path / "kept", actor=EXAMINER, deletions=[forged])
    assert kept.deleted == ()


def test_who_examines_says_how_long(old: Path) -> None:
    retention.set_terms(old, RetentionTerms(12, 60), ADA)
    clock = retention.look(old, date(2027, 2, 1), RetentionTerms(1, 1))
    assert (clock.own, clock.terms) == (True, RetentionTerms(12, 60))
    assert [each.data for each in clock.pressing] == [Data.SCANS]
    for months in ((12, 6), (None, 60), (0, 60)):
        with pytest.raises(UsageError):
            retention.set_terms(old, RetentionTerms(*months), ADA)
