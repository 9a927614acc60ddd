"""The file of a backup: who has the key reads it, and what was changed, cut off or is a trick is refused."""

import hashlib
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from klausur.base.errors import KlausurError, NotFoundError, RefusedError, UsageError
from klausur.site import backup_format
from klausur.site.backup_format import FORMAT, ROWS, Backup, Member, Packer, new_key, unpack, written

LARGE = bytes(range(256)) * 5000
"""More than a piece of the encryption and of a pipe."""


def pack(file: Path, recipients: tuple[str, ...], place: Path) -> Path:
    place.mkdir(exist_ok=True)
    (place / "rows").write_bytes(LARGE)
    (place / "secret").write_bytes(b"s")
    with written(file, recipients) as packer:
        packer.add(ROWS, place / "rows")
        packer.add("home/secret", place / "secret")
        packer.add("home/gone", place / "gone")
        packer.end(Backup(FORMAT, "Exams", "now", "0.1", (), (), tuple(packer.members)))
    return file


@pytest.fixture
def key(tmp_path: Path) -> tuple[Path, str]:
    file = tmp_path / "key"
    return file, new_key(file)


@pytest.fixture
def backup(tmp_path: Path, key: tuple[Path, str]) -> Path:
    return pack(tmp_path / "site.tar.age", (key[1],), tmp_path / "packed")


def into(tmp_path: Path) -> Path:
    place = tmp_path / "into"
    place.mkdir()
    return place


def test_who_has_the_key_reads_what_was_packed(tmp_path: Path, backup: Path, key: tuple[Path, str]) -> None:
    assert backup_format.is_backup(backup)
    assert LARGE[:64] not in backup.read_bytes()
    assert [path.stat().st_mode & 0o077 for path in (backup, key[0])] == [0, 0]
    place = into(tmp_path)
    said = unpack(backup, place, key[0])
    assert [member.name for member in said.members] == [ROWS, "home/secret"], "what was gone is left out"
    assert (place / ROWS).read_bytes() == LARGE
    assert [path.stat().st_mode & 0o077 for path in (place / "home/secret", place / "home")] == [0, 0]


def test_one_key_of_several_is_enough(tmp_path: Path, key: tuple[Path, str]) -> None:
    other = tmp_path / "other"
    file = pack(tmp_path / "site.tar.age", (key[1], new_key(other)), tmp_path / "packed")
    assert unpack(file, into(tmp_path), other).site == "Exams"


def test_without_the_key_nothing_is_read(tmp_path: Path, backup: Path) -> None:
    place = into(tmp_path)
    with pytest.raises(UsageError, match="encrypted"):
        unpack(backup, place, None)
    other = tmp_path / "other"
    new_key(other)
    with pytest.raises(KlausurError, match="cannot be decrypted"):
        unpack(backup, place, other)
    with pytest.raises(NotFoundError):
        unpack(backup, place, tmp_path / "none")
    (tmp_path / "odd").write_text("age1qq\n")
    with pytest.raises(UsageError, match="holds no key"):
        unpack(backup, place, tmp_path / "odd")
    assert not list(place.iterdir())


@pytest.mark.parametrize("at", [300, 200_000, -1])
def test_a_changed_byte_is_found(tmp_path: Path, backup: Path, key: tuple[Path, str], at: int) -> None:
    data = bytearray(backup.read_bytes())
    data[at] ^= 1
    backup.write_bytes(data)
    with pytest.raises(KlausurError, match=r"decrypted|damaged|cut off"):
        unpack(backup, into(tmp_path), key[0])


def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, backup: Path, key: tuple[Path, str]) -> None:
    backup.write_bytes(backup.read_bytes()[: -(64 << 10)])
    with pytest.raises(KlausurError, match=r"decrypted|damaged|cut off"):
        unpack(backup, into(tmp_path), key[0])


def tar_of(file: Path, change: Callable[[list[tarfile.TarInfo], Backup], Backup]) -> Path:
    """A backup that anybody may have made, since the public key is no secret; or unencrypted."""
    info = tarfile.TarInfo(ROWS)
    infos = [info]
    data = b"rows"
    info.size = len(data)
    members = (Member(ROWS, len(data), hashlib.sha256(data).hexdigest()),)
    said = change(infos, Backup(FORMAT, "Exams", "now", "0.1", (), (), members))
    with tarfile.open(file, "w") as tar:
        for each in infos:
            tar.addfile(each, io.BytesIO(data[: each.size]))
        text = msgspec.json.encode(said)
        last = tarfile.TarInfo(backup_format.MANIFEST)
        last.size = len(text)
        tar.addfile(last, io.BytesIO(text))
    return file


def _renamed(name: str, kind: bytes = tarfile.REGTYPE) -> Callable[[list[tarfile.TarInfo], Backup], Backup]:
    def change(infos: list[tarfile.TarInfo], said: Backup) -> Backup:
        odd = tarfile.TarInfo(name)
        odd.type, odd.linkname = kind, "/etc/passwd"
        infos.append(odd)
        return said

    return change


TRICKS: dict[str, Callable[[list[tarfile.TarInfo], Backup], Backup]] = {
    "above": _renamed("../evil"),
    "absolute": _renamed("/evil"),
    "hidden above": _renamed("home/../../evil"),
    "a link": _renamed("home/link", tarfile.SYMTYPE),
    "a device": _renamed("home/device", tarfile.CHRTYPE),
    "a file that is not listed": _renamed("home/more"),
    "a file twice": _renamed(ROWS),
    "another digest": lambda _, said: msgspec.structs.replace(said, members=(Member(ROWS, 4, "0" * 64),)),
    "another format": lambda _, said: msgspec.structs.replace(said, format="klausur-backup/99"),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_what_is_a_trick_is_refused(tmp_path: Path, trick: str) -> None:
    file = tar_of(tmp_path / "site.tar", TRICKS[trick])
    place = into(tmp_path)
    with pytest.raises(KlausurError):
        unpack(file, place, None)
    assert {path.name for path in tmp_path.iterdir()} == {"site.tar", "into"}, "nothing lies outside"


def test_one_that_is_none_is_refused(tmp_path: Path) -> None:
    tar_of(tmp_path / "whole.tar", lambda _, said: said)
    assert unpack(tmp_path / "whole.tar", into(tmp_path), None).site == "Exams"
    (tmp_path / "text").write_text("no backup")
    assert not backup_format.is_backup(tmp_path / "text")


def fail(packer: Packer) -> None:
    raise RuntimeError(packer)


def test_a_backup_that_fails_leaves_nothing_behind(tmp_path: Path, key: tuple[Path, str]) -> None:
    file = tmp_path / "site.tar.age"
    with pytest.raises(RuntimeError), written(file, (key[1],)) as packer:
        fail(packer)
    with pytest.raises(UsageError, match="no public key"), written(file, ("age1nonsense",)):
        pass
    assert {path.name for path in tmp_path.iterdir()} == {"key"}
    pack(file, (), tmp_path / "packed")
    with pytest.raises(RefusedError, match="is there already"), written(file, ()):
        pass
    with pytest.raises(RefusedError, match="is there already"):
        new_key(key[0])
