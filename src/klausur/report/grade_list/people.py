"""Whom a row of an office's list is about: by registration number or by name, and never by a guess."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence

from klausur.report.grade_list.headings import Headings
from klausur.report.results import ResultRow
from klausur.roster.delimited import ListRow

_AS_TEXT = re.compile(r'="(.*)"')
"""How spreadsheets are made to keep zeros, beside an apostrophe in front."""


class People:
    """The candidates of a table of results, to be found again."""

    def __init__(self, rows: Sequence[ResultRow]) -> None:
        self._by_number: dict[str, ResultRow] = {}
        self._without_zeros: defaultdict[str, list[ResultRow]] = defaultdict(list)
        self._by_name: defaultdict[tuple[str, ...], list[ResultRow]] = defaultdict(list)
        for row in rows:
            if row.of.candidate is not None:
                self._by_number[row.registration.casefold()] = row
                self._without_zeros[row.registration.casefold().lstrip("0")].append(row)
                self._by_name[words(row.name)].append(row)

    def by_number(self, number: str) -> ResultRow | None:
        """Who has a registration number; one that has lost its zeros is enough if it is one person's."""
        plain = number.casefold()
        short = self._without_zeros.get(plain.lstrip("0"), [])
        return self._by_number.get(plain) or (short[0] if len(short) == 1 and plain.isdigit() else None)

    def by_name(self, name: str) -> Sequence[ResultRow]:
        """All who have these words in their name, in whatever order."""
        return self._by_name.get(words(name), [])


def number(headings: Headings, row: ListRow) -> str:
    """The registration number that a row gives."""
    if headings.number is None or headings.number >= len(row.cells):
        return ""
    cell = row.cells[headings.number]
    found = _AS_TEXT.fullmatch(cell)
    return (found[1] if found else cell.removeprefix("'")).strip()


def name(headings: Headings, row: ListRow) -> str:
    """The name that a row gives."""
    return " ".join(row.cells[at] for at in headings.names if at < len(row.cells) and row.cells[at])


def words(name_: str) -> tuple[str, ...]:
    """A name as it is compared: its words in order of the alphabet, folded."""
    return tuple(sorted(re.split(r"[\s,]+", unicodedata.normalize("NFC", name_).casefold().strip(" ,"))))


def alike(one: str, other: str) -> bool:
    """Whether two names may be one person's: they share a word, accents aside. No name may be anybody's."""
    first, second = (set(map(_bare, words(name_))) - {""} for name_ in (one, other))
    return not first or not second or bool(first & second)


def _bare(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word) if c.isalnum())
