"""``klausur links``, ``klausur links make`` and ``klausur links revoke``."""

import csv
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from klausur import actions
from klausur.base.errors import RefusedError, ToolError, UsageError
from klausur.cli import acting, options, terminal
from klausur.report.text import guarded

if TYPE_CHECKING:
    from klausur.state.personal_links import StoredLink

GOOD_FOR = timedelta(days=60)
"""How long links are good, if nothing else is said."""

Registrations = Annotated[
    list[str] | None,
    typer.Option("--candidate", metavar="REG", help="Of these alone; may be given several times."),
]


def command(folder: options.Folder = None, *, exam: options.Exam = None, json: options.Json = False) -> None:
    """Show which candidates have a personal link to their results, and how long it is good.

    Example: klausur links endterm
    """
    now = datetime.now(UTC)
    rows = [
        (who.candidate, link, _state(link, now))
        for who, link in actions.personal_links.listed(options.folder(folder, exam))
    ]
    if json:
        terminal.to_json(
            [
                {
                    "registration": who.registration,
                    "name": who.name,
                    "state": state,
                    "until": None if link is None else link.until,
                    "who": None if link is None else link.who,
                }
                for who, link, state in rows
            ]
        )
        return
    terminal.table(
        ("registration", "name", "link", "until"),
        (
            (
                who.registration,
                who.name,
                state,
                "" if link is None else f"{link.until.astimezone():%Y-%m-%d %H:%M}",
            )
            for who, link, state in rows
        ),
    )
    terminal.say(f"{terminal.count(sum(state == 'good' for _, _, state in rows), 'good link')}")


def make(  # noqa: PLR0913 - one parameter per option
    folder: options.Folder = None,
    *,
    address: Annotated[
        str,
        typer.Option(
            "--address",
            metavar="URL",
            help="The exam's address on the site: https://exams.example.org/exams/endterm/.",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="A new CSV. (default: standard output)"),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="TIME", help="How long they are good. (default: 60 days)"),
    ] = None,
    candidate: Registrations = None,
    why: options.Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
) -> None:
    """Make personal links to results, as a CSV: each is shown this once, and takes an older one's place.

    Example: klausur links make endterm --address https://exams.example.org/exams/endterm/ -o links.csv
    """
    base, slash, slug = address.rstrip("/").rpartition("/exams/")
    if not slash or "/" in slug or not base.startswith(("https://", "http://")):
        raise UsageError(
            f"{address!r} is no address of an exam on a site",
            "copy that of its overview: https://exams.example.org/exams/endterm/",
        )
    if output is not None and output.exists():
        raise RefusedError(f"{output} is there already", "name another file")
    ends = datetime.now(UTC) + GOOD_FOR if until is None else options.moment(until)
    made = actions.personal_links.make(
        options.folder(folder, exam), ends, acting.author(who, why), registrations=candidate or None
    )
    rows = [
        (
            guarded(each.candidate.candidate.registration),
            guarded(each.candidate.candidate.name),
            f"{base}/review/{slug}/{each.secret}/",
            f"{each.until.astimezone():%Y-%m-%d %H:%M}",
        )
        for each in made
    ]
    heads = ("registration", "name", "link", "until")
    if output is None:
        csv.writer(sys.stdout, lineterminator="\n").writerows([heads, *rows])
        return
    try:
        output.touch(mode=0o600, exist_ok=False)
        with output.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([heads, *rows])
    except OSError as error:
        raise ToolError(f"{output} cannot be written: {error.strerror}", "make links anew") from error
    terminal.say(f"{output}: {terminal.count(len(rows), 'link')}. Delete the file once the mails are out.")


def revoke(
    folder: options.Folder = None,
    *,
    candidate: Registrations = None,
    everybody: Annotated[bool, typer.Option("--all", help="Everybody's.")] = False,
    why: options.Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Have personal links be good no more.

    Example: klausur links revoke endterm --candidate 03711234 --why "passed on"
    """
    if bool(candidate) == everybody:
        raise UsageError("say whose links", "--candidate REG, or --all")
    many = actions.personal_links.revoke(
        options.folder(folder, exam), acting.author(who, why), registrations=candidate or None
    )
    if json:
        terminal.to_json({"revoked": many})
    else:
        terminal.say(f"{terminal.count(many, 'link')} revoked")


def _state(link: "StoredLink | None", now: datetime) -> str:
    if link is None:
        return "none"
    return "good" if link.is_good(now) else "revoked" if link.revoked else "expired"
