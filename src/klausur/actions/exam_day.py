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
from klausur.store import audit, looks, ties
from klausur.store import day as stored
from klausur.store.folder import opened
from klausur.store.frame import Frame


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
        signs: candidates sign on glass.
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
    signs: bool
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
    """Stands for all that `exam_day` shows, for who has it already; empty if nothing was ever recorded."""
    with opened(folder):
        return _stamp()


def _stamp() -> str:
    """Of the newest event: there is none without one, and no two records have one of the same digest."""
    head = audit.head()
    return "" if head is None else head.digest[:16]


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
        now = _stamp()
        found = _KNOWN.get(folder)
        if found is None or found.stamp != now:
            if len(_KNOWN) >= _MOST:
                _KNOWN.clear()
            found = _KNOWN[folder] = _computed(frame, now)
        return found


_KNOWN: dict[Path, ExamDay] = {}
"""By exam, the day as it was computed last: many tablets ask for the same one."""

_MOST = 4


def _computed(frame: Frame, now: str) -> ExamDay:
    papers, exam = frame.papers, frame.exams.first
    acts, scanned = stored.acts(), _scanned()
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
    sitting: dict[str, list[Attendee]] = {}
    attending = {each.enrolled.candidate: each for each in people}
    for candidate in in_order(attending, Rooms()):
        sitting.setdefault(candidate.room, []).append(attending[candidate])
    planned = datetime.combine(exam.date, exam.start).astimezone()
    of_rooms = [each for each in acts if each.done.kind in rules.OF_ROOMS]
    rooms = tuple(
        _room(
            name,
            tuple(here),
            tuple(fate for fate in fates if fate.room == name),
            rules.clock(name, planned, exam.minutes, of_rooms, here),
            of_rooms,
            acts,
        )
        for name, here in sitting.items()
    )
    given = {n for each in people for n in each.booklets}
    sheets = {n for each in people for n in each.extras}
    counted = {fate.number for fate in fates if fate.counted is not None}
    return ExamDay(
        rooms,
        rules.room_count("", people, fates),
        tuple(fate for fate in fates if fate.room not in sitting),
        tuple(n for n in numbers if n not in given and n not in counted),
        tuple(n for n in papers.extras if n not in sheets),
        {of[s.candidate]: s.number for s in papers.stickers if s.candidate in of},
        papers.exam_number,
        exam.signs_on_glass,
        now,
        acts[-1].id if acts else 0,
        acts,
    )


def _room(
    name: str,
    people: tuple[Attendee, ...],
    fates: tuple[BookletFate, ...],
    clock: Clock,
    of_rooms: Sequence[StoredAct],
    acts: Sequence[StoredAct],
) -> DayRoom:
    closed = rules.closed(name, of_rooms)
    return DayRoom(
        name,
        people,
        fates,
        rules.room_count(name, people, fates),
        clock,
        rules.counting_in(name, of_rooms),
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
