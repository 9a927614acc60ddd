"""The syntax of an evidence file, made by one thread at a time.

Python 3.11 counts the depth of the tree that it makes in one place for all threads, and raises SystemError
where two make one at once. Files are judged side by side.
"""

import ast
from threading import Lock

_ONE = Lock()


def tree(source: str) -> ast.Module:
    """A tree of one's own; SyntaxError as `ast.parse` raises it."""
    with _ONE:
        return ast.parse(source)
