"""Looks at State: what everything amounts to now, by a number of queries that does not grow with the exam.

Who looks sees to it first that State is up to date (`klausur.actions.up_to_date.look`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from klausur.state.booklets import Amounted, Answered
from klausur.state.extras import Extra
from klausur.state.facts import StoredImage
from klausur.state.owners import Tie, by_candidate, doubled
from klausur.state.proposals import Proposer, beside
from klausur.store import models, pages, state_json


@dataclass(frozen=True, slots=True)
class Look:
    """All booklets by number, whose each is, and the extra sheets that were found."""

    booklets: tuple[Amounted, ...]
    ties: tuple[Tie, ...]
    extras: tuple[Extra, ...]

    @property
    def used(self) -> frozenset[int]:
        """The booklets of which anything is known."""
        return frozenset(b.number for b in self.booklets if b.used)

    @property
    def booklet_of(self) -> dict[str, int]:
        """The used booklet of each candidate who has one, by registration number."""
        return by_candidate(self.ties, self.used)

    @property
    def maybe(self) -> dict[str, tuple[int, ...]]:
        """The open booklets that may be a candidate's, by registration number."""
        return doubled(self.ties)


def look(*, ties: bool = True) -> Look:
    """What all booklets and extra sheets amount to; without ``ties``, not whose the booklets are."""
    rows = list(
        models.BookletState.objects.order_by("number").values_list("value", *(["tie"] if ties else ()))
    )
    extras = models.ExtraState.objects.order_by("number").values_list("value", flat=True)
    return Look(
        tuple(state_json.value(value, Amounted) for value, *_ in rows),
        tuple(state_json.value(tie, Tie) for _, *rest in rows for tie in rest if tie),
        tuple(state_json.value(value, Extra) for value in extras),
    )


def open_ties() -> tuple[Tie, ...]:
    """The booklets of which anything is known and nobody knows whose they are, by number."""
    rows = models.BookletState.objects.filter(used=True, owner__isnull=True).exclude(tie="")
    ties = (state_json.value(tie, Tie) for tie in rows.order_by("number").values_list("tie", flat=True))
    return tuple(tie for tie in ties if tie.open)


def tie(booklet: int) -> Tie | None:
    """Whose a booklet is; None if there is no such booklet."""
    text = models.BookletState.objects.filter(number=booklet).values_list("tie", flat=True).first()
    return state_json.value(text, Tie) if text else None


def answers(*, booklet: int | None = None, waiting: bool = False) -> tuple[Answered, ...]:
    """The questions of booklets of which anything is known, by booklet and place in the exam.

    Args:
        booklet: only those of this booklet.
        waiting: only those that are open, also where their page is merely missing.
    """
    rows = models.AnswerState.objects.order_by("booklet", "at")
    if booklet is not None:
        rows = rows.filter(booklet=booklet)
    if waiting:
        rows = rows.filter(value__contains='"doubts"')
    columns = ("booklet", "question", "at", "shown", "page", "value", "credits")
    return tuple(
        Answered(
            number,
            question,
            at,
            shown,
            page,
            state_json.answer_of(question, value),
            state_json.credits_of(credits),
        )
        for number, question, at, shown, page, value, credits in rows.values_list(*columns)
    )


def proposer(images: Sequence[StoredImage], booklets: Iterable[Amounted] | None = None) -> Proposer:
    """What proposals for these images rest on.

    Args:
        images: they.
        booklets: all that are used, if they are at hand.
    """
    around = beside(images)
    if not around:
        return Proposer({}, {})
    if booklets is None:
        rows = models.BookletState.objects.filter(used=True).values_list("value", flat=True)
        booklets = [state_json.value(value, Amounted) for value in rows]
    lacking = {b.number: frozenset((*b.missing, *b.waived)) for b in booklets if b.found}
    return Proposer(pages.places(around), lacking)
