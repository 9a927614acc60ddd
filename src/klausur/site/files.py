"""The one seam for a site's files: uploads, pictures of pages, papers to download.

A file has a key, a path of plain names below nothing: ``uploads/5f0c…/scan 1.pdf``. Whoever has a file only
ever has it whole: one that is put while the machine stops is not there. A folder keeps them, or an object
store where the settings name one; what else may keep them is another class with these methods. Copies of
scanned files are an exam's: `klausur.store.scan_copies`.
"""

import os
import secrets
import shutil
from collections.abc import Hashable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import BinaryIO, Protocol

from django.conf import settings

from klausur.base import file_names, object_address
from klausur.base.errors import NotFoundError, ToolError, UsageError
from klausur.store.objects import Objects

PIECE = 1024 * 1024
"""Bytes that are held in memory at a time."""

LONGEST = 180
"""Bytes of one name in a key: file systems take 255, and something is added while a file is written."""


class Files(Hashable, Protocol):
    """Files by key. A key that is none raises UsageError, one without a file NotFoundError."""

    def put(self, key: str, pieces: Iterable[bytes]) -> int:
        """Keep a file, instead of the one that is there; its size in bytes.

        Raises:
            ToolError: it cannot be written.
        """

    def open(self, key: str) -> BinaryIO:
        """A file, to be read."""

    def at_hand(self, key: str) -> AbstractContextManager[Path]:
        """A path at which a file can be read for a while, for programs that want one."""

    def size(self, key: str) -> int | None:
        """The bytes of a file; None if there is none."""

    def stamp(self, key: str) -> Hashable:
        """Stands for a file as it is: another value once it was put anew; None if there is none."""

    def delete(self, key: str) -> bool:
        """Delete a file; whether it was there."""

    def keys(self, below: str = "") -> Iterator[str]:
        """The keys of all files below a folder of this name, sorted; of all files if it is empty."""

    def sweep(self, before: datetime) -> None:
        """Delete what came of files that nobody has written to the end, and that were begun before a time."""

    def room(self) -> int:
        """The bytes that can still be kept."""


def here() -> Files:
    """The files of the site that runs here.

    Raises:
        UsageError: the environment names an object store that is none.
    """
    place = object_address.named()
    return FilesInFolder(settings.KLAUSUR_HOME.files) if place is None else FilesInStore(Objects(place))


def pieces(files: Files, key: str) -> Iterator[bytes]:
    """The content of a file, a piece at a time."""
    with files.open(key) as opened:
        while piece := opened.read(PIECE):
            yield piece


def named(name: str) -> str:
    """What a key can call a file of this name: what cannot be seen or stands for folders is replaced."""
    plain = "".join("_" if c in '/\\:*?"<>|' else c for c in file_names.shown(name)).strip(" .")
    plain = plain.replace("\N{REPLACEMENT CHARACTER}", "_")
    stem, dot, suffix = plain.rpartition(".")
    if len(suffix.encode()) > 16 or not dot:
        stem, dot, suffix = plain, "", ""
    room = LONGEST - len((dot + suffix).encode())
    whole = stem.encode()[:room].decode("utf-8", "ignore") + dot + suffix or "file"
    return f"{whole}_" if whole.endswith(".part") else whole  # so are files called that are not whole yet


