"""``klausur retention``, and its ``set``, ``delete`` and ``check``."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from klausur import actions
from klausur.base.errors import UsageError
from klausur.cli import acting, options, terminal
from klausur.cli.shown import Shown
from klausur.state.retention import LONGEST, Data, RetentionTerms

if TYPE_CHECKING:
    from klausur.actions.delete_data import DeletionPlan
    from klausur.actions.retention import RetentionClock

_FOR_EVER = "ever"


def command(folder: options.Folder = None, *, exam: options.Exam = None, json: options.Json = False) -> None:
    """Show how long scans and results are kept, when their time is over, and what was deleted.

    Example: klausur retention endterm
    """
    found = actions.retention.look(options.folder(folder, exam), date.today())  # noqa: DTZ011 - a day here
    if json:
        terminal.to_json(
            {
                "begins": found.begins,
                "times": [
                    {"data": t.data, "months": t.months, "until": t.until, "stage": t.stage}
                    for t in found.times
                ],
                "deletions": [
                    {"what": sorted(d.what), "who": d.who, "when": d.when, "why": d.why}
                    for d in found.deletions
                ],
            }
        )
    else:
        _show(found)


def set_(
    folder: options.Folder = None,
    *,
    scans: Annotated[
        str | None,
        typer.Option("--scans", metavar="MONTHS", help="How long scans are kept; ever: nobody says."),
    ] = None,
    results: Annotated[
        str | None,
        typer.Option("--results", metavar="MONTHS", help="How long results are kept; ever: nobody says."),
    ] = None,
    why: options.Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
) -> None:
    """Say how many months after the exam scans and results are to be deleted; nothing is deleted by that.

    Example: klausur retention set endterm --scans 12 --results 60
    """
    if scans is None and results is None:
        raise UsageError("it is not said how long", "--scans MONTHS, --results MONTHS, or both")
    place, today = options.folder(folder, exam), date.today()  # noqa: DTZ011 - as above
    now = actions.retention.look(place, today).terms
    terms = RetentionTerms(
        now.scans if scans is None else _months(scans), now.results if results is None else _months(results)
    )
    actions.retention.set_terms(place, terms, acting.author(who, why))
    _show(actions.retention.look(place, today))


def delete(  # noqa: PLR0913 - one parameter per option
    folder: options.Folder = None,
    *,
    scans: Annotated[bool, typer.Option("--scans", help="Delete the scans.")] = False,
    results: Annotated[
        bool, typer.Option("--results", help="Delete the list, and all that is known of candidates.")
    ] = False,
    finish: Annotated[
        bool, typer.Option("--finish", help="Go on with a deletion at which somebody was stopped.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be deleted, and delete nothing.")
    ] = False,
    why: options.Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
    shown: options.Progress = Shown.AUTO,
    json: options.Json = False,
) -> None:
    """Delete scans, or all that is known of candidates, for ever, with a signed certificate.

    Example: klausur retention delete endterm --scans --dry-run
    """
    place, author = options.folder(folder, exam), acting.author(who, why)
    what = [data for data, named in ((Data.SCANS, scans), (Data.RESULTS, results)) if named]
    verb = actions.delete_data
    if finish:
        files = verb.finish(place, author)
        terminal.to_json({"certificates": files}) if json else terminal.say(
            f"{terminal.count(len(files), 'deletion')} finished"
        )
        return
    with terminal.working("Looking at files", "files", shown=shown) as progress:
        planned = verb.plan(place, what, progress)
        done = None if dry_run else verb.delete(place, what, author)
    if json:
        terminal.to_json(
            {
                "deleted": done is not None,
                "files": [each.name for each in planned.files],
                "bytes": planned.bytes,
                "rows": planned.rows,
                "remains": planned.remains,
                "certificate": None if done is None else done.file,
            }
        )
        return
    _plan(planned, dry_run=dry_run)
    if done is not None:
        terminal.say(f"certificate: {done.file}; noted for restores in {done.noted}")


def check(
    certificate: Annotated[Path, typer.Argument(metavar="FILE", help="The certificate.")],
    *,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """See whether a certificate of a deletion is as it was signed with this exam's key.

    Example: klausur retention check deletions/2031-03-01-scans-1a2b3c4d.json --exam endterm
    """
    found = actions.delete_data.check(options.folder(None, exam), certificate)
    what = " and ".join(found.what)
    if json:
        terminal.to_json(
            {"what": found.what, "who": found.who, "when": found.when, "files": len(found.files)}
        )
    else:
        terminal.say(
            f"It is as it was signed: {found.who} deleted {what} of {found.exam} on {found.when}: "
            f"{terminal.count(len(found.files), 'file')}, {terminal.count(sum(found.rows.values()), 'row')}"
        )


def _months(text: str) -> int | None:
    if text == _FOR_EVER:
        return None
    if not (text.isascii() and text.isdigit()):
        raise UsageError(f"{text!r} is no number of months", f"write 1 to {LONGEST}, or {_FOR_EVER}")
    return int(text)


def _show(found: "RetentionClock") -> None:
    for each in found.times:
        until = "nobody has said how long" if each.until is None else f"until {each.until}"
        terminal.say(f"{each.data}: {until}, {each.stage}")
    for one in found.deletions:
        why = f": {one.why}" if one.why else ""
        terminal.say(f"{' and '.join(sorted(one.what))} deleted by {one.who} on {one.when:%Y-%m-%d}{why}")


def _plan(planned: "DeletionPlan", *, dry_run: bool) -> None:
    for each in planned.files:
        terminal.say(f"  {each.name}")
    would = "Would delete" if dry_run else "Deleted"
    rows = sum(planned.rows.values())
    terminal.say(
        f"{would} {terminal.count(len(planned.files), 'file')}, {planned.bytes:,} bytes, and "
        f"{terminal.count(rows, 'row')} of the records"
    )
    terminal.say("What remains:")
    for text in planned.remains:
        terminal.say(f"  {text}")
