"""``klausur candidates add``, ``change``, ``withdraw``, ``mark``, ``history`` and ``data``."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.cli import acting, options, terminal
from klausur.cli.candidates import plain, standing
from klausur.roster.model import MAX_MINUTES, Candidate
from klausur.state.facts import Enrolled, Standing

Reg = Annotated[str, typer.Argument(metavar="REG", help="The candidate's registration number.")]
Room = Annotated[str | None, typer.Option("--room", metavar="ROOM", help="The room.")]
Seat = Annotated[str | None, typer.Option("--seat", metavar="SEAT", help="The seat.")]
Minutes = Annotated[
    int | None,
    typer.Option(
        "--extra-minutes", min=0, max=MAX_MINUTES, metavar="N", help="More time than the others have."
    ),
]
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help="What invigilators must know.")]
Mail = Annotated[str | None, typer.Option("--mail", metavar="ADDRESS", help="Where they are written to.")]


def add(  # noqa: PLR0913 - one parameter per option
    registration: Reg,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The candidate's name, in quotes.")],
    *,
    room: Room = None,
    seat: Seat = None,
    extra_minutes: Minutes = None,
    note: Note = None,
    mail: Mail = None,
    booklet: Annotated[
        int | None, typer.Option("--booklet", metavar="N", help="The spare booklet that is theirs.")
    ] = None,
    why: options.Why = "",
    who: options.Who = None,
    dry_run: options.DryRun = False,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Add a candidate who was not on the printed list, with the spare booklet that is theirs.

    Example: klausur candidates add 03719999 "Eva Beispiel" --booklet 41 --why "came without a registration"
    """
    person = Candidate(registration, name, room or "", seat or "", extra_minutes or 0, note or "", mail or "")
    place, author = options.folder(None, exam), acting.author(who, why)
    added = actions.change_candidate.add(place, person, author, booklet=booklet, dry_run=dry_run)
    if json:
        terminal.to_json({**plain(added), "booklet": booklet})
        return
    _say(added, f"added{'' if booklet is None else f', booklet {booklet} is theirs'}", dry_run=dry_run)
    _warn(place, added.candidate)


def change(  # noqa: PLR0913 - one parameter per option
    registration: Reg,
    *,
    new: Annotated[
        str | None,
        typer.Option("--registration", metavar="NEW", help="The registration number that is right."),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="The name.")] = None,
    room: Room = None,
    seat: Seat = None,
    extra_minutes: Minutes = None,
    note: Note = None,
    mail: Mail = None,
    why: options.Why = "",
    who: options.Who = None,
    dry_run: options.DryRun = False,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Correct what the list says of a candidate; printed papers of theirs stay theirs.

    Example: klausur candidates change 03711234 --registration 03711243 --why "typing mistake"
    """
    correction = actions.change_candidate.Correction(new, name, room, seat, extra_minutes, note, mail)
    place, author = options.folder(None, exam), acting.author(who, why)
    before, now = actions.change_candidate.change(place, registration, correction, author, dry_run=dry_run)
    if json:
        terminal.to_json({"was": plain(before), "to": plain(now)})
        return
    was, to = plain(before), plain(now)
    differing = (
        f
        for f in ("registration", "name", "room", "seat", "extra_minutes", "note", "mail")
        if was[f] != to[f]
    )
    said = "; ".join(f"{f.replace('_', ' ')}: {was[f] or '–'} → {to[f] or '–'}" for f in differing)
    _say(before, said, dry_run=dry_run)
    if (was["room"], was["seat"]) != (to["room"], to["seat"]):
        _warn(place, now.candidate)


def withdraw(
    registration: Reg,
    *,
    why: options.Why = "",
    who: options.Who = None,
    dry_run: options.DryRun = False,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Mark a candidate as withdrawn from the exam; nothing of theirs is deleted.

    Example: klausur candidates withdraw 03711234 --why "withdrew on 12 February"
    """
    _mark([registration], Standing.WITHDRAWN, why, who, dry_run=dry_run, exam=exam, json=json)


