"""A formula as plain text, for tables, messages and comparisons: short, not always unambiguous."""

from collections.abc import Callable, Sequence
from typing import Any

Node = dict[str, Any]

_UP = str.maketrans("0123456789+−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_DOWN = str.maketrans("0123456789+−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")

_SPACED = frozenset({"bin", "rel"})


def text(nodes: Sequence[Node]) -> str:
    """What the nodes say, in one line."""
    return " ".join(_row(nodes).split())


def _row(nodes: Sequence[Node]) -> str:
    parts = []
    for node in nodes:
        words = _one(node)
        kind = node["family"] if node["type"] == "atom" else ""
        parts.append(f" {words} " if kind in _SPACED else f"{words} " if kind == "punct" else words)
    return "".join(parts)


def _one(node: Node) -> str:
    write = _WRITERS.get(node["type"])
    return (
        _inside(node.get("body") or node.get("base") or node.get("fragment"))
        if write is None
        else write(node)
    )


def _symbol(node: Node) -> str:
    return str(node.get("char") or node["text"])


def _blank(_node: Node) -> str:
    return " "


def _nothing(_node: Node) -> str:
    return ""


def _kern(node: Node) -> str:
    size = node["dimension"]
    return " " if float(size["number"]) > (3 if size["unit"] == "mu" else 0.2) else ""


def _genfrac(node: Node) -> str:
    numer, denom = (_group(node[part]) for part in ("numer", "denom"))
    if node["hasBarLine"]:
        return f"{numer}/{denom}"
    return f"{node.get('leftDelim') or ''}{numer} {denom}{node.get('rightDelim') or ''}"


def _sqrt(node: Node) -> str:
    index = _inside(node["index"]).translate(_UP) if node.get("index") else ""
    return f"{index}√{_group(node['body'])}"


def _fenced(node: Node) -> str:
    left, right = (_delimiter(node[side]) for side in ("left", "right"))
    return f"{left}{_row(node['body'])}{right}"


def _fence(node: Node) -> str:
    return _delimiter(node["delim"])


def _delimiter(char: str | None) -> str:
    return "" if char in {None, "."} else str(char)


def _array(node: Node) -> str:
    return "; ".join(", ".join(_inside(cell) for cell in cells) for cells in node["body"])


def _arrow(node: Node) -> str:
    return f" →{_inside(node.get('body'))} "


def _multiscript(node: Node) -> str:
    return _scripts(node["prescripts"]) + _one(node["base"]) + _scripts(node.get("postscripts") or {})


def _choice(node: Node) -> str:
    return _row(node["text"])


def _tag(node: Node) -> str:
    return f"{_inside(node['body'])} {_inside(node['tag'])}"


def _ordgroup(node: Node) -> str:
    return _row(node["body"]).strip()


def _operator(node: Node) -> str:
    if node.get("char"):
        return str(node["char"])
    name = str(node.get("name") or "").lstrip("\\")
    return f"{name} " if name else f"{_inside(node['body'])}"


def _supsub(node: Node) -> str:
    return (_one(node["base"]) if node["base"] else "").rstrip() + _scripts(node)


def _scripts(node: Node) -> str:
    return _script(node.get("sub"), _DOWN, "_") + _script(node.get("sup"), _UP, "^")


def _script(node: Node | None, small: dict[int, int], sign: str) -> str:
    if node is None:
        return ""
    words = "".join(_inside(node).split())
    if not words or set(words) <= {"′"}:
        return words
    if all(ord(char) in small for char in words):
        return words.translate(small)
    return sign + (words if len(words) == 1 else f"({words})")


def _group(node: Node) -> str:
    words = _inside(node).strip()
    return words if len(words) == 1 or words.isalnum() else f"({words})"


def _inside(node: Any) -> str:  # noqa: ANN401 - a node, or several, or none
    if isinstance(node, list):
        return _row([part for part in node if isinstance(part, dict)])
    if not isinstance(node, dict):
        return node if isinstance(node, str) else ""
    return _row(node["body"]) if node["type"] == "ordgroup" else _one(node)


_WRITERS: dict[str, Callable[[Node], str]] = {
    "mathord": _symbol, "textord": _symbol, "atom": _symbol, "spacing": _blank,
    "kern": _kern, "supsub": _supsub,
    "genfrac": _genfrac, "sqrt": _sqrt, "leftright": _fenced, "delimiter": _fenced, "middle": _fence,
    "delimsizing": _fence, "array": _array, "op": _operator, "operatorname": _operator, "xArrow": _arrow,
    "multiscript": _multiscript, "phantom": _nothing, "hphantom": _nothing, "vphantom": _nothing,
    "internal": _nothing, "label": _nothing, "rule": _nothing, "mathchoice": _choice, "tag": _tag,
    "ordgroup": _ordgroup,
}  # fmt: skip
"""How the kinds of node are told; of others it is what is inside them."""
