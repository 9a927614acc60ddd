"""Which column of a list of candidates holds what: headings compared with those that are known.

Case, accents, spaces and punctuation of a heading do not count: ``Matrikel-Nr.`` is ``MATRIKELNR``. The
known ones stand in `klausur.roster.known_headings`; an exam's own are `Named`.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from klausur.roster.known_headings import HEADINGS, SYSTEMS, Column, System

Named = Mapping[str, tuple[str, ...]]
"""What exam.toml says of the list: by the key there headings (``extra_minutes`` for `Column.EXTRA_MINUTES`),
``ignore`` for headings that hold nothing of use, and the words of a status under `WORDS`."""

WORDS = ("registered", "left_out")
"""Keys of exam.toml that name words of a status, and no headings."""

_IN_PERCENT = re.compile(
    r"(?:in |en )?%|(?:in|en) (?:prozent|percent|pourcent)|\((?:prozent|percent|pourcent)\)", re.IGNORECASE
)
_IN_MINUTES = re.compile(r"\((?:min|minutes|minuten)\.?\)|in (?:minutes|minuten|min\.?)$", re.IGNORECASE)


def plain(heading: str) -> str:
    """A heading as it is compared: folded, without accents, letters and digits only."""
    folded = unicodedata.normalize("NFKD", heading.casefold())
    return "".join(c for c in folded if c.isalnum())


_KNOWN = {plain(heading): column for column, headings in HEADINGS.items() for heading in headings}
_OF_SYSTEMS = {
    system.name: {plain(heading): column for heading, column in system.headings.items()} for system in SYSTEMS
}


def system_of(header: Sequence[str]) -> System | None:
    """The system that such headings come from, if it is one that is known."""
    there = {plain(heading) for heading in header}
    return next((s for s in SYSTEMS if any(plain(mark) in there for mark in s.marks)), None)


def columns(header: Sequence[str], named: Named = MappingProxyType({})) -> tuple[Column | None, ...]:
    """For each heading the Column it names, or None if it names none.

    Args:
        header: the headings.
        named: those of the exam; a column that has some is under no other heading. A name that they give is
            the whole name.
    """
    own = {plain(heading): column for column, headings in own_headings(named) for heading in headings}
    taken = set(own.values()) - {Column.OTHER}
    if Column.NAME in taken:
        taken |= {Column.FIRST, Column.LAST}
    system = system_of(header)
    known = _KNOWN | (_OF_SYSTEMS[system.name] if system is not None else {})
    known = {heading: column for heading, column in known.items() if column not in taken}
    return tuple(own[plain(h)] if plain(h) in own else _named(h, known) for h in header)


def _named(heading: str, known: Mapping[str, Column]) -> Column | None:
    """What a heading names: extra time may say in brackets whether it is in minutes or in percent."""
    measure = _IN_PERCENT if (percent := _IN_PERCENT.search(heading)) else _IN_MINUTES
    found = known.get(plain(heading)) or known.get(plain(measure.sub("", heading)))
    if found is Column.EXTRA_MINUTES and percent:
        return Column.EXTRA_PERCENT
    return found


def own_headings(named: Named) -> tuple[tuple[Column, tuple[str, ...]], ...]:
    """The headings of an exam's own by Column."""
    return tuple((_column(key), headings) for key, headings in named.items() if key not in WORDS)


def _column(key: str) -> Column:
    return Column.OTHER if key == "ignore" else Column(key.replace("_", " "))


def same(heading: str, other: str) -> bool:
    """Whether two headings are one, as headings are compared."""
    return plain(heading) == plain(other)


def enough(kinds: Sequence[Column | None]) -> bool:
    """Whether these columns tell who the candidates are."""
    named = Column.NAME in kinds or {Column.FIRST, Column.LAST} <= set(kinds)
    return named and Column.REGISTRATION in kinds


def header_at(first: Sequence[Sequence[str]], named: Named = MappingProxyType({})) -> int:
    """Which of the first rows of a table holds its headings: titles and remarks may stand above them.

    It is the first one with headings that are enough; else the one with the most that are known.
    """
    found = [columns(row, named) for row in first]
    best = max(((enough(kinds), sum(k is not None for k in kinds)) for kinds in found), default=(False, 0))
    return next(
        (n for n, kinds in enumerate(found) if (enough(kinds), sum(k is not None for k in kinds)) == best), 0
    )
