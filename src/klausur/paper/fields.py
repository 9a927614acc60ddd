"""Fields: the places on a page that are read, the one table of their kinds, and their measures on paper."""

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Self

from klausur.base.credits import Credits
from klausur.base.geometry import Box
from klausur.exam.model import Marking

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

CREDIT_W, CREDIT_H = 30.0, 12.0
"""Width and height in mm of a CreditNumber: its reader's windows, 10 mm high, do not see its frame."""


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


class Inked(StrEnum):
    """Whether somebody has written in a space. What is not plainly blank is ``written``."""

    BLANK = "blank"
    WRITTEN = "written"


SETTLED_AS = (Mark.EMPTY, Mark.CROSSED, Mark.FILLED)
"""What a person may settle a box as. `Mark.OTHER` means "a person decides", so it settles nothing."""


NO_NUMBER = "none"
"""What a NumberRow, NumberBlank or CreditNumber holds that nobody has written into."""


_NUMBER = re.compile(r"-?\d{1,10}(\.\d{1,7})?", re.ASCII)
"""A number that people type."""

_CREDITS = re.compile(r"\d{1,3}(\.\d{1,3})?", re.ASCII)
"""Credits that people type."""


class PrintedFrame(StrEnum):
    """Which lines are printed along a Field's box, just inside of it."""

    BOX = "box"
    """All four sides."""
    CORNERS = "corners"
    """A right angle in each corner."""
    CELLS = "cells"
    """All four sides of each of its cells."""


@dataclass(frozen=True, slots=True)
class KindRow:
    """One row of the table of kinds: what every room knows of such a Field.

    Attributes:
        name: in ``layout.json``, in the records and in the templates.
        drawn: the file of `klausur.typeset`'s templates that prints it and reports where it came to lie.
        reader: what reads it, by its name in `klausur.read.fields.READERS`; None if nothing does.
        value: what a Reading of it holds; `str` for digits, and for numbers of stickers. None without reader.
        settled_as: what a person may settle one such Field as. Empty where nobody does, or where people
            decide about the paper that it tells of instead: whose it is, who was there.
        typed: what a person may type instead of one of those words.
        answers: how the Fields of this kind of a question amount to its answer, by the way's name in
            `klausur.paper.answering.WAYS`; None if they answer nothing.
        frame: the lines round it, which `klausur.scan` may find a page by; None for others, or none.
        everywhere: whether it stands on every page and belongs to none of what is asked there.
        crowded: what to call it, and what the author can do, where a question pushes it off its page.
    """

    name: str
    drawn: str
    reader: str | None = None
    value: type[str] | None = None
    settled_as: tuple[str, ...] = ()
    typed: re.Pattern[str] | None = None
    answers: str | None = None
    frame: PrintedFrame | None = None
    everywhere: bool = False
    crowded: tuple[str, str] | None = None


class FieldKind(StrEnum):
    """The table of kinds of Field: what each is printed as, read by and good for.

    A new kind is a row here, a function in the template that it names, and a reader.
    """

    row: KindRow

    def __new__(cls, row: KindRow | str) -> Self:
        """A kind is its name, with its row beside. By name a kind is looked up, and that never comes here."""
        if isinstance(row, str):
            raise TypeError(f"the kind {row} is made of its row")
        self = str.__new__(cls, row.name)
        self._value_ = row.name
        self.row = row
        return self

    CHOICE_BOX = KindRow(
        "choice-box",
        drawn="question.typ",
        reader="marks",
        value=Mark,
        settled_as=SETTLED_AS,
        answers="letters",
        frame=PrintedFrame.BOX,
        crowded=("a choice", "shorten the choices, or divide the question"),
    )
    CREDIT_BOX = KindRow(
        "credit-box",
        drawn="boxes.typ",
        reader="marks",
        value=Mark,
        settled_as=SETTLED_AS,
        answers="credits",
        frame=PrintedFrame.BOX,
        crowded=("a credit box", "use a coarser step=…, or divide the question"),
    )
    CREDIT_NUMBER = KindRow(
        "credit-number",
        drawn="boxes.typ",
        reader="credits",
        value=str,
        settled_as=(NO_NUMBER,),
        typed=_CREDITS,
        answers="written-credits",
        frame=PrintedFrame.BOX,
        crowded=("the box for credits", "give the question a shorter text, or divide it"),
    )
    """A box into which correctors write the credits as a number."""
    DIGIT_ROW = KindRow("digit-row", drawn="digits.typ", reader="digits", value=str, frame=PrintedFrame.CELLS)
    NUMBER_ROW = KindRow(
        "number-row",
        drawn="question.typ",
        reader="numbers",
        value=str,
        settled_as=(NO_NUMBER,),
        typed=_NUMBER,
        answers="number",
        crowded=("the boxes for a number", "ask for fewer digits, or give it a shorter unit"),
    )
    """Boxes for a number: its digits, and its sign. Where each stands: `klausur.paper.number_row`."""
    NUMBER_BLANK = KindRow(
        "number-blank",
        drawn="blanks.typ",
        reader="numbers",
        value=str,
        settled_as=(NO_NUMBER,),
        typed=_NUMBER,
        answers="numbers",
        crowded=("a blank for a number", "ask for fewer digits, or write less into the columns of the table"),
    )
    """The same within a text; a question has as many as its text has blanks."""
    BLANK = KindRow(
        "blank",
        drawn="blanks.typ",
        reader="spaces",
        value=Inked,
        crowded=("a blank", "shorten what belongs into it, or what stands beside it"),
    )
    """A line within a text to write on, which people read; read for whether there is ink, as a space is."""
    ANSWER_AREA = KindRow(
        "answer-area",
        drawn="question.typ",
        reader="spaces",
        value=Inked,
        frame=PrintedFrame.CORNERS,
        crowded=("the answer space", "give it less space=…"),
    )
    STICKER_SPOT = KindRow("sticker-spot", drawn="cover.typ", reader="sticker", value=str)
    SIGNATURE = KindRow("signature", drawn="attendance.typ", reader="signature", value=Signed)
    """Where a candidate signs the attendance list; read for whether there is ink."""
    FIDUCIAL = KindRow("fiducial", drawn="sheet.typ", everywhere=True)
    PAGE_CODE = KindRow("page-code", drawn="sheet.typ", everywhere=True)

    def sayable(self, text: str) -> bool:
        """Whether such a Field may be settled as this."""
        typed = self.row.typed
        return text in self.row.settled_as or (typed is not None and typed.fullmatch(text) is not None)

    def holds(self, text: str) -> str:
        """What a Reading of this kind holds, out of its text: a `Mark`, a `Signed`, an `Inked`, or the text.

        Raises:
            ValueError: no Reading of this kind can hold that.
        """
        if self.row.value is None:
            raise ValueError(f"nothing reads a {self.row.name}, so it holds no {text!r}")
        return self.row.value(text)


