"""The pages of a finished paper as they are looked for on images without codes: their pictures and ink.

Positions are mm from the upper left corner of the paper's own page, not of the sheet that Klausur prints.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium

from klausur.base.geometry import Size
from klausur.scan.edges import grey
from klausur.scan.model import Pixels
from klausur.scan.transform import Points

DPI = 150
"""Of the pictures of pages."""

INK = 0.72
"""Of the paper's brightness: what is darker is ink."""

_COARSE = 4.0
"""px per mm at which corners and blobs are looked for."""

_FEATURES = 2500

_LIGHT = 8
"""px across and down of which one is kept to tell the light on a sheet."""

Bits = npt.NDArray[np.bool_]

Marks = npt.NDArray[np.float32]
"""(n, 128): what n corners and blobs look like (SIFT, Lowe 2004)."""


@dataclass(frozen=True, slots=True)
class PaperPage:
    """A page: its number, its size in mm, its picture at `DPI`, its ink there, its corners and blobs.

    ``places`` (n, 2) says where these are, in mm.
    """

    number: int
    size: Size
    grey: Pixels
    ink: Bits
    places: Points
    marks: Marks


def paper(pdf: bytes) -> tuple[PaperPage, ...]:
    """The pages of a paper."""
    with pdfium.PdfDocument(pdf) as document:
        return tuple(_page(document[at], at + 1) for at in range(len(document)))


def _page(page: pdfium.PdfPage, number: int) -> PaperPage:
    size = Size(page.get_width() * 25.4 / 72, page.get_height() * 25.4 / 72)
    shown = page.render(scale=2 * DPI / 72, grayscale=True).to_numpy()
    shape = round(size.w * DPI / 25.4), round(size.h * DPI / 25.4)  # PDFium stretches to whole pixels
    levels = np.asarray(
        cv2.resize(shown.reshape(shown.shape[:2]), shape, None, 0, 0, cv2.INTER_AREA), np.uint8
    )
    places, seen = marks(levels, DPI / 25.4)
    return PaperPage(number, size, levels, np.asarray(levels < INK * 255, np.bool_), places, seen)


def marks(levels: Pixels, per_mm: float) -> tuple[Points, Marks]:
    """The corners and blobs of a picture with so many px to a mm: where they are, in mm, and their looks."""
    by = min(1.0, _COARSE / per_mm)
    small = cv2.resize(levels, None, fx=by, fy=by, interpolation=cv2.INTER_AREA)
    keys, seen = cv2.SIFT.create(_FEATURES).detectAndCompute(np.asarray(small, np.uint8), None)
    if seen is None or not keys:
        return np.zeros((0, 2)), np.zeros((0, 128), np.float32)
    points = np.array([key.pt for key in keys], np.float64)
    return (points + 0.5) / (by * per_mm), np.asarray(seen, np.float32)


def flat(pixels: Pixels) -> Pixels:
    """An image in grey whose paper is white everywhere, whatever the light: (height, width)."""
    levels = grey(pixels)
    small = cv2.resize(levels, None, fx=1 / _LIGHT, fy=1 / _LIGHT, interpolation=cv2.INTER_AREA)
    light = cv2.medianBlur(np.asarray(cv2.dilate(small, np.ones((5, 5), np.uint8)), np.uint8), 21)
    wide = cv2.resize(light, levels.shape[::-1], interpolation=cv2.INTER_LINEAR)
    lit = levels.astype(np.float32) * (255.0 / np.maximum(wide.astype(np.float32), 1.0))
    return np.asarray(np.clip(lit, 0, 255), np.uint8)
