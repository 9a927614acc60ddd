"""An open file to its pages: what takes files apart, by the names that the table of formats has for it.

A file of one image is one page, its bytes as they are. PDF, TIFF and ZIP files have modules of their own.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import BinaryIO

from klausur.scan import cut_short, formats, jpeg_parts, portfolio
from klausur.scan.archive import ZipPages
from klausur.scan.cut_short import NO_END_OF_JPEG, BrokenError
from klausur.scan.formats import HEAD
from klausur.scan.limits import MEBIBYTE, Limits
from klausur.scan.model import SourceForm
from klausur.scan.raw_page import Leaf, Pages
from klausur.scan.tiff import TiffPages, too_large


def pages(stream: BinaryIO, limits: Limits) -> Pages:
    """The pages of a file, by its first bytes.

    Raises:
        BrokenError: the file is of no format that scanners write, or cut off.
    """
    stream.seek(0)
    found = formats.of(stream.read(HEAD))
    if found is None:
        raise BrokenError(formats.UNKNOWN, formats.CONVERT)
    if found.check is not None:
        found.check(stream)
    return OPENERS[found.opener](stream, limits)


@dataclass(frozen=True, slots=True)
class OneImage:
    """A file of one image: one page, its bytes as they are."""

    stream: BinaryIO
    limits: Limits

    def count(self) -> int:
        """One page."""
        return 1

    def read(self, start: int) -> Iterator[Leaf]:
        """The page."""
        if start == 0:
            most = self.limits.page_size * MEBIBYTE
            self.stream.seek(0)
            data = self.stream.read(most + 1)
            if len(data) > most:
                yield Leaf(SourceForm.IMAGE, b"", str(too_large(self.limits)))
            else:
                yield Leaf(SourceForm.IMAGE, data)


@dataclass(frozen=True, slots=True)
class JpegPages:
    """A JPEG file: its picture, and those behind it that are as large as pages."""

    stream: BinaryIO
    limits: Limits

    def count(self) -> int:
        """How many pictures there are that may be pages.

        Raises:
            BrokenError: the last one has no end, and is not whole without it.
        """
        data = next(iter(OneImage(self.stream, self.limits).read(0))).data
        found = jpeg_parts.pictures(data)
        if data and jpeg_parts.end(found[-1]) is None and not _is_whole(found[-1]):
            raise BrokenError(NO_END_OF_JPEG)
        return len(found)

    def read(self, start: int) -> Iterator[Leaf]:
        """The pictures from ``start`` on."""
        for leaf in OneImage(self.stream, self.limits).read(0):
            pictures = jpeg_parts.pictures(leaf.data)
            if len(pictures) == 1:
                yield from (leaf,)[start:]  # the file as it is, with what telephones write behind the picture
                return
            yield from (Leaf(leaf.form, picture) for picture in pictures[start:])


def _is_whole(data: bytes) -> bool:
    """Whether a JPEG has all of its lines."""
    from klausur.scan.decoders import jpeg  # noqa: PLC0415 - the decoders take 0.2 s, and few files need them
    from klausur.scan.pixels import DecodeError  # noqa: PLC0415 - the same

    try:
        jpeg.decode(data, "JPEG")
    except DecodeError:
        return False
    return True


def _pdf(stream: BinaryIO, limits: Limits) -> Pages:
    end = cut_short.end_of_pdf(stream)
    if end is None or end == cut_short.size_of(stream):
        return portfolio.pages(stream, limits, pages)
    whole = tempfile.TemporaryFile()  # noqa: SIM115 - it is open as long as its pages are read, and goes then
    stream.seek(0)
    shutil.copyfileobj(stream, whole, MEBIBYTE)
    whole.truncate(end)
    whole.flush()
    return portfolio.pages(whole, limits, pages)


def _zip(stream: BinaryIO, limits: Limits) -> Pages:
    return ZipPages(stream, limits, pages)


Opener = Callable[[BinaryIO, Limits], Pages]

OPENERS: Mapping[str, Opener] = MappingProxyType(
    {"image": OneImage, "pdf": _pdf, "jpeg": JpegPages, "tiff": TiffPages, "zip": _zip}
)
"""What takes files apart, by the names that rows of the table have for it."""
