"""Code in the line of its box, ``- [x] ```python``, which Markdown takes for code within a paragraph.

The box moves into the attributes of the fence, so that no line is added and every finding keeps its place.
"""

import re
from collections.abc import Iterator, Sequence

from klausur.exam.source.pandoc import Ast

BOX = "box"
"""The attribute of a fence that holds what stood in the box before it."""

_OPENS = re.compile(
    r"(?P<lead>\s*(?P<sign>[-*+])\s+)\[(?P<mark>[^\]\"]{0,16})\]\s+(?P<fence>`{3,}|~{3,})\s*(?P<info>[^`]*?)\s*"
)
_CALLED = {"c++": "cpp", "c#": "cs", "f#": "fs"}
_LANGUAGE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*", re.ASCII)


def opened(text: str) -> str:
    """The text, in which each fence behind a box opens a block. It has as many lines as before."""
    if "] ```" not in text and "] ~~~" not in text:
        return text
    return "\n".join(_opened(text.split("\n")))


def take_mark(blocks: Sequence[Ast]) -> tuple[str | None, list[Ast]]:
    """What stood in the box of code that an item begins with, or None; and the item without it."""
    if not blocks or blocks[0]["t"] != "CodeBlock":
        return None, list(blocks)
    (name, classes, pairs), text = blocks[0]["c"]
    mark = dict(pairs).get(BOX)
    others = [pair for pair in pairs if pair[0] != BOX]
    return mark, [{**blocks[0], "c": [[name, classes, others], text]}, *blocks[1:]]


def _opened(lines: list[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        match = _OPENS.fullmatch(lines[at])
        end = None if match is None else _end(lines, at + 1, match["fence"])
        if match is None or end is None:
            yield lines[at]
            at += 1
            continue
        inner = len(match["lead"].expandtabs(4))
        # who aligns the code with the fence, behind the box, means no blanks before the code
        surplus = len(lines[end]) - len(lines[end].lstrip()) - inner
        yield f"{match['lead']}{match['fence']}{{{_attributes(match['info'], match['mark'])}}}"
        for line in lines[at + 1 : end + 1]:
            yield _less(line, surplus) if surplus > 0 else line
        at = end + 1


def _end(lines: list[str], start: int, fence: str) -> int | None:
    """The line that closes a fence, if it is within its item."""
    for at in range(start, len(lines)):
        bare = lines[at].strip()
        if bare and set(bare) == {fence[0]} and len(bare) >= len(fence):
            return at
        if bare and not lines[at].startswith((" ", "\t")):
            return None
    return None


def _attributes(info: str, mark: str) -> str:
    box = f'{BOX}="{mark.strip()}"'
    if info.startswith("{") and info.endswith("}"):
        return f"{info[1:-1]} {box}"
    name = _CALLED.get(info.lower(), info)
    return f".{name} {box}" if _LANGUAGE.fullmatch(name) else box


def _less(line: str, blanks: int) -> str:
    return line[min(blanks, len(line) - len(line.lstrip())) :]
