"""Extra sheets: which booklet each one belongs to, by the number that its writer put on it, or by a person.

Nothing is guessed: a number that is not plainly that of a printed booklet, or that contradicts the
registration number beside it, waits for a person. Nothing is written here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from klausur.paper.code import Sheet
from klausur.read.model import Reading
from klausur.roster.match import MARGIN, match
from klausur.state.facts import Bond, Papers, StoredReading, StoredTie
from klausur.state.owners import Source, Tie, blank

BOOKLET = "extra/booklet"
REGISTRATION = "extra/registration"

_AGREED = 5.0
"""Log-likelihood by which each of two numbers must be ahead that name one booklet; a number alone needs the
matcher's margin. Booklets' numbers lie close together: one digit makes another of them."""


class ExtraDoubt(StrEnum):
    """Why nobody knows yet which booklet an extra sheet belongs to."""

    BLANK = "no-number-written"
    UNCLEAR = "number-unclear"
    DISAGREE = "numbers-disagree"
    """The booklet of that number and that of the registration number are two."""


LOOSE = {
    ExtraDoubt.BLANK: "no number is written on it",
    ExtraDoubt.UNCLEAR: "its number cannot be read for certain",
    ExtraDoubt.DISAGREE: "the two numbers on it name different booklets",
}
"""Why an extra sheet belongs to no booklet yet."""


@dataclass(frozen=True, slots=True)
class Extra:
    """An extra sheet that was found: its booklet and what says so.

    ``read`` is what stands in its digit boxes; ``likeliest`` are booklets that it may belong to. With any
    ``doubts`` there is no booklet and a person decides; ``nobody``: a person said it belongs to none.
    """

    number: int
    booklet: int | None
    source: Source | None
    read: str
    likeliest: tuple[int, ...] = ()
    doubts: tuple[ExtraDoubt, ...] = ()
    nobody: bool = False

    @property
    def open(self) -> bool:
        """Whether a person must decide."""
        return bool(self.doubts)


@dataclass(frozen=True, slots=True)
class Numbers:
    """What was read on an extra sheet; a Reading is None if no such Field was printed."""

    booklet: Reading | None = None
    registration: Reading | None = None


def numbers(sheets: Iterable[int], found: Iterable[StoredReading]) -> dict[int, Numbers]:
    """What was read on each of these extra sheets."""
    read = {(r.spot.booklet, r.reading.field): r.reading for r in found if r.spot.sheet is Sheet.EXTRA}
    return {n: Numbers(read.get((n, BOOKLET)), read.get((n, REGISTRATION))) for n in sheets}


@dataclass(frozen=True, slots=True)
class ReadNumber:
    """Whom or what a row of digits names, if it does so plainly, and by how much; and what else it may be."""

    named: str | None
    margin: float
    likeliest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LegibleSheet:
    """What stands on an extra sheet: a booklet's number, a registration number; None is a blank row."""

    read: str
    booklet: ReadNumber | None = None
    registration: ReadNumber | None = None


def legible(run: Papers, found: Numbers) -> LegibleSheet:
    """What stands on an extra sheet, held against all booklets and all candidates; each sheet by itself."""
    return LegibleSheet(
        ", ".join(row.value for row in (found.booklet, found.registration) if row is not None),
        _row(found.booklet, lambda cells: _forms(tuple(b.number for b in run.booklets), cells)),
        _row(found.registration, lambda _: tuple(c.registration for c in run.candidates)),
    )


def _row(written: Reading | None, roster: Callable[[int], Sequence[str]]) -> ReadNumber | None:
    if written is None or blank(written):
        return None
    (outcome,) = match([written.scores], roster(len(written.scores)), _AGREED)
    return ReadNumber(None if outcome.flagged else outcome.registration, outcome.margin, outcome.likeliest)


@lru_cache(maxsize=4)
def _forms(booklets: tuple[int, ...], cells: int) -> tuple[str, ...]:
    """Booklets' numbers in all forms that fill a row of ``cells``: as they are, and with zeros in front."""
    plain = [str(number) for number in booklets]
    padded = (text.zfill(width) for width in range(2, cells + 1) for text in plain)
    return tuple(dict.fromkeys((*padded, *plain)))


def decide(
    run: Papers, numbers: Mapping[int, Numbers], found: Iterable[Tie], said: Mapping[int, StoredTie]
) -> tuple[Extra, ...]:
    """Which booklet every extra sheet belongs to: the rule alone, without the records.

    Args:
        run: the booklets and candidates.
        numbers: what was read, by extra sheet.
        found: whose every booklet is.
        said: what people decided, by extra sheet.
    """
    owned = {t.candidate.registration: t.booklet for t in found if t.candidate is not None}
    return belonging({n: legible(run, read) for n, read in numbers.items()}, owned, said)


def belonging(
    sheets: Mapping[int, LegibleSheet], owned: Mapping[str, int], said: Mapping[int, StoredTie]
) -> tuple[Extra, ...]:
    """Which booklet every extra sheet belongs to.

    Args:
        sheets: what stands on them, by number.
        owned: the booklet of each candidate who has one, by registration number.
        said: what people decided, by extra sheet.
    """
    return tuple(
        _by_person(said[number], sheets[number])
        if number in said
        else _by_digits(number, sheets[number], owned)
        for number in sorted(sheets)
    )


def _by_person(said: StoredTie, seen: LegibleSheet) -> Extra:
    return Extra(said.number, said.booklet, Source.PERSON, seen.read, nobody=said.bond is Bond.NOBODY)


def _by_digits(number: int, seen: LegibleSheet, owned: Mapping[str, int]) -> Extra:
    """The booklet that the digits name; a candidate's number names the booklet that is theirs, if any is."""
    rows: list[tuple[ReadNumber, Callable[[str], int | None]]] = []
    if seen.booklet is not None:
        rows.append((seen.booklet, int))
    if seen.registration is not None:
        rows.append((seen.registration, owned.get))
    if not rows:
        return Extra(number, None, None, seen.read, doubts=(ExtraDoubt.BLANK,))
    named: dict[int, float] = {}
    likeliest: list[int] = []
    for row, booklet_of in rows:
        booklet = None if row.named is None else booklet_of(row.named)
        if booklet is not None:
            named[booklet] = named.get(booklet, 0.0) + row.margin
        likeliest += [n for n in map(booklet_of, row.likeliest) if n is not None]
    ranked = tuple(dict.fromkeys(likeliest))
    if len(named) > 1:
        return Extra(number, None, None, seen.read, ranked, (ExtraDoubt.DISAGREE,))
    for booklet, margin in named.items():
        if margin >= MARGIN:
            return Extra(number, booklet, Source.DIGITS, seen.read, ranked)
    return Extra(number, None, None, seen.read, ranked, (ExtraDoubt.UNCLEAR,))
