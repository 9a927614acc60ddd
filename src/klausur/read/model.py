"""What the machine saw, and what it amounts to: Mark, Reading, PageResult, Answer."""

from dataclasses import dataclass
from enum import StrEnum

from klausur.base.credits import Credits
from klausur.paper.code import PageCode
from klausur.paper.fields import FieldKind
from klausur.scan.model import Quality, Unplaced


class Mark(StrEnum):
    """The state of a box. ``filled`` is a cross taken back; ``other`` is for a person to read."""

    EMPTY = "empty"
    CROSSED = "crossed"
    FILLED = "filled"
    OTHER = "other"


class Signed(StrEnum):
    """Whether a signature field has ink."""

    YES = "signed"
    NO = "unsigned"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the machine saw in one Field. Appended, never changed.

    ``value`` is a `Mark` in a box, the digits of a DigitRow (``?`` where a cell is empty or unclear), the
    number of a sticker, or a `Signed`. ``scores`` are a DigitRow's probabilities, (cells, 11): the ten
    digits, then "empty".

    ``confidence`` is the reader's probability for ``value`` (0 … 1). ``flagged`` says that a person
    decides: the value is `Mark.OTHER`, or the confidence lies below the reader's threshold.
    """

    field: str
    kind: FieldKind
    question: str | None
    value: str
    confidence: float
    flagged: bool
    reader: str
    version: str
    scores: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class PageResult:
    """All that is kept of one PageImage: where it belongs, how good it is, what was read.

    Exactly one of ``code`` with ``quality`` (Placed) and ``unplaced`` is set. An image that shows two pages
    has a result for each, in ``part`` 0 and 1. ``uncovered`` says in words why all readings are flagged on a
    page that is not like those which the readers were made for.
    """

    file: str
    index: int
    code: PageCode | None
    quality: Quality | None
    unplaced: Unplaced | None
    readings: tuple[Reading, ...] = ()
    part: int = 0
    uncovered: str = ""


Results = tuple[PageResult, ...]
"""What is kept of one PageImage: a result for each page on it, at least one."""


class Doubt(StrEnum):
    """Why an Answer is still open."""

    PAGE_MISSING = "page-missing"
    MARK_UNCLEAR = "mark-unclear"
    NO_CREDIT = "no-credit-crossed"
    SEVERAL_CREDITS = "several-credits-crossed"
    PAGE_TWICE = "page-twice"
    """Two images show the page with different content, and nobody has said which one counts."""
    SETTLED_BEFORE = "settled-before-this-image"
    """A person settled a box beside another image, and the one that counts now does not plainly say the same."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The Readings and Settlements of one Question, resolved.

    For multiple choice ``chosen`` holds the letters chosen; for the rest ``credits`` is the credit box
    crossed. With any ``doubts`` the Answer is open and neither may be used; ``fields`` names the boxes
    that a person must look at.
    """

    question: str
    chosen: frozenset[str] = frozenset()
    credits: Credits | None = None
    doubts: tuple[Doubt, ...] = ()
    fields: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """Whether a person must still decide."""
        return bool(self.doubts)
