"""Small faults planted in a claim's program, one at a time: would the claim still be shown?

A fault is a comparison or operation turned round, a number one larger, a truth turned round, `and` for `or`,
a condition or what is returned negated, a sign dropped; in the claim's function or in one that it calls,
directly or not.

No fault is planted where it would be none (`klausur.exam.evidence.meant`): another seed or another random
example shows the same, and so do more runs of a loop that only counts.
"""

import ast
import copy
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from klausur.exam.evidence import meant, syntax

RULES = "2"
"""Which rules mistakes are planted by, here and in keys; what was noticed by others counts no more."""

_OTHER: Mapping[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.MatMult: ast.Mult,
    ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.Gt, ast.GtE: ast.Lt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip

_TELLING = frozenset({"all", "any", "bool", "isclose", "allclose", "array_equal", "isinstance"})
"""Functions that say whether something holds."""


@dataclass(frozen=True, slots=True)
class ProgramMutant:
    """A program with one fault: in which function and line, what stood there and what stands there now."""

    function: str
    line: int
    before: str
    after: str
    source: str


def planted(source: str, function: str, most: int, seed: int = 0) -> tuple[ProgramMutant, ...]:
    """Faults in what a claim's function runs: at most so many, drawn by a seed from all that there are.

    Raises:
        SyntaxError: the source is no Python.
    """
    tree = syntax.tree(source)
    names = reached(tree, function)
    every = [
        (name, at, fault)
        for name in sorted(names)
        for at, node in enumerate(meant.nodes(function_named(tree, name).body))
        for fault in _faults(node)
    ]
    drawn = every if len(every) <= most else random.Random(f"{seed}/{function}").sample(every, most)  # noqa: S311
    return tuple(_with(tree, name, at, fault) for name, at, fault in drawn)


def _with(tree: ast.Module, name: str, at: int, fault: Callable[[Any], None]) -> ProgramMutant:
    changed = copy.deepcopy(tree)
    node = list(meant.nodes(function_named(changed, name).body))[at]
    statement = _statement(function_named(changed, name), node)
    before = _short(statement)
    fault(node)
    ast.fix_missing_locations(changed)
    return ProgramMutant(name, node.lineno, before, _short(statement), ast.unparse(changed))


def function_named(tree: ast.Module, name: str) -> ast.FunctionDef:
    """A function of a module."""
    return next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name)


def reached(tree: ast.Module, function: str) -> set[str]:
    """The functions of a module that one of them calls or names, itself among them."""
    known = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    found, wait = set[str](), [function]
    while wait:
        name = wait.pop()
        if name in known and name not in found:
            found.add(name)
            body = (node for one in known[name].body for node in ast.walk(one))
            wait.extend(node.id for node in body if isinstance(node, ast.Name))
    return found


def _faults(node: ast.AST) -> Iterator[Callable[[Any], None]]:
    """What can be wrong with a node."""
    if isinstance(node, ast.BinOp | ast.BoolOp) and type(node.op) in _OTHER:
        yield _operated
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in _OTHER:
        yield _compared
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield _turned
    elif (
        isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not meant.tiny(node.value)
    ):
        yield _larger
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
        yield _unsigned
    elif isinstance(node, ast.If):
        yield _negated
    elif isinstance(node, ast.Return) and _holds(node.value):
        yield _denied
    elif isinstance(node, ast.Return) and isinstance(node.value, ast.BinOp):
        yield _minus


def _holds(node: ast.AST | None) -> bool:
    """Whether an expression says that something holds."""
    called = node.func if isinstance(node, ast.Call) else None
    name = getattr(called, "id", getattr(called, "attr", ""))
    return isinstance(node, ast.Compare | ast.BoolOp) or name in _TELLING


def _operated(node: Any) -> None:  # noqa: ANN401 - what `ast` gives has no common base with fields
    node.op = _OTHER[type(node.op)]()


def _compared(node: Any) -> None:  # noqa: ANN401 - the same
    node.ops[0] = _OTHER[type(node.ops[0])]()


def _turned(node: Any) -> None:  # noqa: ANN401 - the same
    node.value = not node.value


def _larger(node: Any) -> None:  # noqa: ANN401 - the same
    node.value += 1


def _unsigned(node: Any) -> None:  # noqa: ANN401 - the same
    node.op = ast.UAdd() if isinstance(node.op, ast.USub) else ast.Not()
    node.operand = node.operand if isinstance(node.op, ast.UAdd) else ast.UnaryOp(ast.Not(), node.operand)


def _negated(node: Any) -> None:  # noqa: ANN401 - the same
    node.test = ast.UnaryOp(ast.Not(), node.test)


def _denied(node: Any) -> None:  # noqa: ANN401 - the same
    node.value = ast.UnaryOp(ast.Not(), node.value)


def _minus(node: Any) -> None:  # noqa: ANN401 - the same
    node.value = ast.UnaryOp(ast.USub(), node.value)


def _statement(function: ast.FunctionDef, node: ast.AST) -> ast.AST:
    """The smallest statement in which a node stands."""
    holding: Sequence[ast.stmt] = [
        one for one in ast.walk(function) if isinstance(one, ast.stmt) and node in set(ast.walk(one))
    ]
    return min(holding, key=lambda one: sum(1 for _ in ast.walk(one)))


def _short(node: ast.AST) -> str:
    return ast.unparse(node).split("\n")[0][:120]
