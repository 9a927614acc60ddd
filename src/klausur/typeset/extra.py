"""Extra sheets: handed out on demand, with codes of their own, tied to a booklet by written digits."""

from pathlib import Path

from klausur.base.errors import UsageError
from klausur.exam.model import Exam
from klausur.paper.code import PageCode, Sheet
from klausur.paper.run import PrintRun
from klausur.typeset.loose_sheets import Sheets, SheetSide, compile_sides

BOOKLET_CELLS = 5
"""Cells for a booklet's number, more if it needs them: the numbers are printed with up to five digits."""


def compile_extras(exam: Exam, run: PrintRun, key: bytes, out: Path) -> Sheets:
    """Write one PDF with the extra sheets of a print run that has some, each with a front and a back.

    Raises:
        UsageError: there are no extra sheets.
        ToolError: Typst refuses them.
    """
    if not run.extras:
        raise UsageError("this print run has no extra sheets", "print some with --extra")
    cells = {
        "booklet": max([BOOKLET_CELLS, *(len(str(b.number)) for b in run.booklets[-1:])]),
        "registration": exam.registration_digits,
    }
    sides = [
        SheetSide(
            PageCode(run.exam_number, number, side, Sheet.EXTRA),
            2,
            "extra",
            {"sheet": number, "cells": cells},
        )
        for number in run.extras
        for side in (1, 2)
    ]
    return compile_sides(exam, sides, key, ("digits", "ruling", "extra"), out, both=True)
