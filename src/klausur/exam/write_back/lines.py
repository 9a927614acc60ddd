"""A text as lines that keep their ends, whatever these are, and why something has no place in it."""

import re
from collections.abc import Sequence

_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")


class UnplacedError(ValueError):
    """The place is not exactly known; the message says why, in words."""


class Lines:
    """The lines of a text, numbered from 1. What is put in ends as the first line does."""

    def __init__(self, text: str) -> None:
        found = [(m[1], m[2]) for m in _LINE.finditer(text) if m[0]]
        self.texts = [words for words, _ in found]
        self._ends = [end for _, end in found]
        self._end = next((end for end in self._ends if end), "\n")

    def __str__(self) -> str:
        """The text."""
        return "".join(words + end for words, end in zip(self.texts, self._ends, strict=True))

    def at(self, number: int) -> str:
        """A line without its end.

        Raises:
            UnplacedError: there is no such line.
        """
        if not 1 <= number <= len(self.texts):
            raise UnplacedError("its line is not known")
        return self.texts[number - 1]

    def put(self, number: int, words: str) -> None:
        """Another text for a line."""
        self.texts[number - 1] = words

    def replace(self, first: int, last: int, words: Sequence[str]) -> None:
        """Put others for lines ``first`` to ``last``; ahead of ``first``, if ``last`` is the one before."""
        if self._ends and not self._ends[-1]:
            self._ends[-1] = self._end
        self.texts[first - 1 : last] = words
        self._ends[first - 1 : last] = [self._end] * len(words)
