"""One formula in all its forms."""

import json
from dataclasses import dataclass
from functools import lru_cache

from klausur.base.maths import engine, plain, to_typst
from klausur.base.maths.mathml import for_browsers
from klausur.base.maths.mistakes import Mistake, RefusedError, from_refusal, from_temml


@dataclass(frozen=True, slots=True)
class Notation:
    """How an exam writes maths.

    ``macros`` are names with their backslash and the TeX that they stand for, ``#1`` to ``#9`` for arguments.
    ``comma`` says that its language has a decimal comma.
    """

    macros: tuple[tuple[str, str], ...] = ()
    comma: bool = False


PLAIN = Notation()
"""No macros, and a decimal point."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as Typst's markup with its dollars, as MathML, and as plain text."""

    typst: str
    html: str
    text: str


@lru_cache(4096)
def typeset(tex: str, *, display: bool, notation: Notation = PLAIN) -> Formula | Mistake:
    r"""A formula in all forms, or why there is none.

    Args:
        tex: without dollars.
        display: whether it stands on a line of its own.
        notation: the exam's.
    """
    try:
        macros = json.dumps(dict(notation.macros))
        read = engine.read(tex, macros, display=display, comma=notation.comma)
    except engine.EngineLimitError as error:
        return Mistake(f"it takes far too long or too much room: {error}", None, "write it more plainly")
    if isinstance(read, engine.Unread):
        return from_temml(read.error, read.at, tex)
    try:
        typst = to_typst.markup(read.tree, display=display)
    except RefusedError as error:
        return from_refusal(error, tex)
    return Formula(typst, for_browsers(read.mathml), plain.text(read.tree))
