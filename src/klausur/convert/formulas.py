r"""Formulas of a foreign text, taken out before pandoc reads it and put back as Klausur writes them.

Pandoc sees a word in place of each, so that nothing of TeX can be lost in it; who puts them back counts them.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

from klausur.convert.model import Markup

_ENVIRONMENTS = "equation|align|alignat|gather|multline|eqnarray|displaymath|math|flalign"
_SHOWN = (
    rf"\\begin\{{(?P<env>{_ENVIRONMENTS})(?P<star>\*?)\}}(?P<inside>.*?)\\end\{{(?P=env)(?P=star)\}}"
    r"|\$\$(?P<dollars>.+?)(?<!\\)\$\$"
)
_TEX = rf"{_SHOWN}|\\\[(?P<square>.+?)\\\]|\\\((?P<round>.+?)\\\)"
_TEX_IN_MARKDOWN = rf"{_SHOWN}|\\\\\[(?P<square>.+?)\\\\\]|\\\\\((?P<round>.+?)\\\\\)"
"""There ``\\[`` is a bracket as in any Markdown; a formula stands between backslashes that are escaped."""
_DOLLAR = r"|\$(?P<dollar>(?:\\.|[^$\\])+?)\$"
_DOLLAR_IN_WORDS = (
    r"|(?<![\\$])\$(?P<dollar>(?=[^\s$])(?=[^$\n]*[\\^_=])"
    r"(?:\\.|[^$\\\n])*?(?<!\s))\$(?![\d$])"
)
"""One that is written like TeX: where dollars are no sign of a formula, prices are written with them."""

_VERBATIM = (
    r"\\begin\{(?P<verb>verbatim|lstlisting|minted|Verbatim|alltt)\*?\}.*?\\end\{(?P=verb)\*?\}"
    r"|\\verb\*?(?P<sign>[^\w\s*]).*?(?P=sign)|\\lstinline(?:\[[^\]]*\])?(?P<sign2>[^\w\s*{\[]).*?(?P=sign2)"
)
_BRACED = r"\{(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*\}"
_ALONE = (
    rf"|(?P<alone>\\(?:ce|num|si|unit|ang){_BRACED}|\\(?:SI|qty)(?:\[[^\]]*\])?{_BRACED}{_BRACED}"
    rf"|\\SIrange{_BRACED}{_BRACED}{_BRACED})"
    rf"|\\ensuremath(?P<ensured>{_BRACED})"
)
_TAG = r"""<[A-Za-z/](?:[^<>"']|"[^"]*"|'[^']*')*>"""
_ESCAPED = r"\\[\\$]"
"""Neither sign begins a formula then; what follows them may."""
_CODE = rf"<!--.*?-->|<(?P<code>code|pre|textarea|script|style)\b[^>]*>.*?</(?P=code)\s*>|{_TAG}"
"""Code in HTML, comments and tags: nothing in them begins a formula, as MathJax has it."""

_IGNORED = re.compile(
    r"<(?P<name>span|div|p|em|b|i|strong)\b[^>]*\bclass\s*=\s*[\"'][^\"']*\b(?:tex2jax|mathjax)_ignore\b[^>]*>"
    r"(?:(?!<(?P=name)\b).)*?</(?P=name)\s*>",
    re.DOTALL | re.IGNORECASE,
)
"""Words in HTML of which MathJax makes no formula."""

_LITERAL = re.compile(rf"(?P<skip>{_CODE})|(?P<sign>\$|\\(?=[$()\[\]\\])|\\(?:begin|end)\b)", re.DOTALL)

_PATTERNS = {
    Markup.LATEX: re.compile(rf"(?P<skip>{_VERBATIM}|{_ESCAPED})|{_TEX}{_DOLLAR}{_ALONE}", re.DOTALL),
    Markup.HTML: re.compile(rf"(?P<skip>{_CODE}|{_ESCAPED})|{_TEX}{_DOLLAR_IN_WORDS}", re.DOTALL),
    Markup.MARKDOWN: re.compile(
        rf"(?P<skip>(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))|{_TEX_IN_MARKDOWN}{_DOLLAR}"
        r"|(?P<escaped>\\[\\$`\[\]()])",
        re.DOTALL,
    ),
}
_TAGS = re.compile(r"</?(?:br|p|span|div|strong|em|b|i)\b[^>]*>", re.IGNORECASE)
_COMMENT = re.compile(r"(?<!\\)%[^\n]*\n?")
_ROWS = {
    "align": "aligned",
    "alignat": "aligned",
    "flalign": "aligned",
    "gather": "gathered",
    "multline": "gathered",
}


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula's TeX, and whether it stands on a line of its own."""

    tex: str
    display: bool


def word(number: int) -> str:
    """What stands in place of the formula of this number."""
    return f"qzf{number:04d}zq"


def taken_out(text: str, markup: Markup) -> tuple[str, tuple[Formula, ...]]:
    """The text with a word in place of each formula, and the formulas."""
    found: list[Formula] = []

    def out(match: re.Match[str]) -> str:
        parts = match.groupdict()
        if parts.get("skip") is not None or parts.get("escaped") is not None:
            return match[0]
        display = any(parts.get(name) is not None for name in ("env", "dollars", "square"))
        if parts.get("env") == "math":
            display = False
        tex = _tex(parts)
        if markup is Markup.HTML:
            tex = html.unescape(_TAGS.sub(" ", tex))
        found.append(Formula(_on_one_line(tex), display))
        return word(len(found)) if not display else f" {word(len(found))} "

    if markup is Markup.HTML:
        text = _IGNORED.sub(_as_entities, text)
    pattern = _PATTERNS.get(markup)
    return (text if pattern is None else pattern.sub(out, text)), tuple(found)


def kept_literal(text: str) -> str:
    """HTML whose signs begin no formula, neither for MathJax nor for `taken_out`."""

    def kept(match: re.Match[str]) -> str:
        return match[0] if match["sign"] is None else f'<span class="tex2jax_ignore">{match[0]}</span>'

    return _LITERAL.sub(kept, text)


def _as_entities(match: re.Match[str]) -> str:
    return match[0].replace("$", "&#36;").replace("\\", "&#92;")


def _tex(parts: dict[str, str | None]) -> str:
    """The TeX of a match, without what says where it begins and ends."""
    if (env := parts.get("env")) is not None:
        inside = parts["inside"] or ""
        if env in _ROWS:
            inside = re.sub(r"^\s*\{\d+\}", "", inside) if env == "alignat" else inside
            return rf"\begin{{{_ROWS[env]}}}{inside}\end{{{_ROWS[env]}}}"
        if env == "eqnarray":
            return rf"\begin{{array}}{{rcl}}{inside}\end{{array}}"
        return inside
    if (ensured := parts.get("ensured")) is not None:
        return ensured[1:-1]
    return next(
        (parts[name] or "" for name in ("dollars", "square", "round", "dollar", "alone") if parts.get(name)),
        "",
    )


def _on_one_line(tex: str) -> str:
    """Without comments, labels and line ends: a line of a formula might begin a list."""
    plain = _COMMENT.sub("", tex.replace("\xa0", " "))
    plain = re.sub(r"\\(?:label\{[^{}]*\}|nonumber\b|notag\b)", "", plain)
    return " ".join(plain.split())


def put_back(markdown: str, formulas: tuple[Formula, ...]) -> tuple[str, tuple[int, ...]]:
    """The Markdown with its formulas, and the numbers of those that are not there exactly once."""
    seen = [0] * len(formulas)

    def back(match: re.Match[str]) -> str:
        number = int(match[1])
        if not 1 <= number <= len(formulas):
            return match[0]
        seen[number - 1] += 1
        formula = formulas[number - 1]
        begin = markdown.rfind("\n", 0, match.start()) + 1
        in_table = markdown[begin : match.start()].lstrip().startswith("|")
        tex = _without_bars(formula.tex) if in_table else formula.tex
        if not tex:
            return ""
        if formula.display and not in_table:
            return f"$${tex}$$"
        after = markdown[match.end() : match.end() + 1]
        return f"${tex}$" + (" " if after.isdigit() else "")

    found = re.sub(r"qzf(\d{4})zq", back, markdown)
    found = re.sub(r"\\\n(?=\$\$)|(?<=\$\$)\\(?=\n)", "\n", found).replace("$$\n\n", "$$\n")
    return found, tuple(number for number, times in enumerate(seen, start=1) if times != 1)


def _without_bars(tex: str) -> str:
    """The same formula without the sign that ends a cell."""
    return tex.replace(r"\|", r"\Vert ").replace("|", r"\vert ")


def each(markdown: str, change: Callable[[re.Match[str]], str]) -> str:
    """The Markdown with each blank's word changed."""
    return re.sub(r"qzb(\d{4})zq", change, markdown)
