"""The file of a site's backup: a tar, encrypted by age to one key or several, written and read as a stream.

    rows.sqlite3           the site's own rows of one moment, wherever they were
    home/...               settings, secrets, uploads and other files
    exams/NAME.zip         each exam, as `klausur archive` packs it
    sources/NAME/...       each exam of which nothing was printed yet
    klausur-backup.json    the last one: what all others are, each with its SHA-256

So nothing of it lies unencrypted where backups go, and ``age --decrypt`` and ``tar`` open it without Klausur.
What is encrypted to a key may come from anybody who knows the public one: nothing in it is believed before it
is looked at. Nothing here imports Django.
"""

import hashlib
import os
import shutil
import stat
import tarfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO

import msgspec

from klausur.base.errors import KlausurError, NotFoundError, RefusedError, ToolError, UsageError
from klausur.state.head import Head

FORMAT = "klausur-backup/1"
MANIFEST = "klausur-backup.json"
ROWS, HOME, EXAMS, SOURCES = "rows.sqlite3", "home/", "exams/", "sources/"
PIECE = 1 << 20
_AGE = b"age-encryption.org/v1\n"
_MANIFEST_BYTES = 64 << 20
_BROKEN = (tarfile.TarError, OSError, EOFError, ValueError)
"""What the standard library raises for a damaged tar."""


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of a backup: its name there, its bytes, and their SHA-256."""

    name: str
    size: int
    sha256: str


class BackedUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An exam of a backup.

    Attributes:
        slug: as the site's addresses name it.
        folder: as the site's row has it, relative to ``exams/`` or absolute.
        member: the archive's name; empty where only the source is there, as nothing was printed.
        head: the newest event of its records.
    """

    slug: str
    folder: str
    member: str
    head: Head | None


class Backup(msgspec.Struct, frozen=True):
    """What a backup says of itself. ``lacking`` are exams that could not be packed, with the reason."""

    format: str
    site: str
    made: str
    software: str
    exams: tuple[BackedUp, ...]
    lacking: tuple[tuple[str, str], ...]
    members: tuple[Member, ...]


class Packer:
    """Takes the files of a backup, one after the other."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self.members: list[Member] = []
        self._tar = tar

    def add(self, name: str, path: Path) -> None:
        """Take a file as it is now; one that is gone meanwhile is left out."""
        try:
            source = path.open("rb")
        except FileNotFoundError:
            return
        with source:
            info = tarfile.TarInfo(name)
            info.size, info.mode = os.fstat(source.fileno()).st_size, 0o600
            counted = _Counted(source, info.size)
            self._tar.addfile(info, counted)
        self.members.append(Member(name, info.size, counted.digest.hexdigest()))

    def end(self, said: Backup) -> None:
        """Take what the backup says of itself, as the last one."""
        text = msgspec.json.encode(said)
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(text), 0o600
        self._tar.addfile(info, BytesIO(text))


class _Counted:
    """A file of so many bytes, whatever becomes of it meanwhile, with the digest of what was read."""

    def __init__(self, source: IO[bytes], size: int) -> None:
        self.digest = hashlib.sha256()
        self._source, self._left = source, size

    def read(self, size: int = PIECE, /) -> bytes:
        """The next bytes: zeros where the file has become shorter, so that the tar stays one."""
        wanted = min(size, self._left)
        piece = self._source.read(wanted)
        piece += bytes(wanted - len(piece))
        self._left -= wanted
        self.digest.update(piece)
        return piece


def is_backup(file: Path) -> bool:
    """Whether a file may be a site's backup, encrypted or not."""
    return is_encrypted(file) or tarfile.is_tarfile(file)


def is_encrypted(file: Path) -> bool:
    """Whether a file is encrypted by age."""
    with file.open("rb") as opened:
        return opened.read(len(_AGE)) == _AGE


