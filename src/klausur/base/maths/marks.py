"""Accents, long arrows, what is struck out, boxed, hidden, moved, coloured or set larger."""

import re

from klausur.base.maths.emitter import Emitter, Node, arguments, length, writes
from klausur.base.maths.mistakes import RefusedError
from klausur.base.maths.symbols import quoted, written

_SIZES = {
    "\\tiny": 0.5, "\\sixptsize": 0.6, "\\Tiny": 0.6,
    "\\scriptsize": 0.7, "\\footnotesize": 0.8, "\\small": 0.9,
    "\\normalsize": 1, "\\large": 1.2, "\\Large": 1.44, "\\LARGE": 1.73, "\\huge": 2.07, "\\Huge": 2.49,
}  # fmt: skip


_ACCENTS = {
    "\\acute": "\u0301", "\\grave": "\u0300", "\\ddot": "\u0308", "\\dddot": "\u20db", "\\ddddot": "\u20dc",
    "\\tilde": "\u0303", "\\bar": "\u0304", "\\breve": "\u0306", "\\check": "\u030c", "\\hat": "\u0302",
    "\\vec": "\u20d7", "\\dot": "\u0307", "\\mathring": "\u030a", "\\'": "\u0301", "\\`": "\u0300",
    "\\^": "\u0302", "\\~": "\u0303", "\\=": "\u0304", "\\u": "\u0306", "\\.": "\u0307", '\\"': "\u0308",
    "\\r": "\u030a", "\\H": "\u030b", "\\v": "\u030c", "\\c": "\u0327",
    "\\widehat": "\u0302", "\\widetilde": "\u0303", "\\widecheck": "\u030c", "\\overrightarrow": "\u20d7",
    "\\overleftarrow": "\u20d6", "\\overleftrightarrow": "\u20e1",
    "\\overrightharpoon": "\u20d1", "\\overleftharpoon": "\u20d0",
}  # fmt: skip


SPREAD = {
    "\\overbrace": "overbrace", "\\underbrace": "underbrace", "\\overbracket": "overbracket",
    "\\underbracket": "underbracket", "\\overline": "overline", "\\underline": "underline",
    "\\overparen": "overparen", "\\wideparen": "overparen",
    "\\overgroup": "overparen", "\\overarc": "overparen",
    "\\underparen": "underparen", "\\undergroup": "underparen", "\\underbar": "underline",
}  # fmt: skip


_UNDER = {
    "\\underrightarrow": "→",
    "\\underleftarrow": "←",
    "\\underleftrightarrow": "↔",
    "\\utilde": "\u223c",
}


_ARROWS = {
    "xleftarrow": "←", "xrightarrow": "→", "xLeftarrow": "⇐", "xRightarrow": "⇒", "xleftrightarrow": "↔",
    "xLeftrightarrow": "⇔", "xhookleftarrow": "↩", "xhookrightarrow": "↪", "xmapsto": "↦",
    "xrightharpoondown": "⇁", "xrightharpoonup": "⇀", "xleftharpoondown": "↽", "xleftharpoonup": "↼",
    "xlongequal": "=", "xtwoheadrightarrow": "↠", "xtwoheadleftarrow": "↞", "xrightleftharpoons": "⇌",
    "xleftrightharpoons": "⇋", "xtofrom": "⇄", "xrightleftarrows": "⇄", "yields": "→", "yieldsLeft": "←",
    "mesomerism": "↔", "longrightharpoonup": "⇀", "longleftharpoondown": "↽", "chemequilibrium": "⇌",
    "equilibriumRight": "⇌", "equilibriumLeft": "⇌", "longleftrightharpoons": "⇋",
    "longRightleftharpoons": "⇌",
    "longLeftrightharpoons": "⇌", "cdrightarrow": "→", "cdleftarrow": "←", "cdlongequal": "=",
}  # fmt: skip


@writes("accent")
def _accent(it: Emitter, node: Node) -> str:
    label = str(node["label"])
    if label in SPREAD:
        return f"{SPREAD[label]}({it.inner(node['base']) or quoted('')})"
    base = it.inner(node["base"]) or '""'
    if label == "\\Overrightarrow":  # as an accent it would be drawn through the letters
        return f"attach(limits({base}),t:stretch({written('⇒')}))"
    mark = _ACCENTS.get(label)
    if mark is None:
        raise RefusedError(
            label, "is no accent that can be set", "write \\overline, \\widehat or \\overrightarrow"
        )
    stretch = "" if node.get("isStretchy") else ",size:#1em"
    return f"accent({base},\\u{{{ord(mark):x}}}{'' if len(base) == 1 else stretch})"


@writes("accentUnder")
def _accent_under(it: Emitter, node: Node) -> str:
    label, base = str(node["label"]), it.inner(node["base"]) or '""'
    if label in SPREAD:
        return f"{SPREAD[label]}({base})"
    return (
        f"attach(limits({base}),b:stretch({written(_UNDER[label])}))"
        if label in _UNDER
        else _accent(it, node)
    )


_REACTIONS = frozenset(
    {"yields", "yieldsLeft", "mesomerism", "chemequilibrium", "equilibriumRight", "equilibriumLeft"}
)
"""Arrows of mhchem, which are longer."""


