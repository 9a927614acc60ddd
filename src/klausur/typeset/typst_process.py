"""Typst in a process of its own, for sources that would leave it large.

Typst keeps all that it has computed for the next time, hundreds of megabytes for the covers of a thousand
booklets, and gives it back only when its process ends.
"""

import pickle
import sys
from collections.abc import Callable
from typing import TypeVar

from klausur.base import overtime
from klausur.base.errors import KlausurError, ToolError

_R = TypeVar("_R")

_SECONDS = 600.0
"""Of processor time. A slice of a list takes 2 s, an exam of 18 pages as well."""


def apart(function: Callable[..., _R], *arguments: object) -> _R:
    """What a module's function returns for these arguments, computed in a fresh process.

    Raises:
        KlausurError: what the function raises of it.
        ToolError: the process ended before it was done, took too much processor time or hung.
    """
    try:
        done = overtime.run([sys.executable, "-m", __name__], pickle.dumps((function, arguments)), _SECONDS)
    except (overtime.BusyError, overtime.HungError) as error:
        raise ToolError(f"Typst {error}", "look for Typst code in the exam that comes to no end") from error
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no message"]
        raise ToolError(f"Typst's process ended: {last[0]}", "see whether there is enough memory")
    found = pickle.loads(done.stdout)  # noqa: S301 - written by `main`, below
    if isinstance(found, KlausurError):
        raise found
    result: _R = found
    return result


def main() -> None:
    """Do what standard input asks for, and write the result, or the error, to standard output."""
    function, arguments = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by `apart`, above
    try:
        found = function(*arguments)
    except KlausurError as error:
        found = error
    sys.stdout.buffer.write(pickle.dumps(found))


if __name__ == "__main__":
    main()
