"""``klausur candidates``: the list, and a newer list held against it.

The commands of its group stand in `klausur.cli.candidates_change`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.base.diagnostics import errors
from klausur.base.errors import UsageError
from klausur.cli import acting, lists, options, terminal
from klausur.roster.model import Candidate
from klausur.state.enrolment import Change, Update
from klausur.state.facts import Enrolled, Standing


def command(  # noqa: PLR0913 - one parameter per option
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    update: Annotated[
        Path | None,
        typer.Option("--update", metavar="FILE", help="Take over a newer list: who came, what changed."),
    ] = None,
    withdraw_missing: Annotated[
        bool,
        typer.Option("--withdraw-missing", help="With --update: who is gone from the list is withdrawn."),
    ] = False,
    dry_run: options.DryRun = False,
    why: options.Why = "",
    who: options.Who = None,
    wide: options.Wide = False,
    json: options.Json = False,
) -> None:
    """Show the list of candidates as the records know it, and take over a newer one.

    Example: klausur candidates endterm

    Example, a newer list: klausur candidates endterm --update registered.csv --dry-run
    """
    place = options.folder(folder, exam)
    if update is None:
        if withdraw_missing or dry_run or why or who:
            raise UsageError("these options belong to --update", "name the newer list: --update FILE")
        found = actions.candidates.listing(place)
        if json:
            terminal.to_json(_plain(found))
        else:
            _show(found, wide=wide)
        if errors(found.diagnostics):
            raise typer.Exit(1)
        return
    author = acting.author(who, why)
    done = actions.update_candidates.update_candidates(
        place, update, author, withdraw_missing=withdraw_missing, dry_run=dry_run
    )
    if json:
        terminal.to_json(_update_plain(done, withdraw=withdraw_missing, dry_run=dry_run))
    else:
        _show_update(done, withdraw=withdraw_missing, dry_run=dry_run)
    if done.open:
        raise typer.Exit(1)


def standing(person: Enrolled) -> str:
    """What the list says of somebody's taking part, with the reason: ``ill: certificate``."""
    return f"{person.standing}: {person.why}" if person.why else str(person.standing)


def _show(found: "actions.candidates.Listing", *, wide: bool) -> None:
    terminal.show(found.diagnostics)
    if found.file is None:
        terminal.table(
            (
                *("registration", "name", "room", "seat", "extra minutes", "standing"),
                *("printed booklets", "stickers", "booklet", "by", "note"),
            ),
            ((*_person(p), *_papers(p), p.enrolled.candidate.note) for p in found.people),
            title="Candidates",
            spare=("by", "stickers", "printed booklets", "seat", "room", "extra minutes", "note"),
            short={"name": 24, "standing": 10, "note": 12},
            wide=wide,
        )
    else:
        terminal.table(
            ("registration", "name", "room", "seat", "extra minutes", "note"),
            ((*_person(p)[:-1], p.enrolled.candidate.note) for p in found.people),
            title="Candidates",
            spare=("seat", "room"),
            short={"name": 24, "note": 12},
            wide=wide,
        )
    terminal.say(f"{terminal.count(len(found.people), 'candidate')}{_parted(found)}")
    lists.show_columns(found.roster)
    if found.file is not None:
        terminal.say(f"Nothing is printed yet: this is what {found.file} says. Change the list there.")


def _person(found: "actions.candidates.ListedCandidate") -> tuple[str, ...]:
    who = found.enrolled.candidate
    number = f"{who.registration} (was {', '.join(found.enrolled.former)})" * bool(found.enrolled.former)
    return (
        number or who.registration,
        who.name,
        who.room,
        who.seat,
        str(who.extra_minutes or ""),
        standing(found.enrolled),
    )


def _papers(found: "actions.candidates.ListedCandidate") -> tuple[str, ...]:
    booklet = str(found.booklet or "")
    if not booklet and found.maybe:
        booklet = f"perhaps {' or '.join(map(str, found.maybe))}"
    return (
        ", ".join(map(str, found.booklets)),
        ", ".join(map(str, found.stickers)),
        booklet,
        str(found.source or ""),
    )


def _parted(found: "actions.candidates.Listing") -> str:
    counted = {s: sum(p.enrolled.standing is s for p in found.people) for s in Standing}
    parts = [f"{n} {s}" for s, n in counted.items() if n and s is not Standing.REGISTERED]
    return f": {', '.join(parts)}" if parts else ""


