"""The print run: which booklets are printed, and for whom. Frozen once planned."""

from collections.abc import Sequence
from dataclasses import dataclass

from klausur.base.errors import UsageError
from klausur.paper.code import MAX_BOOKLET
from klausur.roster.model import Candidate


@dataclass(frozen=True, slots=True)
class Booklet:
    """One stapled paper. Without a Candidate it is a spare one, tied to a person on the day."""

    number: int
    candidate: Candidate | None = None


@dataclass(frozen=True, slots=True)
class PrintRun:
    """The booklets of one printing, numbered from 1 without gaps."""

    exam_number: int
    booklets: tuple[Booklet, ...]


def plan(exam_number: int, candidates: Sequence[Candidate], spare: int) -> PrintRun:
    """Give each candidate a booklet in the order of the list, then add ``spare`` unnamed ones.

    Raises:
        UsageError: there is nothing to print, or more than a page code can number.
    """
    total = len(candidates) + spare
    if spare < 0 or not 1 <= total <= MAX_BOOKLET:
        raise UsageError(
            f"a print run of {len(candidates)} candidates and {spare} spare booklets is not possible",
            f"print between 1 and {MAX_BOOKLET} booklets",
        )
    named = [Booklet(n, c) for n, c in enumerate(candidates, start=1)]
    unnamed = [Booklet(n) for n in range(len(named) + 1, total + 1)]
    return PrintRun(exam_number, tuple(named + unnamed))
