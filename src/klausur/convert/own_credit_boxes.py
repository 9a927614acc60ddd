"""Boxes for credits that a finished paper has already: no choices, and their labels no numbers of questions.

They are known by their labels: a column of squares with numbers to their left, or a row with numbers above,
from 0 on, each greater than the one before.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from klausur.base.geometry import Box
from klausur.convert.own_pdf import SeenPage, TextLine

_NUMBER = re.compile(r"(?P<whole>\d{1,2})?(?:[.,](?P<part>\d{1,2})|(?P<sign>[½¼¾⅓⅔]))?(?=\s|$)")
_SIGNS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3}

_LEFT = 16.0
"""mm left of a box in which its label begins."""

_ABOVE = 7.0
"""mm above a box in which its label stands."""

_LEVEL = 2.5
"""mm by which the middles of a label and its box differ."""

_ALIGNED = 0.8
"""mm by which boxes of one column or row differ."""


@dataclass(frozen=True, slots=True)
class CreditBoxes:
    """Boxes for the credits of one question: the first of them, and the most that they give."""

    first: Box
    most: float


def without(page: SeenPage) -> tuple[SeenPage, tuple[CreditBoxes, ...]]:
    """A page without its boxes for credits and without their labels; and these boxes."""
    labelled = {square: label for square in page.squares if (label := _left_of(square, page.lines))}
    groups = [group for group in _columns([s for s in page.squares if s in labelled]) if group]
    found: list[CreditBoxes] = []
    gone: set[Box] = set()
    shorter: dict[TextLine, str] = {}
    for column in groups:
        for run in _runs([(square, *labelled[square]) for square in column]):
            found.append(CreditBoxes(run[0][0], run[-1][1]))
            gone |= {square for square, _, _ in run}
            shorter |= {line: _rest(line.text) for _, _, line in run}
    for row in _rows([square for square in page.squares if square not in gone]):
        line = next((line for line in page.lines if _labels(line, row)), None)
        if line is not None:
            values = [_value(word) or 0.0 for word in line.text.split()]
            found.append(CreditBoxes(row[0], values[-1]))
            gone |= set(row)
            shorter[line] = ""
    lines = (replace(line, text=shorter.get(line, line.text)) for line in page.lines)
    kept = tuple(line for line in lines if line.text)
    squares = tuple(square for square in page.squares if square not in gone)
    return replace(page, lines=kept, squares=squares), tuple(found)


def _value(word: str) -> float | None:
    """The number that a word is: ``1``, ``0.5``, ``1½``."""
    found = _NUMBER.fullmatch(word)
    if found is None or not word:
        return None
    part = float(f"0.{found['part']}") if found["part"] else _SIGNS.get(found["sign"] or "", 0.0)
    return int(found["whole"] or 0) + part


def _rest(text: str) -> str:
    return text.partition(" ")[2].strip()


def _left_of(square: Box, lines: Sequence[TextLine]) -> tuple[float, TextLine] | None:
    """The number that stands left of a square, with the line that begins with it."""
    for line in lines:
        level = abs(line.box.centre[1] - square.centre[1]) <= _LEVEL
        if level and square.x - _LEFT <= line.box.x < square.x:
            value = _value(line.text.split()[0])
            if value is not None:
                return value, line
    return None


def _columns(squares: Sequence[Box]) -> Iterator[list[Box]]:
    """Squares below one another, from above."""
    rest = sorted(squares, key=lambda square: (square.x, square.y))
    while rest:
        column = [each for each in rest if abs(each.x - rest[0].x) <= _ALIGNED]
        rest = [each for each in rest if each not in column]
        yield sorted(column, key=lambda square: square.y)


def _rows(squares: Sequence[Box]) -> Iterator[list[Box]]:
    """Two squares or more beside one another, from the left."""
    rest = sorted(squares, key=lambda square: (square.y, square.x))
    while rest:
        row = [each for each in rest if abs(each.y - rest[0].y) <= _ALIGNED]
        rest = [each for each in rest if each not in row]
        if len(row) > 1:
            yield sorted(row, key=lambda square: square.x)


def _runs(column: Sequence[tuple[Box, float, TextLine]]) -> Iterator[list[tuple[Box, float, TextLine]]]:
    """Parts of a column whose labels rise from 0 on: two boxes or more."""
    run: list[tuple[Box, float, TextLine]] = []
    for each in column:
        if run and each[1] > run[-1][1]:
            run.append(each)
            continue
        if len(run) > 1:
            yield run
        run = [each] if each[1] == 0 else []
    if len(run) > 1:
        yield run


def _labels(line: TextLine, row: Sequence[Box]) -> bool:
    """Whether a line has the labels of a row of boxes: as many numbers, from 0 on, just above."""
    values = [_value(word) for word in line.text.split()]
    if len(values) != len(row) or values[0] != 0:
        return False
    rising = all(b is not None and a is not None and a < b for a, b in pairwise(values))
    return rising and 0 < row[0].y - line.box.y <= _ABOVE and abs(line.box.x - row[0].x) <= _ABOVE
