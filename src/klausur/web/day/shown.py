"""What the pages of the exam day show: a room's people, its counts, and what does not fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from klausur.actions.exam_day import DayRoom, ExamDay
from klausur.state.day import ActKind, Attendee, BookletFate, CheckIn, Incident, RoomCount, StoredAct
from klausur.web.day.words import CHECKED_IN, DIFFERENCES, INCIDENTS

COUNTED = (CheckIn.EXPECTED, CheckIn.PRESENT, CheckIn.LATE, CheckIn.ABSENT, CheckIn.ILL, CheckIn.LEFT)
"""In the order in which a room's page counts them."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody in a room's list.

    Attributes:
        id: of the candidate.
        seat, name, registration, note: by the list.
        minutes: how many more they have.
        word: what is known of them, as CheckIn names it; ``called`` what that is called.
        told: who said so, and when.
        booklets, extras: numbers of papers that are theirs.
        sticker: the number of their sticker; 0 for none.
        out: since when they are out of the room.
        conflicts: what others said otherwise, in words.
        find: all that they are looked for by, in small letters.
        signed: when they signed on glass; empty if they have not.
    """

    id: int
    seat: str
    name: str
    registration: str
    note: str
    minutes: int
    word: str
    called: str
    told: str
    booklets: tuple[int, ...]
    extras: tuple[int, ...]
    sticker: int
    out: str
    conflicts: tuple[str, ...]
    find: str
    signed: str


def clock(moment: datetime) -> str:
    """The time of a moment here: 09:05."""
    return f"{localtime(moment):%H:%M}"


def rows(day: ExamDay, room: DayRoom) -> tuple[PersonRow, ...]:
    """The people of a room, in the order of seats."""
    return tuple(_row(day, each) for each in room.people)


def _row(day: ExamDay, each: Attendee) -> PersonRow:
    who, sticker = each.enrolled.candidate, day.stickers.get(each.enrolled.id, 0)
    said = each.said
    return PersonRow(
        each.enrolled.id,
        who.seat,
        who.name,
        who.registration,
        who.note,
        each.minutes,
        each.check_in.value,
        str(CHECKED_IN[each.check_in]),
        "" if said is None else f"{said.who}, {clock(said.done.at)}",
        each.booklets,
        each.extras,
        sticker,
        "" if each.out is None else clock(each.out),
        tuple(_otherwise(other) for other in each.conflicts),
        f"{who.seat} {who.name} {who.registration}".casefold(),
        "" if each.signed is None else clock(each.signed.done.at),
    )


def _otherwise(act: StoredAct) -> str:
    """What somebody else said of a person, without knowing of the last word."""
    told = {"who": act.who, "at": clock(act.done.at)}
    done = act.done
    if done.kind is ActKind.SEAT:
        return _("%(who)s, %(at)s: seat %(seat)s") % {**told, "seat": done.value}
    if done.kind is ActKind.BOOKLET:
        return _("%(who)s, %(at)s: booklet %(number)s was given to somebody else") % {
            **told,
            "number": done.number,
        }
    return _("%(who)s, %(at)s: %(word)s") % {**told, "word": CHECKED_IN[CheckIn(done.value)]}


def counts(count: RoomCount) -> Sequence[tuple[str, str, int]]:
    """How many are what: the word, what it is called, the number."""
    return [(word.value, str(CHECKED_IN[word]), count.by[word]) for word in COUNTED]


@dataclass(frozen=True, slots=True)
class HappenedRow:
    """Something that happened in a room, with the name of its act."""

    act: str
    at: str
    called: str
    who: str
    text: str
    minutes: int
    by: str


def happened(room: DayRoom) -> tuple[HappenedRow, ...]:
    """What happened in a room, in the order of time."""
    people = {each.enrolled.id: each.enrolled.candidate for each in room.people}
    rows_ = []
    for each in room.happened:
        done = each.done
        about = None if done.candidate is None else people.get(done.candidate)
        if done.candidate is not None and about is None:
            continue  # of somebody who sits elsewhere now
        who = "" if about is None else f"{about.seat} {about.name}".strip()
        rows_.append(
            HappenedRow(done.act, clock(done.at), _kind(each), who, done.text, done.minutes, each.who)
        )
    return tuple(rows_)


def _kind(act: StoredAct) -> str:
    if act.done.kind is ActKind.BEGAN:
        return _("work begins")
    if act.done.kind is ActKind.ANNOUNCED:
        return _("announcement")
    return str(INCIDENTS[Incident(act.done.value)])


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """A booklet that does not fit: what about it, and where it was seen last."""

    number: int
    name: str
    said: tuple[str, ...]
    seen: str


def difference(fate: BookletFate) -> DifferenceRow:
    """A booklet that does not fit."""
    name = "" if fate.whose is None else fate.whose.enrolled.candidate.name
    said = tuple(str(DIFFERENCES[each]) for each in fate.differences)
    return DifferenceRow(fate.number, name, said, _last_seen(fate))


def _last_seen(fate: BookletFate) -> str:
    """Where a booklet was seen last: in the scans, counted in, handed out, or where it was printed for."""
    if fate.scanned is not None and fate.scanned.found:
        return _("in the scans: %(found)s of %(of)s pages") % {
            "found": fate.scanned.found,
            "of": fate.scanned.of,
        }
    for act, text in (
        (fate.counted, _("counted in: %(room)s, %(at)s, by %(who)s")),
        (fate.given, _("handed out: %(room)s, %(at)s, by %(who)s")),
        (
            None if fate.whose is None or not fate.whose.came else fate.whose.said,
            _("at its seat: %(room)s, %(at)s, by %(who)s"),
        ),
    ):
        if act is not None:
            return text % {"room": act.done.room or fate.room, "at": clock(act.done.at), "who": act.who}
    return _("printed for %(room)s") % {"room": fate.room or _("no room")}
