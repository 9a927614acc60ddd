"""``klausur day rooms``, ``check-in``, ``hand-out``, ``count-in``, ``note``, ``close`` and ``protocol``."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.base.errors import UsageError
from klausur.cli import acting, options, terminal
from klausur.state.day import ActKind, CheckIn, Counted, DayAct, Incident, RoomCount

Room = Annotated[str, typer.Option("--room", metavar="ROOM", help="The room.")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="In your words, recorded beside.")]


def rooms(folder: options.Folder = None, *, exam: options.Exam = None, json: options.Json = False) -> None:
    """Show who is in which room, which booklets are out, and what does not fit.

    Example: klausur day rooms endterm
    """
    found = actions.exam_day.exam_day(options.folder(folder, exam))
    wrong = found.differences
    if json:
        terminal.to_json(
            {
                "rooms": [_count(room.count) for room in found.rooms],
                "all": _count(found.all),
                "differences": [
                    {"booklet": each.number, "room": each.room, "differences": each.differences}
                    for each in wrong
                ],
            }
        )
    else:
        words = [word for word in CheckIn if found.all.by[word]]
        terminal.table(
            ("room", "people", *words, "out", "booklets out", "counted in", "closed by"),
            (
                (
                    room.name or "no room",
                    str(room.count.people),
                    *(str(room.count.by[word]) for word in words),
                    str(room.count.out),
                    str(room.count.handed),
                    str(room.count.counted),
                    "" if room.closed is None else room.closed.done.text,
                )
                for room in found.rooms
            ),
            title="Rooms",
        )
        for each in wrong:
            whose = "" if each.whose is None else f" of {each.whose.enrolled.candidate.name}"
            says = ", ".join(word.replace("-", " ") for word in each.differences)
            terminal.say(f"booklet {each.number}{whose} ({each.room or 'no room'}): {says}")
    if wrong:
        raise typer.Exit(1)


def check_in(  # noqa: PLR0913 - one parameter per option
    registrations: Annotated[
        list[str], typer.Argument(metavar="REG", help="The candidates' registration numbers.")
    ],
    *,
    to: Annotated[CheckIn, typer.Option("--as", help="What is known of them.")] = CheckIn.PRESENT,
    seat: Annotated[
        str | None, typer.Option("--seat", metavar="SEAT", help="Where they sit now, if it is another seat.")
    ] = None,
    room: Room = "",
    why: Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Say who is there, late, absent, ill or has left; and who sits at another seat.

    Example: klausur day check-in 03712345 03712346 --exam endterm

    Example, another seat: klausur day check-in 03712345 --room "Hall 2" --seat B7 --exam endterm
    """
    place = options.folder(None, exam)
    people = _people(place, registrations)
    if seat is not None and len(people) > 1:
        raise UsageError("several people cannot have one seat", "name one of them")
    acts = [_act(ActKind.CHECK_IN, candidate=n, value=to, room=room, text=why) for n in people]
    if seat is not None:
        acts.append(_act(ActKind.SEAT, candidate=people[0], value=seat, room=room, text=why))
    _keep(place, acts, who, json=json)


