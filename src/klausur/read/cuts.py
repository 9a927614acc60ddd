"""Parts of scanned pages as pictures for people: a box, a question, a whole page, upright and small to keep.

Each function is work for a process that an image may end: see `klausur.read.pool.guarded`.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import simplejpeg
from PIL import Image

from klausur.base.geometry import Box, Size
from klausur.paper.code import PageCode
from klausur.paper.layout import Layout
from klausur.read.upright import PAPER_QUANTILE, Area, brightness, upright
from klausur.scan.decode import DecodeError, decode
from klausur.scan.model import PageImage, Pixels, Placed
from klausur.scan.place import place_as

_INCH = 25.4
_WEBP, _JPEG = 60, 70
"""Qualities. Pencil stays pencil, and a page takes some 20 kB at 70 dpi as WebP, which takes ten times the
time to make."""


Encoder = Callable[[Pixels], bytes]


@dataclass(frozen=True, slots=True)
class Cut:
    """What shall be seen: a rectangle of the page in mm, and how fine, in dots per inch at most.

    With ``whole_lines`` no half line of print is seen at its upper edge: what is left of one is white.
    ``made`` says what bytes become of it, if that is no picture as of the others.
    """

    box: Box
    dpi: float
    whole_lines: bool = False
    made: Encoder | None = None


def webp(pixels: Pixels) -> bytes:
    """A picture as a WebP file: small, to lie in another file."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "WEBP", quality=_WEBP)
    return out.getvalue()


def jpeg(pixels: Pixels) -> bytes:
    """A picture as a JPEG file: made in a moment, to be looked at once."""
    grey = pixels.ndim == 2
    shaped = np.ascontiguousarray(pixels[:, :, None] if grey else pixels)
    return bytes(simplejpeg.encode_jpeg(shaped, _JPEG, "GRAY" if grey else "RGB", "420", fastdct=True))


def cuts(
    image: PageImage,
    layout: Layout,
    code: PageCode,
    part: int,
    wanted: Sequence[Cut],
    encoded: Encoder = webp,
    turned: int | None = None,
) -> tuple[bytes, ...] | str:
    """Parts of a placed page as files, in the order asked for; or why they cannot be shown.

    What lies off the page is left out of a rectangle.
    """
    placed = place_as(image, layout, code, part, turned)
    if not isinstance(placed, Placed):
        return f"the page cannot be found in the image any more: {placed.reason}"
    return tuple((cut.made or encoded)(_seen(placed, layout.size, cut)) for cut in wanted)


def whole(image: PageImage, longest: int, encoded: Encoder = webp) -> bytes | str:
    """An image as it was scanned, its longer side so many pixels at most; or why it cannot be shown."""
    try:
        pixels = decode(image)
    except DecodeError as error:
        return str(error)
    scale = min(1.0, longest / max(pixels.shape[:2]))
    height, width = (max(1, round(side * scale)) for side in pixels.shape[:2])
    shown = pixels if scale == 1 else cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
    return encoded(np.ascontiguousarray(shown, np.uint8))


def _seen(placed: Placed, size: Size, cut: Cut) -> Pixels:
    left, top = max(0.0, cut.box.x), max(0.0, cut.box.y)
    right, bottom = min(size.w, cut.box.right), min(size.h, cut.box.bottom)
    seen = Box(left, top, max(right - left, 0.1), max(bottom - top, 0.1))
    found = upright(placed, seen, cut.dpi / _INCH)
    return np.ascontiguousarray(without_half_line(found) if cut.whole_lines else found.pixels)


_LINE, _GAP, _EDGE = 6.0, 0.5, 0.3
"""mm: how far down what is left of a line of print reaches at most, how much white stands below it at least,
and how near to the edge its ink comes."""

_INK, _SOME = 0.75, 0.002
"""Part of the paper's brightness below which there is ink, and the share of it in a row of print at least."""


def without_half_line(area: Area) -> Pixels:
    """An area, (height, width), without what is left of a line of print that its upper edge goes through.

    Where no white stands below it, as with handwriting and frames, nothing is taken away.
    """
    level = brightness(area.pixels[::3, ::3], PAPER_QUANTILE)
    rows = (area.pixels[: round(_LINE * area.scale)] < _INK * level).mean(axis=1) > _SOME
    edge, gap = max(1, round(_EDGE * area.scale)), max(1, round(_GAP * area.scale))
    if not rows[:edge].any():
        return area.pixels
    first = int(np.argmax(rows))
    ends = (y for y in range(first, len(rows) - gap + 1) if not rows[y : y + gap].any())
    end = next(ends, 0)
    cleared = area.pixels.copy()
    cleared[:end] = round(level)
    return cleared
