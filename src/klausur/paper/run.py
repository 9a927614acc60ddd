"""The print run: which booklets are printed, and for whom. Frozen once planned."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from klausur.base.errors import UsageError
from klausur.exam.model import ONE, Variants
from klausur.paper.code import MAX_BOOKLET
from klausur.roster.model import Candidate


@dataclass(frozen=True, slots=True)
class Booklet:
    """One stapled paper. Without a Candidate it is a spare one, tied to a person on the day."""

    number: int
    candidate: Candidate | None = None


@dataclass(frozen=True, slots=True)
class Sticker:
    """A label that names its Candidate; stuck on an unnamed Booklet's cover it ties the two."""

    number: int
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class From:
    """The first number that a printing gives to each kind of paper; earlier printings have those below."""

    booklets: int = 1
    stickers: int = 1
    extras: int = 1
    lists: int = 1


@dataclass(frozen=True, slots=True)
class PrintRun:
    """What is made in one printing. Booklets, stickers and extra sheets are each numbered without gaps.

    Candidates stand either on their booklets or, with ``stickers``, on these: then all booklets are unnamed.

    Attributes:
        exam_number: the number in all page codes.
        booklets: by number.
        stickers: by number.
        extras: the numbers of the extra sheets.
        variants: which variant of the exam each booklet is.
        first_list: the number of the first room's attendance list.
        listed: registration numbers of candidates who stand on the list of an earlier printing already.
    """

    exam_number: int
    booklets: tuple[Booklet, ...]
    stickers: tuple[Sticker, ...] = ()
    extras: tuple[int, ...] = ()
    variants: Variants = ONE
    first_list: int = 1
    listed: frozenset[str] = frozenset()

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """All candidates, in the order of the list."""
        named = tuple(b.candidate for b in self.booklets if b.candidate is not None)
        return named + tuple(s.candidate for s in self.stickers)

    @property
    def seats(self) -> tuple[Candidate | None, ...]:
        """For whom each booklet is counted out, stickers beside unnamed ones; None for spare ones."""
        stuck = iter([s.candidate for s in self.stickers])
        return tuple(b.candidate or next(stuck, None) for b in self.booklets)


_ALL_FROM_ONE = From()


def plan(  # noqa: PLR0913 - one argument for each thing that is asked for
    exam_number: int,
    candidates: Sequence[Candidate],
    spare: int,
    *,
    stickers: bool = False,
    extras: int = 0,
    variants: Variants = ONE,
    first: From = _ALL_FROM_ONE,
    listed: Collection[str] = (),
) -> PrintRun:
    """Give each candidate a booklet in the order of the list, then add ``spare`` unnamed ones.

    With ``stickers`` there are as many booklets, but all unnamed, and each candidate has a sticker. Extra
    sheets may also be printed alone.

    Raises:
        UsageError: there is nothing to print, or more than a page code can number.
    """
    total = len(candidates) + spare
    last = first.booklets + total - 1, first.extras + extras - 1
    if min(spare, extras) < 0 or max(last) > MAX_BOOKLET or total + extras < 1:
        raise UsageError(
            f"a print run of {len(candidates)} candidates and {spare} spare booklets is not possible",
            f"print between 1 and {MAX_BOOKLET} booklets",
        )
    numbered = list(enumerate(candidates, start=first.booklets))
    named = [Booklet(n, None if stickers else c) for n, c in numbered]
    unnamed = [Booklet(n) for n in range(first.booklets + len(named), first.booklets + total)]
    labels = [Sticker(n, c) for n, c in enumerate(candidates, start=first.stickers)] if stickers else []
    return PrintRun(
        exam_number,
        tuple(named + unnamed),
        tuple(labels),
        tuple(range(first.extras, first.extras + extras)),
        variants,
        first.lists,
        frozenset(listed),
    )
