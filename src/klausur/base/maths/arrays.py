"""Matrices, tables, alignments and cases in Typst: columns, rules, gaps between rows, tags.

Typst's ``mat`` sets the cells of a row on one line, which its ``grid`` does not, and draws rules between
columns and rows. An alignment is a matrix of one column whose rows have alignment points.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from klausur.base.maths.mistakes import RefusedError
from klausur.base.maths.symbols import joined

Node = dict[str, Any]

_STYLES = {"display": "display", "text": "inline", "script": "script"}

_ASCENT, _DESCENT = 0.84, 0.36
"""Of TeX's strut in a row, in em of the text: 0.7 and 0.3 of a line of 1.2 em."""

_DOUBLE = "2pt"
"""Between the two lines of a double rule."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """How columns are aligned, and how many rules stand before each and behind the last; -1: a dashed one."""

    aligned: tuple[str, ...]
    rules: tuple[int, ...]


def array(node: Node, write: Callable[[Node], str], length: Callable[[Node], str]) -> str:
    """An array without its delimiters, which stand round it.

    Args:
        node: Temml's.
        write: writes a cell.
        length: writes a length.

    Raises:
        RefusedError: it cannot be set as TeX means it.
    """
    classes = node["envClasses"]
    cells = [[write(cell) for cell in cells] for cells in node["body"]]
    style = _STYLES.get(str(node.get("scriptLevel")), "inline")
    if "multline" in classes:
        return _multline(cells)
    if {"align", "alignat", "abut"} & set(classes) and "gather" not in classes:
        return _aligned(node, cells, style, length)
    return _matrix(node, cells, style, length)


def column(node: Node, cells: Sequence[str], length: Callable[[Node], str]) -> str:
    """Cells beside an alignment, one for each of its rows and as far apart."""
    lines = [cell + "&" + _gap(node, at, length, 0.25) for at, cell in enumerate(cells)]
    return f"mat(delim:#none,row-gap:#{_row_gap(node)},{' ;'.join(lines)})"


def rows_of(node: Node, write: Callable[[Node], str]) -> list[str]:
    """Each row as it stands in a display, for what must be as high."""
    return [joined(f"display({write(cell)})" for cell in cells if cell.get("body")) for cells in node["body"]]


def _styled(style: str, cell: str) -> str:
    return f"{style}({cell})" if cell else '""'


def _aligned(node: Node, cells: list[list[str]], style: str, length: Callable[[Node], str]) -> str:
    apart = "" if "alignat" in node["envClasses"] else "#h(2em)"
    lines = []
    for at, line in enumerate(cells):
        parts = [
            (apart if n and n % 2 == 0 else "") + (_styled(style, cell) if cell or not n else "")
            for n, cell in enumerate(line)
        ]
        lines.append("&".join(parts) + _gap(node, at, length, 0.25))
    return f"mat(delim:#none,row-gap:#{_row_gap(node)},{' ;'.join(lines)})"


def _row_gap(node: Node) -> str:
    if "small" in node["envClasses"]:
        return "0.15em"
    gap = 0.5 if "jot" in node["envClasses"] else 0.2
    return f"{gap + 1.2 * (float(node.get('arraystretch') or 1) - 1):.3g}em"


def _gap(node: Node, at: int, length: Callable[[Node], str], descent: float) -> str:
    r"""What makes room below a row that ends with ``\\[2pt]``."""
    gaps = node.get("rowGaps") or ()
    size = gaps[at] if at < len(gaps) else None
    if size is None or float(size["number"]) <= 0:
        return ""
    deep = f"{descent}em+{length(size)}"
    return f"#box(width:0pt,height:{deep},baseline:{deep})"


def _matrix(node: Node, cells: list[list[str]], style: str, length: Callable[[Node], str]) -> str:
    wide = max(map(len, cells), default=0)
    columns = _columns(node, wide)
    across = [_kinds(lines) for lines in node["hLinesBeforeRow"]]
    ruled = any(columns.rules) or any(across)
    if len({kind < 0 for kind in (*columns.rules, *across) if kind}) > 1:
        raise RefusedError(
            "\\hdashline", "stands beside solid rules", "draw all rules alike, solid or dashed"
        )
    sides = _sides(node, length)
    pad = f"#h({sides})" if ruled else ""
    lines = []
    for at, line in enumerate(cells):
        parts: list[str] = []
        for n in range(wide):
            cell = _styled(style, line[n] if n < len(line) else "")
            if n == 0:
                cell = (_strut(node) if ruled else "") + cell
                cell += _gap(node, at, length, _DESCENT if ruled else 0.25)
            if abs(columns.rules[n]) > 1:
                parts.append(f"#h({_DOUBLE})")
            cell = joined((pad, cell, pad))
            parts.append({"l": f"&{cell}", "r": f"{cell}&"}.get(columns.aligned[n], cell))
        if abs(columns.rules[wide]) > 1:
            parts.append(f"#h({_DOUBLE})")
        lines.append(",".join(parts))
    if not ruled:
        between = "0.28em" if "small" in node["envClasses"] else f"2*{sides}"
        return f"mat(delim:#none,row-gap:#{_row_gap(node)},column-gap:#{{{between}}},{' ;'.join(lines)})"
    augment = _augment(columns, across)
    return f"mat(delim:#none,row-gap:#0pt,column-gap:#0pt,augment:#{augment},{' ;'.join(lines)})"


def _strut(node: Node) -> str:
    stretch = float(node.get("arraystretch") or 1)
    high, deep = _ASCENT * stretch, _DESCENT * stretch
    return f"#box(width:0pt,height:{high + deep:.3g}em,baseline:{deep:.3g}em)"


def _sides(node: Node, length: Callable[[Node], str]) -> str:
    size = node.get("arraycolsep")
    if "cases" in node["envClasses"] or size in (None, {"number": 6, "unit": "pt"}):
        return "0.5em"
    return length(size)


def _columns(node: Node, wide: int) -> _Columns:
    aligned: list[str] = []
    rules = [0]
    for column in node.get("cols") or ():
        if column["type"] == "align":
            aligned.append(str(column.get("align") or "c"))
            rules.append(0)
        else:
            dashed = column["separator"] != "|"
            rules[-1] = -1 if dashed else rules[-1] + 1
    usual = "l" if "cases" in node["envClasses"] else "c"
    aligned += [usual] * (wide - len(aligned))
    end = rules[-1]
    rules = [*rules[:-1], *[0] * (wide - len(rules) + 1), end] if len(rules) <= wide else rules[: wide + 1]
    return _Columns(tuple(aligned[:wide]), tuple(rules))


def _kinds(lines: Sequence[bool]) -> int:
    return 0 if not lines else -1 if lines[0] else len(lines)


def _augment(columns: _Columns, across: Sequence[int]) -> str:
    down: list[int] = []
    at = 0
    for n, rules in enumerate(columns.rules):
        if abs(rules) > 1:
            down += [at, at + 1]
            at += 1
        elif rules:
            down.append(at)
        at += n < len(columns.rules) - 1
    lines = [n for n, rules in enumerate(across) if rules]
    dashed = any(rules < 0 for rules in (*columns.rules, *across))
    stroke = '(thickness:0.4pt,dash:"dashed")' if dashed else "0.4pt"
    return f"(hline:{_listed(lines)},vline:{_listed(down)},stroke:{stroke})"


def _listed(numbers: Sequence[int]) -> str:
    return "(" + "".join(f"{n}," for n in numbers) + ")"


def _multline(cells: list[list[str]]) -> str:
    """The first line on the left, the last on the right, those between in the middle."""
    last = len(cells) - 1
    sides = ["left" if n == 0 else "right" if n == last else "center" for n in range(len(cells))]
    lines = ",".join(
        f"align({side},$display({joined(line)})$)" for side, line in zip(sides, cells, strict=True)
    )
    return f"#box(width:100%,grid(columns:1fr,row-gutter:0.6em,{lines}))"
