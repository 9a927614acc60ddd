"""Who sat where: which Booklet is which Candidate's, from the print, stickers, written numbers and people.

Every source stays beside the outcome as a Claim. Where they contradict one another nothing is guessed: the
Booklet stays open, and a person's word (`klausur.actions.settle_tie`) beats them all and deletes none.
Nothing is written here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import StrEnum

from klausur.paper.fields import FieldKind
from klausur.paper.run import Booklet
from klausur.read.model import Reading
from klausur.roster.match import Likely, likely, together
from klausur.roster.model import Candidate
from klausur.state.facts import Bond, Papers, StoredReading, StoredTie

REGISTRATION = "cover/registration"

UNREADABLE = "a sticker that cannot be read"
"""What is read of a sticker where nothing is."""


class Source(StrEnum):
    """What says whose a Booklet is."""

    PRINT = "print"
    STICKER = "sticker"
    DIGITS = "digits"
    PERSON = "person"


class TieDoubt(StrEnum):
    """Why nobody knows yet whose a Booklet is."""

    NOTHING = "nothing-says-whose"
    """No name is printed, no sticker found, no number written."""
    COVER_MISSING = "cover-missing"
    COVER_TWICE = "cover-twice"
    """Two images show the cover with different content."""
    STICKER = "sticker-unclear"
    DIGITS = "number-unclear"
    DISAGREE = "sources-disagree"
    SEVERAL = "candidate-has-several-booklets"
    PRINTED = "candidate-has-a-printed-booklet"
    """A sticker names somebody for whom another booklet was printed. A number may: people whose booklet
    is spoilt are given a spare one, and no page of theirs is found."""


NOBODYS = {
    TieDoubt.NOTHING: "no name is printed, no sticker was found, no number is written",
    TieDoubt.COVER_MISSING: "its cover was not found",
    TieDoubt.COVER_TWICE: "its cover is there twice, with different content",
    TieDoubt.STICKER: "its sticker cannot be read for certain",
    TieDoubt.DIGITS: "the written number cannot be read for certain",
    TieDoubt.DISAGREE: "what stands on it names different people",
    TieDoubt.SEVERAL: "its candidate seems to have several booklets",
    TieDoubt.PRINTED: "its candidate has a booklet that was printed for them",
}
"""Why a booklet is nobody's yet."""


@dataclass(frozen=True, slots=True)
class OwnerClaim:
    """What one source says of a Booklet: the Candidate, if it names one plainly.

    ``read`` is what was seen (``sticker 5``, ``0371?234``) or who decided; ``likeliest`` are registration
    numbers that an unclear one may be, the likeliest first.
    """

    source: Source
    read: str
    candidate: Candidate | None
    likeliest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tie:
    """Whose a Booklet is: the Candidate and the source that counts, with all that was claimed.

    ``nobody``: a person said that it is nobody's. ``others`` are the booklets that the same Candidate seems
    to have. With any ``doubts`` there is no Candidate and a person decides.
    """

    booklet: int
    candidate: Candidate | None
    source: Source | None
    claims: tuple[OwnerClaim, ...] = ()
    doubts: tuple[TieDoubt, ...] = ()
    others: tuple[int, ...] = ()
    nobody: bool = False

    @property
    def open(self) -> bool:
        """Whether a person must decide."""
        return bool(self.doubts)

    @property
    def found_by(self) -> Source | None:
        """What told whose it is, if it was not printed for them."""
        return None if self.source is Source.PRINT else self.source


@dataclass(frozen=True, slots=True)
class Cover:
    """What was read on a Booklet's cover; a Reading is None if no such Field was printed."""

    sticker: Reading | None = None
    digits: Reading | None = None
    twice: bool = False


def covers(
    cover_readings: Iterable[StoredReading], found: Iterable[int], twice: AbstractSet[int]
) -> dict[int, Cover]:
    """What was read on the covers, by booklet.

    Args:
        cover_readings: those of sticker spots and digit rows on first pages of booklets.
        found: the booklets whose cover is there, also one without Fields of its own.
        twice: the booklets whose cover is there with two contents.
    """
    seen: dict[int, Cover] = {number: Cover(twice=number in twice) for number in found}
    for read in cover_readings:
        number = read.spot.booklet
        if number not in seen:
            continue
        if read.reading.kind is FieldKind.STICKER_SPOT:
            seen[number] = replace(seen[number], sticker=read.reading)
        elif read.reading.field == REGISTRATION:
            seen[number] = replace(seen[number], digits=read.reading)
    return seen


