"""A NumberRow to the number in it: its digits by the digit reader, its minus by the mark reader.

A number is plain if every cell is surely a digit or surely empty, and the digits stand so that they can mean
one number alone. All else is left to a person, who types it.
"""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from klausur.base.credits import show_credits
from klausur.exam.model import Marking
from klausur.exam.number import number
from klausur.paper.fields import NO_NUMBER, Field, Mark
from klausur.paper.number_row import digit_cells, sign_box
from klausur.read import digits, marks
from klausur.read.crop import windows
from klausur.read.digits import EMPTY, UNKNOWN, SeenCells
from klausur.read.marks import SeenMark
from klausur.read.model import Reading
from klausur.scan.model import Placed
from klausur.scan.tones import ScanKind

SURE = 0.98
"""A cell that is less sure goes to a person, where a card tells no bound for answers
(`Card.answers_below`): that of version 1. A registration number is held against a list; nothing but this
stands between a misread digit and an answer's credits. Of 6,000 digits that calibrated version 1, 5 are
misread at this bound and 192 flagged."""

_WHOLE = re.compile(r"_*(\d+)_*")
"""Digits side by side, anywhere in their boxes: without decimals they are one number."""
_BEFORE = re.compile(r"_*(\d*)")
"""Digits up to the decimal sign, none of them missing."""
_AFTER = re.compile(r"(\d+)_*")


def read(placed: Placed, rows: Sequence[Field], kind: ScanKind | None = None) -> Iterator[Reading]:
    """What stands in NumberRows of a page of some kind of scan: a number such as ``-9.81``, or ``none``.

    Of a row that is not plain the value shows each cell instead, as in ``-12?.4_``; ``?`` is unclear.
    """
    reader = digits.shipped()
    seen = reader.seen(placed, [digit_cells(row) for row in rows], kind)
    for row, here, sign in zip(rows, seen, _signs(placed, rows, kind), strict=True):
        yield _reading(row, here, sign, reader)


def _reading(row: Field, seen: SeenCells, sign: tuple[str, float], reader: digits.DigitReader) -> Reading:
    """A row's Reading, by what was seen in its cells, and before them."""
    cells = seen.texts(bound(reader), EMPTY)
    before, confidence = sign
    whole, decimals = cells[: len(cells) - (row.decimals or 0)], cells[len(cells) - (row.decimals or 0) :]
    value = plain(before, whole, decimals)
    shown = f"{before}{whole}{f'.{decimals}' if decimals else ''}" if value is None else value
    return Reading(
        field=row.id,
        kind=row.kind,
        question=row.question,
        value=shown,
        confidence=float(np.prod(seen.sure)) * confidence,
        flagged=value is None,
        reader="numbers",
        version=reader.card.version,
        scores=tuple(tuple(round(p, 6) for p in cell) for cell in seen.chances.astype(float).tolist()),
    )


def bound(reader: digits.DigitReader) -> float:
    """The confidence under which a cell of an answer goes to a person."""
    return SURE if reader.card.answers_below is None else reader.card.answers_below


def plain(sign: str, whole: str, decimals: str) -> str | None:
    """The one number that cells can mean, or None if a person must look.

    Args:
        sign: ``-``, nothing, or ``?`` if that is unclear.
        whole: the cells before the decimal sign; ``_`` is an empty one, ``?`` an unclear one.
        decimals: those behind it.
    """
    if UNKNOWN in sign + whole + decimals:
        return None
    if not decimals.strip(EMPTY):
        if not whole.strip(EMPTY):
            return None if sign else NO_NUMBER
        match = _WHOLE.fullmatch(whole)
        return match and _told(sign, match[1])
    before, after = _BEFORE.fullmatch(whole), _AFTER.fullmatch(decimals)
    if before is None or after is None:
        return None
    return _told(sign, f"{before[1] or 0}.{after[1]}")


def _told(sign: str, text: str) -> str:
    return show_credits(number(sign + text))


def _signs(placed: Placed, rows: Sequence[Field], kind: ScanKind | None) -> list[tuple[str, float]]:
    """For each row a minus, nothing, or a doubt; and how sure that is."""
    boxes = [sign_box(row) for row in rows]
    seen = iter(marks.shipped().read(windows(placed, [box for box in boxes if box is not None]), kind))
    return [
        ("", 1.0) if box is None else _sign(row, next(seen)) for row, box in zip(rows, boxes, strict=True)
    ]


def _sign(row: Field, seen: SeenMark) -> tuple[str, float]:
    filled = seen.value is Mark.FILLED and row.rule is not Marking.CROSS  # is it chosen, or taken back?
    if seen.flagged or filled:
        return UNKNOWN, seen.confidence
    return ("-" if seen.value is Mark.CROSSED else ""), seen.confidence
