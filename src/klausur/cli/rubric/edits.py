"""What the commands do to the lines of a rubric."""

from collections.abc import Sequence
from dataclasses import replace

from klausur.base.credits import Credits, parse_credits
from klausur.base.errors import UsageError
from klausur.cli.rubric import HOW
from klausur.exam.rubric_lines import RubricLine

Lines = tuple[RubricLine, ...]


def place(lines: Sequence[RubricLine], item: str) -> tuple[int, int]:
    """Where a line begins, and where what stands in it ends.

    Raises:
        UsageError: there is no such line.
    """
    for at, line in enumerate(lines):
        if line.id == item:
            end = at + 1
            while end < len(lines) and lines[end].depth > line.depth:
                end += 1
            return at, end
    names = ", ".join(line.id for line in lines)
    raise UsageError(f"the rubric has no item {item!r}", f"its items are {names}")


def removed(lines: Lines, item: str) -> Lines:
    """The lines without one of them, and without what stands in it."""
    at, end = place(lines, item)
    return (*lines[:at], *lines[end:])


def put(lines: Lines, block: Lines, *, before: str = "", after: str = "", into: str = "") -> Lines:
    """The lines with others among them: at the end, if nothing else is said."""
    if sum(map(bool, (before, after, into))) > 1:
        raise UsageError("--before, --after and --in are three places", HOW)
    at, depth = len(lines), 0
    if before or after or into:
        start, end = place(lines, before or after or into)
        at, depth = (start if before else end), lines[start].depth
        if into:
            if not lines[start].group:
                raise UsageError(f"{into} is no group", HOW)
            depth += 1
    shift = depth - block[0].depth
    return (*lines[:at], *(replace(line, depth=line.depth + shift) for line in block), *lines[at:])


def maybe_credits(text: str) -> Credits | None:
    """Credits as they are typed; None where they say none.

    Raises:
        UsageError: they are no credits.
    """
    return None if text == "none" else credits_of(text)


def credits_of(text: str) -> Credits:
    """Credits as they are typed.

    Raises:
        UsageError: they are none.
    """
    try:
        return parse_credits(text)
    except ValueError as error:
        raise UsageError(str(error), HOW) from None
