"""An open file to its pages: what takes files apart, by the names that the table of formats has for it.

A file of one image is one page, its bytes as they are. PDF, TIFF and ZIP files have modules of their own.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import BinaryIO

from klausur.scan import formats, portfolio
from klausur.scan.archive import ZipPages
from klausur.scan.cut_short import BrokenError
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


def _pdf(stream: BinaryIO, limits: Limits) -> Pages:
    return portfolio.pages(stream, limits, pages)


def _zip(stream: BinaryIO, limits: Limits) -> Pages:
    return ZipPages(stream, limits, pages)


Opener = Callable[[BinaryIO, Limits], Pages]

OPENERS: Mapping[str, Opener] = MappingProxyType(
    {"image": OneImage, "pdf": _pdf, "tiff": TiffPages, "zip": _zip}
)
"""What takes files apart, by the names that rows of the table have for it."""
