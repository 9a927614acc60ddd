r"""Formulas of a piece: those that pandoc saw, and TeX that was meant as a formula and became plain text.

Markdown leaves ``$\frac{1}{$`` with its open brace as words; it would be printed so, dollars and all.
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from klausur.base.maths import Formula, Mistake, Notation, resolved, typeset
from klausur.exam.source import pandoc, tree
from klausur.exam.source.pandoc import Ast, Maths, PieceForms

_AROUND = 36
"""Characters of a line before and behind a mistake that are quoted."""

_STRAY = re.compile(
    r"\$[^$]*[\\{}^_][^$]*\$"  # dollars round signs of TeX
    r"|\$ [^$]{1,40} \$"  # blanks inside the dollars: no formula in Markdown
    r"|\\(?:begin|end)\s*\{[A-Za-z]+\*?\}|\\[A-Za-z]{2,}"  # a command outside of any formula
)


@dataclass(frozen=True, slots=True)
class SetFormula:
    """What stands for a formula in a text; for one with a mistake its TeX: the rest can be looked at."""

    typst: str
    forms: PieceForms
    mistake: Mistake | None = None


def set_all(wanted: Sequence[Maths], notation: Notation) -> dict[Maths, SetFormula]:
    """Each formula of one text in all its forms, or with what is wrong with it."""
    numbered = resolved([one.tex for one in wanted])
    return {one: _set(one, tex, notation) for one, tex in zip(wanted, numbered, strict=True)}


def _set(one: Maths, numbered: str, notation: Notation) -> SetFormula:
    made = typeset(numbered, display=one.display, notation=notation)
    if isinstance(made, Formula):
        return SetFormula(made.typst, PieceForms(made.html, made.text))
    shown = one.tex.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return SetFormula(
        f'#text(fill: red, "{shown}")', PieceForms(f"<code>{html.escape(one.tex)}</code>", one.tex), made
    )


def with_forms(value: Any, made: Mapping[Maths, SetFormula]) -> Any:  # noqa: ANN401 - any level of pandoc's JSON
    """The same nodes with its forms in place of each formula's TeX."""
    if isinstance(value, list):
        return [with_forms(inner, made) for inner in value]
    if not isinstance(value, dict):
        return value
    if tree.is_a(value, "Math"):
        return {**value, "c": [value["c"][0], pandoc.formula(made[_maths(value)].forms)]}
    return {**value, "c": with_forms(value["c"], made)} if "c" in value else value


def _maths(node: Ast) -> Maths:
    return Maths(node["c"][1], node["c"][0]["t"] == "DisplayMath")


def quoted(tex: str, at: int | None) -> str:
    """The line of a formula that has a mistake, as its author wrote it, with a caret below the place."""
    begin = 0 if at is None else tex.rfind("\n", 0, at) + 1
    line = tex[begin:].partition("\n")[0].expandtabs(1)
    if at is None:
        return f"\n      {_short(line)}"
    spot, first = at - begin, max(0, at - begin - _AROUND)
    shown = (
        ("…" if first else "") + line[first : spot + _AROUND] + ("…" if spot + _AROUND < len(line) else "")
    )
    word = re.match(r"\\[A-Za-z]+|.", line[spot:])
    carets = "^" * (len(word[0]) if word else 1)
    return f"\n      {shown}\n      {' ' * (spot - first + (1 if first else 0))}{carets}"


def _short(line: str) -> str:
    return line if len(line) <= 2 * _AROUND else line[: 2 * _AROUND] + "…"


def formulas(blocks: Sequence[Ast]) -> tuple[tuple[Maths, int], ...]:
    """Each formula with its line."""
    return tuple((_maths(node), node["line"]) for node in tree.walk(list(blocks)) if node["t"] == "Math")


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


def stray_hint(words: str) -> str:
    """How words that look like TeX become a formula."""
    if words.startswith(("\\begin", "\\end")):
        return r"write $$ in front of its \begin and behind its \end"
    if words.startswith("\\"):
        return "put the formula between dollars; a command that is no maths stands in `backquotes`"
    return "close its braces, and leave no blank behind the first dollar; other words in `backquotes`"


def _word(node: Ast) -> str:
    if node["t"] == "Str":
        return str(node["c"])
    return " " if node["t"] in {"Space", "SoftBreak", "LineBreak"} else ""
