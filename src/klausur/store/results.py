"""What State knows of results: totals of booklets with their owners, candidates without one, credits."""

from collections.abc import Iterable
from dataclasses import dataclass

from klausur.base.credits import Credits
from klausur.state.booklets import Amounted
from klausur.state.facts import Enrolled
from klausur.state.owners import Tie
from klausur.store import models, state_json
from klausur.store.compiled import Compiled


@dataclass(frozen=True, slots=True)
class StoredTotal:
    """A booklet of which anything is known: its total, None while it is open, and whose it is.

    ``open`` counts its questions that a person must settle, ``missing`` are its pages that were not found,
    without those ``waived``, without which it counts.
    """

    booklet: int
    total: Credits | None
    open: int
    missing: tuple[int, ...]
    waived: tuple[int, ...]
    owner: Enrolled | None


def totals() -> tuple[StoredTotal, ...]:
    """All booklets that are used and not nobody's, by number."""
    people = dict(models.CandidateState.objects.values_list("candidate_id", "value"))
    rows = models.BookletState.objects.filter(used=True).order_by("number")
    columns = ("number", "credits", "open", "value", "owner_id")
    nobodys = {
        number
        for number, tie in rows.filter(owner__isnull=True).exclude(tie="").values_list("number", "tie")
        if state_json.value(tie, Tie).nobody
    }
    return tuple(
        StoredTotal(
            number,
            state_json.credits_of(credits),
            open_,
            *_lacking(value),
            None if owner is None else state_json.value(people[owner], Enrolled),
        )
        for number, credits, open_, value, owner in rows.values_list(*columns)
        if number not in nobodys
    )


def _lacking(value: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The pages that a booklet lacks, and those without which it counts; most booklets have all."""
    if '"missing":[]' in value and '"waived":[]' in value:
        return (), ()
    found = state_json.value(value, Amounted)
    return found.missing, found.waived


def without_booklet() -> tuple[Enrolled, ...]:
    """The candidates of whom no booklet was found, by registration number."""
    rows = models.CandidateState.objects.filter(candidate__booklet_state__isnull=True)
    return tuple(
        state_json.value(value, Enrolled)
        for value in rows.order_by("registration").values_list("value", flat=True)
    )


def credits_of(booklets: Iterable[int]) -> dict[int, dict[str, Credits | None]]:
    """What the questions of these booklets earned, by booklet and by the question's id; None while open."""
    found: dict[int, dict[str, Credits | None]] = {}
    rows = models.AnswerState.objects.filter(booklet__in=list(booklets))
    for booklet, question, credits in rows.values_list("booklet", "question", "credits"):
        found.setdefault(booklet, {})[question] = state_json.credits_of(credits)
    return found


def booklet_of(candidate: int) -> int | None:
    """The booklet that is plainly a candidate's (their number in the records); None if none is."""
    return next((number for (number,) in _booklet_of(candidate)), None)


_booklet_of = Compiled(
    lambda candidate: models.BookletState.objects.filter(owner=candidate).values_list("number")
)


def booklets_of(candidates: Iterable[int]) -> dict[int, int]:
    """The booklets that are plainly these candidates', by their numbers in the records."""
    rows = models.BookletState.objects.filter(owner__in=list(candidates))
    return dict(rows.values_list("owner_id", "number"))
