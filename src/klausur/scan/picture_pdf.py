"""A PDF of pictures that are PNG files, each a page as large as told. Each pixel is kept as it is."""

import io
import struct
from collections.abc import Iterable

import pikepdf

from klausur.base.geometry import Size

_MM = 72 / 25.4
_HEAD = 8


def picture_pdf(pictures: Iterable[bytes], size: Size, title: str) -> bytes:
    """The PDF. The same pictures give the same bytes.

    Args:
        pictures: PNG files of 8 bits, grey or RGB, not interlaced.
        size: of each page in mm.
        title: of the document.
    """
    document = pikepdf.Pdf.new()
    for picture in pictures:
        document.add_blank_page(page_size=(size.w * _MM, size.h * _MM))
        page = document.pages[-1]
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=_image(document, picture)))
        drawn = f"q {size.w * _MM:.4f} 0 0 {size.h * _MM:.4f} 0 0 cm /Im Do Q".encode()
        page.Contents = document.make_stream(drawn)
    document.docinfo.Title = title
    out = io.BytesIO()
    document.save(out, deterministic_id=True)
    return out.getvalue()


def _image(document: pikepdf.Pdf, picture: bytes) -> pikepdf.Object:
    """The picture of a PNG file: PDF packs rows as PNG does, so its bytes are taken over."""
    parts: list[bytes] = []
    width = height = colour = 0
    at = _HEAD
    while at < len(picture):
        (length,), kind = struct.unpack_from(">I", picture, at), picture[at + 4 : at + 8]
        if kind == b"IHDR":
            width, height, _, colour = struct.unpack_from(">IIBB", picture, at + 8)
        elif kind == b"IDAT":
            parts.append(picture[at + 8 : at + 8 + length])
        at += length + 12
    colours = 3 if colour == 2 else 1  # 2 is RGB, 0 grey
    return pikepdf.Stream(
        document,
        b"".join(parts),
        pikepdf.Dictionary(
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=width,
            Height=height,
            ColorSpace=pikepdf.Name.DeviceRGB if colours == 3 else pikepdf.Name.DeviceGray,
            BitsPerComponent=8,
            Filter=pikepdf.Name.FlateDecode,
            DecodeParms=pikepdf.Dictionary(Predictor=15, Colors=colours, BitsPerComponent=8, Columns=width),
        ),
    )
