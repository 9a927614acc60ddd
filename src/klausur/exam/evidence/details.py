"""What more is told of a claim's result, as values: each language says them in its own words.

Figures and the like are an author's own words, and stay as they are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from klausur.base import words
from klausur.base.words import PrintedWords

_GROUP = "evidence.details."


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing: its name in the table of words, and what is filled in there, in the order of its row.

    ``parts`` are filled in for the last value, one after another. Without a name it is an author's own.
    """

    name: str
    values: tuple[str, ...] = ()
    parts: tuple["Detail", ...] = ()


def said(details: Iterable[Detail], language: str = "en", between: str = "; ") -> str:
    """What is told, in a language."""
    return between.join(_said(detail, language) for detail in details)


def own(text: str) -> Detail:
    """What an author's program says itself."""
    return Detail("", (text,))


def read(plain: Iterable[Mapping[str, Any]]) -> tuple[Detail, ...]:
    """Details as JSON keeps them.

    Raises:
        KeyError, TypeError: these are none.
    """
    return tuple(
        Detail(str(one["name"]), tuple(map(str, one["values"])), read(one["parts"])) for one in plain
    )


def _said(detail: Detail, language: str) -> str:
    if not detail.name:
        return "".join(detail.values)
    row = _rows(language)[detail.name]
    parts = (said(detail.parts, language, ", "),) if detail.parts else ()
    text = row.words
    for name, value in zip(row.takes, (*detail.values, *parts), strict=True):
        text = text.replace(f"{{{name}}}", value)
    return text


@cache
def _rows(language: str) -> Mapping[str, PrintedWords]:
    rows = (row for row in words.rows(language) if row.name.startswith(_GROUP))
    return MappingProxyType({row.name.removeprefix(_GROUP): row for row in rows})
