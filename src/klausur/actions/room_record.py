"""The record of a room as a PDF: made from what is recorded now, whenever somebody asks."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from klausur.actions import up_to_date
from klausur.actions.day import FOLDER
from klausur.actions.exam_day import DayRoom, exam_day
from klausur.actions.roles import Verb, allow
from klausur.base.errors import NotFoundError
from klausur.exam.model import Exam
from klausur.state import glass_signature
from klausur.state.day import CAME, ActKind, Attendee, CheckIn, StoredAct
from klausur.state.facts import Actor
from klausur.store.folder import opened
from klausur.typeset import wording
from klausur.typeset.day_record import (
    DifferingBooklet,
    GivenPaper,
    GlassSignature,
    Happened,
    NamedPeople,
    RecordedPerson,
    RoomRecord,
    SignedBy,
    compile_records,
)

FILE = "protocols.pdf"


def room_records(folder: Path, room: str | None = None, *, now: datetime | None = None) -> bytes:
    """The record of a room, or those of all of them.

    Raises:
        NotFoundError: nothing was printed yet, or there is no such room.
    """
    day = exam_day(folder)
    rooms = [each for each in day.rooms if room is None or each.name == room]
    if not rooms:
        raise NotFoundError("there is no such room", "name one of the list of candidates")
    with opened(folder) as records:
        exam = up_to_date.frame(records).exams.first
    made = now or datetime.now().astimezone()
    return compile_records(exam, folder, [_record(exam, each) for each in rooms], made)


def write_room_records(
    folder: Path, actor: Actor, *, room: str | None = None, out: Path | None = None
) -> Path:
    """Write the records of rooms into a file, over one that is there.

    Raises:
        NotFoundError: nothing was printed yet, or there is no such room.
        RefusedError: the actor may not.
    """
    allow(actor, Verb.DAY)
    made = room_records(folder, room)
    target = folder / FOLDER / FILE if out is None else out
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(made)
    return target


def _record(exam: Exam, room: DayRoom) -> RoomRecord:
    by = room.count.by
    names = {each.enrolled.id: each for each in room.people}
    return RoomRecord(
        room.name,
        room.count.people - by[CheckIn.OUT],
        sum(each.came and each.check_in in CAME for each in room.people),
        by[CheckIn.LATE],
        by[CheckIn.ABSENT],
        by[CheckIn.ILL],
        room.count.handed,
        room.count.counted,
        _clock(exam, room.clock.begin),
        _clock(exam, room.clock.end_with(max((more for more, _ in room.clock.longer), default=0))),
        NamedPeople(
            *(_named(room, word) for word in (CheckIn.ABSENT, CheckIn.ILL, CheckIn.LATE, CheckIn.LEFT))
        ),
        tuple(
            GivenPaper(each.enrolled.candidate.seat, each.enrolled.candidate.name, number, extra)
            for each in room.people
            for extra, numbers in ((False, each.given), (True, each.extras))
            for number in numbers
        ),
        tuple(_happened(exam, names, each) for each in room.happened),
        tuple(
            DifferingBooklet(
                each.number,
                "" if each.whose is None else each.whose.enrolled.candidate.name,
                tuple(word.value for word in each.differences),
            )
            for each in room.fates
            if each.differences
        ),
        None if room.closed is None else _signed(exam, room.closed),
        len(room.after),
        tuple(_signatures(exam, room)),
    )


def _signatures(exam: Exam, room: DayRoom) -> Iterator[GlassSignature]:
    size = glass_signature.WIDTH / 10, glass_signature.HEIGHT / 10
    for each in room.people:
        act = each.signed
        found = None if act is None else glass_signature.lines(act.done.text)
        if act is not None and found is not None:
            who = each.enrolled.candidate
            mm = tuple(tuple((x / 10, y / 10) for x, y in line) for line in found)
            yield GlassSignature(who.seat, who.name, who.registration, _clock(exam, act.done.at), mm, size)


def _named(room: DayRoom, word: CheckIn) -> tuple[RecordedPerson, ...]:
    people = (each.enrolled.candidate for each in room.people if each.check_in is word)
    return tuple(RecordedPerson(each.seat, each.name, each.registration) for each in people)


def _happened(exam: Exam, people: dict[int, Attendee], act: StoredAct) -> Happened:
    done = act.done
    who = "" if done.candidate is None else _called(people.get(done.candidate))
    kind = done.value if done.kind is ActKind.INCIDENT else done.kind.value
    return Happened(_clock(exam, done.at), kind, who, done.text, done.minutes, act.who)


def _called(each: Attendee | None) -> str:
    if each is None:
        return ""
    who = each.enrolled.candidate
    return f"{who.seat} {who.name}".strip()


def _signed(exam: Exam, act: StoredAct) -> SignedBy:
    at = act.done.at.astimezone()
    return SignedBy(act.done.text, wording.short_day(at.date(), exam.locale), wording.clock(at, exam.locale))


def _clock(exam: Exam, at: datetime) -> str:
    return wording.clock(at.astimezone(), exam.locale)
