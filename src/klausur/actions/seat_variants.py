"""Which variant lies at which seat: dealt when booklets are printed, looked up for the papers of the day."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from klausur.base.errors import UsageError
from klausur.exam.model import Variants
from klausur.exam.setting import drawn
from klausur.roster.deal import deal
from klausur.roster.model import Candidate
from klausur.roster.rooms import Room, Rooms, Spots, spots
from klausur.roster.seat_plan import Seat
from klausur.state.facts import Papers, Standing


def deal_booklets(
    people: Sequence[Candidate], spare: int, rooms: Rooms, variants: Variants, papers: Papers
) -> tuple[int, ...]:
    """The variants of booklets that are printed for these people in this order, then of spare ones, in turn.

    Empty where nothing is to be dealt: there is one variant, or one for each booklet, or no seat is known.
    """
    count, known = variants.count, spots(rooms.rooms)
    if count is None or count == 1 or all(seat_of(known, person) is None for person in people):
        return ()
    there = variants_at(known, papers, besides={person.registration for person in people})
    at: dict[str, tuple[Room, Seat]] = {}
    for person in people:
        if (place := seat_of(known, person)) is not None:
            at[person.registration] = place
    by_room = {}
    for room in rooms.rooms:
        order = [seat for of, seat in at.values() if of is room]
        by_room[room.name] = deal(order, count, there.get(room.name, {}))
    found = []
    for n, person in enumerate(people):
        place = at.get(person.registration)
        found.append(n % count + 1 if place is None else by_room[place[0].name][place[1]])
    return (*found, *(n % count + 1 for n in range(spare)))


def seat_of(known: Spots, person: Candidate) -> tuple[Room, Seat] | None:
    """Where somebody sits; None if rooms.toml does not have their seat."""
    return known.get((person.room.casefold(), person.seat.casefold()))


def variants_at(
    known: Spots, papers: Papers, besides: AbstractSet[str] = frozenset()
) -> dict[str, dict[Seat, int]]:
    """The variants that lie at seats already, by the name of the room.

    Args:
        known: the seats.
        papers: what was printed.
        besides: registration numbers of people who are left out of it.
    """
    lies = lying(papers)
    found: dict[str, dict[Seat, int]] = {}
    for enrolled in papers.enrolled:
        person = enrolled.candidate
        place = seat_of(known, person)
        variant = lies.get(person.registration)
        left_out = person.registration in besides or enrolled.standing is Standing.WITHDRAWN
        if place is not None and variant is not None and not left_out:
            found.setdefault(place[0].name, {})[place[1]] = variant
    return found


def lying(papers: Papers) -> dict[str, int]:
    """The variant that lies at each candidate's seat, by registration number.

    It is that of their newest booklet; with stickers, the booklets of a printing are counted out in the order
    of its stickers.
    """
    found: dict[str, int] = {}
    for printing in papers.finished:
        for booklet in papers.booklets:
            if booklet.number in printing.booklets and booklet.candidate is not None:
                found[booklet.candidate.registration] = drawn(printing.variants.of(booklet.number))
        for sticker in papers.stickers:
            if sticker.number in printing.stickers:
                number = printing.booklets.first + sticker.number - printing.stickers.first
                found[sticker.candidate.registration] = drawn(printing.variants.of(number))
    return found


def refuse_piles(variants: Variants) -> None:
    """Refuse files by variant where there are none to tell apart.

    Raises:
        UsageError: there is one variant, or one for each booklet.
    """
    if variants.count is None:
        raise UsageError("--by-variant, and each booklet has a variant of its own", "leave it out")
    if variants.count == 1:
        raise UsageError(
            "--by-variant, and the exam has one variant", "leave it out; docs/guide/variants.md tells of more"
        )
