import os
import sqlite3
import stat
import threading
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import pytest
from django.db import transaction
from tests.cluster import POSTGRESQL

from klausur.base.errors import NotFoundError, RefusedError, ToolError
from klausur.paper.layout import Layout
from klausur.paper.run import PrintRun
from klausur.store import audit, printings, sqlite, upgrade
from klausur.store.connections import connection
from klausur.store.folder import Records, key, opened, writing
from klausur.store.models import Edition as Row


def test_the_records_lie_in_the_exam_folder_out_of_version_control(tmp_path: Path, database: str) -> None:
    with opened(tmp_path, create=True) as records:
        made = key(records, create=True)
    rows = "records.toml" if database == POSTGRESQL else "db.sqlite3"
    there = {p.name for p in (tmp_path / ".klausur").iterdir()}
    assert there == {".gitignore", rows, "key", "scans", "unplaced"}
    assert (tmp_path / ".klausur/.gitignore").read_text() == "*\n"
    assert len(made) == 32
    assert (tmp_path / ".klausur/key").read_bytes() == made


def test_only_the_owner_may_read_the_key_and_the_records(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with opened(tmp_path, create=True) as records:
            key(records, create=True)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / ".klausur/key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / ".klausur").stat().st_mode) == 0o700


def test_the_key_is_made_once(tmp_path: Path) -> None:
    with opened(tmp_path, create=True) as records:
        assert key(records, create=True) == key(records, create=True) == key(records)


def test_two_folders_have_two_keys(tmp_path: Path) -> None:
    keys = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        with opened(tmp_path / name, create=True) as records:
            keys.append(key(records, create=True))
    assert keys[0] != keys[1]


@pytest.mark.parametrize("damage", [None, b"", b"short"])
def test_a_lost_or_damaged_key_is_never_replaced(tmp_path: Path, damage: bytes | None) -> None:
    with opened(tmp_path, create=True) as records:
        key(records, create=True)
        records.key_file.unlink()
        if damage is not None:
            records.key_file.write_bytes(damage)
        with pytest.raises(ToolError, match="lost or damaged"):
            key(records)


@pytest.mark.usefixtures("only_in_files")
def test_sqlite_is_set_up_for_kills_and_for_readers_beside_a_writer(tmp_path: Path) -> None:
    with opened(tmp_path, create=True), connection().cursor() as cursor:
        found = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 20000, "synchronous": 2}


def test_several_folders_one_after_the_other(tmp_path: Path, print_run: PrintRun, layout: Layout) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
    with opened(one, create=True), writing():
        printings.alone(print_run, layout, "Ada Example")
    with opened(two, create=True):
        assert not printings.begun()
    with opened(one):
        found = printings.papers()
        assert found is not None
        assert found.booklets == print_run.booklets


def test_a_folder_within_a_folder(tmp_path: Path, print_run: PrintRun, layout: Layout) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
    with opened(one, create=True):
        with writing():
            printings.alone(print_run, layout, "Ada Example")
        with opened(two, create=True):
            assert not Row.objects.exists()
            with opened(one):
                assert Row.objects.exists()
            assert not Row.objects.exists()
        assert Row.objects.exists()


@pytest.mark.usefixtures("only_in_files")
def test_a_row_of_one_exam_is_not_asked_about_in_another(
    tmp_path: Path, print_run: PrintRun, layout: Layout
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with opened(tmp_path / "one", create=True), writing():
        printings.alone(print_run, layout, "Ada Example")
        (row,) = Row.objects.all()
    with opened(tmp_path / "two", create=True), pytest.raises(RuntimeError, match="a row of"):
        row.printings.count()
    with pytest.raises(RuntimeError, match="no exam folder is open"):
        row.printings.count()


def test_nothing_can_be_asked_while_no_folder_is_open(tmp_path: Path) -> None:
    with opened(tmp_path, create=True):
        assert not Row.objects.exists()
    with pytest.raises(RuntimeError, match="no exam folder is open"):
        Row.objects.exists()


def test_writing_is_not_entered_twice_and_nothing_is_opened_inside(tmp_path: Path) -> None:
    with opened(tmp_path, create=True):
        with writing():
            with pytest.raises(RuntimeError, match="inside writing"), writing():
                pass
            with pytest.raises(RuntimeError, match="inside writing"), opened(tmp_path):
                pass
        with writing():
            pass
        with transaction.atomic(using=connection().alias), pytest.raises(RuntimeError), writing():
            pass


def test_a_folder_without_records_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="nothing was printed"), opened(tmp_path):
        pass
    assert not list(tmp_path.iterdir())
    with pytest.raises(NotFoundError, match="is no folder"), opened(tmp_path / "none", create=True):
        pass


