"""ZIP files of scans: the pages of the files inside, one after the other, as the pages of one file.

Nothing is ever written under a name that the ZIP states, so it does not matter what its names are: absolute,
with ``..``, twice the same, or links. A file inside that cannot be used becomes one page without bytes, so
that a person sees it and the others are read. How much may be inside is limited before it is unpacked.
"""

import lzma
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice, repeat
from pathlib import PurePosixPath
from typing import BinaryIO

from klausur.base import file_names, plain_words
from klausur.scan import formats
from klausur.scan.cut_short import BrokenError, size_of
from klausur.scan.formats import Format
from klausur.scan.limits import MEBIBYTE, Limits, way_out
from klausur.scan.model import SourceForm
from klausur.scan.raw_page import Leaf, Pages
from klausur.scan.tiff import too_many

_SMALL = 100 * MEBIBYTE
"""What may grow in unpacking as much as it likes: white pages pack very well."""

_ENCRYPTED = 0x1

_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What zipfile raises on what is damaged, or packed in a way that it does not know."""

_OFFICE = frozenset({"[Content_Types].xml", "mimetype"})
"""What only the ZIP files have that are documents of office programs."""

_UNPACK = "unpack it, and scan the files inside"


@dataclass(frozen=True, slots=True)
class ZipPages:
    """The pages of all files in a ZIP file, in its own order."""

    stream: BinaryIO
    limits: Limits
    inside: Callable[[BinaryIO, Limits], Pages]
    """Gives the pages of a file inside."""

    def count(self) -> int:
        """How many pages there are.

        Raises:
            BrokenError: it is damaged or encrypted, holds no scanned file or another ZIP, or is too large.
        """
        count = 0
        with self._opened() as archive:
            members = _members(archive)
            self._check(members)
            found = [_format(archive, member) for member in members]
            for member, one in zip(members, found, strict=True):
                if one is not None and one.opener == "zip":
                    raise BrokenError(f"the ZIP holds another one: {_shown(member)}", _UNPACK)
            if not any(found):
                raise BrokenError("the ZIP holds no scanned file", "name the scanned files")
            for member in members:
                count += sum(1 for _ in self._leaves(archive, member, self.limits.pages + 1))
                if count > self.limits.pages:
                    raise too_many("ZIP", self.limits)
        return count

    def read(self, start: int) -> Iterator[Leaf]:
        """The pages from ``start`` on."""
        at = 0
        with self._opened() as archive:
            for member in _members(archive):
                for leaf in self._leaves(archive, member, start - at):
                    at += 1
                    if leaf is not None:
                        yield leaf

    @contextmanager
    def _opened(self) -> Iterator[zipfile.ZipFile]:
        try:
            archive = zipfile.ZipFile(self.stream)
        except _DAMAGE as error:
            raise BrokenError(f"the ZIP is truncated or damaged: {plain_words.said(error)}") from error
        with archive:
            yield archive

    def _check(self, members: list[zipfile.ZipInfo]) -> None:
        """Raise BrokenError for what is refused as a whole, before anything is unpacked.

        What a file inside says of its size can be trusted: no more of it is ever unpacked.
        """
        if len(members) > self.limits.members:
            raise BrokenError(
                f"the ZIP has more than {self.limits.members} files in it",
                f"{_UNPACK}; or allow more: {way_out('members', 2 * len(members))}",
            )
        unpacked = sum(member.file_size for member in members)
        if unpacked > self.limits.unpacked * MEBIBYTE:
            raise BrokenError(
                f"the ZIP would unpack to {unpacked // MEBIBYTE} MiB",
                f"{_UNPACK}; or allow more: {way_out('unpacked', 1 + unpacked // MEBIBYTE)}",
            )
        times = unpacked // size_of(self.stream)
        if unpacked > _SMALL and times > self.limits.ratio:
            raise BrokenError(
                f"the ZIP would unpack to {times} times its size, as no scans do",
                f"if you trust it, allow more: {way_out('ratio', 1 + times)}",
            )
        if any(member.flag_bits & _ENCRYPTED for member in members):
            raise BrokenError("the ZIP is encrypted", _UNPACK)
        if any(member.filename in _OFFICE for member in members):
            raise BrokenError("the file is an office document", "save it as PDF")

    def _leaves(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, skip: int) -> Iterator[Leaf | None]:
        """The pages of a file inside, the first ``skip`` of them as None; one at least."""
        count, given = 1, 0
        fault = "it has changed"
        try:
            found = _format(archive, member)
            if found is not None and found.opener == "zip":  # where the file has changed since it was counted
                raise BrokenError("it is another ZIP", _UNPACK)
            if skip > 0 and found is not None and found.opener == "image":  # unpacked later, if at all
                yield None
                return
            with _unpacked(archive, member) as stream:
                pages = self.inside(stream, self.limits)
                count = pages.count()
                given = min(max(skip, 0), count)
                yield from repeat(None, given)
                for leaf in islice(pages.read(given), count - given):
                    given += 1
                    yield leaf
        except _DAMAGE as error:
            fault = plain_words.said(error)
        except MemoryError:
            fault = f"it takes more than {self.limits.memory} MiB of memory"
        lost = Leaf(SourceForm.IMAGE, b"", f"the file {_shown(member)} in the ZIP: {fault}")
        yield from (None if index < skip else lost for index in range(given, count))


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files inside: no folders, and not what file managers leave there."""
    return [
        member
        for member in archive.infolist()
        if not member.is_dir() and not file_names.is_junk(PurePosixPath(member.filename))
    ]


def _format(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Format | None:
    """The format of a file inside; None if it is damaged, too."""
    try:
        with archive.open(member) as packed:
            return formats.of(packed.read(formats.HEAD))
    except _DAMAGE:
        return None


@contextmanager
def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[BinaryIO]:
    """A file inside as a file of its own, which has no name and goes when it is closed."""
    with tempfile.TemporaryFile() as own, archive.open(member) as packed:
        shutil.copyfileobj(packed, own, MEBIBYTE)
        own.flush()
        yield own


def _is_junk(member: zipfile.ZipInfo) -> bool:
    return file_names.is_junk(PurePosixPath(member.filename))


def _shown(member: zipfile.ZipInfo) -> str:
    return file_names.short(member.filename)
