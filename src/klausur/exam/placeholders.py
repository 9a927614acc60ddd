"""Blanks: the places ``{{name}}`` or ``{{name:format}}`` in a text where a value of a variant stands."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_BLANK = re.compile(r"\{\{[ \t]*([A-Za-z_]\w*)[ \t]*(?::([^{}\n]*))?\}\}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Blank:
    """A parameter's name, the format its value is written in, or none, and where it stands in its text."""

    name: str
    form: str
    start: int
    end: int


def blanks(text: str) -> tuple[Blank, ...]:
    """The blanks of a text, in their order."""
    return tuple(
        Blank(match[1], (match[2] or "").strip(), match.start(), match.end())
        for match in _BLANK.finditer(text)
    )


def filled(text: str, words: Iterable[str]) -> str:
    """The text with these words in its blanks, one for each."""
    parts, last = [], 0
    for blank, word in zip(blanks(text), words, strict=True):
        parts += [text[last : blank.start], word]
        last = blank.end
    return "".join([*parts, text[last:]])
