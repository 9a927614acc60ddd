"""How good a scan is: its sharpness, and whether there is anything on it.

Where fiducials are found, their edges are measured (`klausur.scan.edges`); what stands here for whole
images answers only why a page could not be placed.
"""

import cv2
import numpy as np

from klausur.base.geometry import Size
from klausur.scan.edges import BLURRED_RISE, grey
from klausur.scan.model import Pixels, Reason, Unplaced
from klausur.scan.pixels import shrunk

BLURRED = 0.35
"""Sharpness below which an illegible code is put down to blur: edges 0.65 mm wide, a module has 0.5."""

LEAST_DPI = 95.0
"""Resolution below which a page code is hardly ever legible: a module then has fewer than two pixels."""

_CRISP = 3.0
"""Pixels over which the sharpest edge that an image of its resolution can have rises, at most."""

_MM_PER_INCH = 25.4

_BAND, _BANDS, _STEEPEST = 32, 6, 99.3
"""Rows of a band, and bands, that tell how sharp an image is; the percentile of their slopes that counts."""

_ONE_SHEET, _SAME_FORM = 4000, 0.03  # px, and part by which forms may differ, of an image of one sheet
_MARGIN = 16.0  # mm at each side where staples, holes and shadows lie
_INK_STEP = 30  # grey levels by which ink is darker than the paper round it
_INK_LEAST = 0.001  # part of the area; one handwritten line is 0.005
_DARK = 60  # grey level below which a whole image is no paper


def sharpness(rise: float) -> float:
    """From the width of an edge in mm (10 to 90 %) to 0 … 1: 1 for a step, 0 for 1 mm and more."""
    return min(max(1.0 - rise / BLURRED_RISE, 0.0), 1.0)


def is_one_sheet(pixels: Pixels, size: Size) -> bool:
    """Whether an image most likely is one sheet from edge to edge, of no more than 340 dpi, by its form.

    A photograph is shorter, and a larger glass longer.
    """
    sides, others = sorted(pixels.shape[:2]), sorted((size.w, size.h))
    form = sides[1] / sides[0] / (others[1] / others[0])
    return bool(sides[1] <= _ONE_SHEET and abs(form - 1.0) <= _SAME_FORM)


def why_illegible(sharp: float, scale: float, what: str) -> Unplaced | None:
    """Why nothing can be read of an image, as far as its pixels say: there are too few, or they are blurred.

    Args:
        sharp: its sharpness.
        scale: px per mm.
        what: what is blurred then, as it stands before "blurred".
    """
    dpi = scale * _MM_PER_INCH
    if dpi < LEAST_DPI:
        return Unplaced(Reason.RESOLUTION, f"the image has about {dpi:.0f} dpi, if it shows a whole sheet")
    if sharp < BLURRED and (1.0 - sharp) * BLURRED_RISE * scale > _CRISP:
        return Unplaced(Reason.BLURRED, f"{what} too blurred to read (sharpness {sharp:.2f})")
    return None


def page_sharpness(pixels: Pixels, scale: float) -> float:
    """Sharpness by the steepest edges of a whole image, ``scale`` px per mm.

    A blurred edge of height c and steepest slope m is c · 1.02 / m wide from 10 to 90 % (normal blur).
    """
    bands = [cv2.GaussianBlur(band, (3, 3), 0.7).astype(np.float32) for band in _telling(grey(pixels))]
    slopes = [
        cv2.magnitude(
            cv2.Sobel(band, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(band, cv2.CV_32F, 0, 1, scale=1 / 8)
        )
        for band in bands
    ]
    some = np.concatenate([slope[:, ::2].ravel() for slope in slopes])
    at = int(_STEEPEST / 100 * (some.size - 1))  # without interpolation, which takes thrice the time
    steepest = float(np.partition(some, at)[at])
    low, high = np.percentile(np.concatenate([band[::4, ::4].ravel() for band in bands]), (0.5, 99.0))
    return sharpness(1.02 * float(high - low) / max(steepest, 1e-3) / scale)


def _telling(image: Pixels) -> list[Pixels]:
    """The bands across an image that have most on them: a twentieth of it tells as much as all."""
    count = image.shape[0] // _BAND
    if count <= 2 * _BANDS:
        return [image]
    small = shrunk(image[: count * _BAND], 8)
    ink = np.asarray(small, np.float32).reshape(count, -1).std(axis=1)  # without noise, which is everywhere
    return [image[n * _BAND : (n + 1) * _BAND] for n in np.argsort(ink)[-_BANDS:].tolist()]


def emptiness(pixels: Pixels, size: Size) -> str | None:
    """Why a page counts as blank, in words, or None if there is something on it."""
    image = grey(pixels)
    scale = max(image.shape) / max(size.w, size.h)
    by = max(1, round(scale / 3.0))
    margin = int(_MARGIN * scale / by)
    inside = shrunk(image, by)[margin:-margin, margin:-margin]
    if not inside.size:
        return None
    paper = cv2.blur(inside, (41, 41))
    ink = cv2.absdiff(paper, inside) > _INK_STEP
    if float(ink.mean()) >= _INK_LEAST:
        return None
    dark = float(np.median(inside)) < _DARK
    return "the image is dark all over" if dark else "there is next to no ink on it"
