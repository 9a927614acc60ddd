"""Extra sheets: which booklet each one belongs to, by the number that its writer put on it, or by a person.

Nothing is guessed: a number that is not plainly that of a printed booklet, or that contradicts the
registration number beside it, waits for a person. Nothing is written here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

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
    return tuple(
        _by_person(said[number], numbers[number])
        if number in said
        else _by_digits(number, numbers[number], run, owned)
        for number in sorted(numbers)
    )


def _by_person(said: StoredTie, read: Numbers) -> Extra:
    return Extra(said.number, said.booklet, Source.PERSON, _shown(read), nobody=said.bond is Bond.NOBODY)


def _by_digits(number: int, read: Numbers, run: Papers, owned: Mapping[str, int]) -> Extra:
    """The booklet that the digits name; each sheet by itself, as a booklet may have several sheets."""
    rows: list[tuple[Reading, Mapping[str, int]]] = []
    if read.booklet is not None and not blank(read.booklet):
        rows.append((read.booklet, _written(run, len(read.booklet.scores))))
    if read.registration is not None and not blank(read.registration):
        rows.append((read.registration, owned))
    if not rows:
        return Extra(number, None, None, _shown(read), doubts=(ExtraDoubt.BLANK,))
    named: dict[int, float] = {}
    likeliest: list[int] = []
    for row, roster in rows:
        (outcome,) = match([row.scores], list(roster), _AGREED)
        if not outcome.flagged and outcome.registration is not None:
            booklet = roster[outcome.registration]
            named[booklet] = named.get(booklet, 0.0) + outcome.margin
        likeliest += [roster[r] for r in outcome.likeliest]
    ranked = tuple(dict.fromkeys(likeliest))
    if len(named) > 1:
        return Extra(number, None, None, _shown(read), ranked, (ExtraDoubt.DISAGREE,))
    if max(named.values(), default=0.0) < MARGIN:
        return Extra(number, None, None, _shown(read), ranked, (ExtraDoubt.UNCLEAR,))
    return Extra(number, next(iter(named)), Source.DIGITS, _shown(read), ranked)


def _written(run: Papers, cells: int) -> dict[str, int]:
    """Every booklet's number in the forms that fill a row of ``cells``: as it is, and with zeros in front."""
    plain = {str(b.number): b.number for b in run.booklets}
    padded = {text.zfill(width): n for width in range(2, cells + 1) for text, n in plain.items()}
    return padded | plain


def _shown(read: Numbers) -> str:
    return ", ".join(row.value for row in (read.booklet, read.registration) if row is not None)