@pytest.mark.usefixtures("only_in_files")
def test_a_damaged_database_is_a_plain_message(tmp_path: Path) -> None:
    records = Records(tmp_path)
    records.root.mkdir()
    records.database.write_bytes(b"this is no database, but it is long enough to be looked at" * 20)
    with pytest.raises(ToolError, match="cannot be used") as caught, opened(tmp_path):
        pass
    assert "backup" in caught.value.remedy
    records.database.unlink()
    with opened(tmp_path, create=True):  # the failed one left nothing open
        assert not printings.begun()


def test_records_of_a_newer_klausur_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path, create=True), connection().cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('store', '9999_future', '2050-01-01')"
        )
    older = upgrade.mark() - 1  # the newer one has left its own mark
    monkeypatch.setattr(upgrade, "mark", lambda: older)
    with pytest.raises(RefusedError, match="newer Klausur"), opened(tmp_path):
        pass


def test_a_transaction_is_written_whole_or_not_at_all(
    tmp_path: Path, print_run: PrintRun, layout: Layout
) -> None:
    def break_off() -> None:
        with writing():
            printings.alone(print_run, layout, "Ada Example")
            raise KeyError("killed here")

    with opened(tmp_path, create=True):
        with pytest.raises(KeyError):
            break_off()
        assert not printings.begun()


@pytest.mark.usefixtures("only_in_files")
def test_the_disk_is_waited_for_once_the_lock_is_free_and_by_nobody_whose_rows_need_not_outlast_a_power_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    to_disk = sqlite.TO_DISK

    def watched(log: int) -> None:
        with closing(sqlite3.connect(records.database, isolation_level=None, timeout=0)) as other:
            other.execute("BEGIN IMMEDIATE")  # the lock is free
            synced.append(other.execute("SELECT group_concat(verb) FROM store_auditevent").fetchone()[0])
            other.execute("ROLLBACK")
        assert os.path.samestat(os.fstat(log), Path(f"{records.database}-wal").stat())
        to_disk(log)

    def waits() -> object:
        with connection().cursor() as cursor:
            return cursor.execute("PRAGMA synchronous").fetchone()[0]

    full, normal = 2, 1
    with opened(tmp_path, create=True) as records:
        monkeypatch.setattr(sqlite, "TO_DISK", watched)
        with writing(outlasts=False):
            audit.append("one", "Ada Example", {})
            assert waits() == normal
        with suppress(ValueError), writing():
            audit.append("two", "Ada Example", {})
            raise ValueError
        assert (waits(), synced) == (full, [])
        with writing():
            audit.append("three", "Ada Example", {})
        assert synced == ["one,three"]
        monkeypatch.setattr(sqlite, "TO_DISK", partial(_fails, "no space left"))
        with pytest.raises(ToolError, match="the disk does not take it: no space left"), writing():
            audit.append("four", "Ada Example", {})


def _fails(why: str, log: int) -> None:
    raise OSError(5, why, log)


@pytest.mark.skipif(os.name != "posix", reason="a folder cannot be opened here")
def test_the_name_of_a_new_log_is_written_to_the_disk_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[os.stat_result] = []
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(os.fstat(file)))
    monkeypatch.setattr(sqlite, "TO_DISK", lambda _: None)
    file, log = tmp_path / "records.sqlite", tmp_path / "records.sqlite-wal"
    sqlite.to_disk(file)
    assert not synced
    for content in ("a", "b"):
        log.write_text(content)
        os.utime(tmp_path, ns=(0, 1))
        sqlite.to_disk(file)
    assert [os.path.samestat(each, tmp_path.stat()) for each in synced] == [True]
    os.utime(tmp_path, ns=(0, 2))  # as when the log is made anew
    sqlite.to_disk(file)
    assert len(synced) == 2


@pytest.mark.usefixtures("only_in_files")
def test_who_cannot_have_the_lock_is_told_and_has_it_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path, create=True) as records:
        monkeypatch.setattr("klausur.store.sqlite.BUSY", 0.05)
        other = sqlite3.connect(records.database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ToolError, match="cannot be written"), writing():
            pytest.fail("two write at once")
        monkeypatch.setattr("klausur.store.sqlite.BUSY", 900)
        other.close()
        with writing(), connection().cursor() as cursor:
            assert cursor.execute("PRAGMA busy_timeout").fetchone()[0] == 900_000


@pytest.mark.usefixtures("only_in_files")
def test_threads_of_a_process_write_one_after_the_other(tmp_path: Path) -> None:
    with opened(tmp_path, create=True):
        pass
    inside, most = [0], [0]

    def write() -> None:
        for _ in range(5):
            with opened(tmp_path), writing():
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]
