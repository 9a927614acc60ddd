"""Drawings as SVG in mm of their page, for print. In browsers ``web/grading/drawing.js`` draws the same."""

from collections.abc import Iterable, Sequence
from html import escape

from klausur.base.geometry import Size
from klausur.base.ink.drawing import Drawing, Tool
from klausur.base.ink.outline import outlines

RED, YELLOW = "#c8102e", "#ffd400"
MARKER = 5.0
"""How broad the highlighter is, in mm."""
LETTERS, FONT = 4.2, "New Computer Modern, sans-serif"
"""The size of texts in mm, and their font: the one that papers are set in."""

_AT_A_POINT = {Tool.TICK: "m-1.7 -1.9 1.7 1.9 3.2 -5", Tool.CROSS: "m-1.8 -1.8 3.6 3.6 m0 -3.6 -3.6 3.6"}
"""Ticks and crosses, from their point."""


def svg(drawings: Iterable[Drawing], size: Size) -> str:
    """A page with these drawings and nothing else, as SVG."""
    known = list(drawings)
    lines = iter(outlines([each.points for each in known if each.tool is Tool.PEN]))
    shapes = [_shape(each, next(lines) if each.tool is Tool.PEN else ()) for each in known]
    w, h = f"{size.w:g}", f"{size.h:g}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}mm" height="{h}mm" viewBox="0 0 {w} {h}">'
    return "".join((head, *shapes, "</svg>"))


def path(outline: Sequence[tuple[float, float]]) -> str:
    """A closed outline, smooth through the middles between its corners."""
    if not outline:
        return ""
    first = outline[0]
    parts = [f"M{_at(*first)}Q"]
    for (x, y), (next_x, next_y) in zip(outline, (*outline[1:], first), strict=True):
        parts.append(f"{_at(x, y)} {_at((x + next_x) / 2, (y + next_y) / 2)} ")
    return "".join(parts).rstrip() + "Z"


def _shape(drawing: Drawing, outline: Sequence[tuple[float, float]]) -> str:
    x, y, _ = drawing.points[0]
    match drawing.tool:
        case Tool.PEN:
            return f'<path d="{path(outline)}" fill="{RED}"/>'
        case Tool.HIGHLIGHT:
            way = " ".join(_at(x, y) for x, y, _ in (*drawing.points, drawing.points[-1]))
            return (
                f'<polyline points="{way}" fill="none" stroke="{YELLOW}" stroke-opacity="0.4" '
                f'stroke-width="{MARKER}" stroke-linecap="round" stroke-linejoin="round"/>'
            )
        case Tool.TEXT:
            return (
                f'<text x="{x:.2f}" y="{y:.2f}" font-size="{LETTERS}" font-family="{FONT}" '
                f'fill="{RED}">{escape(drawing.text)}</text>'
            )
        case Tool.TICK | Tool.CROSS:
            return (
                f'<path d="M{_at(x, y)}{_AT_A_POINT[drawing.tool]}" fill="none" stroke="{RED}" '
                'stroke-width="0.9" stroke-linecap="round" stroke-linejoin="round"/>'
            )


def _at(x: float, y: float) -> str:
    return f"{x:.2f} {y:.2f}"
