r"""A line of text as people type it into a form, as Content: plain words, and TeX between dollars.

Nothing else in it has a meaning: a star is a star. A dollar that is one is written ``\$``.
"""

import html
import re

from klausur.base.diagnostics import Place
from klausur.base.errors import UsageError
from klausur.base.maths import Formula, typeset
from klausur.exam import content
from klausur.exam.content import Content
from klausur.exam.source import typst_writer
from klausur.exam.source.pandoc import Ast, Maths

_FORMULA = re.compile(r"(?<!\\)\$(?P<tex>(?:\\.|[^$\\])+)\$")
_MATHS = re.compile(r"<math\b.*?</math>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_TEX = re.compile(r'#set math\.equation\(alt: "((?:[^"\\]|\\.)*)"\);')

LONGEST = 2000
"""Letters of a line at most."""


def content_of(text: str, place: Place) -> Content:
    """A typed line in the forms that later rooms need.

    Args:
        text: as it was typed.
        place: what is said to be its place.

    Raises:
        UsageError: a formula in it cannot be typeset, or it is far too long.
    """
    text = " ".join(text.split())
    if len(text) > LONGEST:
        raise UsageError(f"a line of {len(text)} letters is too long", f"use {LONGEST} at most")
    nodes: list[Ast] = []
    shown: list[str] = []
    plain: list[str] = []
    set_in: dict[Maths, str] = {}
    at = 0
    for found in _FORMULA.finditer(text):
        _words(text[at : found.start()], nodes, shown, plain)
        tex, at = found["tex"], found.end()
        made = typeset(tex, display=False)
        if not isinstance(made, Formula):
            raise UsageError(f"the formula ${tex}$ cannot be typeset: {made.message}", made.hint)
        nodes.append({"t": "Math", "c": [{"t": "InlineMath"}, tex]})
        set_in[Maths(tex, display=False)] = made.typst
        shown.append(made.html)
        plain.append(made.text)
    _words(text[at:], nodes, shown, plain)
    typst = typst_writer.write([{"t": "Plain", "c": nodes}], set_in)
    formulas = tuple(content.Formula(markup, place) for markup in set_in.values())
    return Content(typst, "".join(shown), "".join(plain), place, formulas=formulas)


def typed(found: Content) -> str:
    """A Content as it would be typed: its words, and its formulas in dollars; other markup is left out."""
    formulas = iter(_TEX.findall(found.typst))
    if len(_MATHS.findall(found.html)) != len(_TEX.findall(found.typst)):
        return " ".join(found.text.split()).replace("$", "\\$")
    parts: list[str] = []
    at = 0
    for maths in _MATHS.finditer(found.html):
        parts += [_plain(found.html[at : maths.start()]), f"${_unquoted(next(formulas))}$"]
        at = maths.end()
    parts.append(_plain(found.html[at:]))
    return " ".join("".join(parts).split())


def _words(text: str, nodes: list[Ast], shown: list[str], plain: list[str]) -> None:
    """Words as pandoc would have them, and in the other forms."""
    text = text.replace("\\$", "$")
    for number, word in enumerate(text.split(" ")):
        if number:
            nodes.append({"t": "Space"})
        if word:
            nodes.append({"t": "Str", "c": word})
    shown.append(html.escape(text, quote=False))
    plain.append(text)


def _plain(markup: str) -> str:
    return html.unescape(_TAG.sub("", markup)).replace("$", "\\$")


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
