"""What of pandoc's tree may reach the writers: nodes of known kinds, without attributes.

pandoc's writers pass attributes on, wherever a node has them (a table in each row and cell). So none gets
through; what is to be kept of a picture, a link, code or a table is put back by whoever looked at it.
"""

import re
from collections.abc import Iterator
from typing import Any

from klausur.exam.source import tree
from klausur.exam.source.pandoc import Ast

MOST_CELLS = 5_000
"""Cells of a table, its rows counted too. A page has room for some 500."""

_LANGUAGE = re.compile(r"[a-z][a-z0-9_-]{0,30}", re.IGNORECASE | re.ASCII)
_CALLED = {"c++": "cpp", "c#": "cs", "f#": "fs"}


def without_attributes(node: Ast) -> Ast:
    """The node without ids, classes and key-values of its own; nodes inside are left as they are."""
    return {**node, "c": _bare(node["c"])} if "c" in node else node


def key_values(node: Ast) -> Iterator[tuple[str, str]]:
    """The key-values of a node, and of its rows and cells, if it is a table."""
    for attributes in _attributes(node.get("c")):
        yield from ((key, text) for key, text in attributes[2])


def cells(table: Ast) -> int:
    """How many cells a table has; each of them, and each row, has attributes of its own."""
    return sum(1 for _ in _attributes(table["c"]))


def language(classes: list[str]) -> list[str]:
    """The classes that code keeps: the name of its language alone, if it is one."""
    return [name for c in classes[:1] if _LANGUAGE.fullmatch(name := _CALLED.get(c.lower(), c))]


def _bare(value: Any) -> Any:  # noqa: ANN401 - any level of pandoc's JSON
    if not isinstance(value, list):
        return value
    return ["", [], []] if tree.is_attributes(value) else [_bare(inner) for inner in value]


def _attributes(value: object) -> Iterator[list[Any]]:
    if not isinstance(value, list):
        return
    if tree.is_attributes(value):
        yield value
    else:
        for inner in value:
            yield from _attributes(inner)
