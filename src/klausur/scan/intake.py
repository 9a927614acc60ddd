"""Scanned files to a stream of PageImages: what a file is, whether it is whole, and its pages one by one.

The first bytes say what a file is, its name says nothing. A file that cannot be used is a Diagnostic; a
damaged page in a usable file is a PageImage without data, so that a person sees it and the rest goes on.
No page is decoded here, and none is kept: the memory taken does not grow with the number of pages.
How PDF pages are taken apart stands in `klausur.scan.pdf`; pixels are made in `klausur.scan.decode`.
"""

import hashlib
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from PIL import Image

from klausur.base.diagnostics import Diagnostic, Place
from klausur.scan import pdf, whole
from klausur.scan.model import PageImage, SourceForm

_HEAD = 1024  # PDF allows its header to stand anywhere in the first 1,024 bytes
_TIFF = (b"II*\x00", b"MM\x00*")
_TIFF_DAMAGE = (OSError, ValueError, EOFError, SyntaxError, KeyError, Image.DecompressionBombError)


class Pages(Protocol):
    """The pages of one kind of file, each as its form and its bytes (empty if damaged)."""

    @property
    def count(self) -> int:
        """How many there are."""
        ...

    def read(self, start: int) -> Iterator[tuple[SourceForm, bytes]]:
        """The pages from ``start`` (from 0) on, cheaply wherever that is."""
        ...


@dataclass(slots=True)
class Scan:
    """A scanned file that can be read: a context manager, and a stream of pages.

    ``file`` is the SHA-256 of its bytes in hexadecimal, ``count`` the number of pages.
    """

    file: str
    count: int
    _pages: Pages
    _streams: list[Iterator[PageImage]] = field(default_factory=list)

    def pages(self, start: int = 0) -> Iterator[PageImage]:
        """The PageImages from index ``start`` on, in the order of the file."""
        stream = self._stream(start)
        self._streams.append(stream)
        return stream

    def _stream(self, start: int) -> Iterator[PageImage]:
        index = start
        try:
            for form, data in self._pages.read(start):
                yield PageImage(self.file, index, form, data)
                index += 1
        except OSError:  # the file went away, or its disk, while it was read: the rest goes to a person
            for lost in range(index, self.count):
                yield PageImage(self.file, lost, SourceForm.IMAGE, b"")

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


def open_scan(path: Path) -> Scan | Diagnostic:
    """Open a scanned PDF, JPEG, PNG or TIFF file; what cannot be read gives one Diagnostic, never an error.

    The file is read once from end to end for its SHA-256, in pieces.
    """
    try:
        if path.is_dir():
            return _unreadable(path, "this is a folder", "name the scanned files in it")
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
            if not head:
                return _unreadable(path, "the file is empty", "scan again, or copy the file again")
            stream.seek(0)
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        pages = _pages(path, head)
    except FileNotFoundError:
        return _unreadable(path, "there is no such file", "check the name")
    except OSError as error:
        return _unreadable(path, f"the file cannot be opened: {error.strerror or error}", "check its rights")
    except whole.BrokenError as error:
        return _unreadable(path, str(error), error.hint)
    return Scan(digest, pages.count, pages)


def _pages(path: Path, head: bytes) -> Pages:
    """The pages of a file by its first bytes; raises BrokenError for a file that cannot be used."""
    if b"%PDF-" in head:
        whole.check_pdf(path, head)
        return pdf.PdfPages(path)
    if head.startswith(b"\xff\xd8\xff"):
        whole.check_jpeg(path)
        return _OneImage(path)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        whole.check_png(path)
        return _OneImage(path)
    if head.startswith(_TIFF):
        return _TiffPages(path)
    raise whole.BrokenError(
        "the file is no PDF, JPEG, PNG or TIFF, whatever its name says", "scan to PDF, or convert it to PDF"
    )


def _unreadable(path: Path, message: str, hint: str) -> Diagnostic:
    return Diagnostic("scan-unreadable", message, Place(str(path)), hint)


@dataclass(frozen=True, slots=True)
class _OneImage:
    """A JPEG or PNG file: one page, its bytes as they are."""

    path: Path
    count: int = 1

    def read(self, start: int) -> Iterator[tuple[SourceForm, bytes]]:
        if start == 0:
            yield SourceForm.IMAGE, self.path.read_bytes()


class _TiffPages:
    """A TIFF file, often two-level fax coding that only Pillow reads: each page again as PNG, losslessly."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with warnings.catch_warnings(action="ignore"), Image.open(path) as image:
                self.count: int = getattr(image, "n_frames", 1)
                image.load()
        except _TIFF_DAMAGE as error:
            raise whole.BrokenError(
                f"the TIFF file is damaged: {error}", "scan again, or copy the file again"
            ) from error

    def read(self, start: int) -> Iterator[tuple[SourceForm, bytes]]:
        with Image.open(self.path) as image:
            for index in range(start, self.count):
                png = io.BytesIO()
                try:
                    image.seek(index)
                    image.save(png, "PNG", compress_level=1)
                except _TIFF_DAMAGE:
                    png = io.BytesIO()
                yield SourceForm.IMAGE, png.getvalue()
