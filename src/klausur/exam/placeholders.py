"""Placeholders: the places ``{{name}}`` or ``{{name:format}}`` in a text where values of variants stand."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_PLACEHOLDER = re.compile(r"\{\{[ \t]*([A-Za-z_]\w*)[ \t]*(?::([^{}\n]*))?\}\}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A parameter's name, the format its value is written in, or none, and where it stands in its text."""

    name: str
    form: str
    start: int
    end: int


def placeholders(text: str) -> tuple[Placeholder, ...]:
    """The placeholders of a text, in their order."""
    return tuple(
        Placeholder(match[1], (match[2] or "").strip(), match.start(), match.end())
        for match in _PLACEHOLDER.finditer(text)
    )


def filled(text: str, words: Iterable[str]) -> str:
    """The text with these words in its placeholders, one for each."""
    parts, last = [], 0
    for place, word in zip(placeholders(text), words, strict=True):
        parts += [text[last : place.start], word]
        last = place.end
    return "".join([*parts, text[last:]])