@dataclass(frozen=True, slots=True)
class Stuck:
    """What was read on a sticker spot: numbers of stickers."""

    value: str
    flagged: bool


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number in a row of digits, and who may have written it."""

    value: str
    likely: Likely


@dataclass(frozen=True, slots=True)
class LegibleCover:
    """What a cover says, as far as it can be told without the other booklets: None for what it does not have.

    The number on a personalised booklet says nothing: the one on it is printed.
    """

    sticker: Stuck | None = None
    written: WrittenNumber | None = None
    twice: bool = False


def legible(cover: Cover, candidates: Sequence[Candidate], *, named: bool) -> LegibleCover:
    """What a cover says.

    Args:
        cover: what was read on it.
        candidates: all on the list.
        named: whether somebody's name is printed on it.
    """
    stuck, digits = cover.sticker, cover.digits
    written = None
    if digits is not None and not named and not blank(digits):
        roster = [c.registration for c in candidates]
        written = WrittenNumber(digits.value, *likely([digits.scores], roster))
    there = stuck is not None and (stuck.value or stuck.flagged)
    return LegibleCover(
        Stuck(stuck.value, stuck.flagged) if stuck is not None and there else None, written, cover.twice
    )


def decide(
    run: Papers, used: AbstractSet[int], covers: Mapping[int, Cover], said: Mapping[int, StoredTie]
) -> tuple[Tie, ...]:
    """Whose every booklet is, by number: the rule alone, without the records.

    Args:
        run: booklets, stickers and candidates.
        used: the booklets of which anything is known.
        covers: what was read on the covers that were found, by booklet.
        said: what people decided, by booklet.
    """
    named = {b.number for b in run.booklets if b.candidate is not None}
    seen = {n: legible(c, run.candidates, named=n in named) for n, c in covers.items()}
    written = {n: c.written for n, c in seen.items() if c.written is not None and n in used and n not in said}
    people = {c.registration: c for c in run.candidates}
    first = claimed(run, used, seen, said, numbers(written, people))
    return held_together(printed(run.booklets), first, used)


def claimed(
    run: Papers,
    used: AbstractSet[int],
    seen: Mapping[int, LegibleCover],
    said: Mapping[int, StoredTie],
    written: Mapping[int, OwnerClaim],
) -> tuple[Tie, ...]:
    """Whose each booklet is by what is known of it alone, by number.

    Args:
        run: these booklets, and the stickers.
        used: those of them of which anything is known.
        seen: what their covers say.
        said: what people decided about them.
        written: what the numbers on them say, out of `numbers`.
    """
    stickers = {str(s.number): s.candidate for s in run.stickers}
    first = (
        _by_person(said[b.number])
        if b.number in said
        else _by_machine(stickers, b, seen.get(b.number), written.get(b.number))
        for b in run.booklets
    )
    return tuple(t if t.booklet in used else _unused(t) for t in first)


def printed(booklets: Iterable[Booklet]) -> dict[str, list[int]]:
    """The booklets that were printed for each candidate, by registration number."""
    found: dict[str, list[int]] = {}
    for booklet in booklets:
        if booklet.candidate is not None:
            found.setdefault(booklet.candidate.registration, []).append(booklet.number)
    return found


def by_candidate(found: Iterable[Tie], used: AbstractSet[int]) -> dict[str, int]:
    """The booklet of each candidate who has one that was used, by registration number."""
    return {t.candidate.registration: t.booklet for t in found if t.candidate and t.booklet in used}


def numbers(rows: Mapping[int, WrittenNumber], people: Mapping[str, Candidate]) -> dict[int, OwnerClaim]:
    """What the numbers on unnamed booklets say, by booklet: all of them matched to the list at once.

    Args:
        rows: those of all booklets that are used and that no person has decided about.
        people: the candidates by registration number, at least those whom the rows may name.
    """
    ordered = sorted(rows)
    found = {}
    for number, outcome in zip(ordered, together([rows[n].likely for n in ordered]), strict=True):
        sure = not outcome.flagged and outcome.registration is not None
        whose = people[outcome.registration] if sure and outcome.registration is not None else None
        found[number] = OwnerClaim(Source.DIGITS, rows[number].value, whose, tuple(outcome.likeliest))
    return found


def blank(row: Reading) -> bool:
    """Whether nothing is written in a DigitRow."""
    return not row.flagged and not any(c.isdigit() for c in row.value)


def _by_person(said: StoredTie) -> Tie:
    claim = OwnerClaim(Source.PERSON, said.who, said.candidate)
    return Tie(said.number, said.candidate, Source.PERSON, (claim,), nobody=said.bond is Bond.NOBODY)


def _by_machine(
    stickers: Mapping[str, Candidate],
    booklet: Booklet,
    cover: LegibleCover | None,
    written: OwnerClaim | None,
) -> Tie:
    number, printed = booklet.number, booklet.candidate
    claims: list[OwnerClaim] = []
    doubts: list[TieDoubt] = []
    if printed is not None:
        claims.append(OwnerClaim(Source.PRINT, printed.registration, printed))
    if cover is not None and cover.sticker is not None:
        stuck = _stuck(stickers, cover.sticker)
        claims.append(stuck)
        if stuck.candidate is None:
            doubts.append(TieDoubt.STICKER)
    if written is not None:
        claims.append(written)
    named = {c.candidate.registration: c for c in claims if c.candidate is not None}
    if written is not None and written.candidate is None:
        if not named:
            doubts.append(TieDoubt.DIGITS)
        elif not set(named) <= set(written.likeliest):
            doubts.append(TieDoubt.DISAGREE)
    if len(named) > 1:
        doubts.append(TieDoubt.DISAGREE)
    if printed is None:
        doubts += _about_the_cover(cover, claims)
    sure = None if doubts else claims[0]  # what nobody doubts names somebody, first of all the first claim
    return Tie(
        number,
        None if sure is None else sure.candidate,
        None if sure is None else sure.source,
        tuple(claims),
        tuple(dict.fromkeys(doubts)),
    )


def _about_the_cover(cover: LegibleCover | None, claims: Sequence[OwnerClaim]) -> list[TieDoubt]:
    if cover is None:
        return [TieDoubt.COVER_MISSING]
    found = [TieDoubt.COVER_TWICE] if cover.twice else []
    return found if claims else [*found, TieDoubt.NOTHING]


def _stuck(people: Mapping[str, Candidate], stuck: Stuck) -> OwnerClaim:
    """What a sticker says; nothing plain where it is covered, doubled, or of no candidate of this run."""
    several = [n for n in stuck.value.split("+") if n]
    whose = people.get(stuck.value) if not stuck.flagged else None
    likeliest = tuple(people[n].registration for n in several if n in people)
    seen = f"sticker {' and '.join(several)}" if several else UNREADABLE
    return OwnerClaim(Source.STICKER, seen, whose, likeliest if whose is None else ())


def _unused(tie: Tie) -> Tie:
    """A booklet of which nothing is known raises no doubts; the print or a person may still tie it."""
    return replace(tie, doubts=())


def held_together(
    of_print: Mapping[str, Sequence[int]], found: Sequence[Tie], used: AbstractSet[int]
) -> tuple[Tie, ...]:
    """The ties, open where one candidate seems to have several booklets.

    Args:
        of_print: the booklets printed for each candidate, by registration number.
        found: as `claimed` gives them: all, or at least those that name the candidates in question, or were
            printed for them.
        used: the booklets of which anything is known.
    """
    owners: dict[str, list[int]] = {}
    for tie in found:
        if tie.booklet in used:
            for registration in named(tie):
                owners.setdefault(registration, []).append(tie.booklet)
    nobody = {t.booklet for t in found if t.nobody}
    return tuple(_held(tie, owners, of_print, nobody) if tie.booklet in used else tie for tie in found)


def _held(
    tie: Tie,
    owners: Mapping[str, Sequence[int]],
    of_print: Mapping[str, Sequence[int]],
    nobody: AbstractSet[int],
) -> Tie:
    if tie.source is Source.PERSON:
        return tie
    others = sorted({n for r in named(tie) for n in owners[r]} - {tie.booklet})
    stuck = named(tie, Source.STICKER)
    theirs = ([n for n in of_print.get(r, ()) if n not in nobody] for r in stuck)
    own = sorted({numbers_[-1] for numbers_ in theirs if numbers_} - {tie.booklet} - set(others))
    more = [TieDoubt.SEVERAL] * bool(others) + [TieDoubt.PRINTED] * bool(own)
    if not more:
        return tie
    return replace(tie, candidate=None, source=None, doubts=(*tie.doubts, *more), others=(*others, *own))


def named(tie: Tie, source: Source | None = None) -> set[str]:
    """Everybody whose booklet this plainly claims to be, by this source or by any."""
    if tie.nobody:
        return set()
    return {
        c.candidate.registration for c in tie.claims if c.candidate is not None and source in {None, c.source}
    }


def doubled(found: Iterable[Tie]) -> dict[str, tuple[int, ...]]:
    """The booklets that open ties name for a candidate, by registration number: where theirs may be."""
    names = Counter[tuple[str, int]]()
    for tie in found:
        if tie.open:
            for claim in tie.claims:
                known = (claim.candidate.registration,) if claim.candidate else claim.likeliest
                names.update((registration, tie.booklet) for registration in known)
    booklets: dict[str, list[int]] = {}
    for registration, booklet in sorted(names):
        booklets.setdefault(registration, []).append(booklet)
    return {registration: tuple(numbers) for registration, numbers in booklets.items()}
