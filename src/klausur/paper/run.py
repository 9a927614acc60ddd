"""The print run: which booklets are printed, and for whom. Frozen once planned."""

from collections.abc import Sequence
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
class PrintRun:
    """What is made in one printing; booklets, stickers and extra sheets are numbered from 1 without gaps.

    Candidates stand either on their booklets or, with ``stickers``, on these: then all booklets are unnamed.
    ``variants`` says which variant of the exam each booklet is.
    """

    exam_number: int
    booklets: tuple[Booklet, ...]
    stickers: tuple[Sticker, ...] = ()
    extras: int = 0
    variants: Variants = ONE

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """All candidates, in the order of the list."""
        named = tuple(b.candidate for b in self.booklets if b.candidate is not None)
        return named + tuple(s.candidate for s in self.stickers)


def plan(
    exam_number: int,
    candidates: Sequence[Candidate],
    spare: int,
    *,
    stickers: bool = False,
    extras: int = 0,
    variants: Variants = ONE,
) -> PrintRun:
    """Give each candidate a booklet in the order of the list, then add ``spare`` unnamed ones.

    With ``stickers`` there are as many booklets, but all unnamed, and each candidate has a sticker.

    Raises:
        UsageError: there is nothing to print, or more than a page code can number.
    """
    total = len(candidates) + spare
    if spare < 0 or extras < 0 or extras > MAX_BOOKLET or not 1 <= total <= MAX_BOOKLET:
        raise UsageError(
            f"a print run of {len(candidates)} candidates and {spare} spare booklets is not possible",
            f"print between 1 and {MAX_BOOKLET} booklets",
        )
    named = [Booklet(n, None if stickers else c) for n, c in enumerate(candidates, start=1)]
    unnamed = [Booklet(n) for n in range(len(named) + 1, total + 1)]
    labels = [Sticker(n, c) for n, c in enumerate(candidates, start=1)] if stickers else []
    return PrintRun(exam_number, tuple(named + unnamed), tuple(labels), extras, variants)
