"""One formula in all its forms."""

import json
import re
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


_EQNARRAY = re.compile(r"\\(begin|end)\{eqnarray\*?\}")
"""LaTeX's oldest alignment, an array with three columns in display style, which Temml does not know."""

PLAIN = Notation()
"""No macros, and a decimal point."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as Typst's markup with its dollars, as MathML, and as plain text."""

    typst: str
    html: str
    text: str


_WITH_DELIMITERS = re.compile(
    r"\{(?P<above>[^{}]*)\\(?P<how>atop|over|above)withdelims\s*(?P<left>\\?\S)\s*(?P<right>\\?\S)"
    r"(?P<size>\s*[\d.]+\s*[a-z]{2})?(?P<below>[^{}]*)\}"
)
"""TeX's fractions within delimiters, which Temml does not know; with braces in them they are refused."""


def _as_genfrac(found: re.Match[str]) -> str:
    size = {"atop": "0pt", "over": ""}.get(found["how"], found["size"] or "")
    left, right = found["left"], found["right"]
    return f"{{\\genfrac{{{left}}}{{{right}}}{{{size}}}{{}}{{{found['above']}}}{{{found['below']}}}}}"


def _as_array(edge: re.Match[str]) -> str:
    return "\\begin{darray}{rcl}" if edge[1] == "begin" else "\\end{darray}"


def _as_known(tex: str) -> str:
    """The TeX with what Temml does not know written as what it knows."""
    if "eqnarray" in tex:
        tex = _EQNARRAY.sub(_as_array, tex)
    return _WITH_DELIMITERS.sub(_as_genfrac, tex) if "withdelims" in tex else tex


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
        read = engine.read(_as_known(tex), macros, display=display, comma=notation.comma)
    except engine.EngineLimitError as error:
        return Mistake(f"it takes far too long or too much room: {error}", None, "write it more plainly")
    if isinstance(read, engine.Unread):
        return from_temml(read.error, read.at, tex)
    try:
        typst = to_typst.markup(read.tree, display=display)
    except RefusedError as error:
        return from_refusal(error, tex)
    return Formula(typst, for_browsers(read.mathml), plain.text(read.tree))
