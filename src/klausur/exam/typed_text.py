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
    typst: list[str] = []
    shown: list[str] = []
    plain: list[str] = []
    formulas: list[content.Formula] = []
    at = 0
    for found in _FORMULA.finditer(text):
        _words(text[at : found.start()], typst, shown, plain)
        tex, at = found["tex"], found.end()
        made = typeset(tex, display=False)
        if not isinstance(made, Formula):
            raise UsageError(f"the formula ${tex}$ cannot be typeset: {made.message}", made.hint)
        typst.append(f"#[#set math.equation(alt: {typst_writer.string(tex)});#box[{made.typst}]]")
        shown.append(made.html)
        plain.append(made.text)
        formulas.append(content.Formula(made.typst, place))
    _words(text[at:], typst, shown, plain)
    return Content("".join(typst), "".join(shown), "".join(plain), place, formulas=tuple(formulas))


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


def _words(text: str, typst: list[str], shown: list[str], plain: list[str]) -> None:
    if text:
        text = text.replace("\\$", "$")
        typst.append(f"#{typst_writer.string(text)}")
        shown.append(html.escape(text, quote=False))
        plain.append(text)


def _plain(markup: str) -> str:
    return html.unescape(_TAG.sub("", markup)).replace("$", "\\$")


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
