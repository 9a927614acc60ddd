"""Scanned files to a stream of PageImages: what a file is, whether it is whole, and its pages one by one.

A file that cannot be used is a Diagnostic; a damaged page in a usable file is a PageImage without data, so
that a person sees it and the rest goes on. Files are hashed here and taken apart in a process of its own
(`klausur.scan.unpack_client`), which hostile ones may end. No page is decoded here, and none is kept: the
memory taken does not grow with the number of pages. Pixels are made in `klausur.scan.decode`.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from types import TracebackType
from typing import Self

from klausur.base import file_names
from klausur.base.diagnostics import Diagnostic, Place
from klausur.base.guard import refuse_if_locked
from klausur.scan import formats, limits
from klausur.scan.cut_short import BrokenError
from klausur.scan.messages import Batch, Broken, Count, Counted, Read, Release, Show, Shown
from klausur.scan.model import PageImage, SourceForm
from klausur.scan.raw_page import Leaf
from klausur.scan.unpack_client import UnpackerEndedError, ask

_BATCH = 32
_BATCH_SIZE = 4 << 20
"""Pages, and bytes of them, that are fetched at once."""

_PIECE = 1 << 20

_NO_WAITING = getattr(os, "O_NONBLOCK", 0)
"""Has a pipe open without a writer (not on Windows, which has none among its files)."""
_BINARY = getattr(os, "O_BINARY", 0)

_ENDS = 20
"""Pages of one file that may end the process that takes it apart, before no more is tried."""


@dataclass(slots=True)
class Scan:
    """A scanned file that can be read: a context manager, and a stream of pages.

    ``file`` is the SHA-256 of its bytes in hexadecimal, ``count`` the number of pages.
    """

    file: str
    count: int
    _path: Path
    _streams: list[Iterator[PageImage]] = field(default_factory=list)

    def pages(self, start: int = 0, at_once: int = _BATCH) -> Iterator[PageImage]:
        """The PageImages from index ``start`` on, in the order of the file; so many are fetched at first."""
        stream = self._stream(start, at_once)
        self._streams.append(stream)
        return stream

    def _stream(self, start: int, at_once: int) -> Iterator[PageImage]:
        leaves = _Leaves(self._path, self.count, at_once)
        for index in range(start, self.count):
            leaf = leaves.at(index)
            yield PageImage(self.file, index, leaf.form, leaf.data, leaf.fault, leaf.size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the file, also where pages are left unread."""
        while self._streams:
            stream = self._streams.pop()
            if hasattr(stream, "close"):
                stream.close()
        if kind is None:
            _let_go()


class _Leaves:
    """The pages of a file, fetched in batches; those that cannot be had as pages without bytes."""

    def __init__(self, path: Path, count: int, at_once: int) -> None:
        self.path = os.fsencode(path.absolute())
        self.count = count
        self.limits = limits.here()
        self._fetched: Iterator[Leaf] = iter(())
        self._most = at_once
        self._ends = 0
        self._seconds = 0.0
        self._lost = ""

    def at(self, index: int) -> Leaf:
        """The page at an index; each call asks for the one after the last."""
        leaf = next(self._fetched, None)
        if leaf is None and not self._lost:
            self._fetched = iter(self._fetch(index))
            leaf = next(self._fetched, None)
        return leaf or Leaf(SourceForm.IMAGE, b"", self._lost or "the file ends before this page")

    def _fetch(self, index: int) -> tuple[Leaf, ...]:
        """The next pages. Where they end the process, they are asked for again one by one."""
        if self._seconds > self.limits.file_seconds:
            self._lost = f"not tried: the pages before it took {self.limits.file_seconds} s"
            return ()
        try:
            reply, data = ask(Read(self.path, index, self._most, _BATCH_SIZE), self.limits.seconds)
        except UnpackerEndedError as error:
            if self._most > 1:
                self._most = 1
                return self._fetch(index)
            self._ends += 1
            if self._ends == _ENDS:
                self._lost = f"not tried: {_ENDS} pages before it ended the process that takes them out"
            return (Leaf(SourceForm.IMAGE, b"", f"the page cannot be taken out of its file: {error}"),)
        self._most = min(2 * self._most, _BATCH)
        if isinstance(reply, Batch):
            self._seconds += reply.seconds
            told = zip(reply.leaves, data, strict=True)
            return tuple(Leaf(form, found, fault, size) for (form, fault, size), found in told)
        # The file went away, or its disk, while it was read: the rest goes to a person.
        self._lost = reply.why if isinstance(reply, Broken) else "the file was not read"
        return ()


