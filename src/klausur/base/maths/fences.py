"""Fractions, roots, brackets that grow, arrays, and what changes the style."""

from klausur.base.maths import arrays
from klausur.base.maths.emitter import Emitter, Node, length, writes
from klausur.base.maths.marks import flat
from klausur.base.maths.mistakes import RefusedError
from klausur.base.maths.scripts import ATOMS
from klausur.base.maths.symbols import CLASSES, classed, joined, written

_BIG = {1: 1.2, 2: 1.8, 3: 2.4, 4: 3.0}
"""Heights in em of \\big, \\Big, \\bigg and \\Bigg."""


_LEVELS = {"display": 0, "text": 1, "script": 2, "scriptscript": 3}


_STYLES = {"display": "display", "text": "inline", "script": "script", "scriptscript": "sscript"}


@writes("genfrac")
def _genfrac(it: Emitter, node: Node) -> str:
    level = node.get("scriptLevel")
    at = _LEVELS.get(str(level), it.level)
    with it.at(0 if node.get("continued") else min(at + 1, 3)):
        numer, denom = it.inner(node["numer"]), it.inner(node["denom"])
    top, low = numer or '""', denom or '""'
    if node.get("continued"):
        top, low = f"display({top})", f"display({low})"
    if node["hasBarLine"] and not node.get("barSize"):
        made = f"frac({top},{low})"
    elif node["hasBarLine"]:
        bar = length(node["barSize"])
        made = f"mat(delim:#none,row-gap:#0.4em,augment:#(hline:1,stroke:{bar}),{top} ;{low})"
    else:
        made = f"mat(delim:#none,row-gap:#0.3em,{top} ;{low})"
    if level in {"display", "text", "script", "scriptscript"}:
        made = f"{_STYLES[level]}({made})"
    if node.get("leftDelim") or node.get("rightDelim"):
        return f"lr({_fence(node.get('leftDelim'))}{made}{_fence(node.get('rightDelim'))})"
    return made


@writes("sfrac")
def _sfrac(_it: Emitter, node: Node) -> str:
    return f'attach("",t:{node["numerator"]})\\/attach("",b:{node["denominator"]})'


def _fence(char: str | None) -> str:
    """A delimiter in ``lr``; where there is none, what is none keeps the others in place."""
    return written(_upright_angle(char)) if char and char != "." else '""'


def _upright_angle(char: str) -> str:
    return {"<": "⟨", ">": "⟩", "∣": "|", "∥": "‖"}.get(char, char)


@writes("leftright")
def _leftright(it: Emitter, node: Node) -> str:
    return f"lr({joined((_fence(node['left']), it.row(node['body']), _fence(node['right'])))})"


@writes("delimiter")
def _delimiter(it: Emitter, node: Node) -> str:
    """Brackets that belong together and do not grow."""
    left, right = (classed(_upright_angle(node[at]), k) if node[at] not in {None, "."} else ""
                   for at, k in (("left", "open"), ("right", "close")))  # fmt: skip
    return joined([left, it.row(node["body"]), right])


@writes("middle")
def _middle(_it: Emitter, node: Node) -> str:
    return f'class("normal",mid({written(_upright_angle(node["delim"]))}))'


@writes("delimsizing")
def _delimsizing(_it: Emitter, node: Node) -> str:
    if node["delim"] in {None, "."}:
        return ""
    kind = CLASSES[ATOMS[node["mclass"]]]
    return f'class("{kind}",lr(size:#{_BIG[node["size"]]}em,{written(_upright_angle(node["delim"]))}))'


@writes("sqrt")
def _sqrt(it: Emitter, node: Node) -> str:
    body = it.inner(_without_strut(node["body"])) or '""'
    with it.at(3):
        index = it.inner(node.get("index"))
    return f"root({index},{body})" if index else f"sqrt({body})"


def _without_strut(body: Node) -> Node:
    """What stands below the root, without the strut that Temml puts behind small letters for browsers."""
    inside = body["body"] if body["type"] == "ordgroup" else []
    if (
        len(inside) > 1
        and inside[-1]["type"] == "rule"
        and inside[-1]["width"] == {"number": 0, "unit": "pt"}
    ):
        return {**body, "body": inside[:-1]}
    return body


@writes("array")
def _array(it: Emitter, node: Node) -> str:
    with it.at(_LEVELS.get(str(node.get("scriptLevel")), 1)):
        return arrays.array(node, it.inner, length)


@writes("cdlabelparent")
def _cd_arrow(it: Emitter, node: Node) -> str:
    """An arrow downwards in a commutative diagram, with its labels beside it."""
    return it.inner(node["fragment"])


@writes("cdlabel")
def _cd_label(it: Emitter, node: Node) -> str:
    label = it.script(node["label"])
    side = "right" if node["side"] == "left" else "left"
    pad = "#h(0.2em)"
    shown = f"{label}{pad}" if side == "right" else f"{pad}{label}"
    return flat(f"$script({shown})$", side) if label else ""


@writes("styling")
def _styling(it: Emitter, node: Node) -> str:
    with it.at(_LEVELS[node["scriptLevel"]]):
        inside = it.inner(node["body"])
    return f"{_STYLES[node['scriptLevel']]}({inside})" if inside else ""


@writes("mathchoice")
def _mathchoice(it: Emitter, node: Node) -> str:
    return it.row(node[("display", "text", "script", "scriptscript")[it.level]])


@writes("cr")
def _line_end(_it: Emitter, _node: Node) -> str:
    hint = "put lines that belong together into \\begin{aligned} … \\end{aligned}"
    raise RefusedError("\\\\", "ends no line outside of an environment", hint)


@writes("ref")
def _reference(_it: Emitter, node: Node) -> str:
    hint = f"put \\label{{{node['string']}}} into a $$ formula of the same problem"
    raise RefusedError(str(node["funcName"]), "names no equation of this problem", hint)