@writes("xArrow", "stackedArrow")
def _x_arrow(it: Emitter, node: Node) -> str:
    name = str(node["name"]).lstrip("\\")
    char = _ARROWS.get(name)
    if char is None:
        raise RefusedError(
            "\\" + name, "is no arrow that can be set", "write \\xrightarrow or \\xleftrightarrow"
        )
    above, below = it.script(node.get("body")), it.script(node.get("below"))
    above, below = (f"#h(0.3em){part}#h(0.3em)" if part else "" for part in (above, below))
    least = "#h(2.4em)" if name.startswith("cd") else "#h(1.8em)" if name in _REACTIONS else "#h(1em)"
    labels = arguments(f"t:{above or least}", f"b:{below}" if below else "")
    return f'class("relation",attach(limits(stretch({written(char)})),{labels}))'


_FRAMES = {
    "\\boxed": 'class("normal",#h(3.4pt)#box(stroke:0.4pt,outset:3pt,STYLED)#h(3.4pt))',
    "\\fbox": 'class("normal",#h(3.4pt)#box(stroke:0.4pt,outset:3pt,STYLED)#h(3.4pt))',
    "\\phase": "\\∠underline(BODY)",
    "\\angl": "#box(stroke:(top:0.4pt,right:0.4pt),outset:(top:2pt,right:1.5pt),STYLED)#h(2pt)",
    "\\textcircled": "#box(baseline:0.22em,circle(radius:0.5em,inset:0pt,stroke:0.4pt,"
    "align(center+horizon,text(size:0.75em,$BODY$))))",
}
"""What stands round something."""


@writes("enclose")
def _enclose(it: Emitter, node: Node) -> str:
    label = str(node["label"])
    body = it.inner(node["body"]) or '""'
    if label in SPREAD:
        return f"{SPREAD[label]}({body})"
    if label in {"\\cancel", "\\bcancel", "\\xcancel", "\\sout"}:
        how = {"\\cancel": "", "\\bcancel": ",inverted:#true", "\\xcancel": ",cross:#true",
               "\\sout": ",angle:#90deg"}[label]  # fmt: skip
        return f"cancel({body}{how})"
    if label in _FRAMES:
        return _FRAMES[label].replace("STYLED", it.styled(body)).replace("BODY", body)
    if label in {"\\colorbox", "\\fcolorbox"}:
        fill = f"fill:{_colour(node.get('backgroundColor'))}"
        frame = f",stroke:0.4pt+{_colour(node['borderColor'])}" if node.get("borderColor") else ""
        return f"#h(3.4pt)#box({fill}{frame},outset:3pt,{it.styled(body)})#h(3.4pt)"
    raise RefusedError(label, "cannot be set", "write \\boxed, \\cancel or \\overline")


_COLOUR = re.compile(r"#(?:[0-9a-f]{3}){1,2}", re.IGNORECASE)


def _colour(name: str | None) -> str:
    if not name or not _COLOUR.fullmatch(name):
        raise RefusedError(str(name), "is no colour that is known", "name one as in red or #0055aa")
    return f'rgb("{name}")'


@writes("color")
def _color(it: Emitter, node: Node) -> str:
    return f"#text(fill:{_colour(node['color'])},${it.row(node['body'])}$)"


@writes("sizing")
def _sizing(it: Emitter, node: Node) -> str:
    return f"#text(size:{_SIZES[node['funcName']]}em,${it.row(node['body'])}$)"


@writes("phantom")
def _phantom(it: Emitter, node: Node) -> str:
    inside = it.inner(node["body"])
    return f"#hide(${inside}$)" if inside else ""


@writes("vphantom")
def _vphantom(it: Emitter, node: Node) -> str:
    inside = it.inner(node["body"])
    return strut(inside, it.alone(inside)) if inside else ""


def strut(inside: str, alone: str) -> str:
    """Nothing, as high and deep as something."""
    return f"#hide(${inside}$)#context h(-measure({alone}).width)"


@writes("hphantom")
def _hphantom(it: Emitter, node: Node) -> str:
    inside = it.inner(node["body"])
    return f"#box(height:0pt,hide({it.styled(inside)}))" if inside else ""


@writes("lap")
def _lap(it: Emitter, node: Node) -> str:
    inside = it.inner(node["body"])
    side = {"llap": "right", "rlap": "left", "clap": "center"}[node["alignment"]]
    return flat(it.styled(inside), side) if inside else ""


def flat(content: str, side: str) -> str:
    """Content without width, aligned at its place; the wide box inside keeps it on one line."""
    return f"#box(width:0pt,align({side},box(width:99em,align({side},{content}))))"


@writes("raise")
def _raise(it: Emitter, node: Node) -> str:
    return f"#text(baseline:-1*{length(node['dy'])},${it.inner(node['body'])}$)"


@writes("rule")
def _rule(_it: Emitter, node: Node) -> str:
    lift = f",baseline:-1*{length(node['shift'])}" if node.get("shift") else ""
    return f"#box(width:{length(node['width'])},height:{length(node['height'])},fill:black{lift})"


@writes("not")
def _negated(it: Emitter, node: Node) -> str:
    body = node["body"]
    if node["isCharacterBox"]:
        return it.row(body)
    return f"cancel({it.one(body[-1])},angle:#20deg,length:#120%)"


@writes("pmb")
def _pmb(it: Emitter, node: Node) -> str:
    return f"bold({it.row(node['body'])})"


@writes("cancelto")
def _cancelto(it: Emitter, node: Node) -> str:
    return f"attach(cancel({it.inner(node['body'])}),tr:{it.script(node['to'])})"


@writes("smash", "vcenter", "hbox", "math")
def _within(it: Emitter, node: Node) -> str:
    return it.inner(node["body"])


@writes("internal", "label")
def _nothing(_it: Emitter, _node: Node) -> str:
    return ""