def open_scan(path: Path, file: str = "") -> Scan | Diagnostic:
    """Open a scanned file; what cannot be read gives one Diagnostic, never an error.

    Which kinds of file are read, and what one may cost, stands in docs/reference/scanning.md.

    Args:
        path: where it lies.
        file: its SHA-256, where that is known; otherwise it is read once from end to end for it, in pieces.
    """
    try:
        return Scan(file or digest(path), _count(path), path)
    except BrokenError as error:
        return unreadable(path, error)


def unreadable(path: Path, why: BrokenError) -> Diagnostic:
    """What is told of a file that cannot be used."""
    return Diagnostic("scan-unreadable", str(why), Place(file_names.shown(path)), why.hint)


def digest(path: Path) -> str:
    """The SHA-256 of a file; raises BrokenError as `pieces`."""
    found = hashlib.sha256()
    for piece in pieces(path):
        found.update(piece)
    return found.hexdigest()


def pieces(path: Path) -> Iterator[memoryview]:
    """The bytes of a file, at least one; each piece is gone when the next one is asked for.

    Raises:
        BrokenError: it cannot be read, has no bytes, or somebody wrote to it meanwhile.
    """
    refuse_if_locked("reading a scanned file")
    try:
        with _plain_file(path) as stream:
            before = os.fstat(stream.fileno())
            empty = True
            room = memoryview(bytearray(_PIECE))  # the same for all: new memory costs more than reading
            while length := stream.readinto(room):
                empty = False
                yield room[:length]
            after = os.fstat(stream.fileno())
    except OSError as error:
        raise _unopened(error) from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise BrokenError("the file changed while it was read", "scan it again when it is complete")
    if empty:
        raise BrokenError("the file is empty")


@contextmanager
def _plain_file(path: Path) -> Iterator[BufferedReader]:
    """A file, opened so that nothing is waited for: a pipe would wait for its other end.

    Raises:
        BrokenError: it is a folder, a pipe or a device.
        OSError: it cannot be opened.
    """
    if path.is_dir():
        raise BrokenError("this is a folder", "name the scanned files in it")
    with os.fdopen(os.open(path, os.O_RDONLY | _BINARY | _NO_WAITING), "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise BrokenError("this is a pipe or a device, and no file", "save what it gives as a file")
        yield stream


def check_form(path: Path) -> None:
    """Raise BrokenError for a file whose first bytes no format has, before it is copied."""
    try:
        with _plain_file(path) as stream:
            head = stream.read(formats.HEAD)
    except OSError as error:
        raise _unopened(error) from error
    if head and formats.of(head) is None:
        raise BrokenError(formats.UNKNOWN, formats.CONVERT)


def _unopened(error: OSError) -> BrokenError:
    """Why a file cannot be opened."""
    if isinstance(error, FileNotFoundError):
        return BrokenError("there is no such file", "check the name")
    return BrokenError(f"the file cannot be opened: {error.strerror or error}", "check its rights")


def picture(image: PageImage) -> bytes:
    """A picture of a page that every program can show: JPEG or PNG; empty if it cannot be decoded.

    A page of which every program can show the format is its own picture. Others are decoded, apart from this
    process, which they cannot harm.
    """
    found = formats.of(image.data[: formats.HEAD]) if image.form is SourceForm.IMAGE else None
    if found is not None and found.shown:
        return image.data
    try:
        reply, data = ask(Show(image.form), limits.here().seconds, image.data)
    except UnpackerEndedError:
        return b""
    return data[0] if isinstance(reply, Shown) else b""


def _count(path: Path) -> int:
    """The number of a file's pages; raises BrokenError if it cannot be used."""
    try:
        reply, _ = ask(Count(os.fsencode(path.absolute())), limits.here().file_seconds)
    except UnpackerEndedError as error:
        why = f"the file cannot be taken apart: {error}"
        raise BrokenError(why, "convert it to PDF, or scan again") from error
    if isinstance(reply, Broken):
        raise BrokenError(reply.why, reply.hint)
    if not isinstance(reply, Counted):
        raise TypeError(f"asked for a number of pages, told {type(reply).__name__}")
    return reply.pages


def _let_go() -> None:
    """Have no file open any more."""
    try:
        ask(Release(), 0)
    except UnpackerEndedError:
        return
