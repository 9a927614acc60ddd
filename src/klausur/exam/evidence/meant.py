"""Which parts of a program say what it means, and which only how it tries that out.

What is drawn at random, and from which seed; how often a loop is run that only counts; how close two numbers
must be; what is shown beside a result: another value there is no mistake, and no value there is copied from a
question.
"""

import ast
from collections.abc import Iterable, Iterator
from typing import Any

_DRAWING = frozenset({
    "normal", "uniform", "random", "integers", "choice", "choices", "standard_normal", "exponential",
    "poisson", "binomial", "permutation", "shuffle", "randn", "rand", "randint", "multinomial", "bernoulli",
    "normal_", "uniform_",
})  # fmt: skip
"""Functions of random generators, by whatever name these go."""

_SEEDING = frozenset({"default_rng", "seed", "manual_seed", "Random", "RandomState", "Generator"})
_TRYING = frozenset({"seed", "atol", "rtol", "tol", "strict"})
"""Arguments by name that say nothing of what is meant."""

_FIGURES = "Found"
_TINY = 1e-3


def tiny(value: float) -> bool:
    """Whether a number is a tolerance, or a step between two points, rather than a value."""
    return 0 < abs(value) < _TINY


def nodes(body: Iterable[ast.stmt]) -> Iterator[Any]:
    """What of some statements says what it means, always in one order."""
    for statement in body:
        yield from _within(statement)


def _within(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in _children(node):
        yield from _within(child)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """What of a node's parts is looked at."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        yield node.func
        if name in _DRAWING | _SEEDING:
            return
        yield from node.args[:1] if name == _FIGURES else node.args
        yield from (one.value for one in node.keywords if one.arg not in _TRYING)
    elif isinstance(node, ast.For | ast.comprehension) and _only_counts(node.target):
        yield from (one for one in ast.iter_child_nodes(node) if one is not node.iter)
    elif isinstance(node, ast.AnnAssign):
        yield from (one for one in (node.target, node.value) if one is not None)
    else:
        yield from ast.iter_child_nodes(node)


def _only_counts(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id.startswith("_")
