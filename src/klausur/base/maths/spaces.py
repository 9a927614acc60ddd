"""The space round operators with an author's blank beside it: Typst then leaves it out, and TeX does not.

By the table of the TeXbook, chapter 18: what stands on the left, and on the right.
"""

from collections.abc import Sequence
from typing import Any

Node = dict[str, Any]

_THIN, _MEDIUM, _THICK = 3, 4, 5
"""In eighteenths of an em."""

_OPERANDS = ("ord", "op", "open", "inner")
_TABLE = {
    **{(left, "op"): _THIN for left in ("ord", "op", "close", "inner", "punct")},
    **{("op", right): _THIN for right in ("ord", "inner")},
    **{("punct", right): _THIN for right in ("ord", "rel", "open", "close", "punct", "inner")},
    **{("inner", right): _THIN for right in ("ord", "open", "punct", "inner")},
    **{(left, "inner"): _THIN for left in ("ord", "close")},
    **{(left, "bin"): _MEDIUM for left in ("ord", "close", "inner")},
    **{("bin", right): _MEDIUM for right in (*_OPERANDS, "bin")},
    **{(left, "rel"): _THICK for left in ("ord", "op", "close", "inner")},
    **{("rel", right): _THICK for right in _OPERANDS},
}
_CLASSES = {
    "mbin": "bin",
    "mrel": "rel",
    "mopen": "open",
    "mclose": "close",
    "mpunct": "punct",
    "minner": "inner",
}


def is_blank(node: Node) -> bool:
    """Whether a node is a blank and nothing else."""
    if node["type"] == "ordgroup":
        return bool(node["body"]) and all(map(is_blank, node["body"]))
    return node["type"] in {"kern", "spacing"}


def lost(nodes: Sequence[Node], at: int, *, script: bool) -> str:
    """The space that Typst leaves out round the blanks that end at a place in a row, or nothing."""
    first = at
    while first > 0 and is_blank(nodes[first - 1]):
        first -= 1
    if first == 0:
        return ""
    left, right = _kind(nodes[first - 1]), _kind(nodes[at + 1])
    if left == "bin" and first == 1:
        left = "ord"
    size = _TABLE.get((left, right), 0)
    if script and "op" not in {left, right}:
        size = 0
    return f"#h({size / 18:.4f}em)" if size else ""


def _kind(node: Node) -> str:
    """The kind of atom that TeX takes a node for."""
    kind = node["type"]
    if kind == "atom":
        sign = node["family"] == "open" and node.get("char") in {"+", "−"}
        return "ord" if sign else str(node["family"])
    if kind == "supsub":
        return _kind(node["base"]) if node["base"] else "ord"
    if kind in {"op", "operatorname"}:
        inside = node.get("body") if node.get("suppressBaseShift") is not None else None
        return _kind(inside[0]) if inside else "op"
    if kind in {"mclass", "delimsizing"}:
        return _CLASSES.get(str(node["mclass"]), "ord")
    return {"xArrow": "rel", "leftright": "inner", "not": "rel"}.get(kind, "ord")
