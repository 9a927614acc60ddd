"""Edits of what is right in blanks for numbers, ``[9.81 ± 0.02]{.blank digits=2 decimals=2}``."""

import re
from collections.abc import Iterator, Sequence

from klausur.exam.write_back import markdown
from klausur.exam.write_back.lines import Lines, UnplacedError

_END = re.compile(r"\]\{[^{}]*\.blank\b[^{}]*\bdigits=[^{}]*\}")


def set_numbers(lines: Lines, heading: int, numbers: Sequence[str]) -> None:
    """Write other numbers into the blanks of a question.

    Args:
        lines: of the file.
        heading: the line of the question's heading.
        numbers: what belongs into each of its blanks, in their order, as it is written there.

    Raises:
        UnplacedError: so many blanks are not plain to find.
    """
    found = list(_insides(lines, heading))
    if len(found) != len(numbers):
        raise UnplacedError("its blanks are not plain to find")
    for (number, start, end), written in reversed(list(zip(found, numbers, strict=True))):
        text = lines.at(number)
        lines.put(number, f"{text[:start]}{written}{text[end:]}")


def _insides(lines: Lines, heading: int) -> Iterator[tuple[int, int, int]]:
    """The line of each blank, and where what stands in its brackets begins and ends there."""
    for number in range(heading + 1, markdown.end(lines, heading) + 1):
        text = lines.at(number)
        for match in _END.finditer(text):
            start = _opening(text, match.start())
            if start is None:
                raise UnplacedError(f"a blank that ends in line {number} begins in another")
            yield number, start + 1, match.start()


def _opening(text: str, end: int) -> int | None:
    """The bracket that the one at ``end`` closes."""
    depth = 0
    for at in range(end, -1, -1):
        depth += (text[at] == "]") - (text[at] == "[")
        if depth == 0:
            return at
    return None
