"""A text line by line as a reader will see it, and in what each line stands: a list, a cell, code, a caption.

What an author marks as ``literal`` is left out: it is printed as it is written, on purpose.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from klausur.exam.source import tree
from klausur.exam.source.pandoc import Ast

LITERAL = "literal"
"""The class of what is printed as it is written, whatever it looks like."""

OPAQUE = "\ufffc"
"""Stands for a formula or code within a line: they are not looked into."""


class Where(StrEnum):
    """In what a line stands."""

    TEXT = "text"
    ITEM = "item"
    CHOICE = "choice"
    CELL = "cell"
    CODE = "code"
    CAPTION = "caption"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a paragraph, a cell, a line of code or a caption.

    Attributes:
        text: its words.
        number: where it stands in the source.
        where: in what it stands.
        part: which of its block's lines it is, from 0.
    """

    text: str
    number: int
    where: Where
    part: int = 0


def lines_of(value: Any, where: Where = Where.TEXT) -> Iterator[Line]:  # noqa: ANN401 - any level of the tree
    """All lines at and below some level of the tree, in the order of the source."""
    if isinstance(value, list):
        for inner in value:
            yield from lines_of(inner, where)
    if not isinstance(value, dict) or "t" not in value or is_literal(value):
        return
    kind = value["t"]
    if kind in {"Para", "Plain", "Header"}:
        yield from _paragraph(value["c"][2] if kind == "Header" else value["c"], value["line"], where)
    elif kind == "CodeBlock":
        for at, text in enumerate(value["c"][1].split("\n")):
            yield Line(text, value["line"] + at + 1, Where.CODE, at)
    elif kind == "Table":
        yield from lines_of(value.get("c"), Where.CELL)
    elif kind not in {"RawBlock", "RawInline"}:
        in_item = kind in _LISTS and where is not Where.CELL
        yield from lines_of(value.get("c"), Where.ITEM if in_item else where)


_LISTS = frozenset({"BulletList", "OrderedList", "DefinitionList"})


def is_literal(node: Ast) -> bool:
    """Whether an author wants a node printed as it is."""
    at = tree.ATTR_AT.get(node["t"])
    return at is not None and node["t"] != "Header" and LITERAL in node["c"][at][1]


def _paragraph(inlines: Sequence[Ast], number: int, where: Where) -> Iterator[Line]:
    text, part = "", 0
    captions: list[Line] = []
    for node in _leaves(inlines):
        if node["t"] in {"SoftBreak", "LineBreak"}:
            yield Line(text, number, where, part)
            text, part = "", part + 1
            continue
        if not text:
            number = node["line"]
        text += _words(node)
        if node["t"] == "Image":
            captions.append(Line(tree.plain(node["c"][1]), node["line"], Where.CAPTION))
        elif node["t"] == "Code":
            captions.append(Line(node["c"][1], node["line"], Where.CODE))
    yield Line(text, number, where, part)
    yield from captions


def _leaves(inlines: Iterable[Ast]) -> Iterator[Ast]:
    """The nodes that words consist of, each alone."""
    for node in inlines:
        kind, inside = node["t"], node.get("c")
        if kind in {"Str", "Space", "SoftBreak", "LineBreak", "Math", "Image", "RawInline", "Note"}:
            yield node
        elif kind == "Code":
            yield {**node, "t": "Math"} if is_literal(node) else node
        elif is_literal(node):
            yield {"t": "Math", "line": node["line"]}
        elif isinstance(inside, list):
            nested = next((part for part in inside if isinstance(part, list) and _are_nodes(part)), inside)
            yield from _leaves(n for n in nested if isinstance(n, dict))


def _are_nodes(part: Sequence[Any]) -> bool:
    return bool(part) and all(isinstance(inner, dict) and "t" in inner for inner in part)


def _words(node: Ast) -> str:
    if node["t"] == "Str":
        return str(node["c"])
    if node["t"] == "Space":
        return " "
    return OPAQUE if node["t"] in {"Math", "Code", "Image"} else ""