@dataclass(frozen=True, slots=True)
class FilesInFolder:
    """Files below a folder, which workers on other machines may share."""

    root: Path

    def put(self, key: str, pieces: Iterable[bytes]) -> int:
        """Keep a file, instead of the one that is there; its size in bytes."""
        path = self._path(key)
        part = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
        with _told(path):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            out = open(part, "xb", opener=_for_its_owner)  # noqa: SIM115 - closed below
        try:
            with out:
                size = 0
                for piece in pieces:  # what goes wrong with these is not the disk's fault
                    with _told(path):
                        size += out.write(piece)
                with _told(path):
                    out.flush()
                    os.fsync(out.fileno())
            with _told(path):
                part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return size

    def open(self, key: str) -> BinaryIO:
        """A file, to be read."""
        try:
            return self._path(key).open("rb")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise _gone(key) from error

    @contextmanager
    def at_hand(self, key: str) -> Iterator[Path]:
        """Where the file lies."""
        path = self._path(key)
        if not path.is_file():
            raise _gone(key)
        yield path

    def size(self, key: str) -> int | None:
        """The bytes of a file; None if there is none."""
        path = self._path(key)
        return path.stat().st_size if path.is_file() else None

    def stamp(self, key: str) -> Hashable:
        """Stands for a file as it is: its number, its time and its size, which a new one has of its own."""
        try:
            found = self._path(key).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def delete(self, key: str) -> bool:
        """Delete a file, and the folders that are empty without it; whether it was there."""
        path = self._path(key)
        try:
            path.unlink()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError):
            if path.is_file():
                raise
            return False
        self._without_empty(path)
        return True

    def _without_empty(self, path: Path) -> None:
        """Remove the folders that are empty without this file."""
        with suppress(OSError):  # not empty, or another file just comes
            for folder in path.parents:
                if folder == self.root:
                    break
                folder.rmdir()

    def keys(self, below: str = "") -> Iterator[str]:
        """The keys of all files below a folder of this name, sorted; of all files if it is empty."""
        place = self._path(below) if below else self.root
        for at, folders, names in os.walk(place):
            folders.sort()
            for name in sorted(names):
                path = Path(at, name)
                if not name.endswith(".part") and path.is_file() and not path.is_symlink():
                    yield path.relative_to(self.root).as_posix()

    def sweep(self, before: datetime) -> None:
        """Delete what came of files that nobody has written to the end, and that were begun before a time."""
        for part in list(self.root.rglob("*.part")):
            with suppress(FileNotFoundError):  # it is written to its end just now
                if part.is_file() and part.stat().st_mtime < before.timestamp():
                    part.unlink()
                    self._without_empty(part)

    def room(self) -> int:
        """The bytes that can still be kept."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        return shutil.disk_usage(self.root).free

    def _path(self, key: str) -> Path:
        """Where a file lies.

        Raises:
            UsageError: the key leads elsewhere, or is no key at all.
        """
        refuse_other(key)
        return self.root.joinpath(*key.split("/"))


@dataclass(frozen=True, slots=True)
class FilesInStore:
    """Files below ``files/`` of an object store; each is verified when it is opened."""

    objects: Objects

    def put(self, key: str, pieces: Iterable[bytes]) -> int:
        """Keep a file, instead of the one that is there; its size in bytes."""
        return self.objects.put(_name(key), pieces)

    def open(self, key: str) -> BinaryIO:
        """A file, to be read, once all of it was verified."""
        try:
            return self.objects.open(_name(key))
        except NotFoundError as error:
            raise _gone(key) from error

    @contextmanager
    def at_hand(self, key: str) -> Iterator[Path]:
        """A copy of the file, under its own name, as long as it is wanted."""
        with TemporaryDirectory(prefix="klausur-") as made:
            path = Path(made, key.rpartition("/")[2])
            try:
                self.objects.fetch(_name(key), path)
            except NotFoundError as error:
                raise _gone(key) from error
            yield path

    def size(self, key: str) -> int | None:
        """The bytes of a file; None if there is none."""
        return self.objects.size(_name(key))

    def stamp(self, key: str) -> Hashable:
        """Stands for a file's content."""
        return self.objects.stamp(_name(key))

    def delete(self, key: str) -> bool:
        """Delete a file; whether it was there."""
        return self.objects.delete(_name(key))

    def keys(self, below: str = "") -> Iterator[str]:
        """The keys of all files below a folder of this name, sorted; of all files if it is empty."""
        place = _name(below) if below else _BELOW
        yield from sorted(name.removeprefix(f"{_BELOW}/") for name, _ in self.objects.names(place))

    def sweep(self, before: datetime) -> None:
        """Nothing: what was not written to its end is no object; the store's own rules clear parts away."""

    def room(self) -> int:
        """The bytes that can still be kept: on their way they lie on this machine's disk."""
        return shutil.disk_usage(gettempdir()).free


_BELOW = "files"
"""What the names of a site's files begin with in an object store."""


def _name(key: str) -> str:
    refuse_other(key)
    return f"{_BELOW}/{key}"


def refuse_other(key: str) -> None:
    """See that a key is one.

    Raises:
        UsageError: it leads elsewhere, or is no key at all.
    """
    if any(_is_no_name(name) for name in key.split("/")):
        raise UsageError(f"{file_names.short(key)!r} names no file of this site", "name one that is there")


def _is_no_name(name: str) -> bool:
    return (
        name in {"", ".", ".."}
        or any(c in "\\\0" or not c.isprintable() for c in name)
        or name.endswith(".part")
        or len(name.encode()) > LONGEST
    )


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What the system says of a file that cannot be written, in words for people."""
    try:
        yield
    except OSError as error:
        raise ToolError(
            f"{path} cannot be written: {error.strerror}", "look at the disk's free space and rights"
        ) from error


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _gone(key: str) -> NotFoundError:
    return NotFoundError(f"{file_names.short(key)} is not there any more", "look whether it was deleted")
