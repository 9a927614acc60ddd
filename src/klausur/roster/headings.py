"""The headings of a list of candidates: which are lacking or doubled, and what a row holds under each.

Which headings mean what is `klausur.roster.columns`' business.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from klausur.base.diagnostics import Diagnostic, Place
from klausur.roster.columns import HEADINGS, Column, Named, columns, own_headings, same
from klausur.roster.delimited import ListRow


@dataclass(frozen=True, slots=True)
class Heads:
    """The headings of one list: under each Column the cells, from 0, in the order they are joined in."""

    width: int
    under: tuple[tuple[Column, tuple[int, ...]], ...]

    @property
    def says(self) -> frozenset[str]:
        """The names of the fields of a Candidate that stand under them."""
        names = {Column.FIRST: "name", Column.LAST: "name", Column.EXTRA_MINUTES: "extra_minutes"}
        return frozenset(names.get(column, column.value) for column, places in self.under if places)

    def cells(self, row: ListRow) -> Mapping[Column, str]:
        """What the row holds by Column; cells of one Column are put together."""
        filled = row.cells
        return {
            column: " ".join(filled[at] for at in places if at < len(filled) and filled[at])
            for column, places in self.under
        }


def heads(header: ListRow, named: Named, file: str) -> tuple[Heads, tuple[Diagnostic, ...]]:
    """The headings of a list, and what is wrong with them."""
    kinds, own = columns(header.cells, named), dict(own_headings(named))
    under = [
        (column, tuple(at for at, kind in enumerate(kinds) if kind is column))
        for column in dict.fromkeys(kinds)
        if column is not None and column not in own
    ]
    for column, headings in own.items():
        under.append((column, tuple(at for heading in headings for at in _under(header, heading))))
    findings = (*_lacking(header, kinds, own, file), *_doubled(header, kinds, own, file))
    return Heads(len(header.cells), tuple(under)), findings


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
        if len(twice) > 1 and column not in own:
            names = " and ".join(repr(h) for h in twice)
            message = f"{len(twice)} columns hold the {column}: {names}"
            hint = "keep one of them, or say which one counts under [candidates] in exam.toml"
            yield _wrong(header, file, message, hint)


def _wrong(header: ListRow, file: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic("roster-column", message, Place(file, header.line), hint)
