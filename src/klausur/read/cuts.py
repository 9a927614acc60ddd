"""Parts of scanned pages as pictures for people: a box, a question, a whole page, upright and small to keep.

Each function is work for a process that an image may end: see `klausur.read.pool.guarded`.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from klausur.base.geometry import Box
from klausur.paper.code import PageCode
from klausur.paper.layout import Layout
from klausur.read.same_content import picture
from klausur.scan.decode import DecodeError, decode
from klausur.scan.model import PageImage, Pixels, Placed
from klausur.scan.place import place_as

_INCH = 25.4
_QUALITY = 60
"""WebP's; pencil stays pencil, and a page takes some 20 kB at 70 dpi."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What shall be seen: a rectangle of the page in mm, and how fine, in dots per inch."""

    box: Box
    dpi: float


def cuts(
    image: PageImage, layout: Layout, code: PageCode, part: int, wanted: Sequence[Cut]
) -> tuple[bytes, ...] | str:
    """Parts of a placed page as WebP files, in the order asked for; or why they cannot be shown.

    What lies off the page is left out of a rectangle.
    """
    placed = place_as(image, layout, code, part)
    if not isinstance(placed, Placed):
        return f"the page cannot be found in the image any more: {placed.reason}"
    dpi = max(cut.dpi for cut in wanted)
    page = picture(placed, layout.size, dpi)
    return tuple(_encoded(_part(page, cut.box, dpi), cut.dpi / dpi) for cut in wanted)


def whole(image: PageImage, longest: int) -> bytes | str:
    """An image as it was scanned, its longer side so many pixels at most; or why it cannot be shown."""
    try:
        pixels = decode(image)
    except DecodeError as error:
        return str(error)
    return _encoded(pixels, min(1.0, longest / max(pixels.shape[:2])))


def _part(page: Pixels, box: Box, dpi: float) -> Pixels:
    height, width = page.shape[:2]
    left, right = (int(np.clip(round(x * dpi / _INCH), 0, width)) for x in (box.x, box.right))
    top, bottom = (int(np.clip(round(y * dpi / _INCH), 0, height)) for y in (box.y, box.bottom))
    return page[top : max(bottom, top + 1), left : max(right, left + 1)]


def _encoded(pixels: Pixels, scale: float) -> bytes:
    shown = Image.fromarray(np.ascontiguousarray(pixels))
    if scale < 1:
        shown = shown.resize([max(1, round(side * scale)) for side in shown.size], Image.Resampling.BOX)
    out = io.BytesIO()
    shown.save(out, "WEBP", quality=_QUALITY)
    return out.getvalue()
