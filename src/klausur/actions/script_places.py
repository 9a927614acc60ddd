"""Where paper scripts lie: noted by whoever puts them away, found by whoever needs one in the hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from klausur.actions import up_to_date
from klausur.actions.roles import Verb, allow
from klausur.base.errors import NotFoundError, UsageError
from klausur.state.facts import Author, Enrolled
from klausur.state.script_places import LONGEST, StoredPlace, newest, numbers
from klausur.store import audit, candidates, results, script_places
from klausur.store.folder import opened, writing


@dataclass(frozen=True, slots=True)
class FoundScript:
    """A booklet, whose it plainly is, and where it lies; None if nobody has said."""

    booklet: int
    candidate: Enrolled | None
    place: StoredPlace | None


def note(folder: Path, booklets: Sequence[int], box: str, author: Author, *, first: int | None = None) -> int:
    """Note where booklets lie.

    Args:
        folder: the exam folder.
        booklets: their numbers, in the order in which they lie.
        box: what the box is called; empty: they lie nowhere that is known any more.
        author: who puts them there.
        first: the position of the first of them, from which on the others are counted; None: no position.

    Returns:
        how many.

    Raises:
        NotFoundError: nothing was printed yet, or there is no such booklet.
        UsageError: no booklet is named, or the box has too long a name.
    """
    allow(author.actor, Verb.NOTE_PLACE)
    name = " ".join(box.split())
    if not booklets or len(name) > LONGEST or (first is not None and not 0 < first < 1_000_000):
        raise UsageError(
            "booklets lie in a box, from some position on or anywhere", "name booklets and a box, briefly"
        )
    with opened(folder) as records:
        printed = {each.number for each in up_to_date.frame(records).papers.booklets}
        missing = next((number for number in booklets if number not in printed), None)
        if missing is not None:
            raise NotFoundError(f"there is no booklet {missing}", "see 'klausur status'")
        at = {number: None if first is None else first + n for n, number in enumerate(booklets)}
        with writing():
            script_places.note(name, at, author)
            said = {"box": name, "booklets": list(booklets), "first": first, "why": author.why}
            audit.append("note-place", author.actor, said)
    return len(at)


def find(folder: Path, text: str = "", *, names: bool = True) -> tuple[FoundScript, ...]:
    """Booklets with their places, by number: all that lie somewhere; or those that a text names.

    Args:
        folder: the exam folder.
        text: a booklet's number, a part of its candidate's name or registration number, or of a box's name.
        names: who looks may know whose booklets are; otherwise nothing of it is told or looked for.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    with opened(folder) as records:
        papers = up_to_date.look(records).papers
        places = newest(script_places.all_())
        people = {each.id: each for each in candidates.enrolled()} if names else {}
        owners = {number: people[pk] for pk, number in results.booklets_of(people).items()}
    every = (FoundScript(b.number, owners.get(b.number), places.get(b.number)) for b in papers.booklets)
    wanted = " ".join(text.split()).casefold()
    if not wanted:
        return tuple(each for each in every if each.place is not None)
    return tuple(each for each in every if _fits(each, wanted))


def of_booklet(folder: Path, number: int) -> StoredPlace | None:
    """Where a booklet lies; None if nobody has said."""
    with opened(folder):
        place = script_places.of_booklet(number)
    return place if place is not None and place.box else None


def named(text: str) -> tuple[int, ...]:
    """The booklets that a text names: ``1-40, 57``.

    Raises:
        UsageError: it names none.
    """
    try:
        return numbers(text)
    except ValueError as error:
        raise UsageError(f"{error} names no booklets", "write numbers: 1-40, 57") from error


def _fits(each: FoundScript, wanted: str) -> bool:
    who = None if each.candidate is None else each.candidate.candidate
    texts = [] if who is None else [who.name, who.registration]
    texts += [] if each.place is None else [each.place.box]
    exact = {str(each.booklet), str(each.place).casefold()}
    return wanted in exact or any(wanted in text.casefold() for text in texts)
