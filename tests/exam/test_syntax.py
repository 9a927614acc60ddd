"""The syntax of evidence files is made by many threads, which get a tree each."""

import ast
from concurrent.futures import ThreadPoolExecutor

import pytest

from klausur.exam.evidence import syntax

PROGRAM = "\n".join(
    f"def f{n}(x):\n    return [[x + {n}] * (x - {n}) for x in range({n})]" for n in range(200)
)


def test_many_threads_get_a_tree_each() -> None:
    with ThreadPoolExecutor(4) as threads:
        trees = list(threads.map(syntax.tree, [PROGRAM] * 24))
    assert len({id(tree) for tree in trees}) == 24
    assert len({ast.dump(tree) for tree in trees}) == 1


def test_what_is_no_program_is_a_syntax_error() -> None:
    with pytest.raises(SyntaxError):
        syntax.tree("def broken(:")
