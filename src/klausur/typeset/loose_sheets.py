"""Sheets that are no booklets, typeset side by side into one PDF: codes drawn in, Fields reported.

What stands between the corners of a side is its template's; which sides there are, its module's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from klausur.base.errors import ToolError
from klausur.exam.model import Exam
from klausur.paper import code as codec
from klausur.paper.code import PageCode
from klausur.paper.code_symbol import symbol
from klausur.paper.layout import PageLayout, SheetLayout
from klausur.typeset import engine, reported, slices
from klausur.typeset.black_runs import runs
from klausur.typeset.for_printer import for_printer
from klausur.typeset.markup import STYLE, head

SIDES = (*STYLE, "fitted", "symbol", "side")


@dataclass(frozen=True, slots=True)
class SheetSide:
    """One side of a sheet: its code, how many sides its sheet has, and what its template draws.

    ``content`` are plain values; ``kind`` says which of the template's forms they are for.
    """

    code: PageCode
    count: int
    kind: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sheets:
    """The Fields of sheets beside the booklets, for `klausur.paper.layout.with_sheets`."""

    pages: tuple[PageLayout, ...]
    sheets: tuple[SheetLayout, ...]


def compile_sides(
    exam: Exam,
    sides: Sequence[SheetSide],
    key: bytes,
    templates: Sequence[str],
    out: Path,
    *,
    more: Mapping[str, Any] | None = None,
    both: bool = False,
) -> Sheets:
    """Write a PDF with these sides, in order.

    Args:
        exam: what they belong to.
        sides: at least one.
        key: 32 bytes that the page codes' tags are made with.
        templates: the files that draw a side's content.
        out: the PDF.
        more: further values for the template.
        both: print on both sides of the paper.

    Raises:
        ToolError: Typst refuses them.
    """
    made = slices.typeset(
        engine.template(*SIDES, *templates),
        {**head(exam), "form": "exam", **(more or {})},
        ([_plain(side, key)] for side in sides),
        root=exam.folder,
        ask=True,
        day=exam.date,
    )
    if isinstance(made, engine.TypstFault):
        raise ToolError(
            f"Typst refuses {out.name}: {made.message}", "see that the list of candidates holds plain text"
        )
    out.write_bytes(for_printer(made.pdf, both=both))
    return _sheets(sides, reported.fields(made.facts))


def drawn(code: PageCode, key: bytes) -> dict[str, Any]:
    """The symbol of a code as the template draws it: the rectangles of its black modules."""
    modules = symbol(codec.encode(code, key))
    return {"modules": modules.shape[0], "rects": runs(modules)}


def _plain(side: SheetSide, key: bytes) -> dict[str, Any]:
    return {
        "number": side.code.page,
        "count": side.count,
        "code": codec.show(side.code),
        "symbol": drawn(side.code, key),
        "kind": side.kind,
        **side.content,
    }


def _sheets(sides: Sequence[SheetSide], fields: Mapping[int, tuple[Any, ...]]) -> Sheets:
    """Equal sides of different sheets are written once."""
    index: dict[PageLayout, int] = {}
    pages: dict[tuple[str, int], list[int]] = {}
    for at, side in enumerate(sides, start=1):
        page = PageLayout(side.code.page, fields[at])
        pages.setdefault((side.code.sheet, side.code.booklet), []).append(index.setdefault(page, len(index)))
    return Sheets(
        tuple(index),
        tuple(SheetLayout(codec.Sheet(kind), number, tuple(of)) for (kind, number), of in pages.items()),
    )