def _show_update(done: "actions.update_candidates.Updated", *, withdraw: bool, dry_run: bool) -> None:
    lists.show_columns(done.roster)
    terminal.show(done.diagnostics)
    if errors(done.diagnostics):
        terminal.say("Nothing was taken over: mend the list first")
        return
    update = done.update
    terminal.table(("what", "registration", "name", "details"), _lines(update, withdraw=withdraw))
    if done.seats_kept:
        terminal.say("Rooms and seats were given by rooms.toml: those of the list do not count.")
    for pair in update.namesakes:
        new = pair.came.registration
        for person in pair.perhaps:
            old = person.candidate.registration
            terminal.say(
                f"Is {new} {pair.came.name} the same as {old} {person.candidate.name}? If so: "
                f"klausur candidates change {old} --registration {new}; if not: "
                f'klausur candidates add {new} "{pair.came.name}" --why TEXT',
                style="bold yellow",
            )
    if update.sat and withdraw:
        terminal.say("Nobody who has a booklet is withdrawn by a list: klausur candidates withdraw REG")
    elif update.gone and not withdraw:
        terminal.say("Who is gone stays on the list: --withdraw-missing marks them withdrawn")
    if update.withdrawn:
        terminal.say("Who is withdrawn stays so: klausur candidates mark REG registered --why TEXT")
    leave = len(update.gone) if withdraw else 0
    terminal.say(
        f"{len(update.came)} came, {len(update.changed)} changed, {leave} withdrawn"
        + (" (dry run: nothing was recorded)" if dry_run else "")
    )


def _lines(update: Update, *, withdraw: bool) -> Iterator[tuple[str, ...]]:
    for came in update.came:
        yield "came", came.registration, came.name, _where(came)
    for change in update.changed:
        was = change.enrolled.candidate
        yield "changed", was.registration, was.name, "; ".join(_differences(change))
    for words, people in (
        ("withdrawn" if withdraw else "gone", update.gone),
        ("gone, has a booklet", update.sat),
        ("withdrawn, but on the list", update.withdrawn),
    ):
        for person in people:
            yield words, person.candidate.registration, person.candidate.name, ""


def _where(person: Candidate) -> str:
    return " ".join(text for text in (person.room, person.seat) if text)


def _differences(change: Change) -> Iterator[str]:
    was = change.enrolled.candidate
    for name in change.fields:
        yield f"{name.replace('_', ' ')}: {getattr(was, name) or '–'} → {getattr(change.to, name) or '–'}"


def plain(person: Enrolled) -> dict[str, object]:
    """A candidate as JSON has them."""
    who = person.candidate
    return {
        "registration": who.registration,
        "name": who.name,
        "room": who.room,
        "seat": who.seat,
        "extra_minutes": who.extra_minutes,
        "note": who.note,
        "mail": who.mail,
        "standing": person.standing,
        "why": person.why,
        "former": person.former,
    }


def _plain(found: "actions.candidates.Listing") -> object:
    return {
        "file": found.file,
        "list": None if found.roster is None else found.roster.plain(),
        "diagnostics": [d.as_json() for d in found.diagnostics],
        "candidates": [
            {
                **plain(p.enrolled),
                "booklets": p.booklets,
                "stickers": p.stickers,
                "booklet": p.booklet,
                "source": p.source,
                "maybe": p.maybe,
            }
            for p in found.people
        ],
    }


def _update_plain(done: "actions.update_candidates.Updated", *, withdraw: bool, dry_run: bool) -> object:
    update = done.update
    return {
        "recorded": not dry_run and not errors(done.diagnostics),
        "diagnostics": [d.as_json() for d in done.diagnostics],
        "seats_kept": done.seats_kept,
        "list": None if done.roster is None else done.roster.plain(),
        "came": update.came,
        "changed": [{"was": plain(c.enrolled), "to": c.to, "fields": c.fields} for c in update.changed],
        "gone": [plain(e) for e in update.gone],
        "withdrawn": [e.candidate.registration for e in update.gone] if withdraw else [],
        "sat": [plain(e) for e in update.sat],
        "withdrawn_listed": [plain(e) for e in update.withdrawn],
        "perhaps": [{"came": n.came, "is": [plain(e) for e in n.perhaps]} for n in update.namesakes],
    }
