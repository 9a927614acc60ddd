"""A second renderer's picture of a PDF page, and whether it shows the same ink as the first one's.

The second is hayro, which `typst` has in it to place PDF pages as images: written anew in another language
than PDFium, with decoders of its own (JBIG2, JPEG 2000, fax), under a free licence, and installed already.
Which pages need a second look is `klausur.scan.decoders.pdf_page`'s to say.
"""

import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import cv2
import numpy as np

from klausur.scan.model import Pixels
from klausur.scan.pixels import DecodeError

if TYPE_CHECKING:
    import typst

_SIDE = 1170
"""Pixels of the longer side at which pictures are compared: A4 at 100 dpi, a thin pen's stroke 1 pixel."""

_FINER = 2
"""Times as many pixels as that the second renderer draws, to be averaged: it samples images, and of a line of
two-level dots a sample may miss all."""

_EDGE = 2
"""Pixels along each edge that are not compared: 0.5 mm, where renderers end an image in ways of their own."""

_NEAR = 5
"""Side in pixels of the square within which the other picture may have the same ink: 0.6 mm to each side."""

_DIFFERENT = 48
"""Grey levels. Pencil is 60 darker than paper and more at this resolution; decoders differ by 5."""

_PALER = 2
"""Times that ink may be as dark as in the other picture: one averages a thin line, the other samples it."""

_SPECKS = 8
"""Pixels that may differ: 0.5 mm². The thinnest cross in a box has 30."""

_SOURCE = b'#set page(width: auto, height: auto, margin: 0pt)\n#image("/page.pdf")'


def differs(data: bytes, drawn: Pixels, points: tuple[float, float]) -> bool:
    """Whether a page that was drawn, (h, w, 3), shows other ink than the second renderer finds on it.

    Args:
        data: a PDF of one page.
        drawn: what the first renderer made of it.
        points: the width and height of the page.

    Raises:
        DecodeError: the second renderer cannot read it.
    """
    fine = render(data, _FINER * _SIDE * 72 / max(points))
    size = fine.shape[1] // _FINER, fine.shape[0] // _FINER
    mine, other = (
        _dark(np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8))
        for picture in (drawn, fine)
    )
    return max(_unlike(mine, other), _unlike(other, mine)) > _SPECKS


def _unlike(one: Pixels, other: Pixels) -> int:
    """How many pixels of a picture, (h, w), are ink where there is none near in the other."""
    near = np.ones((_NEAR, _NEAR), np.uint8)
    darkest = cv2.erode(other, near)
    darker = cv2.subtract(darkest, one)
    stands_out = cv2.subtract(cv2.dilate(other, near), darkest)
    alone = (darker > _DIFFERENT) & (darker // _PALER > stands_out)
    return int(np.count_nonzero(alone[_EDGE:-_EDGE, _EDGE:-_EDGE]))


def _dark(pixels: Pixels) -> Pixels:
    """The darkest channel of each pixel, (h, w): coloured ink is dark in one."""
    return np.asarray(pixels.min(axis=2), np.uint8)


def render(data: bytes, dpi: float) -> Pixels:
    """The page, (h, w, 3), as the second renderer draws it.

    Raises:
        DecodeError: it cannot.
    """
    import typst  # noqa: PLC0415 - 20 ms and 30 MB, which most pages do without

    with TemporaryDirectory(prefix="klausur-") as folder:
        (Path(folder) / "page.pdf").write_bytes(data)
        try:
            compiler = typst.Compiler(_SOURCE, root=folder, font_paths=_fonts())
            made = compiler.compile(format="png", ppi=dpi)
        except (RuntimeError, OSError) as error:  # what typst raises is a RuntimeError
            raise DecodeError("a second program cannot draw the page") from error
    if not isinstance(made, bytes):
        raise DecodeError("a second program takes the page for several")
    picture = cv2.imdecode(np.frombuffer(made, np.uint8), cv2.IMREAD_COLOR_RGB)
    if picture is None:
        raise DecodeError("a second program draws nothing")
    return np.asarray(picture, np.uint8)


@cache
def _fonts() -> "typst.Fonts":
    """No fonts: none of ours is in a scanned page."""
    os.environ.setdefault("RAYON_NUM_THREADS", "1")  # a worker has a core, and its memory is counted
    import typst  # noqa: PLC0415 - as above

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False)
