"""Pieces that are nothing but words: HTML and text of them as pandoc writes them, without asking it.

Most choices are such: of an exam with a thousand of them pandoc would write for a second.
"""

import re
from collections.abc import Sequence
from typing import Any

_PLAIN = re.compile(r"(?:[^\W_]|[ .,:;!?()%/+=–-])+")
"""Letters, figures and signs that mean nothing to HTML."""

_BETWEEN = frozenset({"Space", "SoftBreak"})


def write(blocks: Sequence[dict[str, Any]]) -> tuple[str, str] | None:
    """A piece as HTML and as text; None if it is not one paragraph of plain words."""
    if len(blocks) != 1 or blocks[0]["t"] not in {"Para", "Plain"}:
        return None
    words: list[str] = []
    for node in blocks[0]["c"]:
        if node["t"] in _BETWEEN:
            words.append(" ")
        elif node["t"] == "Str":
            words.append(node["c"])
        else:
            return None
    text = "".join(words)
    if not _PLAIN.fullmatch(text) or text != text.strip() or "  " in text:
        return None
    return (f"<p>{text}</p>" if blocks[0]["t"] == "Para" else text), text