def new_key(file: Path) -> str:
    """Make a key, and keep it in a file for its owner's eyes alone.

    Returns:
        its public half, which backups are encrypted to.

    Raises:
        RefusedError: there is such a file.
    """
    from pyrage import x25519  # noqa: PLC0415 - for who encrypts

    made = x25519.Identity.generate()
    try:
        at = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise RefusedError(f"{file} is there already", "name another file") from error
    with os.fdopen(at, "w", encoding="ascii") as out:
        out.write(f"# public key: {made.to_public()}\n{made}\n")
    return str(made.to_public())


@contextmanager
def written(file: Path, recipients: Sequence[str]) -> Iterator[Packer]:
    """Write a backup; the file appears when it is whole.

    Args:
        file: where to.
        recipients: the public keys of those who can read it; unencrypted if there are none.

    Raises:
        UsageError: one of these is no key.
        RefusedError: there is such a file already.
        ToolError: it cannot be written.
    """
    if file.exists():
        raise RefusedError(f"{file} is there already", "name another file")
    part = file.with_name(f"{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        with part.open("r+b") as out:
            with _encrypted(out, recipients) as plain, tarfile.open(fileobj=plain, mode="w|") as tar:
                yield Packer(tar)
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    except OSError as error:
        where = error.filename or file
        raise ToolError(f"{where} cannot be written: {error.strerror}", "look at the disk") from error
    finally:
        part.unlink(missing_ok=True)


def unpack(file: Path, place: Path, key: Path | None) -> Backup:
    """Unpack a backup into a folder, and see that each file is what was packed.

    Args:
        file: the backup.
        place: where to; it is there and empty.
        key: the file with the key, if it is encrypted.

    Raises:
        UsageError: it is encrypted and no key is named, or the file holds none.
        NotFoundError: there is no such file of a key.
        RefusedError: the disk is too small.
        KlausurError: it is damaged, is no backup, or was encrypted to another key.
    """
    found: dict[str, Member] = {}
    said: Backup | None = None
    with _decrypted(file, key) as plain:
        try:
            with tarfile.open(fileobj=plain, mode="r|") as tar:
                for info in tar:
                    if said is not None or info.name in found or not _is_plain(info):
                        raise refused(file, f"{info.name!r} is no file of a backup")
                    source = tar.extractfile(info)
                    if source is None:
                        raise refused(file, f"{info.name!r} is no file of a backup")
                    if info.name == MANIFEST:
                        said = _said(file, source.read(_MANIFEST_BYTES))
                    else:
                        found[info.name] = _put(info, source, place)
        except _BROKEN as error:
            raise refused(file, f"it is damaged: {error}") from error
    if said is None:
        raise refused(file, "it is no backup, or was cut off")
    if {member.name: member for member in said.members} != found:
        odd = min({m.name for m in set(said.members) ^ set(found.values())}, default="")
        raise refused(file, f"{odd} is not what was packed")
    if ROWS not in found:
        raise refused(file, "it holds no site")
    return said


def refused(file: Path, why: str) -> KlausurError:
    """What a person is told of a backup that is not as it should be."""
    return KlausurError(f"{file}: {why}", "take another backup")


def _said(file: Path, text: bytes) -> Backup:
    try:
        said = msgspec.json.decode(text, type=Backup)
    except msgspec.MsgspecError as error:
        raise refused(file, f"what it says of itself cannot be read: {error}") from error
    if said.format != FORMAT:
        raise KlausurError(
            f"{file} has the format {said.format}, and this Klausur knows {FORMAT}",
            "upgrade Klausur: pip install --upgrade klausur",
        )
    return said


def _is_plain(info: tarfile.TarInfo) -> bool:
    """Whether a member is a file below the place where it is unpacked, by a name that is no trick."""
    parts = info.name.split("/")
    odd = {"", ".", ".."} & set(parts) or "\\" in info.name or "\0" in info.name
    return info.isreg() and not odd and stat.S_IFMT(info.mode) in {0, stat.S_IFREG}


def _put(info: tarfile.TarInfo, source: IO[bytes], place: Path) -> Member:
    if info.size > shutil.disk_usage(place).free:
        raise RefusedError(f"the disk has no room for {info.name}", "make room for it")
    target = place / info.name
    for folder in reversed(target.relative_to(place).parents[:-1]):  # each by itself: ``parents`` has no mode
        (place / folder).mkdir(mode=0o700, exist_ok=True)
    target.touch(mode=0o600, exist_ok=False)
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as out:
        while piece := source.read(PIECE):
            digest.update(piece)
            size += len(piece)
            out.write(piece)
    return Member(info.name, size, digest.hexdigest())


@contextmanager
def _encrypted(out: IO[bytes], recipients: Sequence[str]) -> Iterator[IO[bytes]]:
    """What is written into goes out encrypted."""
    if not recipients:
        yield out
        return
    import pyrage  # noqa: PLC0415 - for who encrypts

    try:
        to = [pyrage.x25519.Recipient.from_str(each) for each in recipients]
    except pyrage.RecipientError as error:
        raise UsageError(
            f"{recipients} is no public key: {error}", "make one: klausur backup --new-key FILE"
        ) from error
    with _piped(lambda source: pyrage.encrypt_io(source, out, to)) as plain:
        yield plain


@contextmanager
def _piped(run: Callable[[IO[bytes]], object]) -> Iterator[IO[bytes]]:
    """What is written into is read by a function in a thread of its own, which has ended afterwards."""
    ends = os.pipe()
    failed: list[Exception] = []

    def reading() -> None:
        try:
            with os.fdopen(ends[0], "rb") as source:
                run(source)
        except Exception as error:  # noqa: BLE001 - raised again where the thread was begun
            failed.append(error)

    thread = threading.Thread(target=reading, name="encrypting", daemon=True)
    thread.start()
    try:
        with os.fdopen(ends[1], "wb") as sink:
            yield sink
    except BrokenPipeError:
        thread.join()
        if not failed:
            raise
    thread.join()
    if failed:
        raise failed[0]


@contextmanager
def _decrypted(file: Path, key: Path | None) -> Iterator[IO[bytes]]:
    """The tar of a backup."""
    if not is_encrypted(file):
        with file.open("rb") as plain:
            yield plain
        return
    if key is None:
        raise UsageError(f"{file} is encrypted", "name the file with its key: --key FILE")
    import pyrage  # noqa: PLC0415 - for who decrypts

    identities = _identities(key)
    ends = os.pipe()
    failed: list[Exception] = []

    def writing() -> None:
        try:
            with file.open("rb") as source, os.fdopen(ends[1], "wb") as sink:
                pyrage.decrypt_io(source, sink, identities)
        except Exception as error:  # noqa: BLE001 - told where the thread was begun
            failed.append(error)

    thread = threading.Thread(target=writing, name="decrypting", daemon=True)
    thread.start()
    try:
        with os.fdopen(ends[0], "rb") as plain:
            yield plain
            while plain.read(
                PIECE
            ):  # what a tar has behind its end, so that all of the file is authenticated
                pass
    except KlausurError as error:
        thread.join()
        if failed and isinstance(failed[0], pyrage.DecryptError):
            raise refused(file, f"it cannot be decrypted by {key}: {failed[0]}") from error
        raise
    thread.join()
    if failed:
        raise refused(file, f"it cannot be decrypted by {key}: {failed[0]}")


def _identities(key: Path) -> list[object]:
    import pyrage  # noqa: PLC0415 - for who decrypts

    try:
        lines = key.read_text("ascii").splitlines()
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except FileNotFoundError as error:
        raise NotFoundError(f"there is no file {key}", "name the file with the key") from error
    except (UnicodeDecodeError, pyrage.IdentityError) as error:
        raise UsageError(f"{key} holds no key of age: {error}", "name the file with the key") from error
    if not found:
        raise UsageError(f"{key} holds no key of age", "name the file with the key")
    return found
