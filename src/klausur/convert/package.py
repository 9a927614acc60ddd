"""Packages of other systems: ZIP files with a manifest, read without being unpacked."""

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath

from klausur.base.errors import KlausurError
from klausur.convert.source import Source

_HIDDEN = re.compile(r"(?:^|/)(?:__MACOSX|\.[^/]*)(?:/|$)")
_MOST_FILES = 20_000
_MOST = 500_000_000
"""Bytes of all files in a package together, and of each."""


def is_zip(source: Source) -> bool:
    """Whether a file is a package."""
    return source.data.startswith(b"PK\x03\x04")


def files(source: Source) -> dict[str, bytes]:
    """The files in a package, by their path.

    Raises:
        KlausurError: it cannot be read, is encrypted, or holds more than anybody's questions.
    """
    found: dict[str, bytes] = {}
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as package:
            members = [
                info for info in package.infolist() if not info.is_dir() and not _HIDDEN.search(info.filename)
            ]
            total = sum(info.file_size for info in members)
            if len(members) > _MOST_FILES or total > _MOST:
                raise KlausurError(
                    f"{source.name} would be {total // 1_000_000} MB unpacked", "export it in parts"
                )
            for info in members:
                found[str(PurePosixPath(info.filename))] = package.read(info)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise KlausurError(f"{source.name} cannot be unpacked: {error}", "export it once more") from None
    return found


def inside(source: Source) -> dict[str, bytes]:
    """The files in a package, or the file itself under its name."""
    return files(source) if is_zip(source) else {source.name: source.data}


def holds(source: Source, pattern: bytes) -> bool:
    """Whether a file, or one in a package, has words at its beginning."""
    try:
        return any(re.search(pattern, data[:20_000]) is not None for data in inside(source).values())
    except KlausurError:
        return False


def pictures(there: Mapping[str, bytes], folder: str) -> dict[str, bytes]:
    """The files of a package by every name that a text in one of its folders may call them."""
    found = {}
    for name, data in there.items():
        found[name] = data
        if folder and name.startswith(f"{folder}/"):
            found[name.removeprefix(f"{folder}/")] = data
    return found


def resolved(folder: str, href: str) -> str:
    """A path in a package, as a file in one of its folders writes it."""
    parts: list[str] = []
    for part in [*PurePosixPath(folder).parts, *PurePosixPath(href).parts]:
        if part == "..":
            del parts[-1:]
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
