"""An exam folder that somebody uploads as a ZIP file: its files are put into a new folder, or none of them.

What comes is hostile: names that lead out, links, bombs. Records of an exam (``.klausur``) do not come this
way: `klausur.actions.restore` brings an archive with its seals.
"""

import shutil
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO

from klausur.base.errors import RefusedError

MOST_FILES = 2000
MOST_BYTES = 200 * 1024 * 1024
"""Of all files together, unpacked."""

_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError),  # ways to pack and to encrypt that are not known
)

LEFT_OUT = frozenset({".git", ".klausur", "__MACOSX", "__pycache__", "print", "preview", "rehearsal"})
"""Folders that are no part of an exam's source."""


def unpack(file: IO[bytes], folder: Path) -> int:
    """Put the exam in a ZIP file into a folder that is not there yet; how many files it has.

    Raises:
        RefusedError: it is no ZIP file, holds no exam or several, is too large, or leads out of its folder.
    """
    if folder.exists():
        raise RefusedError(f"{folder.name} is there already", "choose another name")
    try:
        with zipfile.ZipFile(file) as archive:
            members = _members(archive)
            _write(archive, members, folder)
    except _DAMAGED as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise RefusedError(
            f"this ZIP file cannot be used: {error}", "make it anew from the exam's folder"
        ) from error
    except RefusedError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return len(members)


def _members(archive: zipfile.ZipFile) -> dict[PurePosixPath, zipfile.ZipInfo]:
    """The files of the one exam in the archive, by their place in its folder."""
    files = {}
    for info in archive.infolist():
        name = PurePosixPath(info.filename.replace("\\", "/"))
        if info.is_dir():
            continue
        if name.is_absolute() or ".." in name.parts or (name.parts and ":" in name.parts[0]):
            raise RefusedError(f"{info.filename} leads out of the exam's folder", "make the ZIP file anew")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise RefusedError(f"{info.filename} is a link", "put a copy of the file in its place")
        files[name] = info
    roots = {name.parent for name in files if name.name == "exam.toml"}
    if len(roots) != 1:
        found = "no exam.toml" if not roots else f"{len(roots)} exams"
        raise RefusedError(f"this ZIP file holds {found}", "pack the folder of one exam")
    root = roots.pop()
    inside = {name.relative_to(root): info for name, info in files.items() if name.is_relative_to(root)}
    kept = {name: info for name, info in inside.items() if not LEFT_OUT & set(name.parts)}
    if len(kept) > MOST_FILES or sum(info.file_size for info in kept.values()) > MOST_BYTES:
        raise RefusedError(
            f"this exam is larger than {MOST_FILES} files or {MOST_BYTES // 1024 // 1024} MB",
            "leave out what its papers do not need, or add its folder at the server: klausur site add",
        )
    return kept


def _write(archive: zipfile.ZipFile, members: dict[PurePosixPath, zipfile.ZipInfo], folder: Path) -> None:
    """Each file no further than its announced size: what says to be small and is not ends here."""
    for name, info in members.items():
        path = folder.joinpath(*name.parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(info) as source, path.open("xb") as target:
            left = info.file_size
            while chunk := source.read(min(left + 1, 1 << 20)):
                left -= len(chunk)
                if left < 0:
                    raise RefusedError(f"{info.filename} is larger than it says", "make the ZIP file anew")
                target.write(chunk)
