"""The formats of scanned files, in one table: how each is known, what takes its pages out, what decodes them.

The first bytes of a file say its format; its name says nothing. A new format is a row here, and a row in
docs/reference/scanning.md; if nothing that is here takes it apart or decodes it, also a class in
`klausur.scan.openers.OPENERS` or a function in `klausur.scan.decode.DECODERS`. Nothing that decodes is
imported here: the table is for whoever handles files, in whatever process. What every file may cost, whatever
its format, is `klausur.scan.limits`'s.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from klausur.scan import cut_short

HEAD = 1024
"""Bytes that tell the format of a file: PDF allows its header to stand anywhere in these."""


@dataclass(frozen=True, slots=True)
class Format:
    """A row of the table of formats.

    Attributes:
        name: for people.
        suffixes: how names of such files end: what a watched folder is expected to hold, whole or not.
        begins: whether a file that starts so has this format.
        opener: what takes its pages out, by its name in `klausur.scan.openers.OPENERS`.
        decoder: what decodes such an image, by its name in `klausur.scan.decode.DECODERS`; None for what is
            never decoded as it is, but taken apart.
        limits: what such a file is held to beside that which holds for each: see `klausur.scan.limits`.
        check: raises BrokenError for a file that is cut off, before it is taken apart; None where its opener
            finds out.
        pillow: the name that Pillow has for it, where Pillow decodes it: all of them or odd ones.
        shown: whether every program can show it.
    """

    name: str
    suffixes: tuple[str, ...]
    begins: Callable[[bytes], bool]
    opener: str
    decoder: str | None
    limits: tuple[str, ...] = ()
    check: Callable[[BinaryIO], None] | None = None
    pillow: str | None = None
    shown: bool = False


def _with(*starts: bytes) -> Callable[[bytes], bool]:
    """What begins with one of these."""
    return lambda head: head.startswith(starts)


_HEVC = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"})
"""Brands of HEIF with HEVC inside, as telephones photograph."""

FORMATS = (
    Format(
        "PDF",
        (".pdf",),
        lambda head: b"%PDF-" in head,
        opener="pdf",
        decoder=None,
        limits=("pages",),
        check=cut_short.check_pdf,
    ),
    Format(
        "JPEG",
        (".jpg", ".jpeg"),
        _with(b"\xff\xd8\xff"),
        opener="jpeg",
        decoder="jpeg",
        check=cut_short.check_jpeg,
        pillow="JPEG",
        shown=True,
    ),
    Format(
        "PNG",
        (".png",),
        _with(b"\x89PNG\r\n\x1a\n"),
        opener="image",
        decoder="png",
        check=cut_short.check_png,
        shown=True,
    ),
    Format(
        "TIFF",
        (".tif", ".tiff"),
        _with(b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"),
        opener="tiff",
        decoder="pillow",
        limits=("pages",),
        pillow="TIFF",
    ),
    Format(
        "JPEG 2000",
        (".jp2", ".j2k", ".jpx"),
        _with(b"\x00\x00\x00\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51"),
        opener="image",
        decoder="pillow",
        check=cut_short.check_jpeg2000,
        pillow="JPEG2000",
    ),
    Format(
        "HEIC",
        (".heic", ".heif"),
        lambda head: head[4:8] == b"ftyp" and head[8:12] in _HEVC,
        opener="image",
        decoder="heif",
        check=cut_short.check_heif,
    ),
    Format(
        "WebP",
        (".webp",),
        lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP",
        opener="image",
        decoder="pillow",
        check=cut_short.check_webp,
        pillow="WEBP",
    ),
    Format(
        "ZIP",
        (".zip",),
        _with(b"PK\x03\x04"),
        opener="zip",
        decoder=None,
        limits=("pages", "members", "unpacked", "ratio"),
    ),
)
"""The table of formats."""

UNKNOWN = "the file is no {} or {}, whatever its name says".format(
    ", ".join(one.name for one in FORMATS[:-1]), FORMATS[-1].name
)
CONVERT = "scan to PDF, or convert it to PDF"
"""What is said of a file that has no format of the table, and what to do."""

SUFFIXES = frozenset(suffix for one in FORMATS for suffix in one.suffixes)
"""How names of scanned files end: what is told of in a watched folder even where it is damaged."""


def of(head: bytes) -> Format | None:
    """The format of a file that starts so, or None; the first 1,024 bytes tell.

    The first row comes last: what a PDF starts with may be anything.
    """
    return next((one for one in reversed(FORMATS) if one.begins(head)), None)