def mark(
    registrations: Annotated[
        list[str], typer.Argument(metavar="REG", help="The candidates' registration numbers.")
    ],
    standing_: Annotated[
        Standing,
        typer.Argument(metavar="STANDING", help="registered, absent, ill, excluded or withdrawn."),
    ],
    *,
    why: options.Why = "",
    who: options.Who = None,
    dry_run: options.DryRun = False,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Say why candidates get no grade: absent, ill, excluded, withdrawn; registered takes it back.

    Example: klausur candidates mark 03711234 ill --why "certificate of 17 February"

    Example, several at once: klausur candidates mark 03711234 03711235 absent --why "did not come"

    Example, take it back: klausur candidates mark 03711234 registered --why "certificate not accepted"
    """
    _mark(registrations, standing_, why, who, dry_run=dry_run, exam=exam, json=json)


def history(registration: Reg, *, exam: options.Exam = None, json: options.Json = False) -> None:
    """Show what the list has said of a candidate since it was printed, by whom and why.

    Example: klausur candidates history 03711234
    """
    entries = actions.candidates.history(options.folder(None, exam), registration)
    if json:
        terminal.to_json(
            [{**plain(e.enrolled), "who": e.who, "when": e.when, "changed": e.changed} for e in entries]
        )
        return
    terminal.table(
        (
            "when",
            "who",
            "registration",
            "name",
            "room",
            "seat",
            "extra minutes",
            "note",
            "mail",
            "standing",
            "changed",
        ),
        (_row(e) for e in entries),
    )


def data(
    registration: Reg,
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="A new file, such as 03711234.zip.")
    ],
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Write all that is known of a candidate, pages too, into a ZIP: for them, if they ask for it.

    Example: klausur candidates data 03711234 -o 03711234.zip
    """
    rows, pages = actions.own_data.write(options.folder(None, exam), registration, output)
    if json:
        terminal.to_json({"file": output, "rows": rows, "pages": pages})
    else:
        terminal.say(f"{output}: {terminal.count(rows, 'row')}, {terminal.count(pages, 'page')}")


def _mark(
    registrations: Sequence[str],
    to: Standing,
    why: str,
    who: str | None,
    *,
    dry_run: bool,
    exam: options.Exam,
    json: bool,
) -> None:
    place, author = options.folder(None, exam), acting.author(who, why)
    named = dict.fromkeys(registrations, "")
    done = actions.mark_candidates.mark_many(place, named, to, author, dry_run=dry_run)
    if json:
        every = [plain(now) for now in done.people]
        terminal.to_json(every[0] if len(named) == 1 else every)
        return
    for now in done.people:
        _say(now, standing(now), dry_run=dry_run)


def _warn(place: Path, person: Candidate) -> None:
    """Say who else is to sit at a candidate's seat: two who change seats do so one after the other."""
    for other in actions.candidates.at_seat(place, person):
        where = f"{person.room}, {person.seat}" if person.room else person.seat
        terminal.say(f"{where} is the seat of {other.registration} {other.name}, too", style="bold yellow")


def _say(person: Enrolled, text: str, *, dry_run: bool) -> None:
    who = person.candidate
    rest = " (dry run: nothing was recorded)" if dry_run else ""
    terminal.say(f"{who.registration} {who.name}: {text}{rest}")


def _row(entry: "actions.candidates.HistoryEntry") -> tuple[str, ...]:
    who = entry.enrolled.candidate
    return (
        f"{entry.when:%Y-%m-%d %H:%M} UTC",
        entry.who,
        who.registration,
        who.name,
        who.room,
        who.seat,
        str(who.extra_minutes or ""),
        who.note,
        who.mail,
        standing(entry.enrolled),
        ", ".join(f.replace("_", " ") for f in entry.changed),
    )
