"""What is recorded of a scanned sheet, without its pixels: how well it lies, or why it is Unplaced."""

from dataclasses import dataclass
from enum import StrEnum

from klausur.paper.code import PageCode


class Reason(StrEnum):
    """Why a PageImage is Unplaced."""

    NO_CODE = "no-code"
    OTHER_EXAM = "other-exam"
    FORGED = "forged-tag"
    NO_SUCH_PAGE = "no-such-page"
    """A genuine code, but the print run has no such booklet or page."""
    QUESTION_PAPER = "question-paper"
    """A page of a paper without a booklet: what is asked, which is not to be scanned or uploaded."""
    OTHER_CANDIDATE = "other-candidate"
    """A page of a booklet that is not that of the candidate who handed it in."""
    FIDUCIALS = "fiducials-missing"
    BLURRED = "too-blurred"
    RESOLUTION = "low-resolution"
    """Too few pixels to read a page code, and so to tell whose page it is."""
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
class Unplaced:
    """A page that a person must look at, with the reason. ``code`` is what was legible of it, if anything.

    ``resembles`` is, where no code is legible, the page number whose printed boxes the image shows.
    """

    reason: Reason
    detail: str = ""
    code: PageCode | None = None
    resembles: int | None = None
