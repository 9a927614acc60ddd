"""Stickers: one per candidate, on sheets of labels, in the order of the print run."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pikepdf

from klausur.base.errors import ToolError, UsageError
from klausur.base.geometry import Box
from klausur.exam.model import Exam
from klausur.paper.code import PageCode, Sheet
from klausur.paper.labels import LabelSheet
from klausur.paper.run import PrintRun, Sticker
from klausur.roster.name_order import ever_shorter
from klausur.typeset import engine, slices, stamps, wording
from klausur.typeset.for_printer import for_printer
from klausur.typeset.markup import STYLE, head

EDGE = 1.0
"""Kept white in mm along a label's edges: label sheets shift in a printer."""

CODE_LEAST, CODE_MOST = 7.0, 14.0
"""Side in mm of a sticker's code: as high as the label, within these."""

_ROOMY = 18.0
"""In mm: labels so high or higher say where to and what for, and have more white round them."""


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
            "roomy": labels.h >= _ROOMY,
            "words": _code_x(labels) + code_side(labels),
            "sheet-w": labels.size.w,
            "sheet-h": labels.size.h,
        },
    }
    placed = places(run.stickers, labels, skip=skip, room_breaks=room_breaks)
    made = slices.typeset(
        engine.template(*STYLE, "fitted", "stickers"),
        values,
        ([_plain(one, labels) for one in sheet] for _, sheet in groupby(placed, lambda one: one.sheet)),
        root=exam.folder,
        day=exam.date,
    )
    if isinstance(made, engine.TypstFault):
        raise ToolError(
            f"Typst refuses the stickers: {made.message}", "see that the list of candidates holds plain text"
        )
    out.write_bytes(for_printer(_with_codes(made.pdf, exam, run, key, labels, placed), both=False))


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


def _code_x(labels: LabelSheet) -> float:
    """From a label's left edge to its code, in mm."""
    return EDGE + (1.3 if labels.h >= _ROOMY else 0.0)


def _with_codes(
    pdf: bytes, exam: Exam, run: PrintRun, key: bytes, labels: LabelSheet, placed: Sequence[PlacedSticker]
) -> bytes:
    """The sheets with the codes drawn on them: as whole modules, which takes a tenth of what Typst writes."""
    side, x = code_side(labels), _code_x(labels)
    if wording.from_right_to_left(exam.language):
        x = labels.w - x - side
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for number, page in enumerate(document.pages):
            drawn = b""
            for one in placed:
                if one.sheet == number:
                    label = labels.box(one.position)
                    box = Box(label.x + x, label.y + (label.h - side) / 2, side, side)
                    code = PageCode(run.exam_number, one.sticker.number, 1, Sheet.STICKER)
                    drawn += stamps.symbol_stamp(code, key, box, labels.size)
            page.contents_add(b"q\n", prepend=True)
            page.contents_add(b"Q\n" + drawn)
        done = io.BytesIO()
        document.save(done, deterministic_id=True)
    return done.getvalue()


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


def _plain(placed: PlacedSticker, labels: LabelSheet) -> dict[str, Any]:
    sticker, box = placed.sticker, labels.box(placed.position)
    person = sticker.candidate
    return {
        "sheet": placed.sheet,
        "x": box.x,
        "y": box.y,
        "number": str(sticker.number),
        "names": ever_shorter(person.name),
        "registration": person.registration,
        "places": [
            ", ".join(part for part in parts if part)
            for parts in ((person.room, person.seat), (person.seat, person.room))
        ],
    }
