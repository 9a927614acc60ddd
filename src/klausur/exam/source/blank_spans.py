"""Blanks in the tree: ``[hundred]{.blank}`` for people, ``[9.81]{.blank digits=2}`` for the digit reader.

What belongs into one for the digit reader is no part of the text: it is kept beside it, so that nothing which
is made of the text shows it, and a key that is mended leaves the text as it was.
"""

from collections.abc import Sequence
from typing import Any, TypeGuard

from klausur.exam.source.pandoc import Ast

BLANK = "blank"
"""The class of what belongs into a blank: the paper has a line or boxes in its place."""

_WORDS = "words"
"""The key of a node, which pandoc overlooks, under which stands what belongs into a blank for a number."""

_SHOWN = "____"
"""What stands for a number in plain text."""


def is_blank(node: object) -> TypeGuard[Ast]:
    """Whether this is a blank, of either kind."""
    return isinstance(node, dict) and node.get("t") == "Span" and BLANK in node["c"][0][1]


def is_for_number(blank: Ast) -> bool:
    """Whether a blank has boxes for digits: it then says how many."""
    return bool(blank["c"][0][2])


def words(blank: Ast) -> list[Ast]:
    """What belongs into a blank."""
    found: list[Ast] = blank.get(_WORDS, blank["c"][1])
    return found


def hidden(blocks: Sequence[Ast]) -> list[Ast]:
    """The same blocks without what belongs into blanks for numbers, which `words` still says."""
    return [_hidden(block) for block in blocks]


def _hidden(value: Any) -> Any:  # noqa: ANN401 - any level of pandoc's JSON
    if isinstance(value, list):
        return [_hidden(inner) for inner in value]
    if is_blank(value) and is_for_number(value):
        shown = [{"t": "Str", "c": _SHOWN, "line": value["line"]}]
        return {**value, "c": [value["c"][0], shown], _WORDS: words(value)}
    if isinstance(value, dict) and isinstance(value.get("c"), list):
        return {**value, "c": _hidden(value["c"])}
    return value
