"""A PageImage's bytes to Pixels: JPEG, PNG, or a rendered PDF page.

Orientation hints (EXIF) are ignored for all forms: the fiducials say which way is up. Nothing is decoded
before its dimensions are known to be sane.
"""

import io
import zlib

import cv2
import numpy as np
import pypdfium2
import simplejpeg
from PIL import Image

from klausur.scan.model import PageImage, Pixels, SourceForm

MAX_PIXELS = 150_000_000
"""A3 at 600 dpi has 70 million. More is no page, and might fill the memory."""

MAX_SIDE = 30_000
MIN_SIDE = 64

ENOUGH = 3000
"""Pixels along the longer side that are always enough (A4 at 256 dpi): a JPEG with at least twice as many
is decoded at half its size, in a third of the time."""

RENDER_DPI = 300
_RENDERED_SIDE = (2400, 4500)
"""Least and most pixels along the longer side of a rendered page: some scanners write pages whose stated size
is not that of the paper."""

_LONGEST = 20  # times as long as wide: more is no page, and rendered it would be a line


class DecodeError(ValueError):
    """The bytes cannot be decoded as an image of a page; the message says why."""


def decode(image: PageImage) -> Pixels:
    """The pixels of a PageImage: grey (h, w) or RGB (h, w, 3), as scanned.

    Raises:
        DecodeError: there are no bytes, they are damaged, or the image is too large or too small.
    """
    data = image.data
    if not data:
        raise DecodeError("the page is damaged in its file")
    if image.form is SourceForm.PDF_PAGE:
        return _render(data)
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(data)
    raise DecodeError("the bytes are neither JPEG nor PNG")


def _check_size(width: int, height: int) -> None:
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise DecodeError(f"an image of {width} × {height} pixels is too large for a page")
    if min(width, height) < MIN_SIDE:
        raise DecodeError(f"an image of {width} × {height} pixels is too small for a page")


def _jpeg(data: bytes) -> Pixels:
    try:
        height, width, space, _ = simplejpeg.decode_jpeg_header(data)
    except ValueError as error:
        raise DecodeError(f"the JPEG is damaged: {error}") from error
    _check_size(width, height)
    grey = space == "Gray"
    halves = max(width, height) >= 2 * ENOUGH
    try:
        pixels: Pixels = simplejpeg.decode_jpeg(
            data,
            "GRAY" if grey else "RGB",
            min_height=(height + 1) // 2 if halves else 0,
            min_width=(width + 1) // 2 if halves else 0,
            min_factor=2 if halves else 1,
        )
    except ValueError:
        # CMYK, and files that are odd but whole; Pillow refuses those that lack data.
        return _by_pillow(data)
    return pixels[:, :, 0] if grey else pixels


def _by_pillow(data: bytes) -> Pixels:
    try:
        with Image.open(io.BytesIO(data)) as image:
            _check_size(*image.size)
            return np.asarray(image if image.mode == "L" else image.convert("RGB"), np.uint8)
    except DecodeError:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DecodeError(f"the image is damaged: {error}") from error


def _png(data: bytes) -> Pixels:
    if len(data) < 33:
        raise DecodeError("the PNG is truncated")
    _check_size(int.from_bytes(data[16:20]), int.from_bytes(data[20:24]))
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
        return levels
    if levels.shape[2] == 4:
        levels = _on_white(levels)
    return np.asarray(cv2.cvtColor(levels, cv2.COLOR_BGR2RGB), np.uint8)


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


def _on_white(pixels: Pixels) -> Pixels:
    """Lay a (h, w, 4) image with opacity on white paper."""
    alpha = pixels[:, :, 3:].astype(np.uint16)
    mixed = (pixels[:, :, :3] * alpha + 255 * (255 - alpha) + 127) // 255
    return mixed.astype(np.uint8)


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
