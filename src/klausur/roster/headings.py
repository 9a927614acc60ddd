"""The headings of a list of candidates: which are lacking, doubled or unclear, and what stands under each.

Which headings mean what is `klausur.roster.columns`' business.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from klausur.base.diagnostics import Diagnostic, Place
from klausur.roster.columns import Named, columns, own_headings, same, system_of
from klausur.roster.delimited import ListRow
from klausur.roster.known_headings import HEADINGS, UNUSED, Column
from klausur.roster.unclear import looks_like, remedy

_UNASKED = UNUSED | {Column.MAIL}
"""What no list is refused for; of several columns with addresses the first one counts."""

_NO_FIELD = frozenset({Column.STATUS, Column.PRINT, Column.LANGUAGE})
"""Columns that are about the row or its paper, and no field of a Candidate."""


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """A heading of the list as it stands there, and what was taken from under it; None if nothing was."""

    heading: str
    column: Column | None


@dataclass(frozen=True, slots=True)
class Heads:
    """The headings of one list: under each Column the cells, from 0, in the order they are joined in.

    ``uses`` tells of every column what it was used for; ``system`` is the one that the list comes from, if it
    is known.
    """

    width: int
    under: tuple[tuple[Column, tuple[int, ...]], ...]
    uses: tuple[ColumnUse, ...] = ()
    system: str = ""

    @property
    def says(self) -> frozenset[str]:
        """The names of the fields of a Candidate that stand under them."""
        names = {
            Column.FIRST: "name",
            Column.LAST: "name",
            Column.EXTRA_MINUTES: "extra_minutes",
            Column.EXTRA_PERCENT: "extra_minutes",
        }
        said = (column for column, places in self.under if places and column not in _NO_FIELD)
        return frozenset(names.get(column, column.value) for column in said)

    def cells(self, row: ListRow) -> Mapping[Column, str]:
        """What the row holds by Column; cells of one Column are put together."""
        filled = row.cells
        return {
            column: " ".join(filled[at] for at in places if at < len(filled) and filled[at])
            for column, places in self.under
        }


def heads(
    header: ListRow, body: Sequence[ListRow], named: Named, file: str
) -> tuple[Heads, tuple[Diagnostic, ...]]:
    """The headings of a list, and what is wrong with them; ``body`` are the rows below."""
    kinds, own = columns(header.cells, named), dict(own_headings(named))
    own.pop(Column.OTHER, None)
    under = [
        (column, tuple(at for at, kind in enumerate(kinds) if kind is column))
        for column in dict.fromkeys(kinds)
        if column is not None and column not in own and column not in UNUSED
    ]
    under = [(column, places[:1] if column is Column.MAIL else places) for column, places in under]
    for column, headings in own.items():
        under.append((column, tuple(at for heading in headings for at in _under(header, heading))))
    findings = (
        *_lacking(header, kinds, own, file),
        *_doubled(header, kinds, own, file),
        *_unclear(header, kinds, body, file),
    )
    used = {at: column for column, places in under for at in places}
    uses = tuple(ColumnUse(cell, used.get(at)) for at, cell in enumerate(header.cells) if cell)
    system = system_of(header.cells)
    return Heads(len(header.cells), tuple(under), uses, "" if system is None else system.name), findings


def _under(header: ListRow, heading: str) -> list[int]:
    return [at for at, cell in enumerate(header.cells) if same(heading, cell)]


def _lacking(
    header: ListRow, kinds: tuple[Column | None, ...], own: Mapping[Column, tuple[str, ...]], file: str
) -> Iterator[Diagnostic]:
    have = {*kinds, *own}
    lacking = []
    if Column.REGISTRATION not in have:
        lacking.append(("the registration number", Column.REGISTRATION))
    if Column.NAME not in have and not {Column.FIRST, Column.LAST} <= have:
        lacking.append(("the name", Column.NAME))
    for what, column in lacking:
        known = ", ".join(HEADINGS[column])
        hint = f"give one of these headings: {known}; or name yours under [candidates] in exam.toml"
        yield _wrong(header, file, f"no column holds {what}", hint)


def _doubled(
    header: ListRow, kinds: tuple[Column | None, ...], own: Mapping[Column, tuple[str, ...]], file: str
) -> Iterator[Diagnostic]:
    """Columns that are there twice, and headings of exam.toml that the list does not have exactly once."""
    for column, headings in own.items():
        for heading in headings:
            count = len(_under(header, heading))
            if count != 1:
                there = ", ".join(repr(cell) for cell in header.cells if cell)
                state = "no column has" if not count else f"{count} columns have"
                message = f"by exam.toml the {column} stands under {heading!r}, but {state} this heading"
                hint = f"the headings are {there}; correct [candidates] in exam.toml"
                yield _wrong(header, file, message, hint)
    for column in Column:
        twice = [h for h, kind in zip(header.cells, kinds, strict=True) if kind is column]
        if len(twice) > 1 and column not in own and column not in _UNASKED:
            names = " and ".join(repr(h) for h in twice)
            message = f"{len(twice)} columns hold the {column}: {names}"
            hint = "keep one of them, or say which one counts under [candidates] in exam.toml"
            yield _wrong(header, file, message, hint)


def _unclear(
    header: ListRow, kinds: tuple[Column | None, ...], body: Sequence[ListRow], file: str
) -> Iterator[Diagnostic]:
    """Columns without a known heading that look as if they mattered."""
    for at, (heading, kind) in enumerate(zip(header.cells, kinds, strict=True)):
        if kind is not None or not heading:
            continue
        column = looks_like(heading, (row.cells[at] for row in body if at < len(row.cells)))
        if column is not None and column not in _UNASKED:
            what = "extra time" if column is Column.EXTRA_MINUTES else f"a {column}"
            message = f"the column {heading!r} looks like {what}, but this heading is not known"
            yield Diagnostic("roster-unclear", message, Place(file, header.line), remedy(heading, column))


def _wrong(header: ListRow, file: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic("roster-column", message, Place(file, header.line), hint)
