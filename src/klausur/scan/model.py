"""What a scanned sheet is on its way to being read: PageImage, then Placed or Unplaced.

What is recorded of it, without pixels, stands in `klausur.scan.result` and is named here beside the rest.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from klausur.paper.code import PageCode
from klausur.scan.result import Quality, Reason, Unplaced

__all__ = [
    "Drift",
    "Matrix",
    "PageImage",
    "Pixels",
    "Placed",
    "Quality",
    "Reason",
    "SourceForm",
    "Unplaced",
]

Pixels = npt.NDArray[np.uint8]
"""(height, width) grey or (height, width, 3) RGB, 0 black, 255 white."""

Matrix = npt.NDArray[np.float64]
"""(3, 3) projective transform."""


class SourceForm(StrEnum):
    """How the bytes of a PageImage are to be decoded."""

    IMAGE = "image"
    """``data`` is a whole file of one image: JPEG, PNG, TIFF, JPEG 2000, HEIC or WebP."""
    PDF_PAGE = "pdf-page"
    """``data`` is a one-page PDF that must be rendered."""


@dataclass(frozen=True, slots=True)
class PageImage:
    """One image out of a scanned file, still encoded, so that it travels cheaply between processes.

    ``file`` is the SHA-256 of the scanned file, ``index`` the place in it (from 0). Where the page could not
    be taken out of its file, ``data`` is empty and ``fault`` says why, as far as is known. ``size`` is how
    wide and high in mm the file shows the image, if that stands there and not in ``data``.
    """

    file: str
    index: int
    form: SourceForm
    data: bytes
    fault: str = ""
    size: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Drift:
    """A smooth field of shifts over a page: see `klausur.scan.drift`.

    ``knots`` (n, 2) the points in mm where shifts were measured, ``weights`` (n, 2) the spline's, ``plane``
    (3, 2) its even part.
    """

    knots: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]
    plane: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Placed:
    """A page whose code and position are known.

    ``pixels`` is the decoded image as scanned (maybe upside down); ``to_pixels`` maps a point on paper
    (x mm, y mm, 1) to (x px, y px, w) of that image, pixel centres at whole numbers. On a page with a
    ``drift``, a point lies where the transform puts the point with its drift added.
    """

    code: PageCode
    pixels: Pixels
    to_pixels: Matrix
    quality: Quality
    drift: Drift | None = None
