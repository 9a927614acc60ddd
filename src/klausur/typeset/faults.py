"""Which pieces of the source Typst refuses, and why: each is compiled apart, so that one hides no other."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from klausur.base.diagnostics import Diagnostic
from klausur.exam.content import Content
from klausur.typeset import engine
from klausur.typeset.markup import ALONE_LINE, alone


def find(contents: Sequence[Content], plain: Mapping[str, object], root: Path) -> dict[int, engine.Fault]:
    """The faults of all pieces that cannot be typeset, by number."""
    tried = ((n, engine.typeset(alone(c), plain, root=root)) for n, c in enumerate(contents))
    return {n: done for n, done in tried if isinstance(done, engine.Fault)}


def explain(content: Content, fault: engine.Fault) -> Diagnostic:
    """The fault of one piece as a finding at the piece's place in the source."""
    line = fault.line - ALONE_LINE
    hint = "; ".join(fault.hints)
    formula = _formula_at(content.typst, line, fault.column)
    if formula is not None:
        return Diagnostic(
            "maths-unset",
            f"a formula cannot be typeset: {fault.message} in {_short(formula)}",
            content.place,
            "look for an unknown command; TeX as in amsmath is understood",
        )
    return Diagnostic(
        "typeset-failed",
        f"this part cannot be typeset: {fault.message}",
        content.place,
        hint or "write it more plainly",
    )


def _formula_at(markup: str, line: int, column: int) -> str | None:
    """The formula that a place (both from 0) in Typst markup lies in, or None outside of formulas."""
    lines = markup.split("\n")
    if not 0 <= line < len(lines):
        return None
    at = sum(len(text) + 1 for text in lines[:line]) + column
    start, inside = 0, False
    for position, character in enumerate(markup):
        if character == "$" and (position == 0 or markup[position - 1] != "\\"):
            if inside and start <= at <= position:
                return markup[start : position + 1]
            start, inside = position, not inside
    return None


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"
