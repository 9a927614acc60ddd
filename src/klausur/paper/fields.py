"""Fields: the places on a page that are read, and their measures on paper."""

from dataclasses import dataclass
from enum import StrEnum

from klausur.base.credits import Credits
from klausur.base.geometry import Box

MARK_BOX = 4.0
"""Side of a ChoiceBox or CreditBox in mm, outer edge to outer edge of its frame."""

MARK_WINDOW = 8.0
"""Side in mm of the square, centred on a box, that the mark reader sees."""

FIDUCIAL = 7.0
"""Side in mm of a fiducial: the black square of an ArUco marker (DICT_4X4_50) without quiet zone."""

FIDUCIAL_CORNERS = {"tl": 0, "tr": 1, "br": 2, "bl": 3}
"""Which marker of the dictionary stands in which corner of the page."""

DIGIT_W, DIGIT_H = 7.0, 9.0
"""Width and height in mm of one cell of a DigitRow."""


class FieldKind(StrEnum):
    """What a Field is read for."""

    CHOICE_BOX = "choice-box"
    CREDIT_BOX = "credit-box"
    DIGIT_ROW = "digit-row"
    ANSWER_AREA = "answer-area"
    STICKER_SPOT = "sticker-spot"
    SIGNATURE = "signature"
    """Where a candidate signs the attendance list; read for whether there is ink."""
    FIDUCIAL = "fiducial"
    PAGE_CODE = "page-code"


MARKED = frozenset({FieldKind.CHOICE_BOX, FieldKind.CREDIT_BOX})
"""The kinds of Field whose reading is a Mark."""


@dataclass(frozen=True, slots=True)
class Field:
    """One Field of a page.

    ``id`` is unique in a booklet: ``<question>/choice/<letter>``, ``<question>/credit/<value>``,
    ``<question>/answer``, ``cover/sticker``, ``cover/registration`` (digits), ``extra/booklet`` (digits),
    ``page/<n>/answer`` (an additional page's grid), ``candidate/<registration>/signature``,
    ``page/<n>/fiducial/<corner>``, ``page/<n>/code``.

    A DigitRow's box is divided into ``cells`` equal cells, side by side, one digit each.
    """

    id: str
    kind: FieldKind
    box: Box
    question: str | None = None
    choice: str | None = None
    credits: Credits | None = None
    cells: int | None = None
