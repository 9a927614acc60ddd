"""JPEG: most of what is scanned. Decoded by simplejpeg, at a smaller size at once where that is enough."""

import re

import numpy as np
import simplejpeg

from klausur.scan import jpeg_parts, limits
from klausur.scan.decoders import pillow
from klausur.scan.model import Pixels
from klausur.scan.pixels import DecodeError, allowed

_ADOBE = b"\xff\xee\x00\x0eAdobe"

_TOO_FEW = ("Corrupt JPEG data: premature end", "Premature end")

_EXTRANEOUS = re.compile(r"(\d+) extraneous bytes before marker")
_PADDING = 16
"""Bytes too many that a writer of JPEG may leave; after damage there are more."""


def decode(data: bytes, pillow_form: str | None) -> Pixels:
    """The image, (h, w) or (h, w, 3); what is odd but may be whole is left to Pillow."""
    given, data = data, jpeg_parts.mended(data)
    try:
        height, width, space, _ = simplejpeg.decode_jpeg_header(data)
    except ValueError:
        return pillow.decode(jpeg_parts.first(data), pillow_form)
    if height > limits.here().side:  # as devices state that do not know it
        data = _shorter(given) or data
        height, width, space, _ = simplejpeg.decode_jpeg_header(data)
    times = allowed(width, height)
    wanted = {"Gray": "GRAY", "CMYK": "CMYK", "YCCK": "CMYK"}.get(space, "RGB")
    try:
        pixels: Pixels = simplejpeg.decode_jpeg(
            data,
            wanted,
            min_height=-(-height // times) if times > 1 else 0,
            min_width=-(-width // times) if times > 1 else 0,
            min_factor=times,
        )
    except ValueError as error:
        if not _is_damage(str(error)):
            return pillow.decode(jpeg_parts.first(data), pillow_form)
        shorter = _shorter(given)
        if shorter is None:
            raise DecodeError(f"the JPEG is damaged: {error}") from error
        return decode(shorter, pillow_form)
    if wanted == "CMYK":
        return _in_rgb(pixels, upside_down=_ADOBE in data)
    return pixels[:, :, 0] if wanted == "GRAY" else pixels


def _shorter(data: bytes) -> bytes | None:
    """A JPEG that states more lines than it has, with those that it has; None if it is damaged otherwise.

    Its lines then end where a row of blocks does, and it has an end: what was cut off has neither.
    """
    known = jpeg_parts.frame(data)
    if known is None or not known.height or not jpeg_parts.has_end(data):
        return None
    few, many = 0, -(-known.height // known.rows)  # rows of blocks that are there, and that are not
    while many - few > 1:
        middle = (few + many) // 2
        said = _said(jpeg_parts.with_height(data, known, middle * known.rows))
        few, many = (few, middle) if said.startswith(_TOO_FEW) else (middle, many)
    whole = jpeg_parts.with_height(data, known, few * known.rows)
    return whole if few and not _said(whole) else None


def _said(data: bytes) -> str:
    """What the decoder says of a JPEG; nothing if it is whole."""
    try:
        simplejpeg.decode_jpeg(data, "GRAY", min_factor=8, min_height=1, min_width=1)
    except ValueError as error:
        return str(error)
    return ""


def check(data: bytes) -> tuple[int, int] | None:
    """The width and height of a JPEG, whatever they are; None if it is odd, but whole.

    Raises:
        DecodeError: it is damaged. Nothing is mended, since a renderer mends nothing.
    """
    try:
        height, width, space, _ = simplejpeg.decode_jpeg_header(data)
        simplejpeg.decode_jpeg(data, "CMYK" if space in {"CMYK", "YCCK"} else "GRAY")
    except ValueError as error:
        if _is_damage(str(error)):
            raise DecodeError(f"the JPEG is damaged: {error}") from error
        pillow.check(data, "JPEG")
        return None
    return width, height


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
