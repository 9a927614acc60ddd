"""What stands above and below something, operators, and braces over and under."""

from klausur.base.maths.emitter import Emitter, Node, arguments, char_of, writes
from klausur.base.maths.marks import SPREAD
from klausur.base.maths.symbols import CLASSES, joined, quoted, written

ATOMS = {"mbin": "bin", "mrel": "rel", "mopen": "open", "mclose": "close", "mpunct": "punct", "mord": "ord",
          "minner": "inner"}  # fmt: skip


_SPLIT_NAMES = {
    "liminf": "lim inf", "limsup": "lim sup", "injlim": "inj lim", "projlim": "proj lim",
    "argmax": "arg max", "argmin": "arg min",
}  # fmt: skip


def _script(it: Emitter, node: Node | None, name: str) -> str:
    if node is None:
        return ""
    inside = it.script(node)
    return f"{name}:{inside}" if inside else ""


@writes("supsub")
def _supsub(it: Emitter, node: Node) -> str:
    base, sup, sub = node["base"], node.get("sup"), node.get("sub")
    if base is not None and base["type"] == "horizBracket":
        return _bracket(it, base, sup if base["isOver"] else sub, sub if base["isOver"] else sup)
    primes = ""
    if sup is not None and sup["type"] == "ordgroup" and sup["body"]:
        marks = [n for n in sup["body"] if n["type"] == "textord" and n.get("char") == "′"]
        if marks and sup["body"][: len(marks)] == marks:
            primes = "′" * len(marks)
            rest = sup["body"][len(marks) :]
            over = joined([f"\\{p}" for p in primes] + [it.script(rest)])
            return f"attach({_base(it, base)},{arguments(f't:{over}', _script(it, sub, 'b'))})"
    scripts = arguments(_script(it, sup, "t"), _script(it, sub, "b"))
    return f"attach({_base(it, base)},{scripts})" if scripts else it.one(base) if base else ""


def _base(it: Emitter, base: Node | None) -> str:
    """What scripts belong to, with where they stand: behind it, or below and above."""
    if base is None:
        return '""'
    if base["type"] in {"op", "operatorname"} or base.get("limits"):
        shown = it.one(base) if base["type"] in {"op", "operatorname"} else it.inner(base)
        if base.get("alwaysHandleSupSub") and base.get("limits"):
            return f"limits({shown})"
        if base["type"] == "operatorname":
            return f"limits({shown})" if base.get("alwaysHandleSupSub") else f"scripts({shown})"
        return shown if base.get("limits") else f"scripts({shown})"
    shown = it.one(base)
    if not shown:
        return '""'
    plain = base["type"] == "mathord" or (base["type"] == "textord" and base.get("char", "").isalnum())
    return shown if plain else f"scripts({shown})"


def _bracket(it: Emitter, node: Node, label: Node | None, other: Node | None) -> str:
    made = f"{SPREAD[node['label']]}({arguments(it.inner(node['base']) or quoted(''), it.script(label))})"
    if other is None:
        return made
    return f"attach(limits({made}),{'b' if node['isOver'] else 't'}:{it.script(other)})"


@writes("horizBracket")
def _horiz_bracket(it: Emitter, node: Node) -> str:
    return _bracket(it, node, None, None)


@writes("op")
def _op(it: Emitter, node: Node) -> str:
    limits = bool(node.get("limits"))
    if node.get("symbol"):
        char = char_of(node)
        shown = written(char)
        if node.get("fromMathOp"):
            shown = f'class("large",{shown})'
        return f"scripts({shown})" if not limits and not node.get("alwaysHandleSupSub") else shown
    if node.get("body"):
        inside = it.row(node["body"])
        if (
            node.get("suppressBaseShift") is not None
        ):  # \overset, \stackrel and \underset keep the kind of atom
            return inside
        return f"op({inside},limits:#true)" if limits else f"op({inside})"
    return _operator(str(node["name"]).lstrip("\\"), limits=limits)


def _operator(name: str, *, limits: bool) -> str:
    name = _SPLIT_NAMES.get(name, name).replace(" ", "\u2009")
    return f"op({quoted(name)},limits:#true)" if limits else f"op({quoted(name)})"


@writes("operatorname")
def _operatorname(it: Emitter, node: Node) -> str:
    body = node["body"]
    limits = bool(node.get("limits") or node.get("alwaysHandleSupSub"))
    if all(n["type"] in {"mathord", "textord", "atom"} and n.get("char") for n in body):
        return _operator("".join("-" if n["char"] == "−" else n["char"] for n in body), limits=limits)
    inside = it.row(body)
    return f"op(upright({inside})" + (",limits:#true)" if limits else ")")


@writes("multiscript")
def _multiscript(it: Emitter, node: Node) -> str:
    pre, post, base = node["prescripts"], node.get("postscripts") or {}, node["base"]
    scripts = arguments(
        _script(it, pre.get("sup"), "tl"), _script(it, pre.get("sub"), "bl"),
        _script(it, post.get("sup"), "tr"), _script(it, post.get("sub"), "br"),
    )  # fmt: skip
    return f"attach({it.one(base)},{scripts})"


@writes("mclass")
def _mclass(it: Emitter, node: Node) -> str:
    kind = CLASSES.get(ATOMS.get(str(node["mclass"]), "ord"), "normal")
    return f'class("{kind}",{it.row(node["body"])})'
