"""The exam day as it stands: who is there, which booklets are out, what happened. Nothing is written here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from klausur.actions import up_to_date
from klausur.actions.candidates import known
from klausur.paper.code import Sheet
from klausur.roster.rooms import Rooms
from klausur.roster.seats import in_order
from klausur.state import day as rules
from klausur.state.day import Attendee, BookletFate, Clock, RoomCount, ScannedPages, StoredAct
from klausur.state.facts import Bond
from klausur.store import day as stored
from klausur.store import looks, ties
from klausur.store.folder import opened


@dataclass(frozen=True, slots=True)
class DayRoom:
    """A room on the day.

    Attributes:
        name: of the room; empty for people who have none.
        people: who sits there by the list, in the order of seats.
        fates: what became of the booklets that belong there.
        count: how many are what.
        clock: its time.
        happened: incidents, beginnings and announcements, in the order of time.
        closed: the act that closed it; None if it is open.
        after: what came into the records after that.
    """

    name: str
    people: tuple[Attendee, ...]
    fates: tuple[BookletFate, ...]
    count: RoomCount
    clock: Clock
    happened: tuple[StoredAct, ...]
    closed: StoredAct | None
    after: tuple[StoredAct, ...]


@dataclass(frozen=True, slots=True)
class ExamDay:
    """All rooms.

    Attributes:
        rooms: in the order of the list.
        all: the counts of all of them together.
        loose: what became of booklets that belong to no room.
        spare: spare booklets that nobody was given.
        extras: extra sheets that nobody was given.
        stickers: whose sticker has which number, by candidate's id.
        exam_number: as it stands in the codes of pages.
        stamp: stands for all this: another text once anything of it may have changed.
        newest: the id of the act that came last.
        acts: all acts, in the order in which they came.
    """

    rooms: tuple[DayRoom, ...]
    all: RoomCount
    loose: tuple[BookletFate, ...]
    spare: tuple[int, ...]
    extras: tuple[int, ...]
    stickers: Mapping[int, int]
    exam_number: int
    stamp: str
    newest: int
    acts: tuple[StoredAct, ...]

    @property
    def differences(self) -> tuple[BookletFate, ...]:
        """The booklets of which something does not fit, by number."""
        found = (*self.loose, *(fate for room in self.rooms for fate in room.fates))
        return tuple(sorted((each for each in found if each.differences), key=lambda each: each.number))

    def room(self, name: str) -> DayRoom | None:
        """The room of this name."""
        return next((each for each in self.rooms if each.name == name), None)


def stamp(folder: Path) -> str:
    """Stands for all that `exam_day` shows, for who has it already.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    with opened(folder) as records:
        up_to_date.frame(records)
        return stored.stamp()


def ids(folder: Path, registrations: Iterable[str]) -> tuple[int, ...]:
    """The candidates with these registration numbers, by their ids, in this order.

    Raises:
        NotFoundError: nothing was printed yet, or nobody has one of them.
    """
    with opened(folder) as records:
        up_to_date.frame(records)
        return tuple(known(each).id for each in registrations)


def exam_day(folder: Path) -> ExamDay:
    """The exam day as it stands.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    with opened(folder) as records:
        frame = up_to_date.look(records)
        papers, exam = frame.papers, frame.exams.first
        now = stored.stamp()
        acts = stored.acts()
        scanned = _scanned()
        of = {each.candidate: each.id for each in papers.enrolled}
        tied = {
            of[tie.candidate]: tie.number
            for tie in ties.ties(Sheet.BOOKLET)
            if tie.bond is Bond.TIED and tie.candidate in of
        }
    printed: dict[int, list[int]] = {}
    for booklet in papers.booklets:
        if booklet.candidate in of:
            printed.setdefault(of[booklet.candidate], []).append(booklet.number)
    people = rules.attendees(papers.enrolled, acts, printed, tied)
    numbers = [b.number for b in papers.booklets]
    fates = rules.fates(numbers, people, acts, scanned)
    planned = datetime.combine(exam.date, exam.start).astimezone()
    names = tuple(dict.fromkeys(each.room for each in in_order(papers.candidates, Rooms())))
    rooms = tuple(_room(name, people, fates, planned, exam.minutes, acts) for name in names)
    given = {n for each in people for n in each.booklets}
    sheets = {n for each in people for n in each.extras}
    counted = {fate.number for fate in fates if fate.counted is not None}
    return ExamDay(
        rooms,
        rules.room_count("", people, fates),
        tuple(fate for fate in fates if fate.room not in names),
        tuple(n for n in numbers if n not in given and n not in counted),
        tuple(n for n in papers.extras if n not in sheets),
        {of[s.candidate]: s.number for s in papers.stickers if s.candidate in of},
        papers.exam_number,
        now,
        acts[-1].id if acts else 0,
        acts,
    )


def _room(
    name: str,
    people: Sequence[Attendee],
    fates: Sequence[BookletFate],
    planned: datetime,
    minutes: int,
    acts: Sequence[StoredAct],
) -> DayRoom:
    by_candidate = {each.enrolled.candidate: each for each in people if each.enrolled.candidate.room == name}
    here = tuple(by_candidate[each] for each in in_order(by_candidate, Rooms()))
    theirs = tuple(fate for fate in fates if fate.room == name)
    closed = rules.closed(name, acts)
    return DayRoom(
        name,
        here,
        theirs,
        rules.room_count(name, here, theirs),
        rules.clock(name, planned, minutes, acts, here),
        rules.counting_in(name, acts),
        closed,
        () if closed is None else rules.after(closed, acts, frozenset({name})),
    )


def _scanned() -> dict[int, ScannedPages] | None:
    """The pages of each booklet that were found; None as long as none was."""
    found = {
        each.number: ScannedPages(len(each.found), len(each.found) + len(each.missing))
        for each in looks.look(ties=False).booklets
    }
    return found if any(each.found for each in found.values()) else None
