r"""Plain text with formulas in it: ``$x$`` or ``\(x\)`` in the line, ``$$x$$`` or ``\[x\]`` below it.

Nothing else in it has a meaning; a dollar that begins no formula is one. What cannot be typeset stays as it
was typed, with what is wrong and where.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape

from klausur.base.maths.formula import PLAIN, Formula, Notation, typeset
from klausur.base.maths.mistakes import Mistake

MOST = 50
"""Formulas of one text that are typeset; those behind them stay as they were typed."""

_SECONDS = 3.0
"""Of this process' time for all formulas of one text. Each takes a millisecond, two seconds at most."""

_FORMULA = re.compile(
    r"\\\$"
    r"|\$\$(?P<display>(?:\\.|[^$\\])+)\$\$"
    r"|\$(?![\s$])(?P<inline>(?:\\.|[^$\\])+?)(?<!\s)\$(?!\d)"
    r"|\\\((?P<round>.+?)\\\)"
    r"|\\\[(?P<square>.+?)\\\]",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text as it was ``typed``, with what a formula was ``made``: None where it is words."""

    typed: str
    made: Formula | Mistake | None = None


def pieces(text: str, notation: Notation = PLAIN) -> tuple[Piece, ...]:
    """A text in pieces. The place of a `Mistake` is one in the whole text, from 0.

    Args:
        text: as it was typed.
        notation: how the exam writes maths.
    """
    return tuple(_pieces(text, notation))


def _pieces(text: str, notation: Notation) -> Iterator[Piece]:
    done, made, ends = 0, 0, time.process_time() + _SECONDS
    for found in _FORMULA.finditer(text):
        kind = found.lastgroup
        if kind is not None and (made == MOST or time.process_time() > ends):
            break
        if found.start() > done:
            yield Piece(text[done : found.start()])
        done = found.end()
        if kind is None:
            yield Piece("$")
            continue
        made += 1
        formula = typeset(found[kind].strip(), display=kind in {"display", "square"}, notation=notation)
        if isinstance(formula, Mistake):
            inside = len(found[kind]) - len(found[kind].lstrip())
            at = found.start(kind) + inside + (formula.at or 0)
            formula = replace(formula, at=at)
        yield Piece(found[0], formula)
    if done < len(text):
        yield Piece(text[done:])


def html(text: str, notation: Notation = PLAIN) -> str:
    """The same as HTML with MathML; what cannot be typeset as code."""
    return "".join(map(_html, pieces(text, notation)))


def mistakes(text: str, notation: Notation = PLAIN) -> tuple[Mistake, ...]:
    """What of it cannot be typeset, each with its place."""
    return tuple(piece.made for piece in pieces(text, notation) if isinstance(piece.made, Mistake))


def _html(piece: Piece) -> str:
    match piece.made:
        case Formula():
            return piece.made.html
        case Mistake():
            return f"<code>{escape(piece.typed)}</code>"
        case None:
            return escape(piece.typed, quote=False).replace("\n", "<br>")