def hand_out(  # noqa: PLR0913 - one parameter per option
    registration: Annotated[str, typer.Argument(metavar="REG", help="The candidate's registration number.")],
    *,
    booklet: Annotated[
        int | None,
        typer.Option("--booklet", metavar="N", help="The booklet: a spare one, or theirs without a sticker."),
    ] = None,
    extra: Annotated[list[int] | None, typer.Option("--extra", metavar="N", help="An extra sheet.")] = None,
    room: Room = "",
    why: Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Say which spare booklet or extra sheets somebody was given; from then on they are theirs.

    Example: klausur day hand-out 03712345 --booklet 151 --why "sticker lost" --exam endterm
    """
    place = options.folder(None, exam)
    (whose,) = _people(place, [registration])
    acts = [_act(ActKind.EXTRA, candidate=whose, number=n, room=room, text=why) for n in extra or ()]
    if booklet is not None:
        acts.insert(0, _act(ActKind.BOOKLET, candidate=whose, number=booklet, room=room, text=why))
    if not acts:
        raise UsageError("nothing is named that was handed out", "name it: --booklet N, --extra N")
    _keep(place, acts, who, json=json)


def count_in(
    booklets: Annotated[list[str], typer.Argument(metavar="N", help="Booklets, one by one or as 12-48.")],
    *,
    back: Annotated[bool, typer.Option("--undo", help="They were counted in by mistake.")] = False,
    room: Room = "",
    who: options.Who = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Count collected booklets in; 'klausur day rooms' names those that are missing.

    Example: klausur day count-in 1-47 49 151 --room "Hall 1" --exam endterm
    """
    value = Counted.BACK if back else Counted.IN
    acts = [_act(ActKind.COUNTED, number=n, value=value, room=room) for n in _numbers(booklets)]
    _keep(options.folder(None, exam), acts, who, json=json)


def note(  # noqa: PLR0913 - one parameter per option
    what: Annotated[
        str,
        typer.Argument(metavar="WHAT", help=f"{', '.join((ActKind.BEGAN, ActKind.ANNOUNCED, *Incident))}."),
    ],
    *,
    room: Room = "",
    candidate: Annotated[
        str | None, typer.Option("--candidate", metavar="REG", help="Whom it is about.")
    ] = None,
    minutes: Annotated[
        int, typer.Option("--minutes", min=0, max=600, metavar="N", help="Minutes that were lost.")
    ] = 0,
    why: Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Note for a room's protocol what happens, when work begins, and what is announced.

    Without a room it is about all of them.

    Example: klausur day note fire-alarm --minutes 12 --room "Hall 1" --exam endterm
    """
    place = options.folder(None, exam)
    known = {ActKind.BEGAN.value: ActKind.BEGAN, ActKind.ANNOUNCED.value: ActKind.ANNOUNCED}
    if what not in known and what not in set(Incident):
        raise UsageError(
            f"{what!r} is nothing that can be noted", f"one of: {', '.join((*known, *Incident))}"
        )
    about = None if candidate is None else _people(place, [candidate])[0]
    kind = known.get(what, ActKind.INCIDENT)
    value = what if kind is ActKind.INCIDENT else ""
    act = _act(kind, room=room, candidate=about, value=value, minutes=minutes, text=why)
    _keep(place, [act], who, json=json)


def close(
    room: Annotated[str, typer.Argument(metavar="ROOM", help="The room.")],
    *,
    signed: Annotated[
        str, typer.Option("--signed", metavar="NAME", help="Who signs the protocol.", show_default=False)
    ],
    who: options.Who = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Close a room: sign its protocol by name. What comes later is shown there as such.

    Example: klausur day close "Hall 1" --signed "Petra Aufsicht" --exam endterm
    """
    _keep(options.folder(None, exam), [_act(ActKind.CLOSED, room=room, text=signed)], who, json=json)


def protocol(
    room: Annotated[
        str | None, typer.Argument(metavar="ROOM", help="The room. (default: all of them)")
    ] = None,
    *,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where to write. (default: day/protocols.pdf)"),
    ] = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Make the protocol of a room, or of all of them, as a PDF.

    Example: klausur day protocol "Hall 1" --exam endterm
    """
    place = options.folder(None, exam)
    made = actions.room_record.write_room_records(place, acting.examiner(), room=room, out=out)
    if json:
        terminal.to_json({"file": made})
    else:
        terminal.say(str(made))


def _act(
    kind: ActKind,
    *,
    room: str = "",
    candidate: int | None = None,
    number: int | None = None,
    value: str = "",
    minutes: int = 0,
    text: str = "",
) -> DayAct:
    """An act that is done now."""
    name, now = str(uuid.uuid4()), datetime.now(UTC)
    return DayAct(name, kind, now, room, candidate, number, value, minutes, text)


def _people(place: Path, registrations: Iterable[str]) -> tuple[int, ...]:
    return actions.exam_day.ids(place, registrations)


def _numbers(typed: Sequence[str]) -> list[int]:
    found: list[int] = []
    for each in typed:
        first, dash, last = each.partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise UsageError(f"{each!r} is no booklet's number", "write 12, or 12-48")
        found += range(int(first), int(last or first) + 1)
    return found


def _keep(place: Path, acts: Sequence[DayAct], who: str | None, *, json: bool) -> None:
    kept = actions.keep_day.keep_day(place, acts, acting.author(who))
    wrong = [(act, each) for act, each in zip(acts, kept, strict=True) if each.refused is not None]
    if json:
        terminal.to_json([{"id": each.id, "refused": each.refused} for each in kept])
    else:
        for act, each in wrong:
            what = "" if act.number is None else f" {act.number}"
            terminal.say(f"{act.kind}{what}: {each.refused}", style="bold yellow")
        terminal.say(f"recorded: {len(kept) - len(wrong)}")
    if wrong:
        raise typer.Exit(1)


def _count(count: RoomCount) -> dict[str, object]:
    return {
        "room": count.room,
        "people": count.people,
        **{word.value: count.by[word] for word in CheckIn},
        "toilet": count.out,
        "conflicts": count.conflicts,
        "handed_out": count.handed,
        "counted_in": count.counted,
    }
