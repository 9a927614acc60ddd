"""The bytes of a PDF's streams, held to what their coding promises: nothing cut off, and nothing changed.

Programs that read PDF take what can be had of a damaged stream and go on without a word. Codings of images
are `klausur.scan.pdf_images`'s.
"""

import zlib

import pikepdf

_CHECKSUM = 4
"""Bytes that end zlib's form of deflate. Some writers leave them out, and no viewer minds."""

GENERAL = frozenset(
    {"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/ASCII85Decode", "/A85", "/ASCIIHexDecode", "/AHx"}
    | {"/RunLengthDecode", "/RL"}
)
"""Codings of bytes, whatever these mean."""


class PartError(ValueError):
    """A part of a page is missing or damaged; the message names it and says how."""


def whole(stream: pikepdf.Object | None, what: str) -> bytes:
    """The decoded bytes of a stream.

    Raises:
        PartError: it is not there, cut off, damaged, or coded as no program knows.
    """
    if not isinstance(stream, pikepdf.Stream):
        raise PartError(f"{what} is not in the file")
    names = filters(stream)
    if not set(names) <= GENERAL:
        raise PartError(f"{what} is damaged: it is coded as {' and '.join(name[1:] for name in names)}")
    if names and names[0] in {"/FlateDecode", "/Fl"}:
        _check_deflate(stream, what)
    try:
        return bytes(stream.read_bytes(pikepdf.StreamDecodeLevel.specialized))
    except (pikepdf.PdfError, pikepdf.DataDecodingError) as error:
        raise PartError(f"{what} is damaged: its data cannot be decoded") from error


def filters(stream: pikepdf.Object) -> list[str]:
    """The names of a stream's codings, the outermost first."""
    given = stream.get("/Filter", stream.get("/F"))
    if given is None:
        return []
    return [str(name) for name in given] if isinstance(given, pikepdf.Array) else [str(given)]


def _check_deflate(stream: pikepdf.Object, what: str) -> None:
    """Raise PartError unless the deflated data has its end and its checksum is right, if it has one.

    qpdf gives out what it has got until then.
    """
    data = stream.read_raw_bytes()
    unpack = zlib.decompressobj(-zlib.MAX_WBITS)
    sum_, rest = 1, data[2:]
    try:
        while rest and not unpack.eof:
            sum_ = zlib.adler32(unpack.decompress(rest, 1 << 20), sum_)
            rest = unpack.unconsumed_tail
    except zlib.error as error:
        raise PartError(f"{what} is damaged: its data cannot be decoded") from error
    if not unpack.eof:
        raise PartError(f"{what} is cut off: its data has no end")
    stated = unpack.unused_data[:_CHECKSUM]
    if len(stated) == _CHECKSUM and int.from_bytes(stated) != sum_:
        raise PartError(f"{what} is damaged: its checksum is wrong")
