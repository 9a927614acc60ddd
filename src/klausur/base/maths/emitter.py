"""Writing nodes in a row, each in TeX's style where it is; the kinds of node have modules of their own."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from klausur.base.maths import spaces
from klausur.base.maths.mistakes import RefusedError
from klausur.base.maths.symbols import classed, joined

Node = dict[str, Any]
"""A node of Temml's parse tree."""


_EM = {"em": 1.0, "mu": 1 / 18, "ex": 0.43, "pt": 0, "mm": 0, "cm": 0, "in": 0, "pc": 0, "bp": 0, "dd": 0,
       "cc": 0, "nd": 0, "nc": 0, "sp": 0}  # fmt: skip


_PT = {"pt": 0.99626, "mm": 2.83465, "cm": 28.3465, "in": 72.0, "pc": 11.9552, "bp": 1.0, "dd": 1.06601,
       "cc": 12.7921, "nd": 1.06697, "nc": 12.8037, "sp": 1.5202e-5}  # fmt: skip
"""Points of Typst, 1/72 in, in TeX's units."""


def length(size: Node) -> str:
    """One of TeX's lengths in Typst."""
    number, unit = float(size["number"]), str(size["unit"])
    if unit not in _EM:
        raise RefusedError(unit, "is no unit that is known", "write the length in em, ex, pt, mm or cm")
    return f"{number * _EM[unit]:.4g}em" if _EM[unit] else f"{number * _PT[unit]:.4g}pt"


_WRITERS: dict[str, Callable[["Emitter", Node], str]] = {}


def writes(*kinds: str) -> Callable[[Callable[["Emitter", Node], str]], Callable[["Emitter", Node], str]]:
    """That a function writes nodes of these kinds."""

    def named(write: Callable[["Emitter", Node], str]) -> Callable[["Emitter", Node], str]:
        _WRITERS.update(dict.fromkeys(kinds, write))
        return write

    return named


class Emitter:
    """Writes nodes; ``level`` is TeX's style where it is: 0 display, 1 text, 2 script, 3 scriptscript."""

    def __init__(self, *, display: bool) -> None:
        self.level = 0 if display else 1

    @contextmanager
    def at(self, level: int) -> Iterator[None]:
        """In another style."""
        before, self.level = self.level, level
        try:
            yield
        finally:
            self.level = before

    def script(self, node: Node | Sequence[Node] | None) -> str:
        """What stands above or below, and smaller."""
        with self.at(2 if self.level < 2 else 3):
            return self.inner(node)

    def row(self, nodes: Sequence[Node]) -> str:
        """Nodes in a row."""
        parts = []
        for at, node in enumerate(nodes := runs(nodes)):
            lone = node["type"] == "atom" and node["family"] == "bin" and not _before(nodes[:at])
            parts.append(classed(node["char"], "ord") if lone else self.one(node))
            if spaces.is_blank(node) and at + 1 < len(nodes) and not spaces.is_blank(nodes[at + 1]):
                parts.append(spaces.lost(nodes, at, script=self.level > 1))
        return joined(parts)

    def inner(self, node: Node | Sequence[Node] | None) -> str:
        """What stands alone in its place, as a numerator does: a group's kind of atom is of no matter."""
        if node is None:
            return ""
        if not isinstance(node, dict):
            return self.row(node)
        return self.row(node["body"]) if node["type"] == "ordgroup" else self.row([node])

    def styled(self, inside: str) -> str:
        """What is set in a frame of its own, which would else forget its style and lose some height."""
        return f"{{set par(leading:0pt);{self.alone(inside)}}}"

    def alone(self, inside: str) -> str:
        """The same as an equation."""
        style = ("display", "inline", "script", "sscript")[self.level]
        return f"${style}({inside})$"

    def one(self, node: Node) -> str:
        """A node as Typst.

        Raises:
            RefusedError: there is no way to set it.
        """
        kind = node["type"]
        write = _WRITERS.get(kind)
        if write is None:
            what = str(node.get("label") or node.get("name") or node.get("funcName") or kind)
            raise RefusedError(what, "has no meaning on paper", "leave it out")
        return write(self, node)


def _before(nodes: Sequence[Node]) -> bool:
    """Whether something stands before a binary operator."""
    return any(node["type"] not in {"kern", "spacing", "internal"} for node in nodes)


def runs(nodes: Sequence[Node]) -> list[Node]:
    """The nodes, digits that stand together as one number, and without what says nothing."""
    found: list[Node] = []
    for node in nodes:
        if node["type"] in {"internal", "label", "envTag", "noTag"}:
            continue
        last = found[-1] if found else None
        if _digit(node) and last is not None and last["type"] == "textord" and last.get("number"):
            found[-1] = {**last, "char": last["char"] + node["char"]}
        elif _digit(node):
            found.append({**node, "number": True})
        else:
            found.append(node)
    return found


def _digit(node: Node) -> bool:
    return node["type"] == "textord" and str(node.get("char")) in set("0123456789")


def arguments(*parts: str) -> str:
    """Arguments of a function of Typst; an empty one is left out."""
    return ",".join(part for part in parts if part)


def char_of(node: Node) -> str:
    """The character of a symbol.

    Raises:
        RefusedError: it has none.
    """
    char = node.get("char")
    if not char:
        raise RefusedError(
            str(node.get("text") or node.get("name")), "has no character", "write it otherwise"
        )
    return str(char)
