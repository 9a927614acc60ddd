"""What the rooms below the site may say: the texts of findings and errors as they stand in the code.

A text with values in it is a template, ``booklet {1} has no page {2}``, as the catalogue of
`klausur.web.core_words` has it. What is put together elsewhere than where it is raised is not seen here.
"""

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import klausur
from klausur.base.codes import CODES
from klausur.base.maths import mistakes

ROOT = Path(klausur.__file__).parent
FINDINGS = ("exam", "roster", "typeset", "paper")
"""Rooms whose findings `check` and the list of candidates tell."""

ACTIONS = ("actions", "convert", "store", "state", "site")
"""Rooms whose errors tell why something was not done."""

SCANS = ("scan", "read", "report")
"""Rooms that say why a file or a page of it cannot be used, and what stands on an office's list."""

_NAMES = frozenset({"message", "hint", "remedy"})
"""What variables are called that hold such a text."""

_BUGS = frozenset({"ValueError", "TypeError", "RuntimeError", "LookupError"})
"""Errors that people never see."""

_LEAST = 3
"""Letters of a text that says something, and is no name: it has a blank."""

_NO_LETTER = re.compile(r"\{\d\}|[\W\d]")

Parts = tuple[str | None, ...]


def of_formulas() -> Iterator[str]:
    """What is said of mistakes in formulas, and the ways out of them."""
    for _, *said in mistakes._WORDS:  # noqa: SLF001 - a table, of which each row is said
        for text in said:
            yield text.format("{1}", "{2}")


def templates(room: str) -> Iterator[str]:
    """The texts of a room, each once."""
    found: dict[str, None] = {}
    for path in sorted((ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for expression in _said(node):
                found.update(dict.fromkeys(_shown(parts) for parts in _texts(expression)))
    yield from (text for text in found if " " in text and len(_NO_LETTER.sub("", text)) >= _LEAST)


def _said(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions that people are told."""
    if isinstance(node, ast.Assign) and any(
        isinstance(t, ast.Name) and t.id.strip("_").lower() in _NAMES for t in node.targets
    ):
        yield node.value
    elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Unplaced":
        yield from node.args[1:]
    elif isinstance(node, ast.Tuple):
        yield from _behind_a_code(node.elts)
    elif isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        every = [*node.args, *(keyword.value for keyword in node.keywords)]
        if name == "__init__" or (
            name.endswith("Error") and name not in {"ValueError", "TypeError", "RuntimeError", "LookupError"}
        ):
            yield from every
        yield from _behind_a_code(every)


def _behind_a_code(every: list[ast.expr]) -> Iterator[ast.expr]:
    at = [n for n, one in enumerate(every) if isinstance(one, ast.Constant) and one.value in CODES]
    if at:
        yield from every[at[0] + 1 :]


def _texts(node: ast.expr) -> Iterator[Parts]:
    """What an expression may come to, None for each value in it; nothing of what is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield (node.value,)
    elif isinstance(node, ast.JoinedStr):
        yield tuple(str(one.value) if isinstance(one, ast.Constant) else None for one in node.values)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        sides = (list(_texts(side)) or [(None,)] for side in (node.left, node.right))
        yield from (one + other for one, other in product(*sides))


def _shown(parts: Parts) -> str:
    text, count = "", 0
    for before, part in zip((None, *parts), parts, strict=False):
        if part is not None:
            text += part
        elif before is not None or not text:
            count += 1
            text += f"{{{count}}}"
    return text
