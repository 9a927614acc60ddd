"""Stickers: one per candidate, on sheets of labels, in the order of the print run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from klausur.base.errors import ToolError, UsageError
from klausur.exam.model import Exam
from klausur.paper.code import PageCode, Sheet
from klausur.paper.labels import LabelSheet
from klausur.paper.run import PrintRun, Sticker
from klausur.typeset import engine, slices
from klausur.typeset.for_printer import for_printer
from klausur.typeset.loose_sheets import drawn
from klausur.typeset.markup import STYLE, head

EDGE = 1.0
"""Kept white in mm along a label's edges: label sheets shift in a printer."""

CODE_LEAST, CODE_MOST = 7.0, 14.0
"""Side in mm of a sticker's code: as high as the label, within these."""


@dataclass(frozen=True, slots=True)
class PlacedSticker:
    """A sticker and its place: sheet and position on it, both from 0."""

    sticker: Sticker
    sheet: int
    position: int


def compile_stickers(
    exam: Exam,
    run: PrintRun,
    key: bytes,
    labels: LabelSheet,
    out: Path,
    *,
    skip: int = 0,
    room_breaks: bool = False,
) -> None:
    """Write one PDF with the stickers of a print run that has some.

    Args:
        exam: what they are for.
        run: the stickers and their candidates.
        key: 32 bytes that the codes' tags are made with.
        labels: the sheet that they are printed on.
        out: the PDF.
        skip: how many labels of the first sheet are used up, row by row.
        room_breaks: begin each room on a fresh sheet.

    Raises:
        UsageError: ``skip`` leaves no label on the first sheet.
        ToolError: Typst refuses them.
    """
    values = {
        **head(exam),
        "form": "exam",
        "labels": {
            "w": labels.w,
            "h": labels.h,
            "edge": EDGE,
            "code": code_side(labels),
            "sheet-w": labels.size.w,
            "sheet-h": labels.size.h,
        },
    }
    placed = places(run.stickers, labels, skip=skip, room_breaks=room_breaks)
    made = slices.typeset(
        engine.template(*STYLE, "fitted", "symbol", "stickers"),
        values,
        (
            [_plain(one, run.exam_number, key, labels) for one in sheet]
            for _, sheet in groupby(placed, lambda one: one.sheet)
        ),
        root=exam.folder,
        day=exam.date,
    )
    if isinstance(made, engine.TypstFault):
        raise ToolError(
            f"Typst refuses the stickers: {made.message}", "see that the list of candidates holds plain text"
        )
    out.write_bytes(for_printer(made.pdf, both=False))


def places(
    stickers: Sequence[Sticker], labels: LabelSheet, *, skip: int = 0, room_breaks: bool = False
) -> tuple[PlacedSticker, ...]:
    """Where each sticker comes to lie, in the order of the stickers.

    Raises:
        UsageError: ``skip`` leaves no label on the first sheet.
    """
    if not 0 <= skip < labels.count:
        raise UsageError(
            f"{skip} labels cannot be skipped: a sheet {labels.name} has {labels.count}",
            f"skip 0 to {labels.count - 1}",
        )
    return tuple(_places(stickers, labels.count, skip, room_breaks=room_breaks))


def code_side(labels: LabelSheet) -> float:
    """The side in mm of the codes on such labels."""
    return round(max(CODE_LEAST, min(CODE_MOST, labels.h - 2 * EDGE, 0.4 * labels.w)), 2)


def _places(
    stickers: Sequence[Sticker], count: int, skip: int, *, room_breaks: bool
) -> Iterator[PlacedSticker]:
    at, room = skip, None
    for sticker in stickers:
        if room_breaks and room is not None and room != sticker.candidate.room:
            at = -(-at // count) * count
        room = sticker.candidate.room
        yield PlacedSticker(sticker, at // count, at % count)
        at += 1


def _plain(placed: PlacedSticker, exam_number: int, key: bytes, labels: LabelSheet) -> dict[str, Any]:
    sticker, box = placed.sticker, labels.box(placed.position)
    person = sticker.candidate
    return {
        "sheet": placed.sheet,
        "x": box.x,
        "y": box.y,
        "number": str(sticker.number),
        "symbol": drawn(PageCode(exam_number, sticker.number, 1, Sheet.STICKER), key),
        "name": person.name,
        "registration": person.registration,
        "place": ", ".join(part for part in (person.room, person.seat) if part),
    }
