"""A PageImage's bytes to Pixels: by the decoder that the row of its format names, or rendered.

Orientation hints (EXIF) are ignored, except by HEIC: the fiducials say which way is up. Nothing is decoded
before its dimensions are known to be sane, and no more is kept of it than can matter (`klausur.scan.pixels`).
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from klausur.base.guard import refuse_if_locked
from klausur.scan import formats, limits
from klausur.scan.decoders import heif, jpeg, pdf_page, pillow, png
from klausur.scan.formats import FORMATS, HEAD, Format
from klausur.scan.model import PageImage, Pixels, SourceForm
from klausur.scan.pixels import DecodeError, reduced

__all__ = ["DECODERS", "DecodeError", "decode"]


def decode(image: PageImage) -> Pixels:
    """The pixels of a PageImage: grey (h, w) or RGB (h, w, 3), as scanned.

    Raises:
        DecodeError: there are no bytes, they are damaged, or the image is too large or too small.
    """
    refuse_if_locked("decoding an image")
    if not image.data:
        raise DecodeError(image.fault or "the page is damaged in its file")
    try:
        if image.form is SourceForm.PDF_PAGE:
            return pdf_page.decode(image.data)
        return reduced(_image(image.data))
    except MemoryError as error:
        memory = limits.here().memory
        raise DecodeError(f"the page takes more than {memory} MiB of memory") from error


def _image(data: bytes) -> Pixels:
    found = formats.of(data[:HEAD])
    if found is None or found.decoder is None:
        raise DecodeError("the image is damaged: it is of no known format")
    return DECODERS[found.decoder](data, found.pillow)


Decoder = Callable[[bytes, str | None], Pixels]
"""Decodes a format's bytes; told which name Pillow has for it, if it has one."""


def bound(rows: Iterable[Format], decoders: Mapping[str, Decoder]) -> Mapping[str, Decoder]:
    """The decoders, if they are those that rows of the table name.

    Raises:
        LookupError: a row names one that is not there, or no row names one of them.
    """
    astray = {row.decoder for row in rows if row.decoder is not None} ^ decoders.keys()
    if astray:
        raise LookupError(f"the table of formats and the decoders differ about {', '.join(sorted(astray))}")
    return decoders


DECODERS = bound(
    FORMATS,
    MappingProxyType({"jpeg": jpeg.decode, "png": png.decode, "heif": heif.decode, "pillow": pillow.decode}),
)
"""All decoders of images, by the names that rows of the table have for them."""
