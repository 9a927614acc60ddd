"""Archives: what comes back is what was packed, and what was tampered with does not come back."""

import json
import shutil
import stat
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.actions.conftest import result, scan_by_hand
from tests.cast import EXAMINER
from tests.exams import copy_exam

from klausur.actions.archive import Archived, archive
from klausur.actions.archive_format import MANIFEST
from klausur.actions.log import log
from klausur.actions.merge import merge
from klausur.actions.restore import restore
from klausur.actions.settle import settle
from klausur.actions.status import status
from klausur.actions.verify import verify
from klausur.base.alone import alone
from klausur.base.errors import KlausurError, NotFoundError, RefusedError, UsageError
from klausur.paper.answers import Chosen
from klausur.paper.layout import Layout
from klausur.state.facts import Author
from klausur.store.connections import connection
from klausur.store.folder import Records, opened

ADA = Author(EXAMINER, "seen")


@pytest.fixture
def worked(folder: Path, layout: Layout) -> Path:
    scan_by_hand(folder, result(layout, 0, 1, 1), result(layout, 1, 2, 1))
    settle(folder, 1, "letters", Chosen(frozenset("a")), ADA)
    scans = folder / ".klausur/scans"
    (scans / ("cd" * 32)).write_bytes(b"a scanned file" * 1000)
    (folder / "print").mkdir()
    (folder / "print/booklets.pdf").write_bytes(b"%PDF")
    (folder / ".git").mkdir()
    (folder / ".git/config").write_text("private")
    (folder / "figures").mkdir()
    (folder / "figures/größe.svg").write_text("<svg/>")
    (folder / "figures/linked.svg").symlink_to(folder / "figures/größe.svg")
    return folder


@pytest.fixture
def packed(worked: Path, tmp_path: Path) -> Archived:
    return archive(worked, tmp_path / "exam.zip", actor=EXAMINER)


def files(folder: Path) -> dict[str, bytes]:
    """All but rows and hidden files."""
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    return {
        name: data
        for name, data in found.items()
        if not name.startswith((".git", ".klausur/db", ".klausur/records", ".klausur/.git"))
    }


def test_an_exam_comes_back_as_it_was(worked: Path, packed: Archived, tmp_path: Path) -> None:
    assert (packed.wrong, packed.left_out) == ((), ())
    assert packed.head == log(worked).head
    assert stat.S_IMODE(packed.file.stat().st_mode) == 0o600
    assert not list(tmp_path.glob("*.part"))
    assert not list((worked / ".klausur").glob("archive-*"))
    seen = restore(packed.file, None, actor=EXAMINER)
    assert (seen.folder, seen.files, seen.head, seen.wrong) == (None, packed.files, packed.head, ())
    place = tmp_path / "back"
    done = restore(packed.file, place, actor=EXAMINER)
    assert (done.folder, done.head) == (place, packed.head)
    assert files(place) == files(worked)
    assert stat.S_IMODE((place / ".klausur").stat().st_mode) == 0o700
    assert stat.S_IMODE((place / ".klausur/key").stat().st_mode) == 0o600
    assert status(place) == status(worked)
    assert log(place).events == log(worked).events
    assert verify(place, actor=EXAMINER, noted=packed.head).holds
    settle(place, 2, "letters", Chosen(frozenset("b")), ADA)
    assert verify(place, actor=EXAMINER).holds
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".restore")]


def test_nothing_is_put_over_anything(worked: Path, packed: Archived, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="there already"):
        archive(worked, packed.file, actor=EXAMINER)
    with pytest.raises(UsageError, match="lies in the exam's folder"):
        archive(worked, worked / "print/exam.zip", actor=EXAMINER)
    with pytest.raises(RefusedError, match="there already"):
        restore(packed.file, worked, actor=EXAMINER)
    with pytest.raises(NotFoundError, match="no folder"):
        restore(packed.file, tmp_path / "none/exam", actor=EXAMINER)
    with pytest.raises(NotFoundError, match="no file"):
        restore(tmp_path / "none.zip", tmp_path / "new", actor=EXAMINER)
    (worked / "figures/a:b.svg").write_text("")
    with pytest.raises(RefusedError, match=r"a:b\.svg"):
        archive(worked, tmp_path / "second.zip", actor=EXAMINER)
    assert not (tmp_path / "second.zip").exists()


