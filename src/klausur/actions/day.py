"""The papers for the day that people read and no machine: made from the records as they are now.

Door lists, a seat plan for each room, a checklist, and name signs if wanted. They are made anew whenever
somebody asks, so that late candidates and moved seats are on them; nothing is recorded.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from klausur.actions import up_to_date
from klausur.actions.print_request import ROOMS
from klausur.actions.roles import Verb, allow
from klausur.actions.seat_variants import lying, seat_of
from klausur.base.diagnostics import Diagnostic, errors
from klausur.base.errors import NotFoundError
from klausur.exam.model import Exam
from klausur.exam.setting import drawn
from klausur.roster import rooms as files
from klausur.roster.deal import clashes, deal
from klausur.roster.model import Candidate
from klausur.roster.name_order import family_first, first_letter, in_name_order
from klausur.roster.rooms import Room, Rooms, spots
from klausur.roster.seat_plan import Seat
from klausur.roster.seats import in_order
from klausur.state.facts import Actor, Papers, Standing
from klausur.store.folder import opened
from klausur.typeset import wording
from klausur.typeset.day_sheets import (
    DayChecklist,
    DoorLine,
    DoorList,
    NameSign,
    Need,
    PlannedSeat,
    RoomPile,
    SeatPlan,
    SeatUse,
    compile_checklist,
    compile_doors,
    compile_plans,
    compile_signs,
)

FOLDER = "day"
DOORS, PLANS, CHECKLIST, SIGNS = "door-lists.pdf", "seat-plans.pdf", "checklist.pdf", "name-signs.pdf"


@dataclass(frozen=True, slots=True)
class DayPapers:
    """The files that were made, and what they rest on.

    Attributes:
        files: all of them.
        diagnostics: findings in rooms.toml; with errors nothing is made.
        people: how many sit the exam.
        unseated: registration numbers of people whose seat no room of rooms.toml has.
        alike: rooms in which people beside, before or behind one another have the same variant, with how many
            such pairs there are.
    """

    files: tuple[Path, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    people: int = 0
    unseated: tuple[str, ...] = ()
    alike: tuple[tuple[str, int], ...] = ()


def make_day_papers(
    folder: Path,
    *,
    actor: Actor,
    rooms: Path | None = None,
    numbers: bool = False,
    name_signs: bool = False,
    out: Path | None = None,
    now: datetime | None = None,
) -> DayPapers:
    """Write the papers for the day into a folder; those of before are written over.

    Args:
        folder: the exam folder.
        actor: who makes them.
        rooms: TOML with the rooms; the folder's ``rooms.toml`` if None and there is one.
        numbers: door lists show registration numbers, and no names.
        name_signs: make them too.
        out: where to; the folder's ``day/`` if None.
        now: as of when they are right.

    Raises:
        NotFoundError: nothing was printed yet, or nobody sits the exam.
        RefusedError: the actor may not; or an older Klausur printed, which did not keep the exam.
    """
    allow(actor, Verb.DAY)
    place = rooms or folder / ROOMS
    described = files.read(place) if rooms is not None or place.exists() else Rooms()
    if errors(described.diagnostics):
        return DayPapers((), described.diagnostics)
    with opened(folder) as records:
        frame = up_to_date.look(records)
        papers, exam = frame.papers, frame.exams.first
    here = _Here(papers, described, exam)
    if not here.people:
        raise NotFoundError("nobody sits the exam", "put candidates on the list: klausur candidates add")
    target = folder / FOLDER if out is None else out
    target.mkdir(parents=True, exist_ok=True)
    made = now or datetime.now().astimezone()
    wanted = [target / DOORS, target / CHECKLIST]
    compile_doors(exam, folder, door_lists(here.people, numbers=numbers), target / DOORS, made)
    compile_checklist(exam, folder, checklist(here), target / CHECKLIST, made)
    if plans := seat_plans(here):
        compile_plans(exam, folder, plans, target / PLANS, made)
        wanted.append(target / PLANS)
    if name_signs:
        compile_signs(exam, folder, signs(here), target / SIGNS, made)
        wanted.append(target / SIGNS)
    known = spots(described.rooms)
    lost = (c.registration for c in here.people if described.rooms and seat_of(known, c) is None)
    alike = ((plan.room, _alike(plan)) for plan in plans if here.count)
    return DayPapers(
        tuple(sorted(wanted)),
        described.diagnostics,
        len(here.people),
        tuple(lost),
        tuple((room, pairs) for room, pairs in alike if pairs),
    )


class _Here:
    """Who sits where with which paper; ``count`` is how many variants are told apart, 0 if none are."""

    def __init__(self, papers: Papers, rooms: Rooms, exam: Exam) -> None:
        listed = [e for e in papers.enrolled if e.standing is Standing.REGISTERED]
        self.people = in_order((e.candidate for e in listed), rooms)
        self.gone = tuple(e.candidate for e in papers.enrolled if e.standing is not Standing.REGISTERED)
        self.papers, self.rooms, self.exam = papers, rooms, exam
        count = exam.variants.count
        self.count = count if count is not None and count > 1 else 0
        self.lies: Mapping[str, int] = lying(papers)
        self.variants: Mapping[str, int] = self.lies if self.count else {}
        self.booklets = {b.candidate.registration: b.number for b in papers.booklets if b.candidate}


def door_lists(people: Sequence[Candidate], *, numbers: bool) -> tuple[DoorList, ...]:
    """The list of all, where there is more than one room, and the list of each room; by name or by number."""
    ordered = sorted(people, key=lambda c: c.registration) if numbers else in_name_order(people)
    names = list(dict.fromkeys(person.room for person in people))
    lines = [(person.room, _door_line(person, numbers=numbers)) for person in ordered]
    whole = [DoorList("", tuple(line for _, line in lines))] if len(names) > 1 or names == [""] else []
    each = (DoorList(name, tuple(line for room, line in lines if room == name)) for name in names if name)
    return (*whole, *each)


def _door_line(person: Candidate, *, numbers: bool) -> DoorLine:
    if numbers:
        return DoorLine(person.registration, "", person.room, person.seat)
    return DoorLine(family_first(person), first_letter(person), person.room, person.seat)


def seat_plans(here: _Here) -> tuple[SeatPlan, ...]:
    """The plan of each room in which somebody sits."""
    known = spots(here.rooms.rooms)
    sitting: dict[str, dict[Seat, Candidate]] = {}
    for person in here.people:
        if (place := seat_of(known, person)) is not None:
            sitting.setdefault(place[0].name, {})[place[1]] = person
    return tuple(_plan(here, room, sitting[room.name]) for room in here.rooms.rooms if room.name in sitting)


def _plan(here: _Here, room: Room, sitting: Mapping[Seat, Candidate]) -> SeatPlan:
    lies = {
        seat: here.variants[person.registration]
        for seat, person in sitting.items()
        if person.registration in here.variants
    }
    free = [seat for seat in room.seats if seat not in sitting]
    dealt = deal(free, here.count, lies) if here.count else lies
    every = (*room.seats, *room.left_free, *room.blocked)
    counts = [list(lies.values()).count(v) for v in range(1, here.count + 1)]
    return SeatPlan(
        room.name,
        max(seat.row for seat in every),
        max(seat.place for seat in every),
        tuple(after for after in room.aisles if after < max(seat.place for seat in every)),
        tuple(_planned(room, seat, sitting.get(seat), dealt.get(seat, 0)) for seat in every),
        tuple(enumerate(counts, start=1)),
    )


def _planned(room: Room, seat: Seat, person: Candidate | None, variant: int) -> PlannedSeat:
    if person is not None:
        who, minutes = family_first(person), person.extra_minutes
        return PlannedSeat(seat.name, seat.row, seat.place, SeatUse.TAKEN, who, minutes, variant)
    if seat in room.seats:
        return PlannedSeat(seat.name, seat.row, seat.place, SeatUse.FREE, variant=variant)
    use = SeatUse.BLOCKED if seat in room.blocked else SeatUse.UNUSED
    return PlannedSeat(seat.name, seat.row, seat.place, use)


def _alike(plan: SeatPlan) -> int:
    taken = (s for s in plan.seats if s.use is SeatUse.TAKEN and s.variant)
    return clashes({Seat(s.name, s.row, s.place): s.variant for s in taken})


def signs(here: _Here) -> tuple[NameSign, ...]:
    """A sign for each desk, in the order of rooms and seats."""
    return tuple(
        NameSign(
            person.name,
            person.registration,
            person.room,
            person.seat,
            str(here.booklets.get(person.registration, "")),
            here.variants.get(person.registration, 0),
        )
        for person in here.people
    )


def checklist(here: _Here) -> DayChecklist:
    """What goes where, and who needs what."""
    exam, papers = here.exam, here.papers
    end = datetime.combine(exam.date, exam.start) + timedelta(minutes=exam.minutes)
    variants = tuple(range(1, here.count + 1))
    rooms: dict[str, list[Candidate]] = {}
    for person in here.people:
        rooms.setdefault(person.room, []).append(person)
    # who was put on the list after the printing may have no booklet
    lie = {
        room: [here.lies[c.registration] for c in people if c.registration in here.lies]
        for room, people in rooms.items()
    }
    piles = (RoomPile(room, len(people), _by_variant(here, lie[room])) for room, people in rooms.items())
    needs = (
        Need(
            ", ".join(text for text in (c.room, c.seat) if text),
            c.name,
            c.extra_minutes,
            wording.clock(end + timedelta(minutes=c.extra_minutes), exam.locale),
            c.note,
        )
        for c in here.people
        if c.extra_minutes or c.note
    )
    return DayChecklist(
        variants,
        tuple(piles),
        _by_variant(here, _spare(papers)),
        len(papers.stickers),
        len(papers.extras),
        tuple(_taken_out(here)),
        tuple(needs),
        wording.clock(end, exam.locale),
    )


def _by_variant(here: _Here, variants: Iterable[int]) -> tuple[int, ...]:
    """How many there are of each variant; of all if they are not told apart."""
    found = list(variants)
    return tuple(found.count(v) for v in range(1, here.count + 1)) if here.count else (len(found),)


def _spare(papers: Papers) -> Iterator[int]:
    """The variants of booklets that are counted out for nobody."""
    for printing in papers.finished:
        named = sum(b.number in printing.booklets and b.candidate is not None for b in papers.booklets)
        taken = max(named, printing.stickers.count)
        for number in list(printing.booklets)[taken:]:
            yield drawn(printing.variants.of(number))


def _taken_out(here: _Here) -> Iterator[str]:
    """Booklets, or stickers, of people who no longer take part."""
    gone = {person.registration for person in here.gone}
    stickers = (s for s in here.papers.stickers if s.candidate.registration in gone)
    yield from (str(n) for registration, n in here.booklets.items() if registration in gone)
    yield from (str(sticker.number) for sticker in stickers)