MARKED = frozenset(kind for kind in FieldKind if kind.row.value is Mark)
"""The kinds of Field whose reading is a Mark."""

NUMBERS = frozenset({FieldKind.NUMBER_ROW, FieldKind.NUMBER_BLANK})
"""The kinds of Field that hold a number."""


def empty(kind: FieldKind) -> str:
    """What a Field of an answering kind holds in which nobody has marked or written anything."""
    return NO_NUMBER if NO_NUMBER in kind.row.settled_as else Mark.EMPTY


SPACES = frozenset(kind for kind in FieldKind if kind.row.value is Inked)
"""The kinds of Field in which people write freely: read for whether anything is there at all."""

ANSWERING = frozenset(kind for kind in FieldKind if kind.row.answers is not None)
"""The kinds of Field that a question is answered with."""


@dataclass(frozen=True, slots=True)
class Field:
    """One Field of a page.

    ``id`` is unique in a booklet: ``<question>/choice/<letter>``, ``<question>/credit/<value>``,
    ``<question>/answer`` (``<question>/answer/2`` and on, where it goes on over pages),
    ``<question>/credits``, ``<question>/number``, ``<question>/blank/<n>``, ``cover/sticker``,
    ``cover/registration`` (digits), ``extra/booklet`` (digits), ``page/<n>/answer`` (of an additional page),
    ``candidate/<registration>/signature``,
    ``page/<n>/fiducial/<corner>``, ``page/<n>/code``.

    What the marks in a ChoiceBox mean depends on the ``rule`` that its cover explains.

    A DigitRow's box is divided into ``cells`` equal cells, side by side, one digit each. Of a NumberRow's
    cells the last ``decimals`` stand behind the decimal sign, and a box for a minus ahead of all if it has a
    ``sign``; so of a NumberBlank's. ``blank`` is its number among the blanks of its text, from 1.

    ``credits`` are what a CreditBox gives, and the most that may be written into a CreditNumber, which takes
    multiples of its ``step``.
    """

    id: str
    kind: FieldKind
    box: Box
    question: str | None = None
    choice: str | None = None
    credits: Credits | None = None
    cells: int | None = None
    decimals: int | None = None
    sign: bool = False
    rule: Marking = Marking.CROSS
    blank: int | None = None
    step: Credits | None = None

    @property
    def worths(self) -> tuple[Credits, ...]:
        """The credits that it can give, the least first; none unless correctors give credits in it."""
        if self.credits is None:
            return ()
        if self.step is None:
            return (self.credits,)
        return tuple(self.step * n for n in range(int(self.credits / self.step) + 1))

    def sayable(self, text: str) -> bool:
        """Whether it may be settled as this: credits are such as the question can give."""
        if not self.kind.sayable(text):
            return False
        return self.kind is not FieldKind.CREDIT_NUMBER or text == NO_NUMBER or Fraction(text) in self.worths
