"""``klausur log``."""

import json as encoder
from typing import Annotated

import typer

from klausur import actions
from klausur.cli import options, terminal
from klausur.state.facts import Event
from klausur.state.head import Head

Noted = Annotated[
    str | None,
    typer.Option(
        "--head",
        metavar="N:DIGEST",
        help="An event as it stands on results or an archive; it must be there. Implies --verify.",
    ),
]


def command(  # noqa: PLR0913 - one parameter per option
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    verb: Annotated[
        list[str] | None,
        typer.Option("--verb", metavar="VERB", help="Only what was done so, such as settle; several times."),
    ] = None,
    who: Annotated[str, typer.Option("--who", metavar="NAME", help="Only what this person did.")] = "",
    since: Annotated[
        str,
        typer.Option("--since", metavar="TIME", help="Only from then on: 2026-02-17, or 2026-02-17T14:30."),
    ] = "",
    booklet: Annotated[
        int | None, typer.Option("--booklet", metavar="N", help="Only what is about this booklet.")
    ] = None,
    verify: Annotated[
        bool,
        typer.Option("--verify", help="See that no event and no row was changed, taken out or put in."),
    ] = False,
    head: Noted = None,
    json: options.Json = False,
) -> None:
    """Show what was done to the records, by whom and when, and whether all is as it was written.

    Example: klausur log endterm --booklet 17

    Example, whether it holds: klausur log endterm --verify --head 812:3f2a9c04d1e7
    """
    wanted = actions.log.EventFilter(
        tuple(verb or ()), who, options.moment(since) if since else None, booklet
    )
    found = actions.log.log(options.folder(folder, exam), wanted, verify=verify, noted=noted(head))
    if json:
        terminal.to_json(_plain(found))
    else:
        _show(found)
    if found.wrong:
        raise typer.Exit(1)


def noted(head: str | None) -> Head | None:
    """The event that somebody noted down.

    Raises:
        UsageError: it is none.
    """
    return None if head is None else Head.of(head)


def records(head: Head | None) -> str:
    """The newest event as it stands on results: ``records: event 812:3f2a9c04d1e7``."""
    return "records: no event" if head is None else f"records: event {head}"


def _show(found: "actions.log.Log") -> None:
    terminal.table(
        ("event", "when", "who", "what", "detail"),
        (
            (
                str(event.number),
                event.when.astimezone().strftime("%Y-%m-%d %H:%M:%S"),
                event.who,
                event.verb,
                _detail(event),
            )
            for event in found.events
        ),
    )
    for each in found.wrong or ():
        terminal.say(each, style="bold red")
    if found.wrong == ():
        terminal.say("All is as it was written.")
    terminal.say(records(found.head))


def _detail(event: Event) -> str:
    """The detail in a line, without what is empty."""
    detail = encoder.loads(event.detail)
    return ", ".join(
        f"{name} {each if isinstance(each, str) else encoder.dumps(each, ensure_ascii=False)}"
        for name, each in detail.items()
        if each not in ("", None, [], {})
    )


def _plain(found: "actions.log.Log") -> object:
    return {
        "head": found.head,
        "wrong": found.wrong,
        "events": [
            {
                "number": event.number,
                "digest": event.digest,
                "verb": event.verb,
                "who": event.who,
                "when": event.when,
                "detail": encoder.loads(event.detail),
                "software": event.software,
            }
            for event in found.events
        ],
    }
