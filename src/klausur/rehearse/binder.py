"""Scanned files: images bound into a PDF as scanners write it."""

import io
from collections.abc import Iterable

import pikepdf
import simplejpeg


def bind(images: Iterable[bytes], dpi: int) -> bytes:
    """The bytes of a PDF whose pages are one JPEG each, shown at its size; nothing else is in it.

    Args:
        images: JPEG files, grey or RGB.
        dpi: their resolution.
    """
    with pikepdf.new() as pdf:
        for image in images:
            height, width, space, _ = simplejpeg.decode_jpeg_header(image)
            picture = pikepdf.Stream(
                pdf,
                image,
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Image,
                Width=width,
                Height=height,
                ColorSpace=pikepdf.Name.DeviceGray if space.upper() == "GRAY" else pikepdf.Name.DeviceRGB,
                BitsPerComponent=8,
                Filter=pikepdf.Name.DCTDecode,
            )
            size = (width * 72 / dpi, height * 72 / dpi)
            page = pdf.add_blank_page(page_size=size)
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
            page.Contents = pikepdf.Stream(pdf, b"q %.4f 0 0 %.4f 0 0 cm /Im0 Do Q" % size)
        data = io.BytesIO()
        pdf.save(data, deterministic_id=True)
    return data.getvalue()
