"""Pandoc's tree as the other modules want it: without the wrappers of ``sourcepos``, each node with its line.

Every node gets a key ``line``, which pandoc overlooks when it reads the tree back. What a block means for an
exam is not decided here.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeGuard

from klausur.base import quotes
from klausur.base.quotes import Marks
from klausur.exam.source.pandoc import Ast

DEEPEST = 40
"""Lists in lists in quotes: more levels than this are no exam, and would exhaust the stack."""

ATTR_AT = {"Header": 1, "Div": 0, "Span": 0, "Link": 0, "Image": 0, "Code": 0, "CodeBlock": 0, "Table": 0}
"""Where the (id, classes, key-values) of a node stand among its arguments."""

_NUMBER = re.compile(r"(?<![^;])\d{1,9}")
_POSITION = frozenset({"data-pos", "wrapper"})


class DepthError(ValueError):
    """The text is nested more deeply than any exam."""

    def __init__(self, line: int) -> None:
        super().__init__(f"nested more than {DEEPEST} levels deep")
        self.line = line


def unwrap(blocks: Sequence[Ast], shift: int = 0) -> list[Ast]:
    """The same blocks without wrappers, each node with its ``line`` (from 1, plus ``shift``).

    Raises:
        DepthError: nested too deeply.
    """
    return _list(blocks, 1 + shift, shift, 0)


def _list(values: Sequence[Any], line: int, shift: int, depth: int) -> list[Any]:
    if depth > DEEPEST * 4:  # a level of Markdown takes up to four lists of the tree
        raise DepthError(line)
    if is_attributes(values):
        return [values[0], list(values[1]), [pair for pair in values[2] if pair[0] not in _POSITION]]
    found: list[Any] = []
    for value in values:
        if isinstance(value, dict) and "t" in value:
            here = _line(value, line, shift)
            if _is_wrapper(value) and not _has_more(value):
                found.extend(_list(value["c"][1], here, shift, depth + 1))
            else:
                found.append(_node(value, here, shift, depth + 1))
        elif isinstance(value, list):
            found.append(_list(value, line, shift, depth + 1))
        else:
            found.append(value)
    return _joined(found)


def _node(node: Ast, line: int, shift: int, depth: int) -> Ast:
    if "c" not in node:
        return {"t": node["t"], "line": line}
    arguments = node["c"]
    inside = _list(arguments, line, shift, depth) if isinstance(arguments, list) else arguments
    return {"t": node["t"], "c": inside, "line": line}


def _joined(nodes: list[Any]) -> list[Any]:
    """Words that ``sourcepos`` cut at every sign, whole again: writers escape by what starts a word."""
    found: list[Any] = []
    for node in nodes:
        last = found[-1] if found else None
        if is_word(node) and is_word(last):
            found[-1] = {**last, "c": last["c"] + node["c"]}
        else:
            found.append(node)
    return found


def is_word(node: object) -> TypeGuard[Ast]:
    """Whether this is a word; brackets stay apart, since choices and rubric lines begin with them."""
    return isinstance(node, dict) and node.get("t") == "Str" and node["c"] not in {"[", "]"}


def is_attributes(values: Sequence[Any]) -> bool:
    """Whether these are a node's id, classes and key-values."""
    return (
        len(values) == 3
        and isinstance(values[0], str)
        and isinstance(values[1], list)
        and isinstance(values[2], list)
    )


def _is_wrapper(node: Ast) -> bool:
    return node["t"] in {"Span", "Div"} and any(key == "wrapper" for key, _ in node["c"][0][2])


def _has_more(wrapper: Ast) -> bool:
    """Whether an author's attributes stand on a wrapper: ``words {.name}`` puts them there."""
    name, classes, pairs = wrapper["c"][0]
    return bool(name or classes or any(key not in _POSITION for key, _ in pairs))


def _line(node: Ast, line: int, shift: int) -> int:
    at = ATTR_AT.get(node["t"])
    if at is not None:
        for key, value in node["c"][at][2]:
            if key != "data-pos":
                continue
            if ";" not in value and (first := value.partition(":")[0]).isdecimal():
                return int(first) + shift
            if starts := _NUMBER.findall(value):  # pandoc knows no place of some
                return min(map(int, starts)) + shift
    return line


def is_a(node: object, kind: str) -> bool:
    """Whether this is a node of the tree, of this kind."""
    return isinstance(node, dict) and node.get("t") == kind


def walk(value: Any) -> Iterator[Ast]:  # noqa: ANN401 - any level of pandoc's JSON
    """All nodes at and below this value, parents first."""
    if isinstance(value, dict):
        if "t" in value:
            yield value
        value = value.get("c")
    if isinstance(value, list):
        for inner in value:
            yield from walk(inner)


def plain(inlines: Iterable[Ast], language: str = "en") -> str:
    """The bare words of inline nodes, as for a title, with a language's quotation marks."""
    return "".join(_words(list(inlines), quotes.marks(language))).strip()


def with_marks(blocks: Sequence[Ast], language: str) -> list[Ast]:
    """The same nodes with a language's quotation marks as words: pandoc itself writes English ones."""
    of = quotes.marks(language)

    def several(value: Any) -> list[Any]:  # noqa: ANN401 - any level of pandoc's JSON
        if not is_a(value, "Quoted"):
            return [changed(value)]
        opens, closes = of.double if value["c"][0]["t"] == "DoubleQuote" else of.single
        return [{"t": "Str", "c": opens}, *changed(value["c"][1]), {"t": "Str", "c": closes}]

    def changed(value: Any) -> Any:  # noqa: ANN401 - any level of pandoc's JSON
        if isinstance(value, list):
            return [one for inner in value for one in several(inner)]
        if isinstance(value, dict) and "c" in value:
            return {**value, "c": changed(value["c"])}
        return value

    return [one for block in blocks for one in several(block)]


_BLANKS = frozenset({"Space", "SoftBreak", "LineBreak"})


def _words(value: Any, marks: Marks) -> Iterator[str]:  # noqa: ANN401 - any level of pandoc's JSON
    if isinstance(value, list):
        for inner in value:
            yield from _words(inner, marks)
    if not isinstance(value, dict):
        return
    kind, inside = value.get("t"), value.get("c")
    if kind in _BLANKS:
        yield " "
    elif kind == "Str":
        yield str(inside)
    elif kind in {"Code", "Math"}:
        yield str(value["c"][1])
    elif kind == "Quoted":
        opens, closes = marks.double if value["c"][0]["t"] == "DoubleQuote" else marks.single
        yield opens
        yield from _words(value["c"][1], marks)
        yield closes
    else:
        yield from _words(inside, marks)


def has_words(blocks: Sequence[Ast]) -> bool:
    """Whether there is anything to read or see: words, code, a formula or a picture."""
    return any(node["t"] in {"Str", "Code", "CodeBlock", "Math", "Image"} for node in walk(list(blocks)))


def lone_picture(block: Ast) -> Ast | None:
    """The picture that a paragraph consists of; blanks are what comments beside it have left."""
    if block["t"] not in {"Para", "Plain"}:
        return None
    inside: list[Ast] = [node for node in block["c"] if node["t"] not in {"Space", "SoftBreak"}]
    return inside[0] if len(inside) == 1 and is_a(inside[0], "Image") else None


def is_comment(block: Ast) -> bool:
    """Whether this is a comment of the author, ``<!-- … -->``."""
    if block["t"] not in {"RawBlock", "RawInline"}:
        return False
    form, text = block["c"]
    return form == "html" and str(text).lstrip().startswith("<!--") and "-->" in text
