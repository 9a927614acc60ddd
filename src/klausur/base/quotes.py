"""Quotation marks as a language has them, for words that are printed as they are: titles, captions, names.

In running text Typst chooses them; a test holds the table to what it does.
"""

import re
from dataclasses import dataclass
from functools import cache

from klausur.base import words

APOSTROPHE = "’"

_DOUBLE = re.compile(r'"([^"]+)"')
_SINGLE = re.compile(r"(?<!\w)'([^']+)'(?!\w)")


@dataclass(frozen=True, slots=True)
class Marks:
    """What opens and closes a quotation, and one within it."""

    double: tuple[str, str]
    single: tuple[str, str]


@cache
def marks(language: str) -> Marks:
    """The marks of one of `words.languages`."""
    said = next(row.words for row in words.rows(language) if row.name == "quotes")
    opens, closes, opens_within, closes_within = said.split("|")
    return Marks((opens, closes), (opens_within, closes_within))


def typographic(text: str, language: str) -> str:
    """The words with a language's marks for straight ones; one without its other half is an apostrophe."""
    if '"' not in text and "'" not in text:
        return text
    of = marks(language)
    for pattern, (opens, closes) in ((_DOUBLE, of.double), (_SINGLE, of.single)):
        text = pattern.sub(rf"{opens}\1{closes}", text)
    return text.replace("'", APOSTROPHE)
