"""What the machine saw on a page: Reading, PageResult. What it amounts to: `klausur.paper.answers`."""

from dataclasses import dataclass

from klausur.paper.code import PageCode
from klausur.paper.fields import FieldKind, Inked, Mark, Signed
from klausur.scan.result import Quality, Unplaced

__all__ = ["Inked", "Mark", "PageResult", "Reading", "Results", "Signed"]
"""With what a Reading may hold: who takes Readings finds their values here."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the machine saw in one Field. Appended, never changed.

    ``value`` is what its kind holds: a `Mark` in a box, the digits of a DigitRow (``?`` where a cell is empty
    or unclear), the number of a sticker, a `Signed`, or an `Inked`. ``scores`` are a DigitRow's
    probabilities, (cells, 11): the ten digits, then "empty".

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
