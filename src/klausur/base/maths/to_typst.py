r"""From Temml's parse tree to Typst's markup.

What is written names nothing of Klausur's templates and no symbol by name, so that it can be kept,
and typeset by later releases. Every letter of an author's is a character or a string in it: data, never code.
"""

from collections.abc import Sequence

from klausur.base.maths import arrays, fences, letters, marks, scripts
from klausur.base.maths.emitter import Emitter, Node, length
from klausur.base.maths.symbols import joined


def markup(tree: Sequence[Node], *, display: bool) -> str:
    """The formula as Typst's markup, with its dollars.

    Raises:
        RefusedError: something cannot be set as TeX means it.
    """
    it = Emitter(display=display)
    if len(tree) == 1 and tree[0]["type"] == "tag":
        return _tagged(it.row(tree[0]["body"]), it.row(tree[0]["tag"]))
    if len(tree) == 1 and tree[0]["type"] == "array" and tree[0].get("tags"):
        tags = [it.row(tag) if isinstance(tag, list) else "" for tag in tree[0]["tags"]]
        if len(tags) == 1 and tags[0]:
            return _tagged(it.row(tree), tags[0])
        if any(tags):
            return _tagged_rows(it, tree[0], tags)
    while len(tree) == 1 and tree[0]["type"] == "ordgroup":  # a line can be broken in what no brace holds
        tree = tree[0]["body"]
    inside = it.row(tree)
    return f"$ {inside} $" if display else f"${inside}$"


def _tagged(inside: str, tag: str) -> str:
    """A display whose number stands at the right margin."""
    return f"#math.equation(block:true,numbering:_=>${tag}$,${inside}$);"


def _tagged_rows(it: Emitter, node: Node, tags: Sequence[str]) -> str:
    """An array with numbers at the right margin: they stand in an array of their own with the same rows."""
    rows = arrays.rows_of(node, it.inner)
    high = [marks.strut(row, f"${row}$") for row in rows]
    tags = [f"inline({tag})" if tag else "" for tag in tags]
    beside = arrays.column(node, [joined(pair) for pair in zip(high, tags, strict=True)], length)
    inside = it.row([node])
    return (
        "#block(width:100%,grid(columns:(1fr,auto,1fr),align:horizon,[],"
        f"math.equation(block:false,${inside}$),align(right,math.equation(block:false,${beside}$))));"
    )


_KINDS = (letters, scripts, fences, marks)
"""Where the kinds of node are written."""
