"""Whether a scanned file is whole: the cheap checks that tell a truncated file from a good one.

Readers of PDF and images mend what they can, in silence: a PDF cut in half may open with the pages that are
left, and a JPEG cut in half decodes to a grey lower half. Both would lose answers, so a file must have its
end. What lies between start and end is not looked at here. TIFF states where its parts lie: see
`klausur.scan.tiff`.
"""

import mmap
import os
import re
from typing import BinaryIO

from klausur.scan import jpeg_parts

_START_OF_PDF = 1024  # bytes within which a PDF says that it is linear, and how long
_END_OF_PDF = 1024  # readers accept %%EOF anywhere in the last 1,024 bytes
_LINEAR = re.compile(rb"/Linearized\b.{0,200}?/L\s+(\d+)", re.DOTALL)
_PART_OF_PDF = re.compile(rb"\b\d+\s+\d+\s+obj\b|\bendobj\b|\bxref\b")
_PNG_END = b"IEND\xaeB`\x82"
_END_OF_CODES = b"\xff\xd9"  # of JPEG 2000
_NEAR_END = 64  # bytes that may follow the end of a JPEG 2000 image
_AGAIN = "scan again, or copy the file again"

NO_END_OF_JPEG = "the JPEG is truncated: its end is missing"


class BrokenError(ValueError):
    """A file that cannot be used. ``str(error)`` says why, ``hint`` what to do."""

    def __init__(self, message: str, hint: str = _AGAIN) -> None:
        super().__init__(message)
        self.hint = hint


def check_pdf(stream: BinaryIO) -> None:
    """Raise BrokenError unless the PDF ends as a PDF must, at the length that it states if it does."""
    stream.seek(0)
    stated = _LINEAR.search(stream.read(_START_OF_PDF))
    end = end_of_pdf(stream)
    if end is None or (stated and int(stated[1][:18]) > end):
        raise BrokenError("the PDF is truncated: its end is missing")


def end_of_pdf(stream: BinaryIO) -> int | None:
    """Where a PDF has ended; None if its end is missing.

    What follows, such as zeros that fill up a block, or a page of HTML, belongs to no PDF. Where it holds
    parts of one, such as a change that was cut off while it was written, the end is missing.
    """
    size = size_of(stream)
    with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        mark = data.rfind(b"%%EOF")
        if mark < 0 or data.rfind(b"startxref", max(0, mark - _END_OF_PDF)) < 0:
            return None
        if size - mark <= _END_OF_PDF:
            return size
        return None if _PART_OF_PDF.search(data, mark) else mark + len(b"%%EOF\n")


def check_jpeg(stream: BinaryIO) -> None:
    """Raise BrokenError unless the JPEG has image data; whether these have an end is seen at its pages."""
    with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if jpeg_parts.lines_start(data) is None:
            raise BrokenError(NO_END_OF_JPEG)


def check_png(stream: BinaryIO) -> None:
    """Raise BrokenError unless the PNG has its end chunk."""
    with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.rfind(_PNG_END) < 0:
            raise BrokenError("the PNG is truncated: its end is missing")


def check_jpeg2000(stream: BinaryIO) -> None:
    """Raise BrokenError unless the JPEG 2000 file ends with the end of its image."""
    stream.seek(max(0, size_of(stream) - _NEAR_END))
    if _END_OF_CODES not in stream.read(_NEAR_END):
        raise BrokenError("the JPEG 2000 file is truncated: its end is missing")


def check_webp(stream: BinaryIO) -> None:
    """Raise BrokenError unless the WebP file is as long as it says."""
    stream.seek(0)
    head = stream.read(8)
    if int.from_bytes(head[4:8], "little") + 8 > size_of(stream):
        raise BrokenError("the WebP file is truncated: its end is missing")


def check_heif(stream: BinaryIO) -> None:
    """Raise BrokenError unless the boxes that a HEIF file consists of are all there to their end."""
    size, at = size_of(stream), 0
    while at < size:
        stream.seek(at)
        head = stream.read(16)
        length = int.from_bytes(head[:4])
        if length == 1:  # the length itself follows, in 64 bits
            length = int.from_bytes(head[8:16])
        elif length == 0:  # to the end of the file
            return
        if length < 8 or at + length > size:
            raise BrokenError("the HEIC file is truncated or damaged")
        at += length


def size_of(stream: BinaryIO) -> int:
    """The length of an open file in bytes."""
    return stream.seek(0, os.SEEK_END)
