"""What a scanned sheet is on its way to being read: PageImage, then Placed or Unplaced."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from klausur.paper.code import PageCode

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
    be taken out of its file, ``data`` is empty and ``fault`` says why, as far as is known.
    """

    file: str
    index: int
    form: SourceForm
    data: bytes
    fault: str = ""


class Reason(StrEnum):
    """Why a PageImage is Unplaced."""

    NO_CODE = "no-code"
    OTHER_EXAM = "other-exam"
    FORGED = "forged-tag"
    NO_SUCH_PAGE = "no-such-page"
    """A genuine code, but the print run has no such booklet or page."""
    FIDUCIALS = "fiducials-missing"
    BLURRED = "too-blurred"
    BLANK = "blank"
    DUPLICATE = "duplicate"
    """Another image counts as this page already, and shows the same."""
    TWICE = "page-twice"
    """Another image counts as this page already, and shows something else: a person says which one holds."""
    UNREADABLE = "unreadable"
    """The bytes cannot be decoded as an image."""
    FAILED = "failed"
    """Klausur itself failed on this page; ``detail`` keeps the traceback."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Measures of a placed page, each with what it was taken from.

    ``residual`` is the root mean square distance in mm between where the fiducials' corners lie and
    where the fitted transform puts them; ``dpi`` the resolution found; ``contrast`` the grey levels
    between paper and print (0-255); ``sharpness`` 0 … 1, 1 for a crisp edge. ``local`` is the root mean
    square distance in mm between where printed frames lie and where they are read, 0 if none was measured.
    """

    residual: float
    dpi: float
    contrast: float
    sharpness: float
    fiducials: int
    local: float = 0.0


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


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A page that a person must look at, with the reason. ``code`` is what was legible of it, if anything.

    ``resembles`` is, where no code is legible, the page number whose printed boxes the image shows.
    """

    reason: Reason
    detail: str = ""
    code: PageCode | None = None
    resembles: int | None = None
