"""Letters, numbers, signs, blanks, words and fonts."""

from klausur.base.maths.emitter import Emitter, Node, char_of, length, runs, writes
from klausur.base.maths.mistakes import RefusedError
from klausur.base.maths.symbols import classed, joined, quoted, written

_FONTS = {
    "mathrm": "upright({})", "mathup": "upright({})", "mathbf": "upright(bold({}))", "mathit": "italic({})",
    "mathnormal": "{}", "boldsymbol": "bold({})", "mathbb": "bb({})", "mathcal": "cal({})",
    "mathscr": "scr({})", "mathfrak": "frak({})", "mathsf": "upright(sans({}))", "mathtt": "mono({})",
    "mathsfit": "italic(sans({}))", "up@greek": "upright({})", "oldstylenums": "{}", "mathsl": "italic({})",
    "mathmd": "{}", "mathsc": "upright({})",
}  # fmt: skip


_TEXT_FONTS = {
    "\\textbf": 'weight:"bold"', "\\textit": 'style:"italic"', "\\textsl": 'style:"italic"',
    "\\emph": 'style:"italic"',
    "\\texttt": 'font:"DejaVu Sans Mono",size:0.88em', "\\textsc": 'features:("smcp",)',
}  # fmt: skip


_PLAIN = frozenset({"mathord", "textord", "font", "text", "supsub", "genfrac", "sqrt", "kern", "accent"})


@writes("mathord")
def _mathord(_it: Emitter, node: Node) -> str:
    char = char_of(node)
    if len(char) > 1 and char.isalpha():  # a name in one, as the mod of \bmod
        return f"upright({quoted(char)})"
    return f"upright({char})" if "\u0391" <= char <= "\u03a9" else written(char)


@writes("textord")
def _textord(_it: Emitter, node: Node) -> str:
    char = char_of(node)
    if node.get("number"):
        return char
    if len(char) > 1 and char.isalpha():
        return f"upright({quoted(char)})"
    if (char.isalpha() and char.isascii()) or "\u0391" <= char <= "\u03c9" or char in "ıȷ":
        return f"upright({written(char)})"
    return classed(char, "ord")


@writes("atom")
def _atom(_it: Emitter, node: Node) -> str:
    return classed(char_of(node), node["family"])


@writes("spacing")
def _spacing(_it: Emitter, node: Node) -> str:
    return "#h(0.333em)" if node["text"] in {" ", "\\ ", "~", "\\space", "\\nobreakspace"} else ""


@writes("kern")
def _kern(_it: Emitter, node: Node) -> str:
    return f"#h({length(node['dimension'])})"


@writes("ordgroup")
def _ordgroup(it: Emitter, node: Node) -> str:
    body = [n for n in node["body"] if n["type"] != "internal"]
    inside = it.row(body)
    if node.get("semisimple") or all(n["type"] in _PLAIN for n in body):
        return inside
    if len(body) == 1 and body[0]["type"] == "ordgroup":
        return inside
    return f'class("normal",{inside})'


@writes("font")
def _font(it: Emitter, node: Node) -> str:
    font = str(node["font"])
    shape = _FONTS.get(font)
    if shape is None:
        raise RefusedError(
            "\\" + font, "is no font that is known", "write \\mathrm, \\mathbf, \\mathsf or \\mathtt"
        )
    inner = node["body"]
    body = inner["body"] if inner["type"] == "ordgroup" else [inner]
    if font == "mathbb" and any(n["type"] == "textord" and n.get("char") == "1" for n in body):
        shape = "bb({})"
    word = [n for n in body if n["type"] in {"mathord", "textord"} and str(n.get("char", "")).isalnum()]
    if len(word) == len(body) > 1 and font in {"mathrm", "mathbf", "mathit", "mathsf", "mathtt"}:
        return shape.format(quoted("".join(n["char"] for n in word)))
    if font in {"mathcal", "mathscr", "mathbb", "mathfrak"} and inner["type"] == "ordgroup":
        return joined(shape.format(it.one(n)) if n in word else it.one(n) for n in runs(body))
    return shape.format(it.row(body)) if body else ""


@writes("text")
def _text(it: Emitter, node: Node) -> str:
    parts: list[str] = []
    words = ""
    for part in node["body"]:
        inside = part
        while inside["type"] == "ordgroup" and len(inside["body"]) == 1:
            inside = inside["body"][0]
        if inside.get("mode") == "text" and inside["type"] in {"textord", "spacing", "atom", "mathord"}:
            words += "\u00a0" if inside["text"] in {"~", "\\nobreakspace"} else _plain_char(inside)
            continue
        parts, words = [*parts, *([_words(words, node)] if words else [])], ""
        if inside["type"] == "ordgroup" and inside.get("mode") == "text":
            parts.append(_text(it, {**node, "body": inside["body"]}))
        else:
            parts.append(it.one(inside))
    return joined([*parts, _words(words, node)] if words else parts)


def _plain_char(node: Node) -> str:
    if node["type"] == "spacing":
        return " " if node["text"] in {" ", "\\ ", "\\space"} else ""
    return {"−": "-", "∗": "*", "`": "‘", "'": "’", "′": "’"}.get(char_of(node), char_of(node))


def _words(words: str, node: Node) -> str:
    words = words.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”")
    words = words.replace("‘‘", "“").replace("’’", "”")
    shape = _TEXT_FONTS.get(str(node.get("font")))
    font = "" if shape and shape.startswith("font") else ',font:"New Computer Modern"'
    if node.get("font") == "\\textsf":
        return f"upright(sans({quoted(words)}))"
    return quoted(words) if shape is None else f"#text({shape}{font},{quoted(words)})"


@writes("verb")
def _verb(_it: Emitter, node: Node) -> str:
    return f'#text(font:"DejaVu Sans Mono",size:0.88em,{quoted(str(node["body"]))})'
