"""What an author's program may not do to be right: ask `all` of nothing, or compare nothing with nothing.

Of an empty list, all is true; a loop that never runs finds no counterexample. So in the exam's own programs
`all`, and numpy's `all`, `allclose`, `array_equal` and `array_equiv`, refuse what is empty. An array's own
method ``.all()`` cannot be changed, and is left as it is.
"""

import builtins
import functools
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

_COMPARING = ("allclose", "array_equal", "array_equiv")


class EmptyError(ValueError):
    """Something was asked of nothing."""


def every(values: Iterable[object]) -> bool:
    """`all`, of at least one value.

    Raises:
        EmptyError: there is none.
    """
    seen = False
    for value in values:
        seen = True
        if not value:
            return False
    if not seen:
        raise EmptyError("all() of nothing is true whatever is meant: there was nothing to look at")
    return True


def names() -> dict[str, Any]:
    """Python's own names as the exam's programs see them."""
    return {**vars(builtins), "all": every}


def watch(folder: Path) -> None:
    """From now on numpy's comparisons refuse what is empty, asked by programs below a folder. Not undone."""
    own = str(folder.resolve())
    for name in ("all", *_COMPARING):
        setattr(np, name, _refusing(name, getattr(np, name), own))


def _refusing(name: str, function: Callable[..., Any], own: str) -> Callable[..., Any]:
    count = 2 if name in _COMPARING else 1

    @functools.wraps(function)
    def asked(*values: Any, **options: Any) -> Any:  # noqa: ANN401 - whatever numpy takes and gives
        here = sys._getframe(1).f_code.co_filename.startswith(own)  # noqa: SLF001 - who asks
        if here and any(np.size(value) == 0 for value in values[:count]):
            raise EmptyError(f"numpy.{name}() of nothing is true whatever is meant: an array is empty")
        return function(*values, **options)

    return asked
