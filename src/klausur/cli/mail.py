"""``klausur mail``, ``klausur mail send`` and ``klausur mail returned``."""

import uuid
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from klausur import actions
from klausur.base.errors import NotFoundError
from klausur.cli import acting, options, terminal
from klausur.state.mails import MailKind

if TYPE_CHECKING:
    from klausur.actions.mails import Planned
    from klausur.site.post import SitePost

Home = Annotated[
    Path,
    typer.Option("--home", metavar="HOME", help="The site that mail is sent from. (default: ./klausur-site)"),
]


def command(folder: options.Folder = None, *, exam: options.Exam = None, json: options.Json = False) -> None:
    """Show the mails to candidates, and what became of each: sent, refused, come back, unclear.

    Example: klausur mail endterm
    """
    found = actions.mails.listed(options.folder(folder, exam))
    if json:
        terminal.to_json(
            [
                {
                    "id": each.mail.id,
                    "kind": each.mail.kind,
                    "registration": each.candidate.candidate.registration,
                    "address": each.mail.address,
                    "status": each.mail.status,
                    "detail": each.mail.detail,
                    "who": each.mail.who,
                    "when": each.mail.when,
                }
                for each in found
            ]
        )
        return
    terminal.table(
        ("when", "kind", "registration", "address", "status", "detail", "by"),
        (
            (
                f"{each.mail.when.astimezone():%Y-%m-%d %H:%M}",
                each.mail.kind,
                each.candidate.candidate.registration,
                each.mail.address,
                each.mail.status,
                each.mail.detail,
                each.mail.who,
            )
            for each in found
        ),
    )
    counts = Counter(each.mail.status for each in found)
    parts = ", ".join(f"{many} {status}" for status, many in sorted(counts.items()))
    terminal.say(f"{terminal.count(len(found), 'mail')}{f': {parts}' if parts else ''}")


def send(  # noqa: PLR0913 - one parameter per option
    kind: Annotated[MailKind, typer.Argument(metavar="KIND", help="results, reminder or answered.")],
    folder: options.Folder = None,
    *,
    home: Home = Path("klausur-site"),
    language: Annotated[
        str, typer.Option("--language", metavar="CODE", help="en or de. (default: that of the exam)")
    ] = "",
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="TIME", help="How long links are good. (default: 60 days)"),
    ] = None,
    candidate: Annotated[
        list[str] | None,
        typer.Option("--candidate", metavar="REG", help="To these alone; may be given several times."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Also to those of --candidate who had it already.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show who would get it and how it reads, and send nothing.")
    ] = False,
    why: options.Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Send candidates mail with personal links: results, a reminder, an answer; each at most once.

    Example: klausur mail send results endterm --home klausur-site --dry-run
    """
    place, ends = options.folder(folder, exam), None if until is None else options.moment(until)
    post = _post(home, place)  # before anything else of Django is loaded
    wanted = actions.mails.MailRequest(
        kind,
        language,
        ends,
        tuple(candidate or ()),
        str(uuid.uuid4()) if again else "",
    )
    planned = actions.mails.plan(place, wanted, site=post.site, zone=post.zone)
    sent = refused = 0
    if not dry_run:
        author = acting.author(who, why)
        actions.mails.ask(place, wanted, author)
        done = actions.send_mails.send(place, post, author)
        sent, refused = done.sent, done.refused
    if json:
        terminal.to_json(
            {
                "sent": sent,
                "refused": refused,
                "to": [each.candidate.candidate.registration for each in planned.recipients.to],
                "without_address": [
                    each.candidate.candidate.registration for each in planned.recipients.without
                ],
                "had": [each.candidate.candidate.registration for each in planned.recipients.had],
            }
        )
    elif dry_run:
        _show(planned)
    else:
        terminal.say(f"{sent} sent, {refused} refused; see 'klausur mail'")


def returned(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help="Messages, an mbox, or a folder of messages.")
    ],
    *,
    who: options.Who = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Take in reports of mails that came back, from files, an mbox or a Maildir.

    Example: klausur mail returned bounces/ --exam endterm
    """
    reports = (raw for path in files for raw in actions.returned_mails.messages(path))
    done = actions.returned_mails.take_in(options.folder(None, exam), reports, acting.author(who))
    if json:
        terminal.to_json(
            {
                "returned": [{"id": each.id, "address": each.address} for each in done.mails],
                "unknown": done.unknown,
                "not_understood": done.not_understood,
            }
        )
        return
    for each in done.mails:
        terminal.say(f"{each.address}: came back")
    terminal.say(
        f"{terminal.count(len(done.mails), 'mail')} came back; "
        f"{len(done.unknown)} of no mail of this exam, {done.not_understood} not understood"
    )


def _show(planned: "Planned") -> None:
    people = planned.recipients
    if planned.example is not None:
        terminal.say(f"Subject: {planned.example.subject}\n\n{planned.example.text}")
    for each in people.without:
        who = each.candidate.candidate
        terminal.say(f"{who.registration} {who.name} has no address", style="bold yellow")
    terminal.say(
        f"{terminal.count(len(people.to), 'mail')} would be sent; {len(people.had)} had it, "
        f"{len(people.without)} without an address (dry run: nothing was sent)"
    )


def _post(home: Path, place: Path) -> "SitePost":
    """The mail of the site that has this exam."""
    from klausur.cli.site import started  # noqa: PLC0415 - it loads Django

    site = started(home)
    from klausur.site.models import Exam  # noqa: PLC0415 - Django is ready now
    from klausur.site.post import SitePost  # noqa: PLC0415 - the same

    there = place.resolve()
    for exam in Exam.objects.all():
        if site.folder(exam.folder).resolve() == there:
            return SitePost(site, exam.slug)
    raise NotFoundError(
        f"{home} has no exam in {place}", f"take it in: klausur site add {place} --home {home}"
    )
