"""What a booklet adds to a shared page: its page code, drawn and in readable text."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pikepdf

from klausur.base.errors import ToolError
from klausur.base.geometry import Box, Size
from klausur.paper import code
from klausur.paper.code import PageCode
from klausur.paper.code_symbol import symbol
from klausur.typeset import engine
from klausur.typeset.black_runs import runs

POINT = 72 / 25.4
"""A mm in a PDF's points."""

GLYPHS = "0123456789ABCDEF-"
_SIZE = 7.5
"""Print of the readable code in points."""
_ADVANCE = 0.602
"""Width of a character of DejaVu Sans Mono in ems."""
_GLYPH_W, _GLYPH_H = _SIZE * _ADVANCE / POINT, _SIZE * 1.2 / POINT


@dataclass(frozen=True, slots=True)
class Places:
    """Where on one page the symbol is drawn, and where the readable code begins, in mm."""

    symbol: Box
    text: Box


def glyph_sheet() -> bytes:
    """A PDF with one page per character of the readable code."""
    made = engine.typeset(
        engine.template("glyphs"),
        {"glyphs": list(GLYPHS), "glyph": {"w": _GLYPH_W, "h": _GLYPH_H, "size": _SIZE}},
        root=Path(__file__).parent,
    )
    if isinstance(made, engine.TypstFault):
        raise ToolError(f"Typst refuses the glyph sheet: {made.message}", "install the pinned package typst")
    return made.pdf


def glyphs(target: pikepdf.Pdf) -> Mapping[str, pikepdf.Object]:
    """The characters as form XObjects of the target, whose text stays text."""
    with pikepdf.open(io.BytesIO(glyph_sheet())) as sheet:
        return {
            character: target.copy_foreign(page.as_form_xobject())
            for character, page in zip(GLYPHS, sheet.pages, strict=True)
        }


def name_of(character: str) -> str:
    """The name under which a character stands among a page's XObjects."""
    return "/Glyph" + ("minus" if character == "-" else character)


@cache
def _rectangle(of: tuple[int, int, int, int]) -> str:
    """A run of modules as part of a path; a symbol's 20 × 20 modules have 4,200 different ones."""
    x, y, w, h = of
    return f"{x} {-y - h} {w} {h} re\n"


def symbol_stamp(page_code: PageCode, key: bytes, box: Box, size: Size) -> bytes:
    """Content that draws a code's symbol, in the page's own coordinates: points from the lower left."""
    modules = symbol(code.encode(page_code, key))
    side = box.w * POINT / modules.shape[0]
    left, top = box.x * POINT, (size.h - box.y) * POINT
    rects = "".join(map(_rectangle, runs(modules)))
    # one path, one fill: filled one by one, a seam would show between rectangles that touch
    return f"q {side:.6f} 0 0 {side:.6f} {left:.3f} {top:.3f} cm 0 g\n{rects}f Q\n".encode()


def stamp(page_code: PageCode, key: bytes, places: Places, size: Size) -> bytes:
    """Content that draws a page's code, as symbol and in readable text."""
    x, y = places.text.x * POINT, (size.h - places.text.bottom) * POINT
    step = _SIZE * _ADVANCE
    letters = "".join(
        f"q 1 0 0 1 {x + n * step:.3f} {y:.3f} cm {name_of(character)} Do Q\n"
        for n, character in enumerate(code.show(page_code))
    )
    return symbol_stamp(page_code, key, places.symbol, size) + letters.encode()
