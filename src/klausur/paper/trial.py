"""The trial sheet's contract between printer and reader: its codes, and what each row of it is marked with.

A trial sheet belongs to no exam. Its number and its key are the same everywhere, and public: whoever has
Klausur can print such a sheet and read it. Where its boxes lie is reported by the typesetter.
"""

from dataclasses import dataclass

from klausur.base.geometry import Box
from klausur.paper.fields import Mark
from klausur.paper.layout import Layout

EXAM = 0
"""The number in its page codes. Exams are numbered from 1."""

KEY = b"klausur trial sheets, for anyone"
"""Its page codes' tags are made with this. It keeps nothing secret: what it signs says nothing of anybody."""

MOST_SIDES = 200
"""Sides of one trial, which a page code can count."""

TICKS = (3, 5, 7, 9)
"""mm from each edge of the sheet at which a bar is printed."""

DIGITS = "0123456789"
"""What is to be written into its row of digits."""

EDGES = ("left", "top", "right", "bottom")


HANDS = 2
"""Lines of each row: the upper one is marked by one person, the lower one by another."""


@dataclass(frozen=True, slots=True)
class TrialRow:
    """A row of boxes: its name, how many are in a line, and what each is when it is marked as the row says.

    `Mark.OTHER` stands for what a person is to be asked about.
    """

    name: str
    boxes: int
    meant: Mark


ROWS = (
    TrialRow("cross", 6, Mark.CROSSED),
    TrialRow("empty", 6, Mark.EMPTY),
    TrialRow("taken-back", 6, Mark.FILLED),
    TrialRow("again", 4, Mark.OTHER),
    TrialRow("pencil", 6, Mark.CROSSED),
    TrialRow("corrector", 6, Mark.CROSSED),
)
"""The rows from top to bottom; below them is one for digits."""

ROW_OF = {row.name: row for row in ROWS}

DIGIT_ROW = "digits"
"""The name of that row."""


def row_and_hand(field: str) -> tuple[str, int]:
    """The row that a Field of the sheet is in, and whose line of it (from 1)."""
    row, _, hand = field.partition("/")[0].rpartition("-")
    return row, int(hand)


@dataclass(frozen=True, slots=True)
class TrialMarks:
    """What is printed on a side beside its Fields, or stays blank: boxes in mm.

    Attributes:
        across: bands from left to right that stay blank.
        down: bands from top to bottom that stay blank.
        rules: heavy lines from left to right.
        ticks: bars, with the edge that each is near and how many mm from it.
    """

    across: tuple[Box, ...]
    down: tuple[Box, ...]
    rules: tuple[Box, ...]
    ticks: tuple[tuple[str, int, Box], ...]


@dataclass(frozen=True, slots=True)
class TrialSheet:
    """A trial sheet on one paper: the Layout of each number of sides, and what else is printed on a side."""

    layout: Layout
    marks: TrialMarks
