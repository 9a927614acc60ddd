"""The file of an archived exam: a ZIP, one member of which says what all others are; how it is read safely.

    klausur-archive.json     format, who made it when, the newest event, and each file's size and SHA-256
    exam/...                 the exam's folder
    exam/.klausur/...        records (always a SQLite file), key, scans, images that wait

An archive may come from anybody: nothing in it is believed before it is looked at.
"""

import hashlib
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import IO

import msgspec

from klausur.base.errors import KlausurError
from klausur.state.head import Head
from klausur.store.folder import NAME

MANIFEST = "klausur-archive.json"
FOLDER = "exam/"
FORMAT = "klausur-archive/1"
DATABASE = f"{NAME}/db.sqlite3"
KEPT = ("key", "scans", "unplaced", "printing")
"""What is packed out of the records' folder, beside the rows."""

BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, NotImplementedError)
"""What the standard library raises for a damaged ZIP."""

PIECE = 1 << 20
_MANIFEST_BYTES = 64 << 20
_RATIO = 1100
"""Deflate makes nothing smaller than by 1 to 1,032."""


class Packed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file: its path in the exam's folder, with slashes, its bytes, and their SHA-256."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What an archive says of itself. ``head`` is the newest event of its records, None if there is none."""

    format: str
    exam: str
    made: str
    who: str
    software: str
    head: Head | None
    files: tuple[Packed, ...]


def refused(what: str, why: str) -> KlausurError:
    """What a person is told of an archive that is not as it should be."""
    return KlausurError(f"{what}: {why}", "take another copy of the archive, and restore that one")


def is_packed(path: PurePosixPath) -> bool:
    """Whether a file of an exam's folder is packed: none that is hidden, of the records what is kept."""
    first, *rest = path.parts
    if first == NAME:
        return str(path) == DATABASE or (
            bool(rest) and rest[0] in KEPT and not any(part.startswith(".") for part in rest)
        )
    return not any(part.startswith(".") for part in path.parts)


def opened_manifest(archive: zipfile.ZipFile, size: int) -> Manifest:
    """The manifest, after all that can be told without reading the files was looked at.

    Args:
        archive: the open file.
        size: its bytes.

    Raises:
        KlausurError: it is no archive of an exam, or one that does not agree with itself.
    """
    shown = archive.filename or "the archive"
    members = {info.filename: info for info in archive.infolist()}
    if MANIFEST not in members or members[MANIFEST].file_size > _MANIFEST_BYTES:
        raise refused(shown, "it is no archive of an exam")
    _refuse_members(shown, archive.infolist(), size)
    text = b"".join(_pieces(archive, members[MANIFEST]))
    try:
        found = msgspec.json.decode(text, type=Manifest)
    except msgspec.MsgspecError as error:
        raise refused(shown, f"what it says of itself cannot be read: {error}") from error
    if found.format != FORMAT:
        raise KlausurError(
            f"{shown} has the format {found.format}, and this Klausur knows {FORMAT}",
            "upgrade Klausur: pip install --upgrade klausur",
        )
    said = {FOLDER + each.name: each.size for each in found.files}
    there = {name: info.file_size for name, info in members.items() if name != MANIFEST}
    if said != there or len(said) != len(found.files):
        odd = min(set(said.items()) ^ set(there.items()), default=("a file twice", 0))[0]
        raise refused(shown, f"its list of files is not what it holds: {odd}")
    names = [each.name for each in found.files]
    odd_name = why_not(names)
    if odd_name:
        raise refused(shown, odd_name)
    if DATABASE not in names:
        raise refused(shown, "it holds no records")
    return found


def why_not(names: Iterable[str]) -> str:
    """Why files of these names are not packed or unpacked; empty if all is well.

    A name must stay in the exam's folder, be possible on every system, and not be the same as another one
    where small and capital letters, or ways to compose a letter, are not told apart.
    """
    known: set[str] = set()
    for name in names:
        parts = name.split("/")
        odd = {"", ".", ".."} & set(parts) or set(name) & set('\\:*?"<>|') or not name.isprintable()
        if odd or any(part.endswith((" ", ".")) for part in parts) or not is_packed(PurePosixPath(name)):
            return f"{name!r} is no name that a file of an exam may have on every system"
        same = unicodedata.normalize("NFC", name).casefold()
        if same in known:
            return f"{name!r} is there twice, if small and capital letters are not told apart"
        known.add(same)
    return ""


def pieces(archive: zipfile.ZipFile, file: Packed) -> Iterator[bytes]:
    """The bytes of a file, never more than its size; its digest is compared at the end.

    Raises:
        KlausurError: it is damaged, or another file than the one that was packed.
    """
    digest = hashlib.sha256()
    for piece in _pieces(archive, archive.getinfo(FOLDER + file.name)):
        digest.update(piece)
        yield piece
    if digest.hexdigest() != file.sha256:
        raise refused(archive.filename or "the archive", f"{file.name} is not what was packed")


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    left = info.file_size
    try:
        with archive.open(info) as member:
            while piece := _read(member, left):
                left -= len(piece)
                yield piece
            more = member.read(1)
    except BROKEN as error:
        raise refused(archive.filename or "the archive", f"{info.filename} is damaged: {error}") from error
    if left or more:
        raise refused(archive.filename or "the archive", f"{info.filename} has another size than it says")


def _read(member: IO[bytes], left: int) -> bytes:
    return member.read(min(PIECE, left)) if left else b""


def _refuse_members(shown: str, members: list[zipfile.ZipInfo], size: int) -> None:
    names = {info.filename for info in members}
    if len(names) < len(members):
        raise refused(shown, "it holds a file twice")
    packed = sum(info.compress_size for info in members)
    if packed > size or sum(info.file_size for info in members) > size * _RATIO:
        raise refused(shown, "it says of more bytes than it can hold")
    for info in members:
        mode = info.external_attr >> 16
        if info.is_dir() or (mode and stat.S_IFMT(mode) not in {0, stat.S_IFREG}):
            raise refused(shown, f"{info.filename} is no plain file")
        if info.flag_bits & 0x1 or info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise refused(shown, f"{info.filename} is packed in a way that no archive of an exam is")
