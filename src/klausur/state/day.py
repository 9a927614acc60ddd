"""The exam day: what was done in the rooms, and what it amounts to. Pure rules; nothing is written here.

What proctors do is a DayAct with a name of its own, so that a tablet that sends it twice is heard once, and
with the time at which it was done, which may be long before it arrives. So acts come in any order, and what
they amount to must not depend on it: of several about one person or one paper, the last one by time counts.
All of them stay. Where whoever did the last one could not know of another that says otherwise, since the two
tablets had no network between them, that is a conflict: it is shown until somebody who sees both decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from klausur.state import glass_signature
from klausur.state.facts import Enrolled, Standing


class ActKind(StrEnum):
    """What can be done in a room."""

    CHECK_IN = "check-in"
    """Of a candidate: ``value`` is a CheckIn."""
    SEAT = "seat"
    """A candidate sits in ``room`` at the seat ``value`` now."""
    BOOKLET = "booklet"
    """A candidate was given the booklet ``number``: a spare one, or theirs without a sticker."""
    EXTRA = "extra"
    """A candidate was given the extra sheet ``number``."""
    SIGNED = "signed"
    """A candidate signed on glass; ``text`` is `klausur.state.glass_signature`."""
    COUNTED = "counted"
    """The booklet ``number`` was counted in, or no more: ``value`` is a Counted."""
    INCIDENT = "incident"
    """Something happened: ``value`` is an Incident, with ``minutes`` and a candidate where it has them."""
    BEGAN = "began"
    """Work began in the room; in all of them if none is named."""
    ANNOUNCED = "announced"
    """``text`` was announced in the room; in all of them if none is named."""
    STRUCK = "struck"
    """An incident, beginning or announcement was a mistake: ``value`` is the name of that act."""
    CLOSED = "closed"
    """The room was closed; ``text`` is who signs its protocol."""


class CheckIn(StrEnum):
    """What is known of a candidate on the day."""

    EXPECTED = "expected"
    PRESENT = "present"
    LATE = "late"
    LEFT = "left"
    """They were there, and went before the end."""
    ABSENT = "absent"
    ILL = "ill"
    OUT = "out"
    """They do not take the exam by the list: withdrawn or excluded. No act says this."""


class Counted(StrEnum):
    """Whether a booklet was counted in."""

    IN = "in"
    BACK = "back"
    """It was a mistake."""


class Incident(StrEnum):
    """What happens in a room and belongs into its protocol."""

    TOILET_OUT = "toilet-out"
    TOILET_IN = "toilet-in"
    QUESTION = "question"
    CHEATING = "cheating"
    FIRE_ALARM = "fire-alarm"
    LOST_MINUTES = "lost-minutes"
    OTHER = "other"


THERE = frozenset({CheckIn.PRESENT, CheckIn.LATE})
CAME = THERE | {CheckIn.LEFT}
"""Who came has a booklet."""

OF_THE_LIST = {CheckIn.ABSENT: Standing.ABSENT, CheckIn.ILL: Standing.ILL}
"""What the list of candidates says of who did not come. The day keeps no second record of it."""

ABOUT_PEOPLE = frozenset({ActKind.CHECK_IN, ActKind.SEAT, ActKind.BOOKLET, ActKind.EXTRA, ActKind.SIGNED})

NUMBERED = frozenset({ActKind.BOOKLET, ActKind.EXTRA, ActKind.COUNTED})

LONGEST = 2000
"""Letters of a text at most."""


@dataclass(frozen=True, slots=True)
class DayAct:
    """Something done in a room.

    Attributes:
        act: its name, unique for ever.
        kind: what was done.
        at: when.
        room: where.
        candidate: about whom, by their id in the records.
        number: of a booklet or an extra sheet.
        value: what ActKind says of it.
        minutes: that were lost: by a candidate if one is named, else by the whole room.
        text: in somebody's words.
        device: the tablet on which it was done; empty for none.
        seen: the id of the newest act that whoever did it knew of.
    """

    act: str
    kind: ActKind
    at: datetime
    room: str = ""
    candidate: int | None = None
    number: int | None = None
    value: str = ""
    minutes: int = 0
    text: str = ""
    device: str = ""
    seen: int = 0


@dataclass(frozen=True, slots=True)
class StoredAct:
    """A DayAct in the records: its id, who did it, and when it came."""

    id: int
    done: DayAct
    who: str
    when: datetime

    @property
    def order(self) -> tuple[datetime, str]:
        """By which acts are put into an order that does not depend on when they came."""
        return self.done.at, self.done.act


class ActFault(StrEnum):
    """Why an act cannot be recorded."""

    VALUE = "nothing of this kind is said"
    NOBODY = "nobody is named"
    NO_NUMBER = "no number is named"
    NO_TEXT = "nothing is written"
    NOT_SIGNED = "nobody signs"
    NO_SIGNATURE = "this is no signature"
    NOT_ASKED = "this exam asks for no signature on glass"
    NO_SEAT = "no seat is named"
    NO_ACT = "it is not said what was a mistake"
    NO_MINUTES = "it is not said how many minutes were lost"
    LONG = "the text is too long"
    CLOCK = "the clock of this device is wrong by days"
    NO_CANDIDATE = "there is no such candidate"
    NO_BOOKLET = "there is no such booklet"
    NO_EXTRA = "there is no such extra sheet"


def fault(act: DayAct) -> ActFault | None:
    """What is wrong with an act by itself; None if nothing is."""
    kind, value = act.kind, act.value
    values = {ActKind.CHECK_IN: CheckIn, ActKind.COUNTED: Counted, ActKind.INCIDENT: Incident}
    known = values.get(kind)
    faults = {
        ActFault.VALUE: known is not None and (value not in set(known) or value == CheckIn.OUT),
        ActFault.NOBODY: kind in ABOUT_PEOPLE and act.candidate is None,
        ActFault.NO_NUMBER: kind in NUMBERED and act.number is None,
        ActFault.NO_TEXT: kind is ActKind.ANNOUNCED and not act.text.strip(),
        ActFault.NOT_SIGNED: kind is ActKind.CLOSED and not act.text.strip(),
        ActFault.NO_SEAT: kind is ActKind.SEAT and not value.strip(),
        ActFault.NO_ACT: kind is ActKind.STRUCK and not value,
        ActFault.NO_MINUTES: value == Incident.LOST_MINUTES and act.minutes <= 0,
        ActFault.NO_SIGNATURE: kind is ActKind.SIGNED and glass_signature.lines(act.text) is None,
        ActFault.LONG: kind is not ActKind.SIGNED and len(act.text) > LONGEST,
    }
    return next((name for name, wrong in faults.items() if wrong), None)


def last(acts: Iterable[StoredAct]) -> StoredAct | None:
    """The act that counts: the last by time."""
    return max(acts, key=lambda each: each.order, default=None)


def conflicting(acts: Sequence[StoredAct]) -> tuple[StoredAct, ...]:
    """Of acts about one thing, those that say otherwise than the last, and that its maker did not know of."""
    counts = last(acts)
    if counts is None:
        return ()
    done = counts.done
    return tuple(
        each
        for each in acts
        if each.id > done.seen and each.done.device != done.device and _said(each.done) != _said(done)
    )


def _said(act: DayAct) -> tuple[object, ...]:
    return act.value, act.candidate, act.number, act.room if act.kind is ActKind.SEAT else ""


def struck(acts: Iterable[StoredAct]) -> frozenset[str]:
    """The names of acts that were a mistake."""
    return frozenset(each.done.value for each in acts if each.done.kind is ActKind.STRUCK)


@dataclass(frozen=True, slots=True)
class Attendee:
    """A candidate on the day.

    Attributes:
        enrolled: who it is, by the list as it is now.
        check_in: what is known of them.
        said: the act that says so, if one does.
        conflicts: acts that say otherwise, of which its maker did not know.
        came: whether they ever were in the room.
        booklets: those that they were given or that were printed for them, the one they write in last.
        given: those of them that they were given on the day.
        extras: extra sheets that they were given.
        minutes: how many more they have than the others, with those that they lost.
        out: since when they are out of the room.
        signed: the act by which they signed on glass.
    """

    enrolled: Enrolled
    check_in: CheckIn
    said: StoredAct | None = None
    conflicts: tuple[StoredAct, ...] = ()
    came: bool = False
    booklets: tuple[int, ...] = ()
    given: tuple[int, ...] = ()
    extras: tuple[int, ...] = ()
    minutes: int = 0
    out: datetime | None = None
    signed: StoredAct | None = None

    @property
    def booklet(self) -> int | None:
        """The booklet that they write in, where it is known."""
        return self.booklets[-1] if self.booklets else None


def check_in(enrolled: Enrolled, word: StoredAct | None) -> CheckIn:
    """What is known of a candidate, by the list and the act that counts.

    The list leads: who is absent, ill or out of the exam by it is so. Who is registered by it is not absent,
    whatever was said before somebody took that back there.
    """
    for said, standing in OF_THE_LIST.items():
        if enrolled.standing is standing:
            return said
    if enrolled.standing is not Standing.REGISTERED:
        return CheckIn.OUT
    found = CheckIn.EXPECTED if word is None else CheckIn(word.done.value)
    return CheckIn.EXPECTED if found in OF_THE_LIST else found


def attendees(
    enrolled: Iterable[Enrolled],
    acts: Sequence[StoredAct],
    printed: Mapping[int, Sequence[int]],
    tied: Mapping[int, int],
) -> tuple[Attendee, ...]:
    """All candidates on the day, in the order of the list.

    Args:
        enrolled: the list.
        acts: all acts of the day.
        printed: the booklets printed for candidates, by the candidate's id.
        tied: the booklets that people said to be candidates', by the same.
    """
    about: dict[tuple[ActKind, int], list[StoredAct]] = {}
    handed: dict[int, list[StoredAct]] = {}
    wrong = struck(acts)
    for act in acts:
        if act.done.candidate is not None and act.done.act not in wrong:
            about.setdefault((act.done.kind, act.done.candidate), []).append(act)
        if act.done.kind is ActKind.BOOKLET and act.done.number is not None:
            handed.setdefault(act.done.number, []).append(act)
    return tuple(_attendee(each, about, handed, printed, tied) for each in enrolled)


def _attendee(
    person: Enrolled,
    about: Mapping[tuple[ActKind, int], Sequence[StoredAct]],
    handed: Mapping[int, Sequence[StoredAct]],
    printed: Mapping[int, Sequence[int]],
    tied: Mapping[int, int],
) -> Attendee:
    def of(kind: ActKind) -> Sequence[StoredAct]:
        return sorted(about.get((kind, person.id), ()), key=lambda each: each.order)

    words, seats, given = of(ActKind.CHECK_IN), of(ActKind.SEAT), of(ActKind.BOOKLET)
    word = last(words)
    mine = [each.done.number for each in given if each.done.number is not None]
    others = [each for number in mine for each in handed[number]]
    stepped = [a for a in of(ActKind.INCIDENT) if a.done.value in {Incident.TOILET_OUT, Incident.TOILET_IN}]
    gone = last(stepped)
    own = [*printed.get(person.id, ()), *mine, *([tied[person.id]] if person.id in tied else [])]
    lost = {n for n in mine if (final := last(handed[n])) is not None and final.done.candidate != person.id}
    return Attendee(
        person,
        check_in(person, word),
        word,
        (*conflicting(words), *conflicting(seats), *_handed_twice(others)),
        came=any(each.done.value in CAME for each in words),
        booklets=tuple(n for at, n in enumerate(own) if n not in own[at + 1 :] and n not in lost),
        given=tuple(dict.fromkeys(n for n in mine if n not in lost)),
        extras=tuple(dict.fromkeys(e.done.number for e in of(ActKind.EXTRA) if e.done.number is not None)),
        minutes=person.candidate.extra_minutes + sum(each.done.minutes for each in of(ActKind.INCIDENT)),
        out=gone.done.at if gone is not None and gone.done.value == Incident.TOILET_OUT else None,
        signed=last(of(ActKind.SIGNED)),
    )


def _handed_twice(acts: Sequence[StoredAct]) -> tuple[StoredAct, ...]:
    """Acts by which a booklet was given to somebody else than the one who has it by the last word."""
    by_number: dict[int | None, list[StoredAct]] = {}
    for act in acts:
        by_number.setdefault(act.done.number, []).append(act)
    return tuple(each for about in by_number.values() for each in conflicting(about))


@dataclass(frozen=True, slots=True)
class RoomCount:
    """How many of a room, or of all, are what; in conflict; with how many booklets counted in."""

    room: str
    people: int
    by: Mapping[CheckIn, int]
    out: int
    conflicts: int
    handed: int
    counted: int


def room_count(room: str, people: Sequence[Attendee], fates: Sequence["BookletFate"]) -> RoomCount:
    """The counts of these people and booklets."""
    return RoomCount(
        room,
        len(people),
        {word: sum(each.check_in is word for each in people) for word in CheckIn},
        sum(each.out is not None for each in people),
        sum(bool(each.conflicts) for each in people),
        sum(each.handed for each in fates),
        sum(each.counted is not None for each in fates),
    )


class Difference(StrEnum):
    """What does not fit of a booklet."""

    NOT_COUNTED = "not-counted-in"
    """Handed out, and not counted in."""
    NOBODY_CAME = "counted-in-of-nobody"
    """Counted in, and whom it was printed for is not said to have come."""
    NOT_SCANNED = "not-scanned"
    """Counted in, and no page of it was scanned."""
    PAGES_MISSING = "pages-missing"
    """Counted in, and some of its pages were not scanned."""
    SCANNED_UNCOUNTED = "scanned-not-counted-in"
    """Its pages were scanned, and it was never counted in."""


@dataclass(frozen=True, slots=True)
class ScannedPages:
    """How many pages of a booklet were scanned, of how many."""

    found: int
    of: int


@dataclass(frozen=True, slots=True)
class BookletFate:
    """A booklet on its way: handed out, counted in, scanned.

    Attributes:
        number: its number.
        whose: who has it, or for whom it was printed.
        room: where it is expected back.
        handed: whether it was handed out.
        given: the act that handed it out, if one did.
        counted: the act that counted it in.
        scanned: its pages; None as long as nothing was scanned at all.
        differences: what does not fit.
    """

    number: int
    whose: Attendee | None
    room: str
    handed: bool
    given: StoredAct | None = None
    counted: StoredAct | None = None
    scanned: ScannedPages | None = None
    differences: tuple[Difference, ...] = ()


def fates(
    booklets: Iterable[int],
    people: Sequence[Attendee],
    acts: Sequence[StoredAct],
    scanned: Mapping[int, ScannedPages] | None,
) -> tuple[BookletFate, ...]:
    """What became of each booklet that was handed out, counted in or scanned, by number.

    Args:
        booklets: the numbers of all that were printed.
        people: as `attendees` has them.
        acts: all acts of the day.
        scanned: pages found, by booklet; None as long as nothing was scanned.
    """
    wrong = struck(acts)
    by: dict[tuple[ActKind, int], list[StoredAct]] = {}
    for act in acts:
        done = act.done
        if done.number is not None and done.kind is not ActKind.EXTRA and done.act not in wrong:
            by.setdefault((done.kind, done.number), []).append(act)
    whose = {number: each for each in people for number in each.booklets}
    found = (
        _fate(
            number,
            whose.get(number),
            last(by.get((ActKind.BOOKLET, number), ())),
            last(by.get((ActKind.COUNTED, number), ())),
            None if scanned is None else scanned.get(number, ScannedPages(0, 0)),
        )
        for number in booklets
    )
    return tuple(
        each
        for each in found
        if each.handed or each.counted is not None or (each.scanned is not None and each.scanned.found)
    )


def _fate(
    number: int,
    whose: Attendee | None,
    given: StoredAct | None,
    counted: StoredAct | None,
    scanned: ScannedPages | None,
) -> BookletFate:
    handed = given is not None or (whose is not None and (whose.came or whose.check_in in CAME))
    back = counted if counted is not None and counted.done.value == Counted.IN else None
    room = whose.enrolled.candidate.room if whose is not None else ""
    if not room:
        room = next((act.done.room for act in (counted, given) if act is not None and act.done.room), "")
    wrong = []
    if handed and back is None and not (scanned is not None and scanned.found):
        wrong.append(Difference.NOT_COUNTED)
    if back is not None and whose is not None and not handed:
        wrong.append(Difference.NOBODY_CAME)
    if scanned is not None and back is not None and not scanned.found:
        wrong.append(Difference.NOT_SCANNED)
    if scanned is not None and scanned.found and scanned.found < scanned.of:
        wrong.append(Difference.PAGES_MISSING)
    if scanned is not None and scanned.found and back is None:
        wrong.append(Difference.SCANNED_UNCOUNTED)
    return BookletFate(number, whose, room, handed, given, back, scanned, tuple(wrong))


@dataclass(frozen=True, slots=True)
class Clock:
    """The time of a room.

    Attributes:
        begin: when work begins; ``begun`` if somebody said that it has.
        minutes: the working time.
        lost: minutes that were lost, which are worked longer.
        announced: what was announced, the newest first.
        longer: more minutes that people have, each with how many people, the fewest first.
    """

    begin: datetime
    begun: bool
    minutes: int
    lost: int
    announced: tuple[StoredAct, ...] = ()
    longer: tuple[tuple[int, int], ...] = ()

    @property
    def end(self) -> datetime:
        """When work ends for those without more time."""
        return self.end_with(0)

    def end_with(self, extra: int) -> datetime:
        """When work ends for those who have so many more minutes."""
        return self.begin + timedelta(minutes=self.minutes + self.lost + extra)


def clock(
    room: str, planned: datetime, minutes: int, acts: Sequence[StoredAct], people: Iterable[Attendee]
) -> Clock:
    """The time of a room.

    Args:
        room: its name.
        planned: when work begins by the exam.
        minutes: the working time by the exam.
        acts: all acts of the day.
        people: those of the room.
    """
    here = counting_in(room, acts)
    began = last(each for each in here if each.done.kind is ActKind.BEGAN)
    lost = sum(each.done.minutes for each in here if each.done.candidate is None)
    said = (each for each in here if each.done.kind is ActKind.ANNOUNCED)
    extra = [each.minutes for each in people if each.check_in is not CheckIn.OUT]
    return Clock(
        planned if began is None else began.done.at,
        began is not None,
        minutes,
        lost,
        tuple(sorted(said, key=lambda each: each.order, reverse=True)),
        tuple((more, extra.count(more)) for more in sorted(set(extra)) if more),
    )


IN_ROOMS = frozenset({ActKind.INCIDENT, ActKind.BEGAN, ActKind.ANNOUNCED})

OF_ROOMS = IN_ROOMS | {ActKind.STRUCK, ActKind.CLOSED}
"""All that `counting_in`, `clock` and `closed` look at."""


def counting_in(room: str, acts: Sequence[StoredAct]) -> tuple[StoredAct, ...]:
    """What happened in a room, or in all of them, and was no mistake; in the order of time."""
    wrong = struck(acts)
    here = (
        each
        for each in acts
        if each.done.kind in IN_ROOMS and each.done.room in {room, ""} and each.done.act not in wrong
    )
    return tuple(sorted(here, key=lambda each: each.order))


def closed(room: str, acts: Iterable[StoredAct]) -> StoredAct | None:
    """The act that closed a room last; None if it is open."""
    return last(each for each in acts if each.done.kind is ActKind.CLOSED and each.done.room == room)


def after(closing: StoredAct, acts: Iterable[StoredAct], rooms: AbstractSet[str]) -> tuple[StoredAct, ...]:
    """What came into the records after a room was closed that is about one of these rooms."""
    return tuple(each for each in acts if each.id > closing.id and each.done.room in rooms)
