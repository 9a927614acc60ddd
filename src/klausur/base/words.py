"""The one table of what printed papers say, `words.csv`: a row is a text, a column is a language.

A key may name what is filled in, as in ``page(n, of)``; each stands in the texts in braces. A text with a
number comes in as many rows as its languages have plural forms, ``pages(n):one`` and ``pages(n):other``; a
language without a form has nothing in its row. Words between asterisks are bold. Where a text is missing the
first language stands in, and a test fails. How numbers and dates are written is `klausur.typeset.wording`'s
business.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import zip_longest

_KEY = re.compile(r"(?P<name>[a-z][a-z.-]*)(?:\((?P<takes>[a-z, ]+)\))?(?::(?P<form>[a-z]+))?")


@dataclass(frozen=True, slots=True)
class PrintedWords:
    """One text in one language: what it is called, what is filled in, and for which plural form it is."""

    name: str
    takes: tuple[str, ...]
    form: str | None
    words: str


def languages() -> tuple[str, ...]:
    """The codes of the languages that the table has, such as ``en``."""
    return tuple(_table())


def rows(language: str) -> tuple[PrintedWords, ...]:
    """All texts in one of `languages`, in the order of the table."""
    return _table()[language]


@cache
def _table() -> dict[str, tuple[PrintedWords, ...]]:
    return parse((resources.files("klausur.base") / "words.csv").read_text(encoding="utf-8"))


def parse(text: str) -> dict[str, tuple[PrintedWords, ...]]:
    """The table in a CSV: its head is ``key`` and the languages.

    Raises:
        ValueError: a key is malformed, or the first language has no text.
    """
    head, *lines = csv.reader(text.splitlines())
    found: dict[str, list[PrintedWords]] = {language: [] for language in head[1:]}
    for key, *texts in lines:
        match = _KEY.fullmatch(key)
        if match is None or len(texts) > len(found):
            raise ValueError(f"the row {key!r} of the words has a key that cannot be read, or too many texts")
        takes = tuple(match["takes"].split(", ")) if match["takes"] else ()
        optional = match["form"] not in {None, "other"}
        first = texts[0] if texts else ""
        if not first and not optional:
            raise ValueError(f"the row {key!r} of the words lacks its first text")
        for language, words in zip_longest(found, texts, fillvalue=""):
            if words or not optional:
                found[language].append(PrintedWords(match["name"], takes, match["form"], words or first))
    return {language: tuple(rows_) for language, rows_ in found.items()}
