"""What results say, in the exam's language: out of the one table of words.

The names in JSON are those of `klausur.report.columns` and `klausur.report.results` in every language, for
the programs that read them.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from klausur.base import words

_GROUP = "results."


@cache
def said(language: str, group: str = _GROUP) -> Mapping[str, str]:
    """The texts of a group by name, such as ``columns.total``; what is filled in stands in braces."""
    rows = (row for row in words.rows(language) if row.name.startswith(group))
    return MappingProxyType({row.name.removeprefix(group): row.words for row in rows})


def standing_said(standing: str, say: Mapping[str, str]) -> str:
    """Why a Candidate does not simply take the exam; the reason stays as somebody wrote it."""
    word, colon, why = standing.partition(":")
    return f"{say.get(f'standings.{word}', word)}{colon}{why}"
