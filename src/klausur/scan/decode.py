"""A PageImage's bytes to Pixels: a JPEG, PNG or rendered PDF page; other forms in `klausur.scan.decode_rare`.

Orientation hints (EXIF) are ignored, except by HEIC: the fiducials say which way is up. Nothing is decoded
before its dimensions are known to be sane, and no more is kept of it than can matter (`enough`).
"""

import re
import zlib

import cv2
import numpy as np
import pypdfium2
import simplejpeg

from klausur.base.guard import refuse_if_locked
from klausur.scan import decode_rare, heads, limits
from klausur.scan.model import PageImage, Pixels, SourceForm
from klausur.scan.pixels import DecodeError, check_size, enough, on_white, reduced

__all__ = ["RENDER_DPI", "DecodeError", "decode"]

RENDER_DPI = 300
_RENDERED_SIDE = (2400, 4500)
"""Least and most pixels along the longer side of a rendered page: some scanners write pages whose stated size
is not that of the paper."""

_LONGEST = 20  # times as long as wide: more is no page, and rendered it would be a line


_ADOBE = b"\xff\xee\x00\x0eAdobe"

_EXTRANEOUS = re.compile(r"(\d+) extraneous bytes before marker")
_PADDING = 16
"""Bytes too many that a writer of JPEG may leave; after damage there are more."""


def decode(image: PageImage) -> Pixels:
    """The pixels of a PageImage: grey (h, w) or RGB (h, w, 3), as scanned.

    Raises:
        DecodeError: there are no bytes, they are damaged, or the image is too large or too small.
    """
    refuse_if_locked("decoding an image")
    data = image.data
    if not data:
        raise DecodeError(image.fault or "the page is damaged in its file")
    try:
        if image.form is SourceForm.PDF_PAGE:
            return _render(data)
        if data.startswith(b"\xff\xd8"):
            return _jpeg(data)
        if data.startswith(heads.PNG):
            return _png(data)
        return decode_rare.decode(data)
    except MemoryError as error:
        memory = limits.here().memory
        raise DecodeError(f"the page takes more than {memory} MiB of memory") from error


def _jpeg(data: bytes) -> Pixels:
    try:
        height, width, space, _ = simplejpeg.decode_jpeg_header(data)
    except ValueError:
        return decode_rare.decode(data)
    check_size(width, height)
    wanted = {"Gray": "GRAY", "CMYK": "CMYK", "YCCK": "CMYK"}.get(space, "RGB")
    times = enough(width, height)
    try:
        pixels: Pixels = simplejpeg.decode_jpeg(
            data,
            wanted,
            min_height=-(-height // times) if times > 1 else 0,
            min_width=-(-width // times) if times > 1 else 0,
            min_factor=times,
        )
    except ValueError as error:
        if _is_damage(str(error)):
            raise DecodeError(f"the JPEG is damaged: {error}") from error
        return decode_rare.decode(data)  # odd, but perhaps whole
    if wanted == "CMYK":
        return _in_rgb(pixels, upside_down=_ADOBE in data)
    return pixels[:, :, 0] if wanted == "GRAY" else pixels


def _is_damage(message: str) -> bool:
    """Whether this is what libjpeg says of a damaged image.

    Decoded all the same, a part of it would be grey or lie elsewhere, and boxes with marks pass for empty.
    """
    padding = _EXTRANEOUS.search(message)
    if padding is not None:
        return int(padding[1]) > _PADDING
    return message.startswith(("Corrupt JPEG data", "Premature end"))


def _in_rgb(inks: Pixels, *, upside_down: bool) -> Pixels:
    """Four colours, (h, w, 4), in RGB. Adobe's programs write paper where others write ink."""
    paper = (inks if upside_down else 255 - inks).astype(np.uint16)
    return np.asarray((paper[:, :, :3] * paper[:, :, 3:] + 127) // 255, np.uint8)


def _png(data: bytes) -> Pixels:
    if len(data) < 33:
        raise DecodeError("the PNG is truncated")
    check_size(int.from_bytes(data[16:20]), int.from_bytes(data[20:24]))
    _check_chunks(data)
    flags = cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error as error:
        raise DecodeError("the PNG is damaged") from error
    if pixels is None:
        raise DecodeError("the PNG is damaged")
    if pixels.dtype == np.uint16:
        pixels = pixels // 256
    levels = np.asarray(pixels, np.uint8)
    if levels.ndim == 2:
        return reduced(levels)
    if levels.shape[2] == 4:
        levels = on_white(levels)
    return reduced(np.asarray(cv2.cvtColor(levels, cv2.COLOR_BGR2RGB), np.uint8))


def _check_chunks(data: bytes) -> None:
    """Refuse a PNG with a damaged chunk: OpenCV decodes what it can, and gives a page with a hole."""
    at, kind = 8, b""
    while kind != b"IEND":
        length = int.from_bytes(data[at : at + 4])
        kind = data[at + 4 : at + 8]
        body = memoryview(data)[at + 4 : at + 8 + length]
        check = data[at + 8 + length : at + 12 + length]
        if len(check) != 4 or zlib.crc32(body) != int.from_bytes(check):
            raise DecodeError("the PNG is damaged")
        at += 12 + length


def _render(data: bytes) -> Pixels:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise DecodeError(f"the PDF page is damaged: {error}") from error
    try:
        pixels = _rendered(document[0])
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise DecodeError(f"the PDF page is damaged: {error}") from error
    finally:
        document.close()
    if b"/XObject" in data and (pixels == pixels[0, 0]).all():
        # PDFium leaves out what it cannot draw; a page with answers must not pass for a blank one.
        raise DecodeError("the PDF page is damaged: nothing of it can be drawn")
    return pixels


def _rendered(page: pypdfium2.PdfPage) -> Pixels:
    width, height = page.get_size()
    longer = max(width, height)
    if min(width, height) <= 0 or longer / min(width, height) > _LONGEST:
        raise DecodeError(f"a PDF page of {width:.0f} × {height:.0f} points is no page")
    least, most = _RENDERED_SIDE
    scale = min(max(longer * RENDER_DPI / 72, least), most) / longer
    return np.ascontiguousarray(page.render(scale=scale, rev_byteorder=True).to_numpy()[:, :, :3])