def test_what_was_changed_before_is_archived_and_told(worked: Path, tmp_path: Path) -> None:
    with opened(worked), connection().cursor() as cursor:
        cursor.execute("UPDATE store_settlement SET value = 'filled' WHERE id = 1")
    packed = archive(worked, tmp_path / "exam.zip", actor=EXAMINER)
    assert packed.wrong == ("settlement 1 was changed since event 3 wrote it",)
    assert restore(packed.file, tmp_path / "back", actor=EXAMINER).wrong == packed.wrong


@pytest.mark.above_records
def test_any_byte_that_is_another_one_is_found(packed: Archived, tmp_path: Path) -> None:
    whole = packed.file.read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 60)):
        broken = bytearray(whole)
        broken[at] ^= 0x5A
        packed.file.write_bytes(broken)
        try:
            restore(packed.file, tmp_path / "back", actor=EXAMINER)
        except KlausurError:
            assert not (tmp_path / "back").exists()
        else:  # a byte that says nothing, such as a time of day
            assert verify(tmp_path / "back", actor=EXAMINER, noted=packed.head).holds
            shutil.rmtree(tmp_path / "back")
    for length in (0, 10, len(whole) // 2, len(whole) - 1):
        packed.file.write_bytes(whole[:length])
        with pytest.raises(KlausurError):
            restore(packed.file, None, actor=EXAMINER)


Spoil = Callable[[dict[str, bytes], zipfile.ZipFile], None]


def add(name: str, data: bytes = b"evil", *, listed: bool = True, mode: int = 0) -> Spoil:
    """A file more, in the list or not."""

    def spoil(members: dict[str, bytes], out: zipfile.ZipFile) -> None:
        import hashlib

        if listed:
            said = json.loads(members[MANIFEST])
            sha = hashlib.sha256(data).hexdigest()
            said["files"].append({"name": name, "size": len(data), "sha256": sha})
            members[MANIFEST] = json.dumps(said).encode()
        info = zipfile.ZipInfo(f"exam/{name}")
        info.external_attr = mode << 16
        out.writestr(info, data)

    return spoil


def without(name: str) -> Spoil:
    def spoil(members: dict[str, bytes], out: zipfile.ZipFile) -> None:
        del out
        del members[name]

    return spoil


def other(name: str, data: bytes) -> Spoil:
    def spoil(members: dict[str, bytes], out: zipfile.ZipFile) -> None:
        del out
        members[name] = data

    return spoil


SPOILT: dict[str, tuple[Spoil, str]] = {
    "above": (add("../evil.sh"), "no name that"),
    "absolute": (add("/etc/evil"), "no name that"),
    "deep above": (add("figures/../../evil"), "no name that"),
    "backslash": (add("..\\evil.sh"), "no name that"),
    "drive": (add("C:evil"), "no name that"),
    "stream": (add("exam.toml:evil"), "no name that"),
    "hidden": (add(".git/hooks/post-checkout"), "no name that"),
    "another server's schema": (add(".klausur/records.toml", b'schema = "exam_x"'), "no name that"),
    "line break": (add("a\nb"), "no name that"),
    "capitals": (add("EXAM.toml"), "twice"),
    "not listed": (add("extra.txt", listed=False), "its list of files is not what it holds: exam/extra.txt"),
    "link": (add("link", b"/etc/passwd", mode=stat.S_IFLNK | 0o777), "no plain file"),
    "device": (add("dev", b"", mode=stat.S_IFCHR | 0o666), "no plain file"),
    "folder": (add("more/", b""), "no plain file"),
    "lost": (without("exam/exam.toml"), "its list of files is not what it holds: exam/exam.toml"),
    "no list": (without(MANIFEST), "no archive of an exam"),
    "odd list": (other(MANIFEST, b'{"format": 3}'), "cannot be read"),
    "newer": (
        other(
            MANIFEST,
            b'{"format": "klausur-archive/9", "exam": "", "made": "", "who": "", "software": "", '
            b'"head": null, "files": []}',
        ),
        "klausur-archive/9",
    ),
    "other key": (other("exam/.klausur/key", b"0" * 32), "key is not what was packed"),
    "other rows": (other("exam/.klausur/db.sqlite3", b"SQLite format 3\0"), "its list of files"),
}


@pytest.mark.above_records
@pytest.mark.parametrize("how", SPOILT)
def test_a_hostile_archive_is_refused_and_leaves_nothing(packed: Archived, tmp_path: Path, how: str) -> None:
    spoil, says = SPOILT[how]
    spoilt = tmp_path / "spoilt.zip"
    with zipfile.ZipFile(packed.file) as whole:
        members = {name: whole.read(name) for name in whole.namelist()}
    with zipfile.ZipFile(spoilt, "w") as out:
        spoil(members, out)
        for name, data in members.items():
            out.writestr(name, data)
    before = sorted(p.name for p in tmp_path.iterdir())
    for target in (None, tmp_path / "back"):
        with pytest.raises(KlausurError, match=says):
            restore(spoilt, target, actor=EXAMINER)
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_records_that_run_something_by_themselves_are_refused(worked: Path, tmp_path: Path) -> None:
    import hashlib
    import sqlite3

    packed = archive(worked, tmp_path / "exam.zip", actor=EXAMINER)
    with zipfile.ZipFile(packed.file) as whole:
        members = {name: whole.read(name) for name in whole.namelist()}
    rows = tmp_path / "rows.sqlite3"
    rows.write_bytes(members["exam/.klausur/db.sqlite3"])
    with sqlite3.connect(rows) as link:
        link.execute(
            "CREATE TRIGGER t AFTER INSERT ON store_auditevent BEGIN DELETE FROM store_settlement; END"
        )
    link.close()
    data = members["exam/.klausur/db.sqlite3"] = rows.read_bytes()
    said = json.loads(members[MANIFEST])
    for file in said["files"]:
        if file["name"] == ".klausur/db.sqlite3":
            file |= {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    members[MANIFEST] = json.dumps(said).encode()
    with zipfile.ZipFile(tmp_path / "spoilt.zip", "w") as out:
        for name, text in members.items():
            out.writestr(name, text)
    with pytest.raises(KlausurError, match="holds more than records"):
        restore(tmp_path / "spoilt.zip", None, actor=EXAMINER)


def test_copies_that_both_went_on_are_not_joined(worked: Path, tmp_path: Path) -> None:
    copy = copy_exam(worked, tmp_path / "copy")
    with pytest.raises(RefusedError, match="hold the same records"):
        merge(worked, copy)
    settle(worked, 2, "letters", Chosen(frozenset("b")), ADA)
    for pair in ((worked, copy), (copy, worked)):
        with pytest.raises(RefusedError, match=f"{copy} is an older copy of {worked}: all its 3 events"):
            merge(*pair)
    settle(copy, 2, "letters", Chosen(frozenset("a")), ADA)
    settle(copy, 2, "numbers", Chosen(frozenset("a")), ADA)
    with pytest.raises(RefusedError, match="after event 3: 1 events here and 2 there") as caught:
        merge(worked, copy)
    assert "do them again" in caught.value.remedy


def test_what_a_killed_restore_left_is_cleared_away(worked: Path, packed: Archived, tmp_path: Path) -> None:
    dead, alive = tmp_path / ".restore-dead", tmp_path / ".restore-alive"
    copy_exam(worked, dead / "exam")
    alive.mkdir()
    named = Records(dead / "exam").named
    schema = tomllib.loads(named.read_text())["schema"] if named.is_file() else None
    with alone(alive):
        place = tmp_path / "back"
        restore(packed.file, place, actor=EXAMINER)
    assert (dead.exists(), alive.exists()) == (False, True)
    assert [p.name for p in tmp_path.glob(".restore-*")] == [".restore-alive"]
    with opened(place), connection().cursor() as cursor:
        if schema is not None:
            cursor.execute("SELECT to_regnamespace(%s) IS NULL", [schema])
            assert cursor.fetchone() == (True,)
    assert status(place) == status(worked)


def test_what_a_killed_archive_left_is_cleared_away_and_not_packed(worked: Path, tmp_path: Path) -> None:
    left = worked / ".klausur/archiving"
    left.mkdir()
    (left / "db.sqlite3").write_bytes(b"half of")
    made = archive(worked, tmp_path / "exam.zip", actor=EXAMINER)
    assert not list(left.iterdir())
    with zipfile.ZipFile(made.file) as packed:
        assert not [name for name in packed.namelist() if "archiving" in name]
