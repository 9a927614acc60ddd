"""Hints and notes to candidates, ``::: hint`` and ``::: note``: each begins with its word."""

from collections.abc import Sequence

from klausur.base import words
from klausur.exam.source.pandoc import Ast

REMARKS = ("hint", "note")
"""The classes of such blocks, and what their words are called in the table."""


def is_remark(node: Ast) -> bool:
    """Whether this is such a block."""
    return node["t"] == "Div" and list(node["c"][0][1]) in [[name] for name in REMARKS]


def with_words(blocks: Sequence[Ast], language: str) -> list[Ast]:
    """The blocks, of which hints and notes begin with what they are."""
    return [_begun(block, language) if is_remark(block) else block for block in blocks]


def _begun(block: Ast, language: str) -> Ast:
    attributes, inside = block["c"]
    line = block["line"]
    word = {"t": "Str", "c": _word(attributes[1][0], language), "line": line}
    said = {"t": "Emph", "c": [word], "line": line}
    first, *rest = inside or [{"t": "Para", "c": [], "line": line}]
    if first["t"] in {"Para", "Plain"}:
        begun = [{**first, "c": [said, {"t": "Space", "line": line}, *first["c"]]}, *rest]
    else:
        begun = [{"t": "Para", "c": [said], "line": line}, first, *rest]
    return {**block, "c": [attributes, begun]}


def _word(name: str, language: str) -> str:
    said = next(row.words for row in words.rows(language) if row.name == name)
    return f"{said}\u00a0:" if language == "fr" else f"{said}:"
