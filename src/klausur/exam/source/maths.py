r"""Formulas of a piece: those that pandoc saw, and TeX that was meant as a formula and became plain text.

Markdown leaves ``$\frac{1}{$`` with its open brace as words; it would be printed so, dollars and all.
"""

import re
from collections.abc import Iterator, Sequence

from klausur.exam.source import tree
from klausur.exam.source.pandoc import Ast, Maths

_STRAY = re.compile(
    r"\$[^$]*[\\{}^_][^$]*\$"  # dollars round signs of TeX
    r"|\$ [^$]{1,40} \$"  # blanks inside the dollars: no formula in Markdown
    r"|\\[A-Za-z]{2,}"  # a command outside of any formula
)


def formulas(blocks: Sequence[Ast]) -> tuple[tuple[Maths, int], ...]:
    """Each formula with its line."""
    return tuple(
        (Maths(node["c"][1], node["c"][0]["t"] == "DisplayMath"), node["line"])
        for node in tree.walk(list(blocks))
        if node["t"] == "Math"
    )


def strays(blocks: Sequence[Ast]) -> Iterator[tuple[str, int]]:
    """Words that look like TeX but stand in no formula, with their line; at most one for each paragraph."""
    for block in tree.walk(list(blocks)):
        if block["t"] not in {"Para", "Plain"}:
            continue
        words = [(_word(node), node["line"]) for node in tree.walk(block["c"])]
        match = _STRAY.search("".join(word for word, _ in words))
        if match is None:
            continue
        start = 0
        for word, line in words:
            start += len(word)
            if start > match.start():
                yield match[0], line
                break


def _word(node: Ast) -> str:
    if node["t"] == "Str":
        return str(node["c"])
    return " " if node["t"] in {"Space", "SoftBreak", "LineBreak"} else ""
