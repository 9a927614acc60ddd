"""What kind a scanned file is, and what its pages are read with.

A file of one image is one page, its bytes as they
are. PDF, TIFF and ZIP files have modules of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from klausur.scan import whole
from klausur.scan.heads import HEAD, JPEG, JPEG2000, PNG, TIFF, is_known, is_one_page, is_webp
from klausur.scan.leaf import Leaf
from klausur.scan.limits import MEBIBYTE, Limits
from klausur.scan.model import SourceForm
from klausur.scan.pdf import PdfPages
from klausur.scan.tiff import TiffPages, too_large


class Pages(Protocol):
    """The pages of one kind of file."""

    def count(self) -> int:
        """How many there are; raises BrokenError for a file that cannot be used."""
        ...

    def read(self, start: int) -> Iterator[Leaf]:
        """The pages from ``start`` (from 0) on, cheaply wherever that is; those damaged have no bytes."""
        ...


def pages(stream: BinaryIO, limits: Limits) -> Pages:
    """The pages of a file that is no ZIP, by its first bytes.

    Raises:
        BrokenError: the file is of no kind that scanners write, or cut off.
    """
    stream.seek(0)
    head = stream.read(HEAD)
    if not is_known(head):
        raise whole.BrokenError(
            "the file is no PDF, JPEG, PNG, TIFF, JPEG 2000, HEIC, WebP or ZIP, whatever its name says",
            "scan to PDF, or convert it to PDF",
        )
    if head.startswith(TIFF):
        return TiffPages(stream, limits)
    if not is_one_page(head):
        whole.check_pdf(stream, head)
        return PdfPages(stream, limits)
    if head.startswith(JPEG):
        whole.check_jpeg(stream)
    elif head.startswith(PNG):
        whole.check_png(stream)
    elif head.startswith(JPEG2000):
        whole.check_jpeg2000(stream)
    elif is_webp(head):
        whole.check_webp(stream, head)
    else:
        whole.check_heif(stream)
    return OneImage(stream, limits)


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
